"""The third step of an import: what was decided is written, as one action."""

import json
from collections import Counter
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zelfregie_groups.domain.changes import counted_once
from zelfregie_groups.domain.editing import lock
from zelfregie_groups.domain.importing.decisions import Decision, Verdict, decision_of
from zelfregie_groups.domain.importing.group_values import values_of
from zelfregie_groups.domain.importing.known import Known, is_needed
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.domain.importing.rows import load, message_line, row_chunks, save_rows
from zelfregie_groups.domain.importing.site import Site
from zelfregie_groups.domain.importing.skipped import remember_skips, take_over
from zelfregie_groups.domain.importing.stored import StoredRecord, fields_of, group_state
from zelfregie_groups.domain.importing.write import Change, Writer
from zelfregie_groups.models import ImportedRow, ImportRun, ImportRunRow, ImportSource

_SAVED = ("before", "after", "group", "applied")


def apply_run(run: ImportRun, user: Any = None) -> None:
    """Write what was decided about every row of a preview. All of it or nothing.

    A row whose group changed since the preview, in a field that the list changes, is left out and says so; so is a row
    that the database refuses. What was done stands in ``run.counts``: created, updated, unchanged, unpublished,
    skipped, reported.

    :param user: who applies it; None for a feed that nobody looks at. Conflicts that nobody saw are asked again.
    :raises ImportProblem: when there is nothing to apply: not previewed, or already applied, also at the same moment.
    """
    with transaction.atomic():
        # One import of a list at a time: who comes second waits here, and then finds it done.
        # Without the key: who saves a group of this list meanwhile has the database check that the list is there, and
        # would wait for this lock while we wait for that group.
        source = ImportSource.objects.select_for_update(no_key=True).get(pk=run.source_id)
        locked = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if locked.state in (ImportRun.State.APPLIED, ImportRun.State.UNDONE):
            raise ImportProblem(_("Deze lijst is al verwerkt."))
        if locked.state != ImportRun.State.PREVIEWED:
            raise ImportProblem(_("Bekijk de lijst eerst, en verwerk hem daarna."))
        counts = _Applying(run, source, user).run_through()
        run.state, run.applied_at = ImportRun.State.APPLIED, timezone.now()
        run.counts = {name: counts.get(name, 0) for name in _COUNTED}
        run.save(update_fields=["state", "applied_at", "counts"])


_COUNTED = ("created", "updated", "unchanged", "unpublished", "skipped", "reported")


