"""Reading a worksheet row by row: memory does not grow with the sheet."""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from zelfregie_groups.domain.importing.formats.sniffing import open_source, open_zip
from zelfregie_groups.domain.importing.problems import ImportProblem

#: What openpyxl and the XML parser below it raise on a file that somebody or something damaged. The refusals of
#: defusedxml (entities, external references) are ValueErrors.
_DAMAGE = (
    InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, ParseError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
#: Formatting often goes on to the last row of a sheet; a list does not have so large a gap.
_GAP = 5_000
_LOOK = 40
_TRAIL = 4096
_MERGE = re.compile(rb'<mergeCell[^>]*\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_NO_OUTCOME = re.compile(rb"</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>")


@dataclass
class Sheet:
    """A worksheet that is being read.

    :param rows: the number and the cells of each row that is not empty.
    """

    rows: Iterator[tuple[int, list[str]]]
    notices: list[str]


def open_sheet(source: Path | bytes, name: str, is_list: Callable[[Sequence[tuple[int, list[str]]]], bool]) -> Sheet:
    """Return the sheet with the list.

    :param name: of the sheet; empty: the first that people can see and that looks like a list, else the first with
        anything on it.
    :param is_list: whether the first rows of a sheet look like one.
    :raises ImportProblem: when the file is damaged or has no such sheet; also while its rows are read.
    """
    open_zip(source).close()
    file = open_source(source)
    try:
        return _chosen(file, name, is_list)
    except _DAMAGE as error:
        file.close()
        raise _damaged() from error
    except ImportProblem:
        file.close()
        raise


def _chosen(file: IO[bytes], name: str, is_list: Callable[[Sequence[tuple[int, list[str]]]], bool]) -> Sheet:
    book = load_workbook(file, read_only=True, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if name:
        sheets = [sheet for sheet in book.worksheets if sheet.title.casefold() == name.casefold()]
        if not sheets:
            titles = ", ".join(sheet.title for sheet in book.worksheets)
            raise ImportProblem(
                _("Het werkblad '%(name)s' bestaat niet. Dit bestand heeft: %(titles)s.")
                % {"name": name, "titles": titles}
            )
    tops = [(sheet, list(islice(_rows(sheet, {}), _LOOK))) for sheet in sheets]
    filled = [(sheet, top) for sheet, top in tops if top]
    if not filled:
        raise ImportProblem(_("Het bestand is leeg. Er moet een rij met kolomnamen in staan."))
    chosen = next((sheet for sheet, top in filled if is_list(top)), filled[0][0])
    notices = []
    if len(filled) > 1 and not name:
        others = ", ".join(sheet.title for sheet, _top in filled if sheet is not chosen)
        notices.append(
            _("Het bestand heeft meer werkbladen. Gelezen is '%(sheet)s'; niet gelezen: %(others)s.")
            % {"sheet": chosen.title, "others": others[:200]}
        )
    rows = _whole(chosen, notices, file)
    # Begun, so that the file is closed also when nobody reads a single row: see below.
    next(rows)
    return Sheet(rows, notices)


def _whole(sheet: Any, notices: list[str], file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet, after one that does not count. Closes the file after the last, or when nobody wants more.

    A generator that was never begun has nothing to end, and would leave the file open.
    """
    try:
        yield 0, []
        merged, no_outcome = _scan(sheet)
        if no_outcome:
            notices.append(
                _("Sommige cellen bevatten een formule zonder uitkomst. Open het bestand in Excel en sla het weer op.")
            )
        yield from _rows(sheet, merged, notices)
    except _DAMAGE as error:
        raise _damaged() from error
    finally:
        file.close()


def _rows(
    sheet: Any, merged: dict[tuple[int, int], int], notices: list[str] | None = None
) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty. A cell that is merged over rows counts for each of them."""
    # Some programs write a wrong size of the sheet; without one, all rows are read.
    sheet.reset_dimensions()
    lasting: dict[int, tuple[int, str]] = {}
    empty = 0
    errors = False
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [text_of(value) for value in values]
        for column, cell in enumerate(cells):
            if cell in _ERRORS:
                cells[column] = ""
                errors = True
            if last := merged.get((number, column)):
                lasting[column] = (last, cells[column])
        if not any(cells):
            empty += 1
            if empty > _GAP:
                break
            continue
        empty = 0
        for column, (last, text) in list(lasting.items()):
            if number > last:
                del lasting[column]
                continue
            cells += [""] * (column + 1 - len(cells))
            cells[column] = cells[column] or text
        yield number, cells
    if errors and notices is not None:
        notices.append(_("Sommige cellen bevatten een foutmelding van Excel, zoals #N/B; die tellen als leeg."))


def text_of(value: Any) -> str:
    """Return the value of a cell as a text that a person could have typed there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dt.datetime):
        if value.year <= 1900:
            # A time with a date: Excel counts days from 1899-12-30.
            return value.strftime("%H:%M")
        return value.date().isoformat() if value.time() == dt.time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).replace("_x000D_", "").strip()


def _scan(sheet: Any) -> tuple[dict[tuple[int, int], int], bool]:
    """The merged cells of a sheet, as (row, column from 0) -> last row; and whether a formula has no outcome.

    openpyxl tells neither when it reads row by row, so the sheet is read once more, in pieces.
    """
    merged: dict[tuple[int, int], int] = {}
    no_outcome = False
    rest = b""
    with sheet._get_source() as part:
        while piece := part.read(256 * 1024):
            rest += piece
            no_outcome = no_outcome or _NO_OUTCOME.search(rest) is not None
            for found in _MERGE.finditer(rest):
                first_column, first_row, _last_column, last_row = range_boundaries(found[1].decode())
                if last_row > first_row:
                    merged[first_row, first_column - 1] = last_row
            rest = rest[-_TRAIL:]
    return merged, no_outcome


def _damaged() -> ImportProblem:
    return ImportProblem(
        _("Dit Excel-bestand is beschadigd. Open het in Excel en sla het opnieuw op als .xlsx; lukt dat niet, als CSV.")
    )
