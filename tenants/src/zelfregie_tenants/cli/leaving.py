"""`zelfregie region export`, `import` and `erase`: a region that leaves.

Exit codes: 0 done; 1 it cannot be done now, or traces are left; 2 the command was used in a wrong way.
"""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.region import region
from zelfregie_tenants.cli.support import operator_name, set_up_django

if TYPE_CHECKING:
    from zelfregie_tenants.domain.leaving.erase import Erased


@region.command("export")
@click.argument("slug")
@click.argument("target", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option("--zip", "as_zip", is_flag=True, help="Write one zip file in place of a folder.")
@click.option("--without-personal", is_flag=True, help="Leave out personal data and text that is not public.")
def export(slug: str, target: Path | None, as_zip: bool, without_personal: bool) -> None:
    """Write all that the region SLUG takes along when it leaves, in open formats.

    DIR (by default SLUG-export, with --zip SLUG-export.zip) must not be there yet. It is an instance folder again, with
    all pages, images, documents and data beside it; README.md explains every file.
    """
    set_up_django()
    from zelfregie_tenants.domain.leaving.export import export_region  # noqa: PLC0415 -- needs set_up_django

    place = target or Path(f"{slug}-export{'.zip' if as_zip else ''}")
    done = export_region(
        slug, place, click.echo, operator=operator_name(), as_zip=as_zip, personal=not without_personal
    )
    click.echo(f"{len(done.files)} files are in {place}.")
    for note in done.notes:
        click.echo(f"! {note}")
    if done.to_fill_in:
        click.echo("To be filled in before a site can be made of it:")
        for sentence in done.to_fill_in:
            click.echo(f"  {sentence}")
    if not without_personal:
        click.echo("It holds personal data: keep it encrypted, and delete it when it is not needed any more.")


@region.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--slug", default="", help="Another slug than the export's own.")
@click.option("--domain", "domains", multiple=True, help="Another address; may be given more than once.")
@click.option("--no-invite", is_flag=True, help="Do not send people a link to choose their password.")
def import_(folder: Path, slug: str, domains: tuple[str, ...], no_invite: bool) -> None:
    """Make a region of the export in DIR, whole or not at all.

    The site is there for who works on it; visitors see it when it is opened.
    """
    set_up_django()
    from zelfregie_tenants.domain.launch import LaunchRefused  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.leaving.read_in import import_region  # noqa: PLC0415 -- the same
    from zelfregie_tenants.manifest import ManifestError  # noqa: PLC0415 -- the same

    logging.getLogger("wagtail").setLevel(logging.WARNING)
    try:
        done = import_region(
            folder, click.echo, operator=operator_name(), slug=slug, domains=domains, invite=not no_invite
        )
    except ManifestError as error:
        for problem in error.problems:
            click.echo(f"{problem.place}\n  {problem.message} {problem.remedy}".rstrip())
        raise click.exceptions.Exit(1) from error
    except LaunchRefused as error:
        raise click.ClickException(str(error)) from error
    for name, report in done.reports.items():
        bad = f", {len(report.problems)} rows could not be used" if report.problems else ""
        click.echo(f"{name}: {report.created} new, {report.updated} changed, {report.unchanged} as before{bad}")
        for problem in report.problems[:20]:
            click.echo(f"  row {problem.row} {problem.column}: {problem.message}")
    for name in done.changed:
        click.echo(f"i {name} was changed since the export was made; it is used as it is now.")
    for note in done.notes:
        click.echo(f"! {note}")
    region = done.launch.region
    click.echo(f"{region.name} is {region.state}: {done.launch.url}/")
    for invitation in done.launch.invitations:
        state = "invited" if invitation.sent else "could not be mailed; zelfregie region launch tries again"
        click.echo(f"{invitation.email}: {state}")


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
    click.echo("Out of reach of this command: log files, mail that was sent, exports that were handed over.")
    if erased.backups:
        click.echo("\nThese backups still hold the region. When they are no longer needed, delete them:")
        for place in erased.backups:
            click.echo(f"  rm {place}")
    if erased.traces:
        raise click.exceptions.Exit(1)


__all__ = ["region"]
