"""Importing a list of groups from a CSV file of ours: at launch, and on the command line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import Row, Table, UnreadableFile, read_table
from zelfregie_core.plugins import ImportReport, RowProblem
from zelfregie_groups.domain.importing.columns import COLUMNS, REQUIRED
from zelfregie_groups.domain.importing.entries import entry_of
from zelfregie_groups.domain.importing.known import Known, is_needed
from zelfregie_groups.domain.importing.matching import Entry, match_rows
from zelfregie_groups.domain.importing.records import Record, read_record
from zelfregie_groups.domain.importing.site import Site
from zelfregie_groups.domain.importing.theme_names import ThemeNames, site_themes
from zelfregie_groups.domain.importing.write import CHUNK, Change, Writer


@dataclass
class _Tally:
    """The counts of an import in progress."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    notices: list[RowProblem] = field(default_factory=list)


def import_groups(path: Path, *, dry_run: bool = False, progress: Callable[[int], None] | None = None) -> ImportReport:
    """Read a CSV list of groups into the current region. Again with the same file: nothing changes.

    A row is recognised by ``source_id``, else by name, city and weekday. What an editor changed by hand stays. A bad
    row is reported and left out; the others are kept. The same engine as imports in the admin, with every decision
    made: nobody is there to ask.

    :param dry_run: report what would happen and change nothing.
    :param progress: called with the number of rows read, after each chunk.
    """
    try:
        table = read_table(path, REQUIRED, [name for name in COLUMNS if name not in REQUIRED])
    except UnreadableFile as error:
        return ImportReport(problems=(error.problem,))
    notices = [*table.remarks, *table.unknown, *_absent(table)]
    return import_rows(table.rows, notices, dry_run=dry_run, progress=progress)


def import_rows(
    given: Iterable[Row | RowProblem],
    notices: Sequence[RowProblem],
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Write rows with our own columns, whatever file they come from; see ``import_groups``."""
    tally = _Tally(notices=list(notices))
    rows = [row for row in given if _is_row(row, tally)]
    with transaction.atomic():
        matched = match_rows((entry_of(row) for row in rows), Site(None))
        themes, writer = site_themes(), Writer(None)
        for start in range(0, len(rows), CHUNK):
            chunk = list(zip(rows[start : start + CHUNK], matched[start : start + CHUNK], strict=True))
            _write_chunk(list(_records(chunk, themes, tally)), writer, tally)
            if progress:
                progress(start + len(chunk))
        if dry_run:
            transaction.set_rollback(True)
    if not rows and not tally.problems:
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


def _is_row(row: Row | RowProblem, tally: _Tally) -> bool:
    if isinstance(row, RowProblem):
        tally.problems.append(row)
        return False
    return True


def _records(chunk: Sequence[tuple[Row, Entry]], themes: ThemeNames, tally: _Tally) -> Iterator[tuple[Record, Entry]]:
    """The usable rows; what is wrong with the others goes to the tally."""
    for row, entry in chunk:
        record = read_record(row, themes)
        if not isinstance(record, Record):
            tally.problems += record
        elif entry.repeats is not None:
            column = "source_id" if record.source_id else "name"
            message = _("Deze groep staat al op regel %(number)s van dit bestand. Haal één van de twee weg.")
            tally.problems.append(RowProblem(row.number, column, message % {"number": entry.repeats}))
        else:
            tally.notices += record.notices
            yield record, entry


def _write_chunk(chunk: list[tuple[Record, Entry]], writer: Writer, tally: _Tally) -> None:
    known = Known((entry.group for _record, entry in chunk), None, locked=True)
    changes: list[Change] = []
    numbers: dict[Change, int] = {}
    for record, entry in chunk:
        change = _change(record, entry, known, tally)
        if change is not None and (change.is_new or is_needed(change)):
            changes.append(change)
            numbers[change] = record.number
        if change is None or not change.changes_group:
            tally.unchanged += 1
    refused = writer.write(changes)
    for change, reason in refused:
        message = _("De database weigert deze regel (%(reason)s).") % {"reason": reason}
        tally.problems.append(RowProblem(numbers[change], "", message))
    lost = {change for change, _reason in refused}
    for change in changes:
        if change.changes_group and change not in lost:
            tally.created += change.is_new
            tally.updated += not change.is_new


def _change(record: Record, entry: Entry, known: Known, tally: _Tally) -> Change | None:
    if entry.was_removed or entry.was_merged:
        message = (
            _("Deze groep is op de site verwijderd en komt niet terug.")
            if entry.was_removed
            else _("Deze groep is op de site samengevoegd met een andere groep uit deze lijst.")
        )
        tally.notices.append(RowProblem(record.number, "", message))
        return None
    if entry.group not in known.groups:
        return Change(None, record.values, entry.key, record.values, number=record.source_id, is_new=True)
    judgement = known.judge(entry.group, record.values, entry.key, entry.replaces)
    if judgement.conflicts:
        message = _("Op de site met de hand veranderd en daarom niet overschreven: %(names)s.")
        tally.notices.append(RowProblem(record.number, "", message % {"names": ", ".join(sorted(judgement.conflicts))}))
    return known.change(entry.group, judgement, record.source_id, entry.key, entry.replaces)


def _by_row(problems: Sequence[RowProblem]) -> tuple[RowProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.row))
