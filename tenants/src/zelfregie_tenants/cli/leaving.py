"""`zelfregie region export`, `import` and `erase`: a region that leaves.

Exit codes: 0 done; 1 it cannot be done now, or traces are left; 2 the command was used in a wrong way.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.region import region
from zelfregie_tenants.cli.support import operator_name, set_up_django

if TYPE_CHECKING:
    from zelfregie_tenants.domain.leaving.erase import Erased


@region.command()
@click.argument("slug")
@click.option("--yes-erase", metavar="SLUG", help="Type the slug here instead of at the question.")
@click.option("--without-backup", metavar="SLUG", help="Erase it although there is no fresh backup: type the slug.")
@click.option("--max-age", default=24, show_default=True, metavar="HOURS", help="How old the backup may be.")
@click.option("--reason", default="", help="Why, for the log. No personal data.")
def erase(slug: str, yes_erase: str | None, without_backup: str | None, max_age: int, reason: str) -> None:
    """Erase the region SLUG with every trace, and prove it.

    Schema, files, what other regions find of it, figures, tasks and caches go. A line in the log stays: which slug was
    erased, when and by whom. Wants a fresh backup. Cut short, the same command completes it.
    """
    set_up_django()
    from zelfregie_tenants.domain.leaving.erase import erase_region  # noqa: PLC0415 -- needs set_up_django

    for name, typed in (("--yes-erase", yes_erase), ("--without-backup", without_backup)):
        if typed is not None and typed != slug:
            message = f"{name} must be followed by the slug of the region: {slug}, not “{typed}”. Nothing was erased."
            raise click.UsageError(message)
    if yes_erase is None:
        if not sys.stdin.isatty():
            message = f"Nobody is there to ask: add --yes-erase {slug}. Nothing was erased."
            raise click.UsageError(message)
        typed = click.prompt(f"This cannot be undone. Type {slug} to erase it", default="", show_default=False)
        if typed != slug:
            message = "That is not its slug. Nothing was erased."
            raise click.ClickException(message)
    erased = erase_region(
        slug,
        click.echo,
        operator=operator_name(),
        without_backup=without_backup is not None,
        max_age=timedelta(hours=max_age),
        reason=reason,
    )
    _show_erased(erased)


def _show_erased(erased: Erased) -> None:
    """Say what was looked through and what is left of the region, and leave with exit code 1 when something is."""
    click.echo(f"\nLooked through {len(erased.looked)} places for {erased.slug}:")
    for found in erased.looked:
        mentions = f", {found.mentions} rows of other regions name it" if found.mentions else ""
        click.echo(f"  {found.traces} traces  {found.place}{mentions}")
    click.echo(f"\n{erased.traces} traces of {erased.slug} are left.")
    click.echo("Kept on purpose: the log of regions, with its slug and the login names of operators.")
    click.echo(
        "Out of reach of this command: log files, mail that was sent, exports that were handed over."
    )
    if erased.backups:
        click.echo("\nThese backups still hold the region. When they are no longer needed, delete them:")
        for place in erased.backups:
            click.echo(f"  rm {place}")
    if erased.traces:
        raise click.exceptions.Exit(1)


__all__ = ["region"]
