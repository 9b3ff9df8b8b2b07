"""What an answer says, also when it is packed: a leak in a PDF, a spreadsheet or a zip file is a leak."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from contextlib import suppress

from django.http import HttpResponseBase

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def readable(response: HttpResponseBase) -> str:
    """Return the head and the body of an answer as text; packed parts unpacked behind it."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{head}\n\n" + "\n".join(part.decode("utf-8", errors="replace") for part in _unpacked(body))


def _unpacked(body: bytes) -> list[bytes]:
    parts = [body]
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                parts += [name.encode(), *_unpacked(archive.read(name))]
    elif body.startswith(b"\x1f\x8b"):
        parts += _unpacked(gzip.decompress(body))
    elif body.startswith(b"%PDF-"):
        for found in STREAM.finditer(body):
            with suppress(zlib.error):  # not compressed, or a font
                parts.append(zlib.decompressobj().decompress(found[1]))
    return parts
