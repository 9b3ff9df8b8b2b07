"""Choosing a folder for the database's socket: the kernel allows about a hundred characters of path."""

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from zelfregie_tenants.embedded.errors import EmbeddedError

SOCKET_NAME = ".s.PGSQL.5432"
# sockaddr_un.sun_path with its closing zero: 108 bytes on Linux, 104 on macOS.
LONGEST_PATH = 107 if sys.platform == "linux" else 103


def socket_directory(data_dir: Path, runtime_dir: Path) -> Path:
    """A private folder for the socket, made when needed: inside `runtime_dir`, or in the temporary folder
    when the project's path is too long.

    Raises EmbeddedError when both are too long, or the temporary one belongs to another user.
    """
    folder = runtime_dir / "pg"
    if _fits(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"zelfregie-{os.getuid()}-{digest}"
    if not _fits(folder):
        raise EmbeddedError(
            f"The path of the project and that of the temporary folder ({tempfile.gettempdir()}) are both "
            "too long for a socket: put the project in a folder with a shorter path, or set a shorter TMPDIR."
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    # The temporary folder is everybody's: another user may have made this one, or put a link in its place.
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (os.getuid() not in (0, found.st_uid)):
        raise EmbeddedError(f"{folder} belongs to another user: remove it, or set TMPDIR to a folder of your own.")
    return folder


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_PATH
