"""`zelfregie region list` and `show`; `plan` and `launch` are in `cli.region`."""

from __future__ import annotations

import click

from zelfregie_tenants.cli import (  # noqa: F401 -- they add their commands to the group
    backup,
    closing,
    leaving,
    readiness,
)
from zelfregie_tenants.cli.region import region
from zelfregie_tenants.cli.support import find_region, set_up_django

#: So many lines of the log are shown.
LAST_EVENTS = 10


@region.command("list")
def list_regions() -> None:
    """List all regions with their state and address."""
    set_up_django()
    from zelfregie_tenants.domain.domains import address  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.models import Region  # noqa: PLC0415 -- needs set_up_django

    regions = Region.objects.prefetch_related("domains")
    width = max((len(found.slug) for found in regions), default=0)
    for found in regions:
        hosts = [domain.domain for domain in found.domains.all() if domain.is_primary]
        click.echo(f"{found.slug:{width}}  {found.state:9}  {address(hosts[0]) if hosts else '(no domain)'}")
    if not regions:
        click.echo("There are no regions yet. Launch one: zelfregie region launch DIR")


@region.command("show")
@click.argument("slug")
def show_region(slug: str) -> None:
    """Show the region SLUG: where it stands, its addresses and its plugins."""
    set_up_django()
    from zelfregie_tenants.domain.domains import address  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.plugins import activations  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.models import RegionEvent  # noqa: PLC0415 -- needs set_up_django

    found = find_region(slug)
    switched_on = sorted(name for name, row in activations(found).items() if row.enabled)
    rows = {
        "name": found.name,
        "slug": found.slug,
        "kind": found.kind,
        "state": found.state,
        "schema": found.schema_name,
        "languages": ", ".join(found.languages),
        "addresses": ", ".join(address(domain.domain) for domain in found.domains.all()) or "none",
        "municipalities": ", ".join(found.area["municipalities"]) or "none",
        "postcodes": ", ".join(found.area["postcodes"]) or "none",
        "plugins": ", ".join(switched_on) or "none",
        "launched": f"{found.launched_at:%Y-%m-%d %H:%M %Z}" if found.launched_at else "not yet",
    }
    for label, value in rows.items():
        click.echo(f"{label + ':':16}{value}")
    for event in RegionEvent.objects.filter(slug=found.slug)[:LAST_EVENTS]:
        reason = f" ({event.reason})" if event.reason else ""
        click.echo(f"{'log:':16}{event.at:%Y-%m-%d %H:%M %Z} {event.action} by {event.operator or 'unknown'}{reason}")


__all__ = ["region"]
