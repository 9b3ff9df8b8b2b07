"""Making backups: of one region, and of all of them for a nightly timer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg
from django.db import Error as DatabaseError
from django.utils import timezone
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.domain.backup import encryption_keys, media, rows, shared_rows
from zelfregie_tenants.domain.backup.archive import ArchiveWriter, sha256_of, write_archive
from zelfregie_tenants.domain.backup.check import check_backup
from zelfregie_tenants.domain.backup.contents import (
    FORMAT,
    README,
    installation_id,
    platform_migrations,
    releases,
    server_version,
)
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.backup.scratch import backup_folder, clear_up
from zelfregie_tenants.domain.region_lock import RegionBusy, region_lock
from zelfregie_tenants.domain.schemas import checked_name, schema_exists
from zelfregie_tenants.domain.template import TemplateProblem, find_pg_dump, template_fingerprint
from zelfregie_tenants.models import Region, RegionBackup

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one region in a round of all: its backup, or why there is none."""

    slug: str
    backup: RegionBackup | None
    problem: str = ""


def quiet(message: str) -> None:
    """Ignore a message about progress."""


def backup_region(
    region: Region,
    target: Path | None = None,
    *,
    recipients: Sequence[str] = (),
    check: bool = True,
    progress: Progress = quiet,
) -> RegionBackup:
    """Write one file with everything that belongs to a region, as it is at this moment. The site goes on meanwhile.

    Killed at any moment it leaves no file under the backup's name; half a file is hidden and removed by the next one.

    Args:
        region: with a schema.
        target: a file that does not exist yet, or a folder; None: the folder of ZELFREGIE_BACKUP_DIR.
        recipients: public keys of age or SSH that may read it; none: not encrypted.
        check: read it back whole and compare; of an encrypted one only the key's owner can.
        progress: is told what is being done.

    Raises:
        RegionBusy: someone else is working on this region.
        BackupProblem: nothing to back up, nowhere to put it, no room.
        TemplateProblem: there is no fitting pg_dump here.
    """
    with region_lock(region.slug):
        clear_up(region.slug)
        return backup_locked(region, target, recipients=recipients, check=check, progress=progress)


def backup_locked(
    region: Region,
    target: Path | None = None,
    *,
    recipients: Sequence[str] = (),
    check: bool = True,
    progress: Progress = quiet,
) -> RegionBackup:
    """As `backup_region`, for who holds the region's lock."""
    schema = checked_name(region.schema_name)
    if not schema_exists(schema):
        message = f"{region.slug} is a draft without a site: there is nothing to back up yet."
        raise BackupProblem(message)
    program = find_pg_dump()
    path = _path(region.slug, target, encrypted=bool(recipients))
    progress("Writing")
    with (
        schema_context(get_public_schema_name()),
        rows.snapshot() as (session, name),
        write_archive(path, recipients) as archive,
    ):
        made_at = _write(archive, session, region.slug, rows.definition(program, schema, name))
    verified_at = None
    if check and not recipients:
        progress("Reading it back")
        check_backup(path)
        verified_at = timezone.now()
    with schema_context(get_public_schema_name()):
        return RegionBackup.objects.create(
            region_id=region.pk,
            made_at=made_at,
            location=str(path),
            sha256=sha256_of(path),
            size=path.stat().st_size,
            encrypted=bool(recipients),
            release=version("zelfregie-tenants"),
            verified_at=verified_at,
        )


def backup_all(
    keep: int | None = None,
    *,
    recipients: Sequence[str] = (),
    progress: Callable[[Outcome], None],
) -> list[Outcome]:
    """Back up every region that has a site, one after the other; one that fails does not stop the rest.

    Args:
        keep: how many backups of each region stay in the folder; None: all.
        recipients: as for one.
        progress: is told of each region.
    """
    outcomes = []
    for region in Region.objects.all():
        if not schema_exists(region.schema_name):
            continue
        try:
            outcome = Outcome(region.slug, backup_region(region, recipients=recipients))
            if keep is not None:
                forget_older(region, keep)
        except (BackupProblem, RegionBusy, TemplateProblem, OSError, psycopg.Error, DatabaseError) as error:
            outcome = Outcome(region.slug, None, str(error).strip().splitlines()[0] if str(error) else repr(error))
        progress(outcome)
        outcomes.append(outcome)
    return outcomes


