"""Importing a list of groups from a CSV file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_core.models import Theme
from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.importing.decoding import read_text
from zelfregie_groups.domain.importing.records import Record, ThemeNames, read_record
from zelfregie_groups.domain.importing.report import GroupImportReport, UnreadableFile
from zelfregie_groups.domain.importing.table import Row, read_table
from zelfregie_groups.domain.importing.write import CHUNK, Tally, Writer


def import_groups(
    path: Path, *, dry_run: bool = False, progress: Callable[[int], None] | None = None
) -> GroupImportReport:
    """Read a CSV list of groups into the current region. Again with the same file: nothing changes.

    A row is recognised by ``source_id``, else by name, city and weekday. What an editor changed by hand stays. A bad
    row is reported and left out; the others are kept.

    :param dry_run: report what would happen and change nothing.
    :param progress: called with the number of rows read, after each chunk.
    """
    try:
        text, remarks = read_text(path)
        header, rows = read_table(text)
    except UnreadableFile as error:
        return GroupImportReport(problems=(RowProblem(1, error.column, str(error)),))
    tally = Tally(notices=[*(RowProblem(1, "", remark) for remark in remarks), *header.notices])
    with transaction.atomic():
        writer = Writer()
        chunk: list[Record] = []
        number = 0
        for number, record in enumerate(_records(rows, tally), 1):
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
    return GroupImportReport(
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        problems=_by_row(tally.problems),
        notices=_by_row(tally.notices),
    )


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
