"""Reading a list of groups, whatever program made it: Excel, CSV, Meeting Guide JSON or HSDS 3.0.

    table = read_list(path, "", "groepen.xlsx")
    for number, cells in table.rows: ...

A reader never guesses what a column means; that is ``guess_mapping``. Meeting Guide and HSDS have fields with known
meanings, and come out with our own names of columns.
"""

from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing.formats import hsds, meeting_guide, table
from zelfregie_groups.domain.importing.formats.json_text import read_json
from zelfregie_groups.domain.importing.formats.sniffing import MAX_BYTES, Kind, kind_of
from zelfregie_groups.domain.importing.formats.source_table import SourceTable
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.models import ImportSource

__all__ = ["MAX_BYTES", "SourceTable", "format_of", "read_list"]

Format = ImportSource.Format


def read_list(source: Path | bytes, expected: str = "", file_name: str = "", *, sheet: str = "") -> SourceTable:
    """Return the columns and the rows of a list.

    :param source: a file, a folder with the tables of HSDS, or the bytes of a file.
    :param expected: a value of ``ImportSource.Format``; empty: whatever it is.
    :param file_name: only to tell what it is when the bytes do not.
    :param sheet: the name of a worksheet; empty: the first with a list on it.
    :raises ImportProblem: with what is wrong and what to do, when it is no list, or another one than expected.
    """
    found, make = _reader(source, file_name, sheet)
    if expected and found != expected:
        raise ImportProblem(
            _("Dit is een lijst van een andere soort: %(found)s, geen %(expected)s. Maak er een nieuwe lijst voor.")
            % {"found": Format(found).label, "expected": Format(expected).label}
        )
    return make()


def format_of(source: Path | bytes, file_name: str = "") -> str:
    """Return which value of ``ImportSource.Format`` a file is.

    :raises ImportProblem: when it is none of them.
    """
    return _reader(source, file_name, "")[0]


def _reader(source: Path | bytes, file_name: str, sheet: str) -> tuple[str, Callable[[], SourceTable]]:
    kind = kind_of(source, file_name)
    if kind is Kind.EXCEL:
        return Format.TABLE, lambda: table.read_excel(source, sheet)
    if kind is Kind.TEXT:
        return Format.TABLE, lambda: table.read_csv(source)
    if kind in (Kind.HSDS_ZIP, Kind.FOLDER):
        return Format.HSDS, lambda: hsds.read_tables(source)
    document, notices = read_json(source)
    if meeting_guide.is_meeting_guide(document):
        return Format.MEETING_GUIDE, lambda: meeting_guide.read(document, notices)
    if hsds.is_hsds(document):
        return Format.HSDS, lambda: hsds.read(document, notices)
    raise ImportProblem(
        _(
            "Dit is JSON, maar geen lijst met groepen die we kennen. We lezen Meeting Guide (een rij bijeenkomsten met "
            "'name' en 'slug') en HSDS 3.0 (diensten onder 'contents' of 'services')."
        )
    )