def forget_older(region: Region, keep: int) -> int:
    """Delete all but the newest backups of a region from the folder of ZELFREGIE_BACKUP_DIR; return how many.

    One that was found damaged is none of those that stay; it goes when as many good ones are newer. What is known of
    them goes too, except of one that a region was once made from: that it worked stays known.
    """
    folder = backup_folder().absolute()
    files = [file for file in folder.glob(f"{region.slug}_*") if file.name.endswith((".zip", ".zip.age"))]
    with schema_context(get_public_schema_name()):
        damaged = set(region.backups.exclude(damaged_at=None).values_list("location", flat=True))
        good, old = 0, []
        for file in sorted(files, key=lambda file: file.name, reverse=True):
            if good >= max(keep, 1):
                old.append(file)
            good += str(file) not in damaged
        for file in old:
            file.unlink(missing_ok=True)
        for backup in region.backups.filter(restored_at__isnull=True):
            place = Path(backup.location)
            if place.parent == folder and not place.exists():
                backup.delete()
    return len(old)


def _write(archive: ArchiveWriter, session: psycopg.Connection, slug: str, definition: tuple[str, str]) -> dt.datetime:
    """Write everything of a region, all from one snapshot; return its moment."""
    archive.add("README.txt", [README.encode()], compress=True)
    row = shared_rows.region_row(session, slug)
    schema = row["schema_name"]
    moment = session.execute("SELECT transaction_timestamp()").fetchone()
    made_at: dt.datetime = moment[0] if moment else timezone.now()
    before, after = definition
    archive.add("definition/before.sql", [before.encode()], compress=True)
    archive.add("definition/after.sql", [after.encode()], compress=True)
    tables = rows.tables(session, schema)
    sums = rows.sums(session, schema, [table.name for table in tables if table.name not in rows.WITHOUT_ROWS])
    archive.contents |= {
        "kind": "zelfregie region backup",
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "releases": releases(),
        "postgresql": server_version(),
        "installation": installation_id(),
        "fingerprint": template_fingerprint(),
        "platform": platform_migrations(),
        "region": row,
        "hosts": shared_rows.hosts(session, row["id"]),
        "migrations": list(_migrations(session, schema)),
        "synced_rows": _synced_rows(session, schema),
        "description": rows.description_digest(session, schema),
        "tables": {},
        "shared": {},
        "media": {},
    }
    for table in tables:
        found = archive.add(f"tables/{table.name}.copy", rows.copy_out(session, schema, table), compress=True)
        total = sums.get(table.name, rows.Sum(0, "0"))
        archive.contents["tables"][table.name] = {
            **found, "columns": table.columns, "rows": total.rows, "checksum": total.checksum,
        }  # fmt: skip
    archive.contents["encryption_keys"] = encryption_keys.needed(session, schema)
    # Numbers are given outside transactions: asked last, they are past every row of the snapshot.
    archive.contents["sequences"] = rows.positions(session, schema)
    for model in shared_rows.TRAVELLING:
        label = model._meta.label
        found = archive.add(f"shared/{label}.jsonl", shared_rows.lines(session, model, row["id"]), compress=True)
        total = shared_rows.sum_of_rows(session, model, row["id"])
        archive.contents["shared"][label] = {**found, "rows": total.rows, "checksum": total.checksum}
    for name in media.file_names(schema):
        try:
            found = archive.add(f"media/{name}", media.read_file(schema, name), compress=False)
        except FileNotFoundError:
            continue  # deleted since it was listed
        archive.contents["media"][name] = found
    return made_at


def _migrations(session: psycopg.Connection, schema: str) -> Iterable[tuple[str, str]]:
    return session.execute(f'SELECT app, name FROM "{checked_name(schema)}".django_migrations ORDER BY app, name')  # noqa: S608 -- checked


def _synced_rows(session: psycopg.Connection, schema: str) -> str:
    """Return what is noted on the schema: from which code its themes and roles are. See `domain.synced_rows`."""
    row = session.execute(
        "SELECT coalesce(obj_description(%s::regnamespace, 'pg_namespace'), '')", [checked_name(schema)]
    ).fetchone()
    return str(row[0]) if row else ""


def _path(slug: str, target: Path | None, *, encrypted: bool) -> Path:
    """Return where a backup goes; a name of our own has the slug and the moment in it, so that names sort by age."""
    folder = backup_folder() if target is None else target
    if target is not None and not target.is_dir():
        return target.absolute()
    stem, ending = f"{slug}_{timezone.now():%Y%m%dT%H%M%S}Z", ".zip.age" if encrypted else ".zip"
    path, number = folder / f"{stem}{ending}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{ending}"
    return path.absolute()
