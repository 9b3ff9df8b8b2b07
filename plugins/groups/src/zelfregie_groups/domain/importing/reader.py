"""Reading the cells of one row, and gathering everything that is wrong with them."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import Row
from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.importing.cells import BadCell
from zelfregie_groups.domain.importing.columns import LENGTHS


class RowReader:
    """Reads the cells of one row. A problem makes the row unusable, a notice does not."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[RowProblem] = []
        self.notices: list[RowProblem] = []

    def has(self, *columns: str) -> bool:
        """Whether the list has one of these columns."""
        return not self.row.values.keys().isdisjoint(columns)

    def cell(self, column: str) -> str:
        """The text of a cell; empty when the list does not have the column."""
        return self.row.text(column)

    def problem(self, column: str, message: str) -> None:
        self.problems.append(RowProblem(self.row.number, column, message))

    def notice(self, column: str, message: str) -> None:
        self.notices.append(RowProblem(self.row.number, column, message))

    def get(self, column: str, parse: Callable[[str], Any]) -> Any:
        """The value of a cell; None when it cannot be used, and then it is a problem."""
        cell = self.cell(column)
        if cells.has_html(cell):
            self.notice(column, _("De HTML in deze cel is weggehaald; de tekst is gebleven."))
        try:
            return parse(cell)
        except BadCell as error:
            self.problem(column, str(error))
            return None

    def put(self, values: dict[str, Any], column: str, parse: Callable[[str], Any]) -> None:
        """Set the value of a column, when the list has it."""
        if column in self.row.values:
            values[column] = self.get(column, parse)

    @staticmethod
    def fitting(text: str, column: str) -> str:
        """The text itself.

        :raises BadCell: when it does not fit.
        """
        if len(text) > LENGTHS[column]:
            raise BadCell(
                _("Deze tekst is %(length)s tekens lang; er passen er %(limit)s. Maak hem korter.")
                % {"length": len(text), "limit": LENGTHS[column]}
            )
        return text
