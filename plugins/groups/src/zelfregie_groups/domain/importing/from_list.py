"""Importing any list without an editor, on the command line: Excel, Meeting Guide, HSDS, or a table of others."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import Row
from zelfregie_core.plugins import ImportReport, RowProblem
from zelfregie_groups.domain.importing.columns import LABELS, REQUIRED
from zelfregie_groups.domain.importing.formats import SourceTable, read_list
from zelfregie_groups.domain.importing.from_file import import_rows
from zelfregie_groups.domain.importing.mapping import guess_mapping
from zelfregie_groups.domain.importing.problems import ImportProblem

#: So many rows tell what is in a column.
_EXAMPLES = 20


def import_list(
    path: Path,
    expected: str = "",
    *,
    theme: str = "",
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Read a list into the current region as ``import_groups`` does, with its columns guessed.

    :param expected: a value of ``ImportSource.Format``; empty: whatever it is.
    :param theme: for groups of which the list does not name a theme.
    """
    try:
        table = read_list(path, expected, path.name)
        rows = list(table.rows)
    except ImportProblem as problem:
        return ImportReport(problems=(RowProblem(1, "", str(problem)),))
    examples = {name: [cells.get(name, "") for _number, cells in rows[:_EXAMPLES]] for name in table.columns}
    mapping = guess_mapping(table.columns, examples)
    missing = [field for field in REQUIRED if field not in mapping.values() and not (field == "themes" and theme)]
    if missing:
        return ImportReport(problems=(RowProblem(1, missing[0], _missing(table, missing[0])),))
    named = (
        Row(number, {field: cells.get(column, "").strip() for column, field in mapping.items()})
        for number, cells in rows
    )
    return import_rows(_with_theme(named, theme), _notices(table, mapping), dry_run=dry_run, progress=progress)


def _with_theme(rows: Iterator[Row], theme: str) -> Iterator[Row]:
    for row in rows:
        yield Row(row.number, {**row.values, "themes": row.values.get("themes") or theme})


def _missing(table: SourceTable, field: str) -> str:
    return _("Geen kolom is '%(field)s'. De kolommen zijn: %(columns)s. Verander een kolomnaam.") % {
        "field": LABELS[field],
        "columns": ", ".join(table.columns)[:300],
    }


def _notices(table: SourceTable, mapping: dict[str, str]) -> list[RowProblem]:
    """What was guessed about each column, so that a wrong guess is seen in the trial run."""
    notices = [RowProblem(1, "", notice) for notice in table.notices]
    for column in table.columns:
        field = mapping.get(column)
        if field is None:
            notices.append(RowProblem(1, column, _("Deze kolom ken ik niet en sla ik over.")))
        elif field != column:
            notices.append(RowProblem(1, column, _("Gelezen als: %(field)s.") % {"field": LABELS[field]}))
    return notices
