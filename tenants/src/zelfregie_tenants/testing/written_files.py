"""Which files a block of code writes, wherever they are: a file is a place where one region's words reach another."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
#: Of a larger file only the beginning is read.
MOST_BYTES = 10_000_000

_watching: list[set[str]] = []
_state = {"installed": False}


@contextmanager
def written_files() -> Iterator[set[str]]:
    """Collect the paths of files that are opened for writing, or get their name, until the block ends."""
    if not _state["installed"]:
        sys.addaudithook(_note)  # Python has no way to take it away again
        _state["installed"] = True
    paths: set[str] = set()
    _watching.append(paths)
    try:
        yield paths
    finally:
        _watching[:] = [other for other in _watching if other is not paths]


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching or event not in {"open", "os.rename"}:
        return
    target = arguments[0]
    if event == "os.rename":
        target = arguments[1]
    elif not isinstance(arguments[2], int) or not arguments[2] & WRITES:
        return
    if isinstance(target, (str, bytes, os.PathLike)):
        for paths in _watching:
            paths.add(os.fsdecode(target))


def schema_and_name(path: str) -> tuple[str, str]:
    """Return the schema in whose folder for media a file is, and its path from there.

    A file elsewhere is in no schema: an empty text, and the whole path.
    """
    file = Path(path).absolute()
    media = Path(settings.MEDIA_ROOT).absolute()
    if not file.is_relative_to(media):
        return "", str(file)
    schema, *rest = file.relative_to(media).parts
    return schema, "/".join(rest)


def content_of(path: str) -> bytes | None:
    """Return what is in a file; None when it is gone by now, no file, or one of `tempfile`.

    Those have names that nobody can guess, and stay until Python collects who opened them.
    """
    file = Path(path)
    if file.parent == Path(tempfile.gettempdir()) and file.name.startswith(tempfile.gettempprefix()):
        return None
    try:
        if not file.is_file():
            return None
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError:
        return None
