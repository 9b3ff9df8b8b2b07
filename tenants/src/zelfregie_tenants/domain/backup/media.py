"""The files of a region: read and written through the storage, swapped by renaming where the storage has folders.

While a region is restored its files are below the name of the scratch schema. How far it got is told by the schemas in
the database (see `scratch.py`), so that it can be finished after the process was killed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django_tenants.utils import schema_context

from zelfregie_tenants.domain.backup.archive import NO_ROOM
from zelfregie_tenants.domain.backup.errors import BackupProblem

CHUNK = 1 << 20
#: In a storage without folders: the list of the files that were all written, from which the swap is done.
COMPLETE = "zelfregie-restored-files.json"


def file_names(schema: str, folder: str = "") -> Iterator[str]:
    """Yield the names of all files of a region, sorted within each folder."""
    with schema_context(schema):
        try:
            folders, files = default_storage.listdir(folder)
        except FileNotFoundError:
            return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from file_names(schema, f"{folder}/{name}" if folder else name)


def read_file(schema: str, name: str) -> Iterator[bytes]:
    """Yield one file of a region, piece by piece.

    Raises:
        FileNotFoundError: it was deleted meanwhile.
        BackupProblem: it cannot be read.
    """
    try:
        with schema_context(schema), default_storage.open(name, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except FileNotFoundError:
        raise
    except OSError as error:
        message = f"The file {name} of the region cannot be read: {str(error.strerror).lower()}."
        raise BackupProblem(message) from error


def write_file(schema: str, name: str, chunks: Iterable[bytes], expected: dict[str, Any]) -> None:
    """Write one file below a schema's name and read back how large it is.

    Raises:
        BackupProblem: it is not what the backup says, or there is no room.
    """
    digest = hashlib.sha256()
    try:
        with schema_context(schema), SpooledTemporaryFile(CHUNK) as spool:
            for chunk in chunks:
                digest.update(chunk)
                spool.write(chunk)
            spool.seek(0)
            stored = default_storage.save(name, File(spool))
            size = default_storage.size(stored)
    except OSError as error:
        reason = "there is no room" if error.errno in NO_ROOM else str(error.strerror).lower()
        message = f"The file {name} cannot be written: {reason}. Nothing was changed."
        raise BackupProblem(message) from error
    if (stored, size, digest.hexdigest()) != (name, expected["size"], expected["sha256"]):
        message = f"The file {name} is not as the backup says."
        raise BackupProblem(message)


def prepare(schema: str) -> None:
    """Make the place for the files of a restore, also when there will be none."""
    discard(schema)
    if folder := folder_of(schema):
        folder.mkdir(parents=True)


def complete(schema: str, names: list[str]) -> None:
    """Note that all files are there. Not needed where a folder is renamed as a whole."""
    if not folder_of(schema):
        with schema_context(schema):
            default_storage.save(COMPLETE, ContentFile(json.dumps(names).encode()))


def swap(source: str, target: str, aside: str) -> None:
    """Let the files below `source` take the place of those of `target`. Done again, it goes on where it was cut off."""
    origin, place, away = folder_of(source), folder_of(target), folder_of(aside)
    if origin and place and away:
        if origin.exists():
            if place.exists():
                discard(aside)
                place.rename(away)
            origin.rename(place)
        discard(aside)
        return
    with schema_context(source):
        is_complete = default_storage.exists(COMPLETE)
    if is_complete:
        names = json.loads(b"".join(read_file(source, COMPLETE)))
        for name in set(file_names(target)) - set(names):
            with schema_context(target):
                default_storage.delete(name)
        for name in names:
            _copy(source, target, name)
        with schema_context(source):
            default_storage.delete(COMPLETE)
    discard(source)


def discard(schema: str, below: str = "") -> None:
    """Delete all files below the name of a schema, or below a folder there."""
    if folder := folder_of(schema):
        folder /= below
        if folder.is_symlink():
            folder.unlink()
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
        return
    names = list(file_names(schema, below))
    with schema_context(schema):
        for name in names:
            default_storage.delete(name)


def folder_of(schema: str) -> Path | None:
    """Return the folder with the files of a schema; None where the storage has none, such as an object store."""
    with schema_context(schema):
        find = getattr(default_storage, "region_folder", None)
        return find() if find else None


def _copy(source: str, target: str, name: str) -> None:
    with schema_context(target):
        if default_storage.exists(name):
            default_storage.delete(name)
    with SpooledTemporaryFile(CHUNK) as spool:
        for chunk in read_file(source, name):
            spool.write(chunk)
        spool.seek(0)
        with schema_context(target):
            default_storage.save(name, File(spool))