class _Applying:
    """The writing of one run."""

    def __init__(self, run: ImportRun, source: ImportSource, user: Any) -> None:
        self.run, self.source, self.user = run, source, user
        self.writer = Writer(source, user, run)
        self.site = Site(source)
        self.counts: Counter[str] = Counter()
        self.reported: list[ImportRunRow] = []

    def run_through(self) -> Counter[str]:
        # All at once and in one order, as editors' actions do: chunk by chunk, two could wait for each other.
        lock(pk for pk in self.run.rows.values_list("group_id", flat=True) if pk is not None)
        with counted_once():
            for rows in row_chunks(self.run, "values", "before", "overwrite", "messages"):
                self._apply(rows)
        return self.counts

    def _apply(self, rows: list[ImportRunRow]) -> None:
        known = Known((row.group_id for row in rows), self.source)
        self.reported = []
        changes: dict[Change, ImportRunRow] = {}
        for row in rows:
            change = self._change(row, known)
            if change is not None:
                changes[change] = row
        befores = {change: self._before(change, known) for change in changes}
        skipped = take_over(changes, self.source, self.site.skipped)
        refused = dict(self.writer.write(list(changes)))
        for change, row in changes.items():
            if change in refused:
                message = _("De database weigert deze regel (%(reason)s).") % {"reason": refused[change]}
                self._report(row, message)
                continue
            self._note(row, change, befores[change], skipped.get(change, ""))
        # Of a large list the most rows say what was known; those stay as they are.
        save_rows([row for row in rows if row.applied], *_SAVED)
        save_rows(self.reported, "messages")
        decided = [row for row in rows if row.verdict == Verdict.DUPLICATE and row.decision == Decision.SKIP]
        save_rows(remember_skips(decided, self.source, self.site.skipped, self.site.imported), "after")

    def _change(self, row: ImportRunRow, known: Known) -> Change | None:
        """What is written for a row; None, and counted, when nothing is."""
        decision = decision_of(row)
        if row.verdict == Verdict.GONE and decision == Decision.APPLY:
            return self._unpublish(row, known)
        if row.verdict == Verdict.SAME and row.group_id is not None:
            return self._adopt(row, known)
        if decision not in (Decision.APPLY, Decision.LINK) or row.verdict == Verdict.WRONG:
            self.counts["unchanged" if row.verdict == Verdict.SAME else "skipped"] += 1
            return None
        stored = StoredRecord.of(row)
        if row.verdict == Verdict.CHANGED or decision == Decision.LINK:
            return self._update(row, stored, known)
        return self._create(row, stored)

    def _create(self, row: ImportRunRow, stored: StoredRecord) -> Change | None:
        site, keys = self.site, stored.keys
        alike = [site.groups[pk] for pk in site.by_exact.get(keys.exact, ())]
        numbered = [site.groups[pk] for pk in site.by_number.get(keys.number, ())]
        there = (
            site.imported.get(stored.key) is not None
            or any(group.is_own for group in numbered)
            or (row.verdict == Verdict.NEW and any(not group.is_foreign for group in alike))
        )
        if there:
            return self._report(row, _("Deze groep is intussen al op de site gezet. Bekijk de lijst opnieuw."))
        memory = None
        if stored.key in site.imported:
            memory = ImportedRow.objects.filter(source=self.source, key=stored.key).first()
        return Change(None, stored.values, stored.key, stored.values, row=memory, number=stored.source_id, is_new=True)

    def _update(self, row: ImportRunRow, stored: StoredRecord, known: Known) -> Change | None:
        if row.group_id not in known.groups:
            return self._report(row, _("Deze groep is intussen verwijderd. Bekijk de lijst opnieuw."))
        seen = (load(row.before) or {}).get("seen", {})
        current = known.values[row.group_id]
        if fields_of(current, seen) != seen:
            return self._report(
                row,
                _("Iemand heeft deze groep intussen veranderd. Er is niets overschreven. Bekijk de lijst opnieuw."),
            )
        judgement = known.judge(row.group_id, stored.values, stored.key, stored.replaces)
        judgement = judgement.overwriting(row.overwrite, were_seen=self.user is not None)
        return known.change(row.group_id, judgement, stored.source_id, stored.key, stored.replaces)

    def _adopt(self, row: ImportRunRow, known: Known) -> Change | None:
        """A group that is as the list says: remembered as one of the list, so that the next version knows it."""
        if row.group_id not in known.groups:
            return self._report(row, _("Deze groep is intussen verwijderd. Bekijk de lijst opnieuw."))
        stored = StoredRecord.of(row)
        judgement = known.judge(row.group_id, stored.values, stored.key, stored.replaces)
        if judgement.changes or judgement.conflicts:
            return self._report(row, _("Iemand heeft deze groep intussen veranderd. Bekijk de lijst opnieuw."))
        change = known.change(row.group_id, judgement, stored.source_id, stored.key, stored.replaces)
        if is_needed(change):
            return change
        self.counts["unchanged"] += 1
        return None

    def _unpublish(self, row: ImportRunRow, known: Known) -> Change | None:
        group = known.groups.get(row.group_id or 0)
        if group is None or not group.published:
            return self._report(row, _("Deze groep staat intussen niet meer op de site."))
        return Change(group, {}, published=False)

    def _report(self, row: ImportRunRow, message: str) -> None:
        row.messages = [*row.messages, message_line("", message, blocking=True)]
        self.reported.append(row)
        self.counts["reported"] += 1

    def _before(self, change: Change, known: Known) -> str:
        if change.group is None:
            return ""
        pk = change.group.pk
        rows = known.rows.get(pk, {}).values()
        return json.dumps(group_state(change.group, known.values[pk], rows), sort_keys=True)

    def _note(self, row: ImportRunRow, change: Change, before: str, skipped: str) -> None:
        row.applied, row.group, row.before = True, change.group, before
        # A new group has its parts in memory, as the database has them.
        made = values_of(change.group) if change.is_new and change.group else change.values
        after: dict[str, Any] = {"values": made, "key": change.key}
        after["was_removed"] = change.is_new and change.row is not None and not skipped
        if skipped:
            after["skipped"] = skipped
        if change.published is not None:
            after["published"] = change.published
        row.after = json.dumps(after, sort_keys=True)
        if change.is_new:
            self.counts["created"] += 1
        elif change.published is not None:
            self.counts["unpublished"] += 1
        else:
            self.counts["updated" if change.changes_group else "unchanged"] += 1
