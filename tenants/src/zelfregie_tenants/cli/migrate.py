"""`zelfregie migrate`: after installing a release."""

from __future__ import annotations

import click

from zelfregie_tenants.cli.support import set_up_django


@click.command()
def migrate() -> None:
    """Bring the platform's tables and those of all regions to this release, and build its template."""
    set_up_django()
    from zelfregie_tenants.domain.schemas import migrate_regions, prepare_platform  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.template import ensure_template  # noqa: PLC0415 -- needs set_up_django

    prepare_platform()
    click.echo("The platform is up to date.")
    count = migrate_regions(lambda name: click.echo(f"  {name}"))
    click.echo(f"Regions up to date: {count}.")
    ensure_template(click.echo)
