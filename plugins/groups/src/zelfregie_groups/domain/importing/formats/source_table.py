"""What a reader returns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourceTable:
    """A list that is being read.

    :param columns: their names, each once.
    :param rows: once; the number of each as a spreadsheet shows it (in JSON: its place in the list, counted from 1)
        and its cells by column. Rows without any text are left out.
    :param notices: Dutch sentences about the list as a whole, and about rows that could not be read. The last ones
        come while the rows are read.
    """

    columns: list[str]
    rows: Iterator[tuple[int, Mapping[str, str]]]
    notices: list[str] = field(default_factory=list)


def unique_names(cells: list[str]) -> list[str]:
    """Return a name for each column: the text of the header, numbered where two are alike, empty where it is empty."""
    names: list[str] = []
    for cell in cells:
        name = " ".join(cell.split())[:80]
        number, wanted = 2, name
        while name and name in names:
            name = f"{wanted} ({number})"
            number += 1
        names.append(name)
    return names
