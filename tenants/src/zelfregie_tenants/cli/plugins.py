"""`zelfregie plugin`: switching plugins on and off for one region, while it is running."""

from __future__ import annotations

import click

from zelfregie_tenants.cli.support import find_region, set_up_django


@click.group()
def plugin() -> None:
    """Switch plugins on and off for a region. Nothing is ever deleted."""


@plugin.command("enable")
@click.argument("region")
@click.argument("plugin_slug", metavar="PLUGIN")
def enable(region: str, plugin_slug: str) -> None:
    """Switch PLUGIN on for REGION."""
    _switch(region, plugin_slug, enabled=True)


@plugin.command("disable")
@click.argument("region")
@click.argument("plugin_slug", metavar="PLUGIN")
def disable(region: str, plugin_slug: str) -> None:
    """Switch PLUGIN off for REGION; its data stays."""
    _switch(region, plugin_slug, enabled=False)


@plugin.command("list")
@click.argument("region", required=False)
def list_plugins(region: str | None) -> None:
    """Show which plugins are installed, and which are on for REGION."""
    set_up_django()
    from zelfregie_core.plugins.manager import get_plugins  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.plugins import is_plugin_enabled  # noqa: PLC0415 -- needs set_up_django

    found = find_region(region) if region else None
    for slug in get_plugins().slugs():
        click.echo(slug if found is None else f"{slug}: {'on' if is_plugin_enabled(found, slug) else 'off'}")


@plugin.command("forget")
@click.argument("plugin_slug", metavar="PLUGIN")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(plugin_slug: str, yes: bool) -> None:
    """Give up PLUGIN, which is not installed any more; its blocks go from pages when those are next saved."""
    set_up_django()
    from zelfregie_tenants.domain.plugins import forget_plugin  # noqa: PLC0415 -- needs set_up_django

    if not yes:
        click.confirm(f"Blocks of “{plugin_slug}” will be lost when their pages are saved. Go on?", abort=True)
    click.echo(f"{plugin_slug} is forgotten in {forget_plugin(plugin_slug)} regions.")


def _switch(slug: str, plugin_slug: str, *, enabled: bool) -> None:
    set_up_django()
    from zelfregie_tenants.domain.plugins import set_plugin_enabled  # noqa: PLC0415 -- needs set_up_django

    region = find_region(slug)
    changed = set_plugin_enabled(region, plugin_slug, enabled=enabled)
    state = "on" if enabled else "off"
    click.echo(f"{plugin_slug} is {'now' if changed else 'already'} {state} in {region.slug}.")
