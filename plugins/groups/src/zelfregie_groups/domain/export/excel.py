"""Groups as an Excel file. A module of its own, because openpyxl is slow to load and few processes need it."""

import io
import re
from collections.abc import Iterable, Sequence
from typing import IO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from zelfregie_core.domain.tables import neutralised

#: What no XML can hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDTHS = {"name": 32, "description": 48, "themes": 24, "first_time_note": 48, "location_name": 24, "address": 24}


def write_excel(target: IO[bytes], columns: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Write an Excel file. All cells are text, so that Excel makes no date of a house number and runs nothing."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Groepen"))
    sheet.freeze_panes = "B2"
    for number, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 14)
    sheet.append([_text_cell(sheet, name, bold=True) for name in columns])
    for line in lines:
        sheet.append([_text_cell(sheet, text) if text else None for text in line])
    book.save(target)
    target.seek(0, io.SEEK_END)


def _text_cell(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> WriteOnlyCell:
    # Guarded as in CSV, which is what many a file is saved as later.
    cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", neutralised(text)))
    # openpyxl takes "=" at the beginning for a formula.
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
