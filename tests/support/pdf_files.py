"""Reading what a PDF says of itself, as far as our tests need: its objects and their streams."""

import re
import zlib


def pdf_source(pdf: bytes) -> bytes:
    """Return the PDF with its compressed streams unpacked behind it: names and numbers can then be looked for."""
    assert pdf.startswith(b"%PDF-1.7")
    assert pdf.rstrip().endswith(b"%%EOF")
    unpacked = []
    for found in re.finditer(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL):
        try:
            # An object, because it does not mind when the last byte was a line break and went with it.
            unpacked.append(zlib.decompressobj().decompress(found[1]))
        except zlib.error:
            unpacked.append(found[1])  # not compressed, or a font
    return b"\n".join([pdf, *unpacked])


def strings_of(source: bytes, name: str) -> list[str]:
    """Return the texts that objects have below a name, such as ``Alt``; PDF writes them as Latin or as UTF-16."""
    found = re.findall(rb"/" + name.encode() + rb"\s*(\((?:\\.|[^\\)])*\)|<[0-9a-fA-F]+>)", source, re.DOTALL)
    return [_text(value) for value in found]


def _text(value: bytes) -> str:
    if value.startswith(b"<"):
        data = bytes.fromhex(value[1:-1].decode())
    else:
        data = re.sub(rb"\\([()\\])", rb"\1", value[1:-1])
    return data[2:].decode("utf-16-be") if data.startswith(b"\xfe\xff") else data.decode("latin-1")


def tags_of(source: bytes) -> set[str]:
    """Return the kinds of structure elements: ``H1``, ``P``, ``Figure`` and so on."""
    return {tag.decode() for tag in re.findall(rb"/S /([A-Za-z0-9]+)", source)}


def page_count(source: bytes) -> int:
    """Return the number of pages."""
    return len(re.findall(rb"/Type /Page\b", source))
