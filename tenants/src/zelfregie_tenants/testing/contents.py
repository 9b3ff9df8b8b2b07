"""What an answer says: its body and headers, and what is packed inside them."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

PACKED = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
#: PDF writes text as numbers of glyphs; a font's own table says which letters those are.
GLYPH = re.compile(r"<([0-9a-fA-F]{2,4})>\s*<([0-9a-fA-F]{4})>")


def body_of(response: Any) -> bytes:
    """Return the whole body, also of an answer that streams."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def texts_of(response: Any) -> Iterator[tuple[str, str]]:
    """Yield where in an answer a text stands, and the text: headers, cookies, body, what is packed in the body."""
    for name, value in response.headers.items():
        yield f"header {name}", str(value)
    for cookie in response.cookies.values():
        yield f"cookie {cookie.key}", cookie.OutputString()
    for where, data in unpacked(body_of(response), "body"):
        yield where, data.decode("utf-8", "replace")


def unpacked(data: bytes, where: str) -> Iterator[tuple[str, bytes]]:
    """Yield the data, and what is in it when it is a zip, a workbook, a PDF, compressed or written in base64."""
    yield where, data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield f"{where}, file name", name.encode()
                yield from unpacked(archive.read(name), f"{where}, {name}")
    elif data.startswith(b"\x1f\x8b"):
        yield from unpacked(gzip.decompress(data), f"{where}, unpacked")
    elif data.startswith(b"%PDF"):
        yield f"{where}, PDF", pdf_text(data).encode()
    else:
        for hit in set(PACKED.findall(data)):
            yield from ((f"{where}, base64", plain) for plain in _decoded(hit))


def _decoded(text: bytes) -> Iterator[bytes]:
    try:
        plain = base64.urlsafe_b64decode(text.replace(b"+", b"-").replace(b"/", b"_") + b"==")
    except (binascii.Error, ValueError):
        return
    yield plain
    if plain.startswith(b"\x78"):
        try:
            yield zlib.decompressobj().decompress(plain)
        except zlib.error:
            return


def pdf_text(data: bytes) -> str:
    """Return the text of a PDF: what its objects say of themselves, and what is drawn on its pages."""
    streams = []
    for hit in STREAM.finditer(data):
        try:
            streams.append(zlib.decompressobj().decompress(hit[1]))
        except zlib.error:
            streams.append(hit[1])
    said = [data.decode("latin-1"), *(stream.decode("latin-1") for stream in streams)]
    glyphs: dict[int, set[str]] = {}
    for text in said:
        if "beginbfchar" in text or "beginbfrange" in text:
            for code, letter in GLYPH.findall(text):
                glyphs.setdefault(int(code, 16), set()).add(chr(int(letter, 16)))
    drawn = []
    for text in said:
        for run in re.findall(r"\[((?:<[0-9a-fA-F]+>|[-\d.\s])*)\]\s*TJ|<([0-9a-fA-F]+)>\s*Tj", text):
            codes = "".join(re.findall(r"<([0-9a-fA-F]+)>", run[0])) or run[1]
            letters = [int(codes[place : place + 4], 16) for place in range(0, len(codes), 4)]
            drawn.append("".join(min(glyphs.get(code, {"?"})) for code in letters))
    return "\n".join([*said, *drawn, *(line.encode("latin-1").decode("utf-16-be", "replace") for line in _wide(said))])


def _wide(said: list[str]) -> list[str]:
    """Return the texts that are written with two bytes a letter."""
    return re.findall(r"\(\xfe\xff((?:\\.|[^\\)])*)\)", "\n".join(said[:1]), re.DOTALL)
