"""Texts in a table that a spreadsheet would run as a formula: made harmless when written, the same again when read.

A name such as ``=HYPERLINK(...)`` in a list that an editor opens in Excel could send away what else is in the list
(OWASP: CSV injection). An apostrophe in front makes it text; in CSV the apostrophe is visible. Pure functions.
"""

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def neutralised(text: str) -> str:
    """Return a text as it can stand in a cell of a CSV file. Numbers stay as they are."""
    return f"'{text}" if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text) else text


def restored(cell: str) -> str:
    """Return the text that was ``neutralised``; any other cell as it is."""
    return cell[1:] if cell.startswith("'") and _NEUTRALISED.match(cell) else cell
