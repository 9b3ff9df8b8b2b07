"""The one file: a ZIP that ends with its own fingerprint, written whole or not at all, encrypted if asked.

Any tool opens it. The comment at the end of a ZIP has room for a text of our own: the SHA-256 of everything before it,
so that one pass over the file tells whether a byte of it changed or is missing.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from zelfregie_tenants.domain.backup import encryption
from zelfregie_tenants.domain.backup.errors import BackupDamaged, BackupProblem

CONTENTS = "contents.json"
MARK = b"sha256:"
DIGEST_LENGTH = 64
CHUNK = 1 << 20
#: Errors of a disk that has no room for more: full, over a quota, or a file that may not grow.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class SealingWriter:
    """Passes on what is written and keeps its SHA-256, which in the end takes the place of the last 64 bytes.

    It has no position (`tell`), so that zipfile writes from front to back, as a pipe needs.
    """

    def __init__(self, target: IO[bytes]) -> None:
        """Write to this file."""
        self._target = target
        self._held = b""
        self._sum = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Pass on all but the last 64 bytes so far."""
        known = self._held + bytes(data)
        self._held = known[-DIGEST_LENGTH:]
        self._pass_on(known[:-DIGEST_LENGTH])
        return len(data)

    def flush(self) -> None:
        """Pass it on to the file below."""
        self._target.flush()

    def seal(self) -> None:
        """Write the fingerprint where the place was kept for it."""
        if self._held != b"0" * DIGEST_LENGTH:
            message = "The archive does not end with a place for its fingerprint."
            raise RuntimeError(message)
        self._target.write(self._sum.hexdigest().encode())
        self._target.flush()

    def _pass_on(self, data: bytes) -> None:
        self._sum.update(data)
        self._target.write(data)


class ArchiveWriter:
    """Adds members to a new archive, from front to back; what they hold goes into `contents` at the end."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Write into this ZIP."""
        self._archive = archive
        self.contents: dict[str, Any] = {}

    def add(self, name: str, chunks: Iterable[bytes | bytearray | memoryview], *, compress: bool) -> dict[str, Any]:
        """Add a member; return its size and SHA-256."""
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self._archive.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return {"size": size, "sha256": digest.hexdigest()}


@contextmanager
def write_archive(path: Path, recipients: Iterable[str]) -> Iterator[ArchiveWriter]:
    """Write an archive; it appears under its name when the block ends well, and else nothing does.

    Args:
        path: must not exist yet. Until it is whole it is hidden, ending in `.part`.
        recipients: age or SSH public keys that can read it; none: not encrypted.

    Raises:
        BackupProblem: the folder cannot be written, has no room, or something is in the way.
    """
    keys = encryption.recipients(recipients)
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            message = f"{path} exists already: choose another name."
            raise BackupProblem(message)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with ExitStack() as stack:
                target = stack.enter_context(encryption.encrypting(file, keys)) if keys else file
                sealing = SealingWriter(target)
                with zipfile.ZipFile(sealing, "w", compresslevel=1) as archive:  # type: ignore[call-overload]
                    writer = ArchiveWriter(archive)
                    yield writer
                    text = json.dumps(writer.contents, ensure_ascii=False, indent=1, sort_keys=True)
                    writer.add(CONTENTS, [text.encode()], compress=True)
                    archive.comment = MARK + b"0" * DIGEST_LENGTH
                sealing.seal()
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise BackupProblem(_why_not_written(path, error)) from error
    finally:
        with suppress(FileNotFoundError, NotADirectoryError):
            part.unlink()


class Archive:
    """A backup file that was read to its end and found whole."""

    def __init__(self, archive: zipfile.ZipFile, contents: dict[str, Any], path: Path) -> None:
        """Read from this ZIP."""
        self._archive = archive
        self.contents = contents
        self.path = path

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a member piece by piece.

        Raises:
            BackupDamaged: it is not in the file, or not as it was.
        """
        try:
            with self._archive.open(name) as member:
                while chunk := member.read(CHUNK):
                    yield chunk
        except (KeyError, zipfile.BadZipFile, EOFError) as error:
            message = f"{self.path} is damaged: {name} cannot be read from it."
            raise BackupDamaged(message) from error

    def text(self, name: str) -> str:
        """Return a member that is text and fits in memory."""
        return b"".join(self.chunks(name)).decode()


@contextmanager
def read_archive(path: Path, identity: Path | None, scratch: Path) -> Iterator[Archive]:
    """Open a backup file, after reading all of it and comparing it with its fingerprint.

    Args:
        path: the file.
        identity: the file with the key, for an encrypted one.
        scratch: the folder for what is decrypted: it has no name there and is gone with the process.

    Raises:
        BackupDamaged: bytes of it changed or are missing.
        BackupProblem: it is no backup, or cannot be decrypted.
    """
    with ExitStack() as stack:
        try:
            file: IO[bytes] = stack.enter_context(path.open("rb"))
            if encryption.is_encrypted(file):
                if identity is None:
                    message = f"{path} is encrypted: give the file with the key, --identity FILE."
                    raise BackupProblem(message)
                keys = encryption.identities(identity)
                scratch.mkdir(parents=True, exist_ok=True)
                plain = stack.enter_context(TemporaryFile(dir=scratch))
                encryption.decrypt(file, plain, keys, path, identity)
                file = plain
            _compare_fingerprint(file, path)
            archive = stack.enter_context(zipfile.ZipFile(file))
            contents = json.loads(archive.read(CONTENTS))
        except OSError as error:
            reason = "there is no room to decrypt it" if error.errno in NO_ROOM else str(error.strerror).lower()
            message = f"{path} cannot be read: {reason}."
            raise BackupProblem(message) from error
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            message = f"{path} is not a backup of a region."
            raise BackupProblem(message) from error
        yield Archive(archive, contents, path)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def part_of(path: Path) -> Path:
    """Return under which name a backup is written until it is whole."""
    return path.with_name(f".{path.name}.part")


def _compare_fingerprint(file: IO[bytes], path: Path) -> None:
    """Read a file to its end; raise BackupDamaged when it does not end with the fingerprint of what is before."""
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    if file.read(2) != b"PK":
        message = f"{path} is not a backup of a region."
        raise BackupProblem(message)
    file.seek(0)
    digest, left = hashlib.sha256(), max(length - DIGEST_LENGTH, 0)
    tail = b""
    while left and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
        tail = (tail + chunk)[-len(MARK) :]
    written = file.read(DIGEST_LENGTH)
    file.seek(0)
    if tail != MARK:
        message = f"{path} is cut short: its end is missing. Take another copy of it, or an older backup."
        raise BackupDamaged(message)
    if written != digest.hexdigest().encode():
        message = f"{path} is damaged: it does not agree with its own fingerprint. Take another copy of it."
        raise BackupDamaged(message)


def _why_not_written(path: Path, error: OSError) -> str:
    if error.errno in NO_ROOM:
        return f"There is no room for the backup in {path.parent}; nothing was left there. Make room and try again."
    return f"The backup cannot be written to {path.parent}: {str(error.strerror).lower()}."


def _sync_folder(folder: Path) -> None:
    """Make the new name last, too, should the power fail."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
