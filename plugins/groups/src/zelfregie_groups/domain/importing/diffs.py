"""What a row changes, with the values as people read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zelfregie_groups.domain.history_text import child_of, exception_text, readable
from zelfregie_groups.domain.importing.columns import LABELS
from zelfregie_groups.domain.importing.group_values import values_of
from zelfregie_groups.domain.importing.rows import load
from zelfregie_groups.domain.rule import Rule
from zelfregie_groups.domain.schedule_text import schedule_text
from zelfregie_groups.models import Group, ImportRunRow, ScheduleException

#: The order in which people expect the fields.
ORDER = tuple(LABELS)


@dataclass(frozen=True)
class FieldDiff:
    """One field of a row.

    :param old: what the site has, or had before the import; empty for a new group.
    :param new: what the list says.
    :param is_conflict: whether somebody changed the field by hand, so that an editor must choose.
    """

    field: str
    label: str
    old: str
    new: str
    is_conflict: bool


def diff_of(row: ImportRunRow) -> list[FieldDiff]:
    """Return what a row changes; for several rows ``diffs_of`` costs less."""
    return diffs_of([row])[row.pk]


def diffs_of(rows: Iterable[ImportRunRow]) -> dict[int, list[FieldDiff]]:
    """Return what each of these rows changes, by key of the row. Four queries, whatever their number.

    A row that adds a group shows all it says. A row that was applied shows what it changed then.
    """
    rows = list(rows)
    ids = {row.group_id for row in rows if row.group_id}
    groups = Group.objects.filter(pk__in=ids).prefetch_related("themes", "schedules", "exceptions")
    current = {group.pk: values_of(group) for group in groups}
    return {row.pk: _diff(row, current) for row in rows}


def _diff(row: ImportRunRow, current: Mapping[int, Mapping[str, Any]]) -> list[FieldDiff]:
    if row.verdict == ImportRunRow.Verdict.GONE:
        return [FieldDiff("published", _label("published"), _("ja"), _("nee"), False)]
    given = (load(row.values) or {}).get("values", {})
    before = (load(row.before) or {}).get("values")
    if row.applied:
        given = (load(row.after) or {}).get("values", given)
    old = before if row.applied and before is not None else current.get(row.group_id or 0)
    if old is None:
        return [_field(name, None, given[name], False) for name in ORDER if given.get(name)]
    names = {*row.changed_fields, *row.conflicts}
    return [
        _field(name, old[name], given[name], name in row.conflicts)
        for name in ORDER
        if name in names and name in given and name in old
    ]


def _field(name: str, old: Any, new: Any, is_conflict: bool) -> FieldDiff:
    return FieldDiff(name, _label(name), text_of(name, old), text_of(name, new), is_conflict)


def _label(name: str) -> str:
    return str(capfirst(LABELS[name]))


def text_of(name: str, value: Any) -> str:
    """Return a value of a record as people read it; several lines for several schedules."""
    if name == "themes":
        return readable("theme_slugs", value or [])
    if name == "schedules":
        return "\n".join(schedule_text(Rule.from_json(line)) for line in value or ())
    if name == "exceptions":
        return "\n".join(exception_text(child_of(ScheduleException, line)) for line in value or ())
    if name == "point":
        return "{:.4f}, {:.4f}".format(*value) if value else ""
    if value is None:
        return ""
    return readable(name, value)
