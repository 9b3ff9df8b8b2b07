"""Taking an import back, as one action: everything as it was before, except what somebody changed since."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zelfregie_groups.domain import audit
from zelfregie_groups.domain.changes import collected_changes, counted_once, group_was_written
from zelfregie_groups.domain.editing import lock
from zelfregie_groups.domain.history import record_removal
from zelfregie_groups.domain.importing.columns import LABELS
from zelfregie_groups.domain.importing.known import Known
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.domain.importing.rows import load, message_line, row_chunks, save_rows
from zelfregie_groups.domain.importing.skipped import bring_back
from zelfregie_groups.domain.importing.summary import ProblemGroup, grouped_problems
from zelfregie_groups.domain.importing.write import Change, Writer
from zelfregie_groups.models import Group, ImportedRow, ImportRun, ImportRunRow, ImportSource

#: How long what a list said is kept, and with it the way back.
KEPT = dt.timedelta(days=30)
#: What stands as the column of a remark about what undoing left alone.
LEFT_ALONE = "undo"


def undo_problem(run: ImportRun) -> str:
    """Return why a run cannot be undone; empty when it can."""
    if run.state == ImportRun.State.UNDONE:
        return _("Deze import is al teruggedraaid.")
    if run.state != ImportRun.State.APPLIED:
        return _("Deze import is niet verwerkt; er valt niets terug te draaien.")
    if run.created_at < timezone.now() - KEPT:
        return _(
            "Deze import is ouder dan 30 dagen. Wat er in de lijst stond is gewist, dus terugdraaien kan niet meer."
        )
    if ImportRun.objects.filter(
        source_id=run.source_id, state=ImportRun.State.APPLIED, applied_at__gt=run.applied_at
    ).exists():
        return _("Van deze lijst is daarna een nieuwere versie verwerkt. Draai die eerst terug.")
    return ""


def left_alone(run: ImportRun) -> list[ProblemGroup]:
    """Return what undoing a run did not take back, each reason once; nothing for a run that was not undone."""
    if run.state != ImportRun.State.UNDONE:
        return []
    return [remark for remark in grouped_problems(run, blocking=False) if remark.column == LEFT_ALONE]


def can_undo(run: ImportRun) -> bool:
    """Whether ``undo_run`` can take a run back."""
    return not undo_problem(run)


def undo_run(run: ImportRun, user: Any = None) -> None:
    """Bring everything back as it was before a run: groups, themes, times, exceptions, and what the list is known by.

    What somebody changed by hand after the import stays, and its row says so. Counted in ``run.counts``: removed,
    restored, kept.

    :raises ImportProblem: when it cannot be undone, with the reason; see ``undo_problem``.
    """
    with transaction.atomic():
        # As in ``apply_run``: without the key, and all groups in one order.
        source = ImportSource.objects.select_for_update(no_key=True).get(pk=run.source_id)
        locked = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if reason := undo_problem(locked):
            raise ImportProblem(reason)
        counts = _Undoing(locked, source, user).run_through()
        run.state, run.undone_at = ImportRun.State.UNDONE, timezone.now()
        run.counts = {**locked.counts, **{name: counts.get(name, 0) for name in ("removed", "restored", "kept")}}
        run.save(update_fields=["state", "undone_at", "counts"])


class _Undoing:
    """The taking back of one run."""

    def __init__(self, run: ImportRun, source: ImportSource, user: Any) -> None:
        self.run, self.source, self.user = run, source, user
        self.writer = Writer(source, user, run, audit.UNDO_IMPORT)
        self.counts: Counter[str] = Counter()

    def run_through(self) -> Counter[str]:
        lock(pk for pk in self.run.rows.filter(applied=True).values_list("group_id", flat=True) if pk is not None)
        with counted_once():
            for rows in row_chunks(self.run, "before", "after", "messages", applied=True):
                self._undo(rows)
            decided = {"verdict": ImportRunRow.Verdict.DUPLICATE, "decision": ImportRunRow.Decision.SKIP}
            for rows in row_chunks(self.run, "after", **decided):
                self._skipped_before(rows)
        return self.counts

    def _undo(self, rows: list[ImportRunRow]) -> None:
        known = Known((row.group_id for row in rows), self.source)
        others = _with_more_than_this(known)
        removed: list[ImportRunRow] = []
        changes: dict[Change, ImportRunRow] = {}
        for row in rows:
            if row.group_id not in known.groups:
                self._keep(row, _("Deze groep is na de import verwijderd of samengevoegd."))
            elif row.before:
                changes[self._restored(row, known)] = row
            elif known.values[row.group_id] != load(row.after)["values"] or row.group_id in others:
                self._keep(row, _("Deze groep is na de import met de hand veranderd en is daarom gebleven."))
            else:
                removed.append(row)
        self._restore(changes)
        self._remove(removed, known)
        save_rows(rows, "messages", "applied", "group")

    def _restored(self, row: ImportRunRow, known: Known) -> Change:
        """What brings a group back: the fields that still say what the import wrote."""
        before, after = load(row.before), load(row.after)
        group, current = known.groups[row.group_id or 0], known.values[row.group_id or 0]
        values, kept = {}, []
        for name, value in after["values"].items():
            if current[name] == value:
                values[name] = before["values"][name]
            else:
                kept.append(str(LABELS[name]))
        unpublished = after.get("published") is False
        if kept:
            names = ", ".join(kept)
            self._keep(row, _("Na de import met de hand veranderd en daarom gebleven: %(names)s.") % {"names": names})
        origin = (before["source_id"], before["imported_from"])
        return Change(
            group=group,
            values=values,
            origin=origin if origin != (group.source_id, group.imported_from_id) else None,
            published=before["published"] if unpublished and not group.published else None,
        )

    def _restore(self, changes: dict[Change, ImportRunRow]) -> None:
        refused = dict(self.writer.write([change for change in changes if change.changes_group or change.origin]))
        done = {change: row for change, row in changes.items() if change not in refused}
        for change, reason in refused.items():
            self._keep(changes[change], _("De database weigert deze regel (%(reason)s).") % {"reason": reason})
        ids = [change.group.pk for change in done if change.group]
        ImportedRow.objects.filter(source=self.source, group_id__in=ids).delete()
        ImportedRow.objects.bulk_create(
            ImportedRow(source=self.source, key=key, values=values, group=change.group)
            for change, row in done.items()
            for key, values in load(row.before)["rows"]
        )
        self._skipped_before(done.values())
        for row in done.values():
            if row.applied:
                row.applied = False
                self.counts["restored"] += 1

    def _remove(self, rows: list[ImportRunRow], known: Known) -> None:
        ids = [row.group_id for row in rows]
        with collected_changes():
            ImportedRow.objects.filter(source=self.source, group_id__in=ids).delete()
            record_removal([known.groups[pk] for pk in ids if pk], self.user)
            Group.objects.filter(pk__in=ids).delete()
            for pk in ids:
                group_was_written(pk or 0)
        # A group that an editor had removed before, and that this import brought back, stays removed.
        ImportedRow.objects.bulk_create(
            ImportedRow(source=self.source, key=after["key"], group=None)
            for row in rows
            if (after := load(row.after))["was_removed"]
        )
        self._skipped_before(rows)
        for row in rows:
            row.applied, row.group = False, None
            self.counts["removed"] += 1

    def _skipped_before(self, rows: Iterable[ImportRunRow]) -> None:
        """Bring back which of these rows an editor had skipped before this run, and which not."""
        afters = [load(row.after) or {} for row in rows]
        bring_back(self.source, {after["key"]: after["skipped"] for after in afters if "skipped" in after})

    def _keep(self, row: ImportRunRow, message: str) -> None:
        row.messages = [*row.messages, message_line(LEFT_ALONE, message)]
        self.counts["kept"] += 1


def _with_more_than_this(known: Known) -> set[int]:
    """The groups that another list knows too, or into which another group was merged: those do not go."""
    ids = list(known.groups)
    own = known.source.pk if known.source else None
    elsewhere = ImportedRow.objects.filter(group_id__in=ids).exclude(source_id=own).values_list("group_id", flat=True)
    merged = Group.objects.filter(pk__in=ids, former_keys__isnull=False).values_list("pk", flat=True)
    return {*elsewhere, *merged} - {None}
