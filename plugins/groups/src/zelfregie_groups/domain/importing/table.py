"""From text to rows of named cells: separators, header, broken rows. Pure functions."""

import csv
import difflib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.importing.report import UnreadableFile

COLUMNS = (
    "source_id", "name", "themes", "description", "audience", "form", "location_name", "address", "postal_code",
    "city", "latitude", "longitude", "weekday", "start_time", "end_time", "frequency", "schedule_note", "host_name",
    "host_email", "status", "languages", "cost",
)  # fmt: skip
REQUIRED = ("name", "themes")
#: A quote that is not closed swallows the rest of the file; no true record has this many lines.
MAX_LINES = 80


@dataclass(frozen=True)
class Row:
    """One record. ``number`` is its row as a spreadsheet shows it; the header is row 1."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Header:
    """The columns of the file, in order; unknown ones are empty strings.

    :param notices: what is said about unknown and absent columns.
    """

    columns: tuple[str, ...]
    delimiter: str
    notices: tuple[RowProblem, ...]

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self.columns) - {""}


def read_table(text: str) -> tuple[Header, Iterator[Row | RowProblem]]:
    """Return the header, and the rows one by one; a row that cannot be read is a problem in its place.

    :raises UnreadableFile: when the header lacks a required column.
    """
    lines = io.StringIO(text, newline="").readlines()
    # Excel's own hint about the separator is not a row of the list.
    if lines and re.match(r"sep=.\s*$", lines[0], re.IGNORECASE):
        lines = lines[1:]
    first = next((at for at, line in enumerate(lines) if line.strip(" ,;\t\r\n")), None)
    if first is None:
        raise UnreadableFile(_("Het bestand is leeg. Er moet een regel met kolomnamen in staan."))
    delimiter = _delimiter(lines[first])
    header = _header(next(csv.reader([lines[first]], delimiter=delimiter)), delimiter)
    return header, _rows(lines, first, header)


def _delimiter(line: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"', "", line)
    return max(",;\t|", key=lambda delimiter: (outside_quotes.count(delimiter), delimiter == ","))


def _header(cells: list[str], delimiter: str) -> Header:
    names = [re.sub(r"[\s-]+", "_", cell.strip().strip("\"'\ufeff").strip().lower()) for cell in cells]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise UnreadableFile(
            _("De kolom '%(missing)s' ontbreekt. In de eerste regel staat: %(found)s. Verander de kolomnaam.")
            % {"missing": "', '".join(missing), "found": ", ".join(filter(None, names))[:300]},
            missing[0],
        )
    notices = []
    columns: list[str] = []
    for name in names:
        if name in COLUMNS and name not in columns:
            columns.append(name)
            continue
        columns.append("")
        if not name:
            continue
        if name in COLUMNS:
            message = _("De kolom '%(name)s' staat er twee keer; alleen de eerste telt.") % {"name": name}
        else:
            message = _("De kolom '%(name)s' ken ik niet en sla ik over.") % {"name": name}
            nearest = difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.6)
            if nearest:
                message += " " + _("Bedoel je '%(nearest)s'?") % {"nearest": nearest[0]}
        notices.append(RowProblem(1, name, message))
    absent = [name for name in COLUMNS if name not in columns]
    if absent:
        notices.append(
            RowProblem(
                1,
                "",
                _("Deze kolommen staan niet in het bestand; wat de site er al van weet, blijft zo: %(names)s.")
                % {"names": ", ".join(absent)},
            )
        )
    return Header(tuple(columns), delimiter, tuple(notices))


def _rows(lines: list[str], first: int, header: Header) -> Iterator[Row | RowProblem]:
    position = number = first + 1
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
            yield Row(number, {name: cell for name, cell in named if name})


def _is_broken(lines: list[str], cells: list[str], header: Header) -> bool:
    """Whether a record swallowed lines that are not its own, because a quote in it is not closed."""
    if len(lines) < 2:
        return False
    odd = sum(line.count('"') for line in lines) % 2 == 1
    return odd or len(lines) > MAX_LINES or len(cells) != len(header.columns)


class _Lines:
    """An iterator over lines that knows where it is."""

    def __init__(self, lines: list[str], position: int) -> None:
        self.lines = lines
        self.position = position

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.position >= len(self.lines):
            raise StopIteration
        self.position += 1
        return self.lines[self.position - 1]
