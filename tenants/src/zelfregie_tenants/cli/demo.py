"""`zelfregie demo`: the demonstration on this machine."""

from pathlib import Path

import click

from zelfregie_tenants.embedded.demo_files import DemoFiles
from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.paths import var_directory


@click.command()
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Port of the web server.")
@click.option("--reset", "forget", is_flag=True, help="Forget everything the demonstration has stored.")
@click.option(
    "--examples",
    default="blueprint/examples",
    type=click.Path(path_type=Path, file_okay=False),
    show_default=True,
    help="Folder with the instances to launch.",
)
def demo(port: int, forget: bool, examples: Path) -> None:
    """Launch the example regions on this machine and serve them until Ctrl-C."""
    # psycopg and the rest load only when this command runs.
    from zelfregie_tenants.embedded.alone import reset  # noqa: PLC0415 -- `zelfregie --help` stays quick
    from zelfregie_tenants.embedded.supervisor import Supervisor  # noqa: PLC0415 -- the same

    if not 0 < port < 65536:
        raise click.ClickException(f"{port} is no port: choose a number from 1024 to 65535.")
    files = DemoFiles(var_directory())
    try:
        if forget:
            reset(files)
            click.echo("Forgotten. `make demo` starts afresh.")
        else:
            Supervisor(files, examples.absolute(), port).run()
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error
