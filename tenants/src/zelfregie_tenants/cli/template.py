"""`zelfregie template`: the SQL from which a region's schema is made."""

from __future__ import annotations

import click

from zelfregie_tenants.cli.support import set_up_django


@click.group()
def template() -> None:
    """The SQL from which a region's schema is made, once per release."""


@template.command("build")
@click.option("--check", is_flag=True, help="Also compare a schema made from it with a migrated one.")
def build(check: bool) -> None:
    """Build the template of this release, unless it is there already."""
    set_up_django()
    from zelfregie_tenants.domain.schema_drift import template_drift  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.template import ensure_template, template_path  # noqa: PLC0415 -- needs set_up_django

    ensure_template(click.echo)
    click.echo(f"The template is {template_path()}.")
    if check:
        differences = template_drift()
        for difference in differences:
            click.echo(difference)
        if differences:
            raise click.ClickException("A region made from the template differs from a migrated one.")
        click.echo("A region made from it equals a migrated one.")
