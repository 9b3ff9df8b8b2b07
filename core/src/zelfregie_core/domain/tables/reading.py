"""From text to rows of named cells: separators, header, broken rows. Pure functions."""

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zelfregie_core.domain.tables.decoding import UnreadableFile
from zelfregie_core.domain.tables.formulas import restored
from zelfregie_core.plugins.contributions import RowProblem

#: A quote that is not closed swallows the rest of the file; no true record has this many lines.
MAX_LINES = 1000


@dataclass(frozen=True)
class Row:
    """One record.

    :param number: its row as a spreadsheet shows it; the header is row 1.
    :param values: by column, without blanks around them; only of known columns that the file has.
    """

    number: int
    values: Mapping[str, str]

    def text(self, column: str) -> str:
        """The value of a column; empty when the file does not have it. The guard of `formulas` is taken off."""
        return restored(self.values.get(column, ""))


@dataclass(frozen=True)
class Header:
    """The columns of the file, in order; unknown ones are empty strings.

    :param line: where it stands in the file, counted from 0.
    :param unknown: a sentence for every column that is not read.
    """

    columns: tuple[str, ...]
    delimiter: str
    line: int
    unknown: tuple[RowProblem, ...]

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self.columns) - {""}


def split_lines(text: str) -> list[str]:
    """Return the lines of a file, without Excel's own hint about the separator: that is not a row of the list."""
    lines = io.StringIO(text, newline="").readlines()
    return lines[1:] if lines and re.match(r"sep=.\s*$", lines[0], re.IGNORECASE) else lines


def read_header(lines: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> Header:
    """Return the header, the first line that is not empty; see ``read_table``.

    :raises UnreadableFile: when there is none, or its columns cannot be used.
    """
    first = next((at for at, line in enumerate(lines) if line.strip(" ,;\t\r\n")), None)
    if first is None:
        raise UnreadableFile(_("Het bestand is leeg. Er moet een regel met kolomnamen in staan."))
    delimiter = _delimiter(lines[first])
    cells = [cell.strip().strip("\"'\ufeff").strip() for cell in next(csv.reader([lines[first]], delimiter=delimiter))]
    columns, unknown = _columns(cells, required, optional)
    return Header(columns, delimiter, first, unknown)


def _delimiter(line: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"', "", line)
    return max(",;\t|", key=lambda delimiter: (outside_quotes.count(delimiter), delimiter == ","))


def _columns(
    cells: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> tuple[tuple[str, ...], tuple[RowProblem, ...]]:
    """The known column that each cell names, else an empty string; and what is said about the others."""
    known = [*required, *optional]
    names = [re.sub(r"[\s-]+", "_", cell.casefold()) for cell in cells]
    missing = [name for name in required if name not in names]
    if missing:
        raise UnreadableFile(
            _("De kolom '%(missing)s' ontbreekt. In de eerste regel staat: %(found)s. Verander de kolomnaam.")
            % {"missing": "', '".join(missing), "found": ", ".join(filter(None, cells))[:300]},
            missing[0],
        )
    twice = next((name for name in known if names.count(name) > 1), None)
    if twice:
        raise UnreadableFile(_("Deze kolom komt twee keer voor. Haal er een weg."), twice)
    unknown = tuple(
        RowProblem(1, cell, _unknown(cell, name, known))
        for cell, name in zip(cells, names, strict=True)
        if name and name not in known
    )
    return tuple(name if name in known else "" for name in names), unknown


def _unknown(cell: str, name: str, known: Sequence[str]) -> str:
    message = _("De kolom '%(name)s' ken ik niet en sla ik over.") % {"name": cell}
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return message + " " + _("Bedoel je '%(nearest)s'?") % {"nearest": nearest[0]} if nearest else message


def read_rows(lines: Sequence[str], header: Header) -> Iterator[Row | RowProblem]:
    """Return the rows one by one; one that cannot be read is a problem in its place."""
    position = number = header.line + 1
    while position < len(lines):
        source = _Lines(lines, position)
        reader = csv.reader(source, delimiter=header.delimiter)
        while True:
            start = source.position
            try:
                cells = next(reader)
                broken = _is_broken(lines[start : source.position], cells, header)
            except StopIteration:
                return
            except csv.Error:
                broken = True
            number += 1
            if broken:
                yield RowProblem(
                    number,
                    "",
                    _(
                        'Deze regel is niet te lezen: er staat een aanhalingsteken (") dat nergens sluit. '
                        'Zet er twee achter elkaar ("") of haal het weg.'
                    ),
                )
                position = start + 1
                break
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header.columns) and any(cell.strip() for cell in cells[len(header.columns) :]):
                yield RowProblem(
                    number,
                    "",
                    _(
                        "Deze regel heeft meer cellen dan er kolommen zijn. Zet een tekst met een komma of puntkomma "
                        'tussen aanhalingstekens (").'
                    ),
                )
                continue
            named = zip(header.columns, cells, strict=False)
            yield Row(
                number,
                {name: "" for name in header.columns if name} | {name: cell.strip() for name, cell in named if name},
            )


def _is_broken(lines: Sequence[str], cells: Sequence[str], header: Header) -> bool:
    """Whether a record swallowed lines that are not its own, because a quote in it is not closed."""
    if len(lines) < 2:
        return False
    odd = sum(line.count('"') for line in lines) % 2 == 1
    return odd or len(lines) > MAX_LINES or len(cells) != len(header.columns)


class _Lines:
    """An iterator over lines that knows where it is."""

    def __init__(self, lines: Sequence[str], position: int) -> None:
        self.lines = lines
        self.position = position

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.position >= len(self.lines):
            raise StopIteration
        self.position += 1
        return self.lines[self.position - 1]
