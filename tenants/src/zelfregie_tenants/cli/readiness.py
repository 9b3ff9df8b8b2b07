"""`zelfregie region readiness` and `go-live`: what must be in order first, and opening a site for visitors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.region import region
from zelfregie_tenants.cli.support import find_region, operator_name, set_up_django

if TYPE_CHECKING:
    from zelfregie_tenants.domain.readiness.results import Entry
    from zelfregie_tenants.models import Region

SLUG = click.argument("slug")
#: How each outcome is shown: a word, a colour.
WORDS = {"broken": ("FAILED", "red"), "wrong": ("TO DO", "yellow"), "unknown": ("?", "cyan"), "ok": ("ok", "green")}
STATES = {
    "draft": "its launch was not completed: run `zelfregie region launch DIR` first.",
    "launched": "it is open already.",
    "suspended": "it is suspended. Use `zelfregie region resume {slug}`.",
    "archived": "it is archived. Use `zelfregie region unarchive {slug}` first.",
}


@region.command("readiness")
@SLUG
def readiness(slug: str) -> None:
    """Check whether the site of SLUG is ready for visitors: what is wrong, why it matters, where to put it right.

    Asks the network as well: addresses, certificate, mail records. Exit code 1 when something keeps the site closed.
    """
    set_up_django()
    from zelfregie_tenants.domain.readiness.results import blockers, check_region  # noqa: PLC0415 -- needs set_up_django

    found = find_region(slug)
    _refuse_without_schema(found)
    entries = check_region(found)
    show_entries(found, entries)
    if blockers(entries):
        raise click.exceptions.Exit(1)
    if found.state == found.State.PREPARED:
        click.echo(f"\nTo open it for visitors: zelfregie region go-live {slug}")


@region.command("go-live")
@SLUG
@click.option(
    "--override",
    "keys",
    metavar="KEY",
    multiple=True,
    help="Open although this blocking check is wrong; can be repeated.",
)
@click.option(
    "--reason", default="", help="Why, for every --override. Kept, and shown to the region. No personal data."
)
def go_live(slug: str, keys: tuple[str, ...], reason: str) -> None:
    """Open the site of SLUG for visitors.

    Refused while a blocking check is wrong. Checks about privacy are never overridden.
    """
    set_up_django()
    open_region(find_region(slug), dict.fromkeys(keys, reason))


def open_region(found: Region, overrides: dict[str, str]) -> None:
    """Open a region, or say what keeps it closed and leave with exit code 1."""
    from zelfregie_tenants.domain.domains import region_url  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.readiness.go_live import GoLiveRefused, go_live  # noqa: PLC0415 -- needs set_up_django

    try:
        opened = go_live(found, operator=operator_name(), overrides=overrides)
    except GoLiveRefused as error:
        if not error.entries:
            state = STATES.get(found.state, "its state changed just now.").format(slug=found.slug)
            raise click.ClickException(f"{found.slug} cannot be opened: {state}") from error
        show_entries(found, error.entries, with_summary=False)
        click.echo(f"\n{found.slug} stays closed: {len(error.entries)} to do first.")
        raise click.exceptions.Exit(1) from error
    click.echo(f"{found.slug} is open for visitors: {region_url(found)}/")
    for key in opened.overridden:
        click.echo(f"  opened although {key} is wrong: {overrides[key]}")
    advice = [entry for entry in opened.entries if entry.is_wrong and not entry.check.blocking]
    if advice:
        click.echo(f"\n{len(advice)} thing{'s' if len(advice) > 1 else ''} could be better:")
        show_entries(found, advice, with_summary=False)


def show_entries(found: Region, entries: Iterable[Entry], *, with_summary: bool = True) -> None:
    """Print checks: what is wrong, why it matters, and the address where it is put right."""
    from zelfregie_tenants.domain.domains import address, primary_host  # noqa: PLC0415 -- needs set_up_django

    host = primary_host(found)
    for entry in (entries := list(entries)):
        word, colour = WORDS[entry.status.value]
        blocks = " (keeps the site closed)" if entry.blocks else ""
        click.echo(f"{click.style(f'{word:8}', fg=colour)}{entry.key}: {entry.check.title}{blocks}")
        if entry.status.value == "ok":
            continue
        for finding in entry.findings:
            if finding.status.value != "ok":
                click.echo(f"        {finding.message}")
                if finding.link and host:
                    click.echo(f"        where: {address(host)}{finding.link}")
        if entry.is_wrong:
            click.echo(f"        why:   {entry.check.why}")
        if entry.override_reason:
            click.echo(f"        overridden by {entry.overridden_by}: {entry.override_reason}")
    if with_summary:
        blocking = sum(entry.blocks for entry in entries)
        advising = sum(entry.is_wrong and not entry.blocks for entry in entries)
        unknown = sum(entry.status.value == "unknown" for entry in entries)
        click.echo(
            f"\n{found.slug}: {blocking} to do before it can open, {advising} that could be better, "
            f"{unknown} that could not be checked now."
        )


def _refuse_without_schema(found: Region) -> None:
    if found.state == found.State.DRAFT:
        raise click.ClickException(f"{found.slug} cannot be checked: {STATES['draft']}")


__all__ = ["region"]
