"""Reading a backup file through to its end, without touching anything else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from zelfregie_tenants.domain.backup.archive import Archive, read_archive, sha256_of
from zelfregie_tenants.domain.backup.contents import Contents, read_contents
from zelfregie_tenants.domain.backup.errors import BackupProblem
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
    """Remember that a backup of this installation was read back whole; return for how many regions it is known."""
    return RegionBackup.objects.filter(sha256=sha256_of(path)).update(verified_at=timezone.now())


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
        raise BackupProblem(message)
