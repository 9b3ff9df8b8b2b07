"""Texts in a table that a spreadsheet would run as a formula: made harmless when written, the same again when read.

A name such as ``=HYPERLINK(...)`` in a list that an editor opens in Excel could send away what else is in the list
(OWASP: CSV injection). An apostrophe in front makes it text; in CSV the apostrophe is visible. Pure functions.
"""

import re
from typing import Any

#: The wide forms count as well where a spreadsheet is set to Japanese or Chinese.
_STARTS = "[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]"
_DANGEROUS = re.compile(f"'*{_STARTS}")
_NEUTRALISED = re.compile(f"'+{_STARTS}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def neutralised(value: Any) -> Any:
    """Return a value as it can stand in a cell of a CSV or Excel file. Numbers, also as text, stay as they are."""
    if not isinstance(value, str) or not _DANGEROUS.match(value) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"


def restored(cell: str) -> str:
    """Return the text that was ``neutralised``; any other cell as it is."""
    return cell[1:] if cell.startswith("'") and _NEUTRALISED.match(cell) else cell
