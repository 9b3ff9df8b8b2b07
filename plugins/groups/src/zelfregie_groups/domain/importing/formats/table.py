"""Tables with a header: CSV, and Excel with any number of rows above the header."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import Row, UnreadableFile
from zelfregie_core.domain.tables.decoding import decode
from zelfregie_core.domain.tables.reading import read_header, read_rows, split_lines
from zelfregie_groups.domain.importing.formats.source_table import SourceTable, unique_names
from zelfregie_groups.domain.importing.mapping import guess_mapping
from zelfregie_groups.domain.importing.problems import ImportProblem

#: The header stands among the first rows; above it may be a title, a date, a logo.
_HEADER_WITHIN = 25
MAX_ROWS = 50_000


def read_csv(source: Path | bytes) -> SourceTable:
    """Return a CSV file as a table, with its own names of columns.

    :raises ImportProblem: when it is no text or has no header.
    """
    try:
        text, notices = decode(source.read_bytes() if isinstance(source, Path) else source)
        lines = split_lines(text)
        first = read_header(lines, (), ())
    except UnreadableFile as error:
        raise ImportProblem(str(error)) from error
    lines_of_top = lines[: first.line + _HEADER_WITHIN]
    delimiter = _delimiter(lines_of_top) or first.delimiter
    top = [next(csv.reader([line], delimiter=delimiter), []) for line in lines_of_top]
    at = _header_row(top)
    names = unique_names([cell.strip().strip("\"'\ufeff").strip() for cell in top[at]])
    _refuse_no_header(names)
    header = replace(first, columns=tuple(names), delimiter=delimiter, line=at, unknown=())
    table = SourceTable([name for name in names if name], iter(()), notices)

    def rows() -> Iterator[tuple[int, Mapping[str, str]]]:
        for row in read_rows(lines, header):
            if isinstance(row, Row):
                yield row.number, row.values
            else:
                table.notices.append(_("Regel %(row)s: %(message)s") % {"row": row.row, "message": row.message})

    return replace(table, rows=_limited(rows()))


def read_excel(source: Path | bytes, sheet: str = "") -> SourceTable:
    """Return a worksheet of an Excel file as a table, with its own names of columns.

    :param sheet: its name; empty: the first that people can see with a list on it.
    :raises ImportProblem: when it cannot be read, or has no such sheet or no header.
    """
    from zelfregie_groups.domain.importing.formats.excel import open_sheet  # noqa: PLC0415 -- slow import

    found = open_sheet(source, sheet, is_list=_is_list)
    rows = iter(found.rows)
    top = list(islice(rows, _HEADER_WITHIN))
    at = _header_row([cells for _number, cells in top]) if top else 0
    if not top:
        raise ImportProblem(_("Het bestand is leeg. Er moet een rij met kolomnamen in staan."))
    names = unique_names(top[at][1])
    _refuse_no_header(names)
    if at:
        found.notices.append(
            _("De kolomnamen staan op rij %(row)s. Wat daarboven staat is niet gelezen.") % {"row": top[at][0]}
        )

    def named() -> Iterator[tuple[int, Mapping[str, str]]]:
        for number, cells in chain(top[at + 1 :], rows):
            values = {name: "" for name in names if name}
            values |= {name: cell for name, cell in zip(names, cells, strict=False) if name}
            if any(values.values()):
                yield number, values

    return SourceTable([name for name in names if name], _limited(named()), found.notices)


def _delimiter(lines: Sequence[str]) -> str:
    """What separates the cells: what gives most lines the same number of them. Titles may have commas of their own."""
    best, chosen = (1, 1), ""
    for delimiter in ",;\t|":
        lengths = Counter(len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines)
        length, count = max(lengths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
        if length > 1 and (count, length) > best:
            best, chosen = (count, length), delimiter
    return chosen


def _is_list(top: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether the first rows of a sheet look like a list: names of columns, and a row below."""
    cells = [row for _number, row in top]
    if not cells:
        return False
    at = _header_row(cells)
    return _filled(cells[at]) >= 2 and any(_filled(row) for row in cells[at + 1 :])


def _header_row(rows: Sequence[Sequence[str]]) -> int:
    """Which row has the names of the columns: the one with most names that we know.

    In a list with names that nobody knows: the first row that is about as full as most are, without numbers.
    """
    known = [len(guess_mapping(unique_names([cell for cell in row if cell.strip()]), {})) for row in rows]
    if max(known, default=0) >= 2:
        return known.index(max(known))
    lengths = Counter(_filled(row) for row in rows if _filled(row) > 1)
    usual = max(lengths, key=lambda length: (lengths[length], length), default=1)
    for at, row in enumerate(rows):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) >= usual and not any(cell.replace(".", "").isdigit() for cell in cells):
            return at
    return next((at for at, row in enumerate(rows) if _filled(row)), 0)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _refuse_no_header(names: Sequence[str]) -> None:
    if not any(names):
        raise ImportProblem(_("Er is geen rij met kolomnamen. Zet boven elke kolom wat erin staat."))


def _limited(rows: Iterator[tuple[int, Mapping[str, str]]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    for count, row in enumerate(rows, 1):
        if count > MAX_ROWS:
            raise ImportProblem(
                _("De lijst heeft meer dan %(number)s rijen. Verdeel hem over meer bestanden.") % {"number": MAX_ROWS}
            )
        yield row
