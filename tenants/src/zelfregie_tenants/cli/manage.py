"""`zelfregie manage`: Django's own commands, such as collectstatic and check."""

from __future__ import annotations

import click

from zelfregie_tenants.cli.support import set_up_django


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands: `zelfregie manage check --deploy`."""
    set_up_django()
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- `zelfregie --help` stays quick

    execute_from_command_line(["zelfregie manage", *(arguments or ["help"])])
