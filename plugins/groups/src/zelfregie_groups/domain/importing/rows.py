"""Going through the rows of a run in chunks, and writing them back."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.bulk import update_rows
from zelfregie_groups.domain.importing.write import CHUNK
from zelfregie_groups.models import ImportRun, ImportRunRow

#: Messages about one row, and letters of each: a row of nonsense must not fill the database.
MOST_MESSAGES = 20
MESSAGE_LENGTH = 400
#: What costs something to read: encrypted, or JSON. Verdict, decision and what else is plain always comes along.
_LARGE = {
    "cells", "values", "before", "after", "messages", "changed_fields", "conflicts", "overwrite", "candidates",
}  # fmt: skip


def row_chunks(run: ImportRun, *fields: str, **conditions: Any) -> Iterator[list[ImportRunRow]]:
    """Yield the rows of a run in order, a chunk at a time; memory holds one chunk.

    :param fields: of the columns that are large or JSON, those that are read.
    """
    last = 0
    left_out = _LARGE - set(fields)
    rows = ImportRunRow.objects.filter(run=run, **conditions).defer(*left_out).order_by("pk")
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        yield chunk


def save_rows(rows: Sequence[ImportRunRow], *names: str) -> None:
    """Write these fields of rows, in one statement; what was not read is not touched."""
    update_rows(ImportRunRow, rows, names)


def message_lines(problems: Sequence[RowProblem], *, blocking: bool) -> list[dict[str, Any]]:
    """Return problems as a row keeps them."""
    lines = [message_line(problem.column, str(problem.message), blocking=blocking) for problem in problems]
    if len(lines) <= MOST_MESSAGES:
        return lines
    more = _("En nog %(number)s opmerkingen.") % {"number": len(lines) - MOST_MESSAGES}
    return [*lines[:MOST_MESSAGES], message_line("", more, blocking=blocking)]


def message_line(column: str, message: str, *, blocking: bool = False) -> dict[str, Any]:
    """Return one message as a row keeps it."""
    return {"column": column, "message": message[:MESSAGE_LENGTH], "blocking": blocking}


def load(text: str) -> Any:
    """Return what a row keeps as JSON; None when it keeps nothing."""
    return json.loads(text) if text else None
