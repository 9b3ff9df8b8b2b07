"""Reading a table as people send it: CSV from Excel or from anywhere else."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

MAX_BYTES = 20 * 1024 * 1024
DELIMITERS = ",;\t"


class UnreadableTable(ValueError):
    """The file is no table. The message says why, in Dutch."""


def read_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their number as a spreadsheet shows it (the header is row 1).

    Comma, semicolon or tab; UTF-8 with or without a mark, else Windows-1252 (what Excel writes). Empty rows are left
    out. Column names are trimmed and in lower case; every row has all of them. Cells are trimmed.

    :raises UnreadableTable: too large, binary, or without a header.
    """
    reader = csv.reader(io.StringIO(text := _text(path), newline=""), delimiter=_delimiter(text))
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        if not any(header):
            raise UnreadableTable(_("Het bestand is leeg."))
        yield 1, dict.fromkeys(header, "")
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                padded = cells + [""] * (len(header) - len(cells))
                yield number, {name: cell.strip() for name, cell in zip(header, padded, strict=False)}
    except csv.Error as error:
        raise UnreadableTable(_("Het bestand is geen leesbaar CSV-bestand.")) from error


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableTable(_("Het bestand is groter dan 20 MB."))
    content = path.read_bytes()
    if b"\x00" in content:
        raise UnreadableTable(_("Dit is geen CSV-bestand. Sla het in Excel op als “CSV UTF-8”."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The separator that the header uses most."""
    header = text.partition("\n")[0]
    return max(DELIMITERS, key=header.count)
