"""Tables for spreadsheets: reading CSV, whatever program and settings wrote it, and writing it.

Understood are UTF-8 with or without a byte order mark, UTF-16 and Windows-1252 (older Excel); and columns in any order,
between commas, semicolons (Dutch Excel), tabs or bars. One row that cannot be read costs that row only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zelfregie_core.domain.tables.decoding import UnreadableFile, read_text
from zelfregie_core.domain.tables.formulas import neutralised, restored
from zelfregie_core.domain.tables.reading import Row, read_header, read_rows, split_lines
from zelfregie_core.domain.tables.writing import write_table
from zelfregie_core.plugins.contributions import RowProblem

__all__ = ["Row", "Table", "UnreadableFile", "neutralised", "read_table", "restored", "write_table"]


@dataclass(frozen=True)
class Table:
    """A table that is being read.

    :param columns: the known columns that the file has.
    :param unknown: a sentence for every other column; nobody reads those.
    :param remarks: what was guessed about the file as a whole.
    :param rows: once; each is a row, or in its place why it cannot be read. Empty rows are left out.
    """

    columns: frozenset[str]
    unknown: tuple[RowProblem, ...]
    remarks: tuple[RowProblem, ...]
    rows: Iterator[Row | RowProblem]


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read a CSV file with a header row. Names of columns are compared without capitals; a blank or dash is a ``_``.

    :param required: columns that must be there.
    :param optional: columns that may be there.
    :raises UnreadableFile: when there is no such file, when it is empty, too large or no text, or when its header lacks
        a required column or has a known one twice.
    """
    text, remarks = read_text(path)
    lines = split_lines(text)
    header = read_header(lines, required, optional)
    return Table(
        header.known,
        header.unknown,
        tuple(RowProblem(1, "", remark) for remark in remarks),
        read_rows(lines, header),
    )
