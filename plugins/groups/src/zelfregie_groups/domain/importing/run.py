"""Importing a list of groups from a CSV file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_core.domain.tables import Row, Table, UnreadableFile, read_table
from zelfregie_core.models import Theme
from zelfregie_core.plugins import ImportReport, RowProblem
from zelfregie_groups.domain.importing.records import COLUMNS, REQUIRED, Record, ThemeNames, read_record
from zelfregie_groups.domain.importing.write import CHUNK, Tally, Writer


def import_groups(path: Path, *, dry_run: bool = False, progress: Callable[[int], None] | None = None) -> ImportReport:
    """Read a CSV list of groups into the current region. Again with the same file: nothing changes.

    A row is recognised by ``source_id``, else by name, city and weekday. What an editor changed by hand stays. A bad
    row is reported and left out; the others are kept.

    :param dry_run: report what would happen and change nothing.
    :param progress: called with the number of rows read, after each chunk.
    """
    try:
        table = read_table(path, REQUIRED, [name for name in COLUMNS if name not in REQUIRED])
    except UnreadableFile as error:
        return ImportReport(problems=(error.problem,))
    tally = Tally(notices=[*table.remarks, *table.unknown, *_absent(table)])
    with transaction.atomic():
        writer = Writer()
        chunk: list[Record] = []
        number = 0
        for number, record in enumerate(_records(table.rows, tally), 1):
            chunk.append(record)
            if len(chunk) == CHUNK:
                tally.add(writer.write(chunk))
                chunk = []
                if progress:
                    progress(number)
        tally.add(writer.write(chunk) if chunk else Tally())
        if progress:
            progress(number)
        if dry_run:
            transaction.set_rollback(True)
        elif tally.created or tally.updated:
            indicators_changed()
    if not number and not tally.problems:
        tally.problems.append(RowProblem(1, "", _("Er staan alleen kolomnamen in het bestand, geen groepen.")))
    return ImportReport(
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        problems=_by_row(tally.problems),
        notices=_by_row(tally.notices),
    )


def _absent(table: Table) -> Iterator[RowProblem]:
    """What is said about columns that the file does not have."""
    absent = ", ".join(name for name in COLUMNS if name not in table.columns)
    if absent:
        message = _("Deze kolommen staan niet in het bestand; wat de site er al van weet, blijft zo: %(names)s.")
        yield RowProblem(1, "", message % {"names": absent})


def _records(rows: Iterator[Row | RowProblem], tally: Tally) -> Iterator[Record]:
    """The usable rows, once each; what is wrong with the others goes to the tally."""
    words = {}
    for theme in Theme.objects.order_by("-pk"):
        words.update(dict.fromkeys(theme.synonyms, theme.slug))
    for theme in Theme.objects.all():
        words.update({theme.name: theme.slug, theme.slug: theme.slug})
    themes = ThemeNames(words)
    seen: dict[str, int] = {}
    for row in rows:
        if isinstance(row, RowProblem):
            tally.problems.append(row)
            continue
        record = read_record(row, themes)
        if not isinstance(record, Record):
            tally.problems += record
            continue
        if record.key in seen:
            column = "source_id" if record.source_id else "name"
            message = _("Deze groep staat al op regel %(number)s van dit bestand. Haal één van de twee weg.")
            tally.problems.append(RowProblem(row.number, column, message % {"number": seen[record.key]}))
            continue
        seen[record.key] = row.number
        tally.notices += record.notices
        yield record


def _by_row(problems: Sequence[RowProblem]) -> tuple[RowProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.row))
