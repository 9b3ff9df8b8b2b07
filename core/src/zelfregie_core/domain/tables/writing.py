"""Writing tables that people open in a spreadsheet and that `read_table` reads again."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Any

from zelfregie_core.domain.tables.formulas import neutralised

#: Between the columns: what Excel with Dutch settings expects.
FOR_EXCEL = ";"
#: Tells Excel that the file is UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def write_table(
    target: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, for_excel: bool = False
) -> None:
    """Write a CSV file, row by row, in which no cell is a formula.

    :param columns: the header.
    :param rows: the cells of each row, in the order of the columns.
    :param for_excel: as Excel with Dutch settings opens it by itself; else as programs expect it.
    """
    text = io.TextIOWrapper(target, encoding="utf-8", newline="")
    if for_excel:
        text.write(BYTE_ORDER_MARK)
        writer = csv.writer(text, delimiter=FOR_EXCEL)
    else:
        writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([neutralised(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()
