"""`zelfregie plugin`: what is installed, and switching it on and off for one region, while it is running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.support import find_region, operator_name, set_up_django

if TYPE_CHECKING:
    from zelfregie_tenants.models import Region


@click.group()
def plugin() -> None:
    """Make, check and list plugins; switch them on and off for a region. Nothing is ever deleted."""


@plugin.command("enable")
@click.argument("region")
@click.argument("plugin_slug", metavar="PLUGIN")
@click.option("--with-needed", is_flag=True, help="Also switch on the plugins that PLUGIN needs.")
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
def enable(region: str, plugin_slug: str, with_needed: bool, dry_run: bool) -> None:
    """Switch PLUGIN on for REGION; what it had there before is back as it was."""
    found = _prepare(region, plugin_slug)
    from zelfregie_tenants.domain.modules.starting import missing_starters  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.modules.switch import switch_on  # noqa: PLC0415 -- needs set_up_django

    _say_effects(found, plugin_slug, "comes back", "It has nothing there yet.")
    if dry_run:
        for page in missing_starters(found, [plugin_slug]):
            click.echo(f"A draft of the page “{page.title}” would be made.")
        return
    switched = switch_on(found, plugin_slug, operator=operator_name(), with_needed=with_needed)
    for slug in switched.plugins:
        click.echo(f"{slug} is now on in {found.slug}.")
    for title in switched.drafts:
        click.echo(f"A draft of the page “{title}” stands ready; an editor publishes it.")
    if not switched.plugins:
        click.echo(f"{plugin_slug} is already on in {found.slug}.")


@plugin.command("disable")
@click.argument("region")
@click.argument("plugin_slug", metavar="PLUGIN")
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
def disable(region: str, plugin_slug: str, dry_run: bool) -> None:
    """Switch PLUGIN off for REGION; its data stays."""
    found = _prepare(region, plugin_slug)
    from zelfregie_tenants.domain.modules.switch import switch_off  # noqa: PLC0415 -- needs set_up_django

    _say_effects(found, plugin_slug, "goes out of sight, and is kept", "It has nothing there that anybody would miss.")
    if dry_run:
        return
    changed = switch_off(found, plugin_slug, operator=operator_name())
    click.echo(f"{plugin_slug} is {'now' if changed else 'already'} off in {found.slug}.")


@plugin.command("list")
@click.argument("region", required=False)
def list_plugins(region: str | None) -> None:
    """Show what is installed: which version, what each plugin adds, where it is on; or which are on for REGION."""
    set_up_django()
    from zelfregie_core.plugins.manager import get_plugins  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.modules.needs import needs_of  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.plugin_overview import installed_overview  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.plugins import is_plugin_enabled  # noqa: PLC0415 -- needs set_up_django

    found = find_region(region) if region else None
    for line in installed_overview():
        if found is not None:
            click.echo(f"{line.slug}: {'on' if is_plugin_enabled(found, line.slug) else 'off'}")
            continue
        click.echo(f"{line.slug} ({line.distribution})")
        click.echo(f"  adds: {', '.join(f'{name} {number}' for name, number in line.numbers.items()) or 'nothing'}")
        click.echo(f"  answers: {', '.join(line.hooks) or 'no hook'}")
        click.echo(f"  on in: {', '.join(line.regions) or 'no region'}")
        for need in needs_of(line.slug):
            click.echo(f"  {need.sentence}")
    for slug, old in get_plugins().deprecations() if found is None else ():
        click.secho(old.sentence(slug), fg="yellow")


@plugin.command("forget")
@click.argument("plugin_slug", metavar="PLUGIN")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--version", "version_only", is_flag=True, help="PLUGIN is installed in an older version: let it go on.")
def forget(plugin_slug: str, yes: bool, version_only: bool) -> None:
    """Give up PLUGIN, which is not installed any more; its blocks go from pages when those are next saved.

    With --version only the version is given up: the installed one, which is older, may go on with the data of a newer
    one whose tables were the same.
    """
    set_up_django()
    if version_only:
        from zelfregie_tenants.domain.modules.switch import refuse_unknown  # noqa: PLC0415 -- needs set_up_django
        from zelfregie_tenants.domain.modules.versions import forget_version  # noqa: PLC0415 -- needs set_up_django

        refuse_unknown(plugin_slug)
        number = _count(forget_version(plugin_slug), "region", "regions")
        click.echo(f"{plugin_slug} goes on with the data of a newer version in {number}.")
        return
    from zelfregie_tenants.domain.plugins import forget_plugin, refuse_installed  # noqa: PLC0415 -- needs set_up_django

    refuse_installed(plugin_slug)
    if not yes:
        click.confirm(f"Blocks of “{plugin_slug}” will be lost when their pages are saved. Go on?", abort=True)
    click.echo(f"{plugin_slug} is forgotten in {_count(forget_plugin(plugin_slug), 'region', 'regions')}.")


def _prepare(slug: str, plugin_slug: str) -> Region:
    set_up_django()
    from zelfregie_tenants.domain.modules.switch import refuse_unknown  # noqa: PLC0415 -- needs set_up_django

    refuse_unknown(plugin_slug)
    return find_region(slug)


def _say_effects(region: Region, plugin_slug: str, verb: str, nothing: str) -> None:
    """Say what the region has of the plugin, as the page in the admin does; labels are those of the plugin."""
    from django.utils import translation  # noqa: PLC0415 -- `zelfregie --help` stays quick

    from zelfregie_tenants.domain.modules.effects import count_effects  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.schemas import schema_exists  # noqa: PLC0415 -- needs set_up_django

    if not schema_exists(region.schema_name):
        return
    effects = count_effects(region, plugin_slug)
    if effects.is_empty:
        click.echo(f"{plugin_slug} in {region.slug}: {nothing}")
        return
    click.echo(f"{plugin_slug} in {region.slug}: what {verb}:")
    with translation.override(region.default_language):
        for page in effects.pages:
            click.echo(f"  {_count(page.total, 'page', 'pages')} ({page.live} live): {page.label}")
        for row in effects.rows:
            click.echo(f"  {_count(row.total, 'row', 'rows')}: {row.label}")
    for number, one, more in (
        (effects.in_menu, "place in the menu of the site", "places in the menu of the site"),
        (effects.blocks, "block", "blocks"),
        (effects.block_pages, "page with such a block", "pages with such a block"),
        (effects.links, "other page that links to these", "other pages that link to these"),
        (effects.listings, "listing in the directory across regions", "listings in the directory across regions"),
        (len(effects.tasks), "recurring task", "recurring tasks"),
    ):
        if number:
            click.echo(f"  {_count(number, one, more)}")


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
