"""Encrypting a backup for a key that the server does not have: age, through pyrage.

The file can be decrypted without Zelfregie, too: `age --decrypt -i key.txt file.zip.age > file.zip`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage
from pyrage import ssh, x25519

from zelfregie_tenants.domain.backup.errors import BackupDamaged, BackupProblem

MAGIC = b"age-encryption.org/v1"


class _Remembering:
    """A file whose error is kept: what passes through the library may lose its number."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._file.flush()


def recipients(texts: Iterable[str]) -> list[Any]:
    """Return the keys that may read.

    Raises:
        BackupProblem: one is no key.
    """
    found = []
    for text in texts:
        try:
            kind = ssh.Recipient if text.startswith("ssh-") else x25519.Recipient
            found.append(kind.from_str(text.strip()))
        except pyrage.RecipientError as error:
            message = f"“{text}” is not a public key. Give one of age (age1...) or SSH (ssh-ed25519 ...)."
            raise BackupProblem(message) from error
    return found


def identities(path: Path) -> list[Any]:
    """Return the secret keys of a file: of age, line by line, or one of SSH.

    Raises:
        BackupProblem: the file cannot be read or has no key.
    """
    try:
        text = path.read_text(encoding="ascii")
        if "PRIVATE KEY-----" in text:
            return [ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        message = f"{path} has no key that can be read. Give the file with the line AGE-SECRET-KEY-..., or an SSH key."
        raise BackupProblem(message) from error
    if not found:
        message = f"{path} has no key in it. Give the file with the line AGE-SECRET-KEY-..., or an SSH key."
        raise BackupProblem(message)
    return found


def is_encrypted(file: IO[bytes]) -> bool:
    """True iff a file begins as age's do; afterwards it is at its start."""
    file.seek(0)
    begin = file.read(len(MAGIC))
    file.seek(0)
    return begin == MAGIC


@contextmanager
def encrypting(target: IO[bytes], keys: list[Any]) -> Iterator[IO[bytes]]:
    """Yield a file: what is written to it reaches `target` encrypted, piece by piece.

    Raises:
        OSError: the target cannot be written.
    """
    ends = os.pipe()
    source, sink = os.fdopen(ends[0], "rb"), os.fdopen(ends[1], "wb")
    remembering = _Remembering(target)
    failures: list[BaseException] = []

    def work() -> None:
        with source:  # closing it makes the writing end fail, too
            try:
                pyrage.encrypt_io(source, remembering, keys)
            except (OSError, pyrage.EncryptError) as error:
                failures.append(remembering.error or error)

    thread = threading.Thread(target=work, name="encrypting")
    thread.start()
    try:
        try:
            yield sink
        finally:
            try:
                sink.close()
            finally:
                thread.join()
    except BrokenPipeError:
        if not failures:
            raise
    if failures:
        raise failures[0]


def decrypt(source: IO[bytes], target: IO[bytes], keys: list[Any], path: Path, identity: Path) -> None:
    """Write a file without its encryption.

    Raises:
        BackupDamaged: bytes of it changed or are missing.
        BackupProblem: not for this key.
        OSError: the target cannot be written.
    """
    remembering = _Remembering(target)
    try:
        pyrage.decrypt_io(source, remembering, keys)
    except pyrage.DecryptError as error:
        message = f"{path} was not encrypted for the key in {identity}. Give the key that belongs to it."
        raise BackupProblem(message) from error
    except OSError as error:
        if remembering.error is not None:
            raise remembering.error from error
        message = f"{path} is damaged or cut short: it cannot be decrypted to its end. Take another copy of it."
        raise BackupDamaged(message) from error
    target.flush()
    target.seek(0)
