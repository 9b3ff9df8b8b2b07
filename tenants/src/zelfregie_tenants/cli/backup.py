"""`zelfregie region backup`, `restore` and `tidy`; `zelfregie backup check` and `list`.

Exit codes: 0 done; 1 something must be put right first; 2 the command was used in a wrong way.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zelfregie_tenants.cli.region import region
from zelfregie_tenants.cli.support import find_region, operator_name, set_up_django

if TYPE_CHECKING:
    from collections.abc import Callable

    from zelfregie_tenants.domain.backup.make import Outcome
    from zelfregie_tenants.models import RegionBackup

FILE = click.Path(path_type=Path, dir_okay=False)
RECIPIENT = click.option(
    "--recipient",
    "recipients",
    multiple=True,
    metavar="KEY",
    help="Encrypt for this public key: age1... or ssh-ed25519 ...; may be repeated.",
)
IDENTITY = click.option("--identity", type=FILE, metavar="FILE", help="The key of an encrypted backup.")


@region.command("backup")
@click.argument("slug", required=False)
@click.option(
    "--to", "target", type=click.Path(path_type=Path), metavar="PATH", help="A folder, or a file that is not there yet."
)
@click.option("--all", "everything", is_flag=True, help="Every region, one after the other: for a nightly timer.")
@click.option(
    "--keep",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Keep the N newest backups of each region in the folder of ZELFREGIE_BACKUP_DIR.",
)
@RECIPIENT
def make_backup(
    slug: str | None, target: Path | None, everything: bool, keep: int | None, recipients: tuple[str, ...]
) -> None:
    """Write everything of the region SLUG to one file: its tables, its files, and what the platform knows of it.

    The site goes on meanwhile. The file is there whole or not at all, and is read back before the command says so.
    Without --recipient those of ZELFREGIE_BACKUP_RECIPIENTS are used.
    """
    if everything == bool(slug):
        message = "Give the region's slug, or --all."
        raise click.UsageError(message)
    if target and (everything or keep):
        message = "--to is for one backup; --all and --keep are about the folder of ZELFREGIE_BACKUP_DIR."
        raise click.UsageError(message)
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_tenants.domain.backup import make  # noqa: PLC0415 -- the same

    keys = recipients or tuple(settings.ZELFREGIE_BACKUP_RECIPIENTS)
    if everything:
        outcomes = make.backup_all(keep, recipients=keys, progress=_show_outcome)
        failed = [outcome.slug for outcome in outcomes if outcome.backup is None]
        click.echo(f"Backups made: {len(outcomes) - len(failed)} of {len(outcomes)}.")
        if failed:
            message = f"No backup of {', '.join(failed)}: see above."
            raise click.ClickException(message)
        return
    found = find_region(slug or "")
    backup = make.backup_region(found, target, recipients=keys, progress=_progress())
    if keep:
        make.forget_older(found, keep)
    click.echo(f"{_described(backup)}\n{backup.location}")
    if backup.encrypted:
        click.echo("Only the key's owner can read it. Where that key is, try once:")
        click.echo(f"  zelfregie backup check {backup.location} --identity KEYFILE")


@region.command("restore")
@click.argument("file", type=FILE)
@click.option("--as", "slug", metavar="SLUG", help="Restore it under another name, beside the region that it is of.")
@click.option(
    "--domain", "domains", multiple=True, metavar="HOST", help="Its address, the main one first; may be repeated."
)
@click.option("--replace", metavar="SLUG", help="The region that may be overwritten; what is there is backed up first.")
@IDENTITY
@RECIPIENT
def restore(
    file: Path,
    slug: str | None,
    domains: tuple[str, ...],
    replace: str | None,
    identity: Path | None,
    recipients: tuple[str, ...],
) -> None:
    """Make a region from the backup FILE, on this installation or another one.

    Everything is compared row by row before it is put in place, at once; other regions are served meanwhile. The region
    is then in the state in which it was saved; under another name, or from another installation, it is prepared and
    goes live when you say so. Whoever was logged in logs in again.
    """
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 -- needs set_up_django

    from zelfregie_tenants.domain.backup.restore import restore_region  # noqa: PLC0415 -- the same
    from zelfregie_tenants.domain.domains import address, primary_host  # noqa: PLC0415 -- the same

    done = restore_region(
        file,
        slug=slug,
        hosts=domains,
        replace=replace,
        identity=identity,
        recipients=recipients or tuple(settings.ZELFREGIE_BACKUP_RECIPIENTS),
        operator=operator_name(),
        progress=_progress(),
    )
    host = primary_host(done.region)
    saved = f"{done.contents.made_at:%Y-%m-%d %H:%M} UTC"
    click.echo(f"{done.region.slug} is as {done.contents.slug} was on {saved}, and {done.region.state}.")
    click.echo(f"{address(host)}/" if host else "It has no domain yet.")
    if done.safety:
        click.echo(f"What was there before: {done.safety.location}")
    if done.migrated:
        click.echo(f"It was of release {done.contents.release} and has been brought to this one.")
    for note in done.notes:
        click.echo(note)


@region.command("tidy")
def tidy() -> None:
    """Finish or remove what a backup or restore left that was cut off. Safe at any time."""
    set_up_django()
    from zelfregie_tenants.domain.backup.scratch import clear_up_all  # noqa: PLC0415 -- needs set_up_django

    if not clear_up_all(click.echo):
        click.echo("There was nothing to put right.")


@click.group("backup")
def backup() -> None:
    """Backups of regions: looking at them. Making and restoring them is in `zelfregie region`."""


@backup.command("check")
@click.argument("file", type=FILE)
@IDENTITY
def check(file: Path, identity: Path | None) -> None:
    """Read the backup FILE to its end and compare every byte with what it says of itself. Changes no region.

    A backup on record that is found damaged is counted on no more, by anything that asks for a recent one.
    """
    set_up_django()
    from zelfregie_tenants.domain.backup import check as checking  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.domain.backup.contents import refuse_newer  # noqa: PLC0415 -- the same
    from zelfregie_tenants.domain.backup.encryption_keys import refuse_missing  # noqa: PLC0415 -- the same
    from zelfregie_tenants.domain.backup.errors import BackupProblem  # noqa: PLC0415 -- the same

    try:
        checked = checking.check_backup(file, identity)
    except BackupProblem as problem:
        for slug in checking.note_damaged(file, problem):
            click.echo(f"This file is on record as a backup of {slug}, and counts no more. Make another one:", err=True)
            click.echo(f"  zelfregie region backup {slug}", err=True)
        raise
    checking.note_checked(file)
    contents = checked.contents
    click.echo(
        f"{file} is whole: {contents.slug} on {contents.made_at:%Y-%m-%d %H:%M} UTC, release {contents.release}."
    )
    click.echo(f"{checked.rows} rows in {checked.tables} tables, {checked.files} files.")
    refuse_newer(contents, file)
    if contents.encryption_keys:
        texts = ", ".join(f"{key} ({number} texts)" for key, number in contents.encryption_keys.items())
        click.echo(f"To read its personal texts these keys of ZELFREGIE_ENCRYPTION_KEYS are needed: {texts}.")
    refuse_missing(contents, file)


@backup.command("list")
@click.argument("slug", required=False)
def list_backups(slug: str | None) -> None:
    """List the backups that this installation knows of, the newest first; of all regions, or of SLUG."""
    set_up_django()
    from zelfregie_tenants.domain.backup.records import is_there, size_now  # noqa: PLC0415 -- needs set_up_django
    from zelfregie_tenants.models import RegionBackup  # noqa: PLC0415 -- the same

    found = RegionBackup.objects.select_related("region")
    if slug:
        found = found.filter(region=find_region(slug))
    for row in found:
        wrong = "not there any more" if size_now(row) is None else "not as large as it was: check it"
        note = "" if is_there(row) or row.damaged_at else f"  ({wrong})"
        click.echo(f"{row.region.slug}  {_described(row)}  {row.location}{note}")
    if not found:
        click.echo("No backups are known here.")


def _described(row: RegionBackup) -> str:
    """One line on a backup: when, how large, and what was tried with it."""
    words = [f"{row.made_at:%Y-%m-%d %H:%M} UTC", f"{row.size / 1e6:.1f} MB"]
    words += ["encrypted"] if row.encrypted else []
    if row.damaged_at:
        return ", ".join([*words, f"DAMAGED, found on {row.damaged_at:%Y-%m-%d}"])
    words += [f"restored {row.restored_at:%Y-%m-%d}"] if row.restored_at else ["checked"] if row.verified_at else []
    return ", ".join(words)


def _show_outcome(outcome: Outcome) -> None:
    click.echo(f"{outcome.slug}: {_described(outcome.backup) if outcome.backup else outcome.problem}")


def _progress() -> Callable[[str], None]:
    """Return what tells on a terminal how far it is; a log gets the result only."""
    if not sys.stderr.isatty():
        return lambda message: None
    return lambda message: click.echo(f"{message} ...", err=True)
