"""`zelfregie directory`: the directory in which all regions are searched together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.support import find_region, set_up_django

if TYPE_CHECKING:
    from zelfregie_tenants.domain.directory.rebuild import Rebuilt


@click.group()
def directory() -> None:
    """The directory in which all regions are searched together."""


@directory.command("rebuild")
@click.option("--region", "slug", metavar="SLUG", help="Only this region; otherwise all of them.")
def rebuild(slug: str | None) -> None:
    """Make the directory equal to what the regions publish, and tell what was not.

    Safe at any time and any number of times: each region is one transaction, and the sites go on meanwhile.
    """
    set_up_django()
    from zelfregie_tenants.domain.directory.rebuild import rebuild_directory  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.models import Region  # noqa: PLC0415 -- needs set_up_django

    regions = [find_region(slug)] if slug else list(Region.objects.all())
    failed = []

    def progress(rebuilt: Rebuilt) -> None:
        click.echo(_line(rebuilt))
        failed.extend(rebuilt.failed)

    differences = rebuild_directory(regions, progress)
    click.echo("Everything was as it should be." if not differences else f"Mended {differences} differences.")
    if failed:
        message = f"The plugin {', '.join(sorted(set(failed)))} failed; what it lists was left as it was. See the log."
        raise click.ClickException(message)


def _line(rebuilt: Rebuilt) -> str:
    """One line on a region: how many listings, and what was mended."""
    kinds = ("added", "changed", "removed")
    counts = {kind: sum(getattr(found, kind) for found in rebuilt.mended.values()) for kind in kinds}
    counts["removed"] += rebuilt.gone
    mended = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number) or "no differences"
    failed = f"; failed: {', '.join(rebuilt.failed)}" if rebuilt.failed else ""
    return f"{rebuilt.region}: {rebuilt.total} listings, {mended}{failed}"
