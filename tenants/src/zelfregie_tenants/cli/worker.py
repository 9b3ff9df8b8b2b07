"""`zelfregie worker`: the background tasks of all regions."""

from __future__ import annotations

import click

from zelfregie_tenants.cli.support import set_up_django


@click.command()
@click.option(
    "--interval", default=1.0, show_default=True, type=click.FloatRange(0.05, 60), help="Seconds between looks."
)
@click.option("--batch", is_flag=True, help="Stop when nothing is ready.")
@click.option("--schedule", is_flag=True, help="Also enqueue recurring tasks, as a timer does on a server.")
def worker(interval: float, batch: bool, schedule: bool) -> None:
    """Run background tasks one by one; finishes the task at hand on SIGTERM or Ctrl-C."""
    set_up_django()
    from zelfregie_tenants.domain.modules.versions import start_with_versions  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.plugins import refuse_missing_plugins  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.pooling import refuse_transaction_pooling  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.rights import limit_this_process  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.tasks.worker import RegionWorker  # noqa: PLC0415 -- needs set_up_django

    refuse_transaction_pooling()
    refuse_missing_plugins()
    start_with_versions()
    limit_this_process()
    working = RegionWorker(interval=interval, batch=batch, schedule=schedule)
    working.stop_on_signals()
    count = working.run()
    if batch:
        click.echo(f"Tasks run: {count}.")
