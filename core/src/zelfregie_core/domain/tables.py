"""Reading tables that people made in a spreadsheet: CSV, whatever program and settings wrote it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from zelfregie_core.plugins.contributions import RowProblem

DELIMITERS = (",", ";", "\t")
MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One row. ``number`` is its line as a spreadsheet shows it; every known column has a text, maybe empty."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    """The rows that could be read, without empty ones, and the problems of the file as a whole."""

    rows: tuple[Row, ...] = ()
    problems: tuple[RowProblem, ...] = ()


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read a CSV file with a header row.

    Understood are UTF-8 with or without a byte order mark, UTF-16 and Windows-1252 (older Excel), and commas,
    semicolons (Dutch Excel) and tabs. Columns may stand in any order; their names are compared without capitals.

    :param required: columns that must be there; without one of them no row is read.
    :param optional: columns that may be there. Others are reported and left out.
    """
    try:
        size = path.stat().st_size
        text = _decode(path.read_bytes()) if size <= MAX_BYTES else None
    except OSError:
        return _unreadable(_("Het bestand kan niet worden gelezen."))
    if text is None:
        return _unreadable(_("Het bestand is groter dan 20 MB. Deel het in stukken."))
    lines = list(_records(text))
    if not lines:
        return _unreadable(_("Het bestand is leeg. De eerste regel moet de namen van de kolommen bevatten."))
    header = [name.strip().casefold() for name in lines[0]]
    known = [*required, *optional]
    problems = [
        RowProblem(1, name, _("Deze kolom ontbreekt. Voeg haar toe.")) for name in required if name not in header
    ]
    problems += [
        RowProblem(1, name, _("Deze kolom komt twee keer voor. Haal er een weg."))
        for name in known
        if header.count(name) > 1
    ]
    if problems:
        return Table((), tuple(problems))
    problems += [
        RowProblem(1, name, _("Deze kolom is onbekend en wordt niet gelezen."))
        for name in header
        if name and name not in known
    ]
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            message = _("Deze regel heeft te veel kolommen. Zet tekst met een komma tussen aanhalingstekens.")
            problems.append(RowProblem(number, "", message))
            continue
        cell_of = dict(zip(header, cells, strict=False))
        rows.append(Row(number, {name: cell_of.get(name, "").strip() for name in known}))
    return Table(tuple(rows), tuple(problems))


def _decode(content: bytes) -> str:
    """The text of a file. Windows-1252 comes last, because it takes almost anything."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    return text.replace("\x00", "")


def _records(text: str) -> list[list[str]]:
    first = text.lstrip().split("\n", 1)[0]
    if first.casefold().startswith("sep="):  # a line with which Excel names the delimiter
        text = text.lstrip().split("\n", 1)[1] if "\n" in text.lstrip() else ""
        first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    # One cell may be as long as the file; the limit of the csv module is for the process, so it is never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    return list(csv.reader(io.StringIO(text.lstrip("\n\r"), newline=""), delimiter=delimiter))


def _unreadable(message: str) -> Table:
    return Table((), (RowProblem(1, "", message),))
