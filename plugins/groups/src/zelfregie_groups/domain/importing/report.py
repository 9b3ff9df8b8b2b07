"""What came of an import: core's report, with what the importer noticed about rows that it did use."""

from dataclasses import dataclass

from zelfregie_core.plugins import ImportReport, RowProblem


@dataclass(frozen=True)
class GroupImportReport(ImportReport):
    """The outcome of an import of groups.

    :param notices: about rows that were used, and about the file (row 1): what was skipped, guessed or corrected.
    """

    notices: tuple[RowProblem, ...] = ()


class UnreadableFile(Exception):
    """The file as a whole cannot be used. The message is Dutch and says what to do."""

    def __init__(self, message: str, column: str = "") -> None:
        super().__init__(message)
        self.column = column
