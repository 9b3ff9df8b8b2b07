"""Reading a backup file through to its end, without touching anything else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from zelfregie_tenants.domain.backup.archive import Archive, read_archive, sha256_of
from zelfregie_tenants.domain.backup.contents import Contents, read_contents
from zelfregie_tenants.domain.backup.errors import BackupDamaged, BackupProblem
from zelfregie_tenants.domain.backup.scratch import backup_folder
from zelfregie_tenants.models import RegionBackup


@dataclass(frozen=True)
class Checked:
    """What a whole and readable backup holds."""

    contents: Contents
    tables: int
    rows: int
    files: int


def check_backup(path: Path, identity: Path | None = None) -> Checked:
    """Read every byte of a backup and compare it with what the file says of itself. Changes nothing.

    Args:
        path: the file.
        identity: the file with the key, for an encrypted one.

    Raises:
        BackupProblem: what is wrong with it.
    """
    with read_archive(path, identity, backup_folder()) as archive:
        contents = read_contents(archive.contents, path)
        for name, expected in members(contents):
            _compare(archive, name, expected)
    tables = contents.data["tables"]
    return Checked(contents, len(tables), sum(table["rows"] for table in tables.values()), len(contents.data["media"]))


def note_checked(path: Path) -> int:
    """Remember that a backup of this installation was read back whole; return for how many regions it is known.

    A good copy of one that was found damaged takes its place: from then on the record is of this file.
    """
    known = RegionBackup.objects.filter(sha256=sha256_of(path))
    known.exclude(damaged_at=None).update(damaged_at=None, location=str(path.absolute()))
    return known.update(verified_at=timezone.now())


def note_damaged(path: Path, problem: BackupProblem) -> list[str]:
    """Remember that a backup on record is damaged, so that nobody counts on it; return the slugs of its regions.

    Only for the file that the record is of: a copy elsewhere says nothing of it.

    Args:
        path: of the file that could not be used.
        problem: why. Another one than damage leaves the record alone, unless the file is not the one that was written:
            that shows also of a file for which the key is not here.
    """
    known = RegionBackup.objects.filter(location=str(path.absolute()))
    if known and not isinstance(problem, BackupDamaged):
        try:
            known = known.exclude(sha256=sha256_of(path))
        except OSError:  # it is not there, or not for us to read: that is not damage
            return []
    slugs = list(known.order_by("region__slug").values_list("region__slug", flat=True).distinct())
    known.filter(damaged_at=None).update(damaged_at=timezone.now())
    return slugs


@contextmanager
def noting_damage(path: Path) -> Iterator[None]:
    """Remember that the backup is damaged when that is why the block fails."""
    try:
        yield
    except BackupProblem as problem:
        note_damaged(path, problem)
        raise


def members(contents: Contents) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name of every member with rows or files, and what the file says of it."""
    for name, expected in contents.data["tables"].items():
        yield f"tables/{name}.copy", expected
    for name, expected in contents.data["shared"].items():
        yield f"shared/{name}.jsonl", expected
    for name, expected in contents.data["media"].items():
        yield f"media/{name}", expected


def _compare(archive: Archive, name: str, expected: dict[str, Any]) -> None:
    digest, size = hashlib.sha256(), 0
    for chunk in archive.chunks(name):
        digest.update(chunk)
        size += len(chunk)
    if (size, digest.hexdigest()) != (expected["size"], expected["sha256"]):
        message = f"{archive.path} is damaged: {name} is not as its list of contents says."
        raise BackupDamaged(message)
