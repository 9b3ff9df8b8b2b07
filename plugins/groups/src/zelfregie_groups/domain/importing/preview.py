"""The second step of an import: a verdict for every row, before anything on the site changes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import Row
from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.importing.columns import COLUMNS, LABELS
from zelfregie_groups.domain.importing.entries import entry_of
from zelfregie_groups.domain.importing.known import Known
from zelfregie_groups.domain.importing.matching import Entry, gone_groups, match_rows
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.domain.importing.records import Record, read_record
from zelfregie_groups.domain.importing.rows import load, message_line, message_lines, row_chunks, save_rows
from zelfregie_groups.domain.importing.similar import Alike
from zelfregie_groups.domain.importing.site import Site
from zelfregie_groups.domain.importing.skipped import BEFORE, is_asked_again
from zelfregie_groups.domain.importing.stored import StoredRecord, remember_judgement
from zelfregie_groups.domain.importing.theme_list import chosen_words
from zelfregie_groups.domain.importing.theme_names import THEME_WORDS, site_themes
from zelfregie_groups.models import ImportRun, ImportRunRow, ImportSource

Verdict = ImportRunRow.Verdict
_SAVED = (
    "label", "values", "before", "verdict", "decision", "changed_fields", "conflicts", "overwrite", "messages", "group",
    "candidates",
)  # fmt: skip

#: Key in ``counts``: which of the notices come from the preview, so that the next preview takes them away.
_SAID = "preview_notices"


def preview_run(run: ImportRun, mapping: Mapping[str, str], defaults: Mapping[str, Any] | None = None) -> None:
    """Give every row of a run its verdict, and remember the mapping for the next version of the list.

    May be done again with another mapping; what was decided about the rows is forgotten then.

    :param mapping: column of the file to field of ours; see ``guess_mapping``. A column without a field is not read.
    :param defaults: field of ours to the text of a cell, for rows that have nothing there; and under ``THEME_WORDS``
        what an editor chose for words that are no names of themes.
    :raises ImportProblem: when the mapping cannot be used, or the run is not one to preview.
    """
    fields = {column: field for column, field in mapping.items() if field}
    words = chosen_words(defaults or {})
    fixed = {field: text for field, text in (defaults or {}).items() if field != THEME_WORDS and text.strip()}
    _check(fields, fixed)
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.state not in (ImportRun.State.UPLOADED, ImportRun.State.PREVIEWED):
            raise ImportProblem(_("Deze import is al verwerkt. Upload de lijst opnieuw om hem nog eens te bekijken."))
        ImportRunRow.objects.filter(run=run, verdict=Verdict.GONE).delete()
        site = Site(run.source)
        matched = match_rows(_entries(run, fields, fixed), site)
        counts = _Preview(run, fields, fixed, site, matched, words).run_through()
        gone, notices = _gone(matched, site)
        counts[Verdict.GONE] = _propose_gone(run, gone, site)
        if "themes" not in {*fields.values(), *fixed}:
            notices.append(_("Er is geen kolom voor het thema. Nieuwe groepen krijgen er dus geen."))
        run.state = ImportRun.State.PREVIEWED
        run.notices = [*_notices_of_file(locked), *notices]
        run.counts = {**{str(verdict): counts.get(verdict, 0) for verdict in Verdict}, _SAID: notices}
        run.save(update_fields=["state", "counts", "notices"])
        # A column that was left out on purpose stays left out.
        kept = {column: fields.get(column, "") for column in run.columns}
        remembered = {**fixed, **({THEME_WORDS: words} if words else {})}
        ImportSource.objects.filter(pk=run.source_id).update(mapping=kept, defaults=remembered)


def _check(fields: Mapping[str, str], fixed: Mapping[str, str]) -> None:
    unknown = next((field for field in (*fields.values(), *fixed) if field not in COLUMNS), None)
    if unknown is not None:
        raise ImportProblem(_("Het veld '%(name)s' bestaat niet.") % {"name": unknown[:40]})
    twice = next((field for field, number in Counter(fields.values()).items() if number > 1), None)
    if twice is not None:
        raise ImportProblem(_("Je koos twee kolommen voor '%(name)s'. Kies er een.") % {"name": LABELS[twice]})
    if "name" not in fields.values():
        raise ImportProblem(_("Kies de kolom waarin de naam van de groep staat."))


def _entries(run: ImportRun, fields: Mapping[str, str], fixed: Mapping[str, str]) -> Iterator[Entry]:
    for chunk in row_chunks(run, "cells"):
        for row in chunk:
            yield entry_of(_row(row, fields, fixed))


def _row(row: ImportRunRow, fields: Mapping[str, str], fixed: Mapping[str, str]) -> Row:
    """The cells of a row by field of ours."""
    given = load(row.cells) or {}
    values = {field: str(given.get(column) or "").strip() for column, field in fields.items()}
    return Row(row.number, {**values, **{field: text for field, text in fixed.items() if not values.get(field)}})


class _Preview:
    """The verdicts of one run."""

    def __init__(
        self,
        run: ImportRun,
        fields: Mapping[str, str],
        fixed: Mapping[str, str],
        site: Site,
        matched: Sequence[Entry],
        words: Mapping[str, str],
    ) -> None:
        self.run, self.fields, self.fixed, self.matched = run, fields, fixed, matched
        self.themes, self.alike, self.skipped = site_themes(words), Alike(site), site.skipped
        self.taken = {entry.group for entry in matched if entry.group is not None}
        self.seen: dict[str, int] = {}

    def run_through(self) -> Counter[str]:
        """Write the verdicts; return how many there are of each."""
        counts: Counter[str] = Counter()
        remaining = iter(self.matched)
        for rows in row_chunks(self.run, "cells"):
            entries = [next(remaining) for _row_ in rows]
            known = Known((entry.group for entry in entries), self.run.source)
            for row, entry in zip(rows, entries, strict=True):
                self._judge(row, entry, known)
                counts[row.verdict] += 1
            save_rows(rows, *_SAVED)
        return counts

    def _judge(self, row: ImportRunRow, entry: Entry, known: Known) -> None:
        row.decision, row.overwrite, row.changed_fields, row.conflicts, row.candidates = "", [], [], [], []
        row.values = row.before = ""
        row.group_id = entry.group if entry.group in known.groups else None
        record = read_record(_row(row, self.fields, self.fixed), self.themes)
        if not isinstance(record, Record):
            row.label = cells.one_line(entry.name)[:200]
            row.verdict, row.messages = Verdict.WRONG, message_lines(record, blocking=True)
            return
        row.label, row.messages = record.values["name"], message_lines(record.notices, blocking=False)
        row.values = StoredRecord.make(record, entry).to_json()
        row.verdict = self._verdict(row, record, entry, known)

    def _verdict(self, row: ImportRunRow, record: Record, entry: Entry, known: Known) -> str:
        earlier = self.seen.setdefault(entry.keys.exact, row.number)
        if entry.repeats is not None and record.source_id:
            message = _("Het nummer %(id)s staat al op regel %(number)s. Geef elke groep een eigen nummer.")
            problem = RowProblem(row.number, "source_id", message % {"id": record.source_id, "number": entry.repeats})
            row.messages = message_lines([problem, *record.notices], blocking=True)
            return Verdict.WRONG
        if entry.was_removed or entry.was_merged:
            row.messages.append(message_line("", _gone_before(entry)))
            return Verdict.SAME
        if row.group_id is not None:
            judgement = known.judge(row.group_id, record.values, entry.key, entry.replaces)
            remember_judgement(row, known, judgement)
            if entry.replaces.startswith("id:") and record.source_id:
                message = _("Het nummer van deze groep in de lijst was %(old)s en is nu %(new)s.")
                old = entry.replaces.removeprefix("id:")
                row.messages.append(message_line("source_id", message % {"old": old, "new": record.source_id}))
            return Verdict.CHANGED if judgement.changes or judgement.conflicts else Verdict.SAME
        row.candidates = self.alike.candidates(record, self.taken)
        if earlier != row.number:
            message = _("Dezelfde groep staat al op regel %(number)s.") % {"number": earlier}
            row.messages.append(message_line("name", message))
        elif not row.candidates:
            return Verdict.NEW
        if not is_asked_again(entry.key, row.candidates, self.skipped):
            message = _("Deze regel sloeg je eerder over. We slaan hem weer over, tenzij je iets anders kiest.")
            row.decision = ImportRunRow.Decision.SKIP
            row.messages.append(message_line(BEFORE, message))
        return Verdict.DUPLICATE


def _gone_before(entry: Entry) -> str:
    if entry.was_removed:
        return _("Deze groep is op de site verwijderd en komt niet terug, tenzij je 'verwerken' kiest.")
    return _("Deze groep is op de site samengevoegd met een andere groep uit deze lijst.")


def _gone(matched: Sequence[Entry], site: Site) -> tuple[list[int], list[str]]:
    """The groups that the list no longer has, and a warning instead when that says more about the list."""
    gone = gone_groups(matched, site)
    known = [pk for pk in site.keys_of_group if site.groups[pk].published and site.groups[pk].is_own]
    listed = {entry.keys.number for entry in matched} - {""}
    numbers = {key for pk in known for key in site.numbers_of(pk)}
    if gone and listed and numbers and not listed & numbers:
        message = _(
            "Alle nummers in deze lijst zijn anders dan de vorige keer. Daarom stellen we niet voor om groepen van de "
            "site te halen. Kijk of dit de goede lijst is."
        )
        return [], [message]
    if len(gone) * 2 > len(known):
        message = _(
            "%(gone)s van de %(known)s groepen uit deze lijst staan er niet meer in. Dat is meer dan de helft, dus "
            "stellen we niet voor om ze van de site te halen. Kijk of de lijst compleet is."
        )
        return [], [message % {"gone": len(gone), "known": len(known)}]
    return gone, []


def _propose_gone(run: ImportRun, gone: Sequence[int], site: Site) -> int:
    message = _("Deze groep staat niet meer in de lijst. Kies 'verwerken' om hem van de site te halen.")
    rows = ImportRunRow.objects.bulk_create(
        [
            ImportRunRow(
                run=run,
                number=0,
                label=site.groups[pk].name[:200],
                verdict=Verdict.GONE,
                group_id=pk,
                messages=[message_line("", message)],
            )
            for pk in gone
        ],
        batch_size=500,
    )
    return len(rows)


def _notices_of_file(run: ImportRun) -> list[Any]:
    """What the reader said about the file; what an earlier preview said goes."""
    return [notice for notice in run.notices if notice not in run.counts.get(_SAID, ())]
