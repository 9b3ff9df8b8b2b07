"""Answers of any size without holding them in memory: written to a file first, then sent.

So the size and the ETag are known before the first byte leaves, an error half-way never sends half a file, and the
database is done with it when a slow client still reads.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder

#: Up to this size it stays in memory.
IN_MEMORY = 1024 * 1024


@dataclass(frozen=True)
class Spooled:
    """Something written, ready to be read from its beginning.

    :param etag: strong, in quotes.
    """

    file: IO[bytes]
    size: int
    etag: str


def spool(chunks: Iterable[bytes]) -> Spooled:
    """Write chunks to a file that goes away when it is closed."""

    def write(file: IO[bytes]) -> None:
        # Not `writelines`: that looks at the size only after the last chunk, and until then all is in memory.
        for chunk in chunks:
            file.write(chunk)

    return spool_file(write)


def spool_file(write: Callable[[IO[bytes]], object]) -> Spooled:
    """Let a writer that must be able to seek fill a file."""
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        write(file)
        size = file.tell()
        file.seek(0)
        digest = hashlib.sha256()
        while part := file.read(IN_MEMORY):
            digest.update(part)
        file.seek(0)
        stack.pop_all()
    return Spooled(file, size, f'"{digest.hexdigest()[:32]}"')


def json_text(value: Any) -> bytes:
    """Return a value as JSON, without superfluous blanks."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def json_array(items: Iterable[Any]) -> Iterator[bytes]:
    """Yield a JSON list piece by piece."""
    yield b"["
    for number, item in enumerate(items):
        yield (b",\n" if number else b"\n") + json_text(item)
    yield b"\n]\n"


def json_lines(items: Iterable[Any]) -> Iterator[bytes]:
    """Yield one JSON value per line."""
    for item in items:
        yield json_text(item) + b"\n"
