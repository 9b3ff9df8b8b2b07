"""The rows of one page of a preview, ready to show; and reading what the editor chose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing import runs
from zelfregie_groups.domain.importing.columns import LABELS
from zelfregie_groups.models import Group, ImportRunRow

Verdict, Decision = ImportRunRow.Verdict, ImportRunRow.Decision
#: Of a new group these say enough to recognise it; the rest is behind "alles".
_SHORT = ("themes", "city", "location_name", "schedules", "form")


@dataclass(frozen=True)
class Choice:
    """One radio button."""

    value: str
    label: str
    is_chosen: bool
    group: Group | None = None


@dataclass
class ShownRow:
    """A row with everything its part of the page needs."""

    row: ImportRunRow
    diff: list[runs.FieldDiff]
    messages: list[dict[str, Any]]
    choices: list[Choice] = field(default_factory=list)
    group: Group | None = None

    @property
    def short(self) -> list[runs.FieldDiff]:
        return [line for line in self.diff if line.field in _SHORT]

    @property
    def conflicts(self) -> list[tuple[runs.FieldDiff, bool]]:
        """What the editor chooses field by field, and whether the list wins."""
        return [(line, line.field in self.row.overwrite) for line in self.diff if line.is_conflict]

    @property
    def changes(self) -> list[runs.FieldDiff]:
        return [line for line in self.diff if not line.is_conflict]


def shown(rows: Sequence[ImportRunRow]) -> list[ShownRow]:
    """Return rows with their differences and their candidates; the number of queries does not grow with the rows."""
    diffs = runs.diffs_of(rows)
    ids = {row.group_id for row in rows if row.group_id} | {pk for row in rows for pk in row.candidates}
    groups = {
        group.pk: group
        for group in Group.objects.filter(pk__in=ids).defer("host_email").prefetch_related("themes", "schedules")
    }
    return [
        ShownRow(row, diffs[row.pk], _messages(row), _choices(row, groups), groups.get(row.group_id or 0))
        for row in rows
    ]


def _messages(row: ImportRunRow) -> list[dict[str, Any]]:
    labels = {**LABELS, runs.SKIPPED_BEFORE: ""}
    return [{**line, "label": str(labels.get(line["column"], line["column"]))} for line in row.messages]


def _choices(row: ImportRunRow, groups: Mapping[int, Group]) -> list[Choice]:
    decision = runs.decision_of(row)
    if row.verdict == Verdict.DUPLICATE:
        found = [
            Choice(f"link:{pk}", _("is dezelfde groep"), decision == Decision.LINK and row.group_id == pk, groups[pk])
            for pk in row.candidates
            if pk in groups
        ]
        return [
            *found,
            Choice("apply", _("is een andere groep: zet haar erbij"), decision == Decision.APPLY),
            # Not chosen until somebody chooses it: then it is remembered for the next version of the list.
            Choice("skip", _("overslaan, ook bij de volgende versie van de lijst"), row.decision == Decision.SKIP),
        ]
    labels = {
        Verdict.NEW: _("op de site zetten"), Verdict.CHANGED: _("veranderen"), Verdict.GONE: _("van de site halen"),
    }  # fmt: skip
    if row.verdict == Verdict.SAME and row.group_id is None:
        return [
            Choice("apply", _("toch weer op de site zetten"), decision == Decision.APPLY),
            Choice("skip", _("weglaten"), decision == Decision.SKIP),
        ]
    if row.verdict not in labels:
        return []
    keep = _("op de site laten") if row.verdict == Verdict.GONE else _("overslaan")
    return [
        Choice("apply", labels[Verdict(row.verdict)], decision == Decision.APPLY),
        Choice("skip", keep, decision == Decision.SKIP),
    ]


def save_choices(rows: Iterable[ImportRunRow], data: QueryDict) -> int:
    """Keep what the editor chose about these rows; return how many changed.

    :raises ImportProblem: when one cannot be chosen, or the import was applied in the meantime.
    """
    changed = 0
    for row in rows:
        value = data.get(f"choice-{row.pk}")
        if value is None:
            continue
        decision, _colon, link = value.partition(":")
        overwrite = [name for name in data.getlist(f"overwrite-{row.pk}") if name in row.conflicts]
        is_same_link = decision != Decision.LINK or str(row.group_id) == link
        known = row.decision if row.verdict == Verdict.DUPLICATE else runs.decision_of(row)
        if decision == known and overwrite == row.overwrite and is_same_link:
            continue
        runs.decide(row, decision, overwrite, int(link) if link.isdigit() else None)
        changed += 1
    return changed


def choose_for_all(rows: Iterable[ImportRunRow], choice: str) -> int:
    """Choose the same for all rows of a kind: ``list`` (the list wins everywhere), ``link``, ``apply`` or ``skip``.

    :return: for how many rows that could be chosen.
    """
    done = 0
    for row in rows:
        if choice == "list":
            runs.decide(row, Decision.APPLY, row.conflicts)
        elif choice == "link" and not row.candidates:
            continue
        else:
            try:
                runs.decide(row, choice)
            except runs.ImportProblem:
                # Two rows that look like the same group: the editor chooses between those.
                continue
        done += 1
    return done
