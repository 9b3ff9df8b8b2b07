"""Writing records to the database, in chunks: a fixed number of queries per chunk, whatever its size."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from zelfregie_core.domain.merge import merge
from zelfregie_core.models import Theme
from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.importing.group_values import FIELDS, UNTOUCHED, make_schedules, set_values, values_of
from zelfregie_groups.domain.importing.records import Record, natural_key
from zelfregie_groups.models import Group, ImportedRow, Schedule
from zelfregie_groups.models.group import free_slug

CHUNK = 500
_WRITTEN = [*FIELDS, "source_id", "latitude", "longitude", "sort_name", "search_text", "changed_at"]


@dataclass
class Tally:
    """The counts of an import in progress."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    notices: list[RowProblem] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.problems += other.problems
        self.notices += other.notices


class Writer:
    """Writes records of one file. Holds what the whole file needs: theme ids, taken addresses."""

    def __init__(self) -> None:
        self.theme_ids = dict(Theme.objects.values_list("slug", "pk"))
        self.slugs = set(Group.objects.values_list("slug", flat=True))
        self.numbers: dict[str, int] = {}
        self.by_natural_key = _natural_keys()

    def write(self, records: Sequence[Record]) -> Tally:
        """Write a chunk. If the database refuses it, write its rows one by one, so that only the bad one is lost."""
        try:
            with transaction.atomic():
                return self._write(records)
        except DatabaseError as error:
            if len(records) == 1:
                message = _("De database weigert deze regel (%(reason)s).") % {"reason": type(error).__name__}
                return Tally(problems=[RowProblem(records[0].number, "", message)])
        tally = Tally()
        for record in records:
            tally.add(self.write([record]))
        return tally

    def _write(self, records: Sequence[Record]) -> Tally:
        tally = Tally()
        known = _Known(records, self.by_natural_key)
        new: list[tuple[Record, Group]] = []
        changed: list[Group] = []
        themed: list[tuple[Group, list[str]]] = []
        scheduled: list[tuple[Group, list[dict[str, Any]]]] = []
        remembered: list[ImportedRow] = []
        for record in records:
            row = known.row_of(record)
            if row is not None and row.group_id is None:
                tally.unchanged += 1
                message = _("Deze groep is op de site verwijderd en komt niet terug.")
                tally.notices.append(RowProblem(record.number, "", message))
                continue
            group = known.group_of(record, row)
            if group is None:
                group = Group(source_id=record.source_id)
                set_values(group, record.values)
                group.slug = free_slug(group, self.slugs, self.numbers)
                self.slugs.add(group.slug)
                new.append((record, group))
                themed.append((group, record.values["themes"]))
                scheduled.append((group, record.values.get("schedules", [])))
                tally.created += 1
                continue
            merged = merge(record.values, known.values(group), json.loads(row.values or "{}") if row else {}, UNTOUCHED)
            if merged.kept:
                message = _("Op de site met de hand veranderd en daarom niet overschreven: %(names)s.")
                names = ", ".join(sorted(merged.kept))
                tally.notices.append(RowProblem(record.number, "", message % {"names": names}))
            set_values(group, merged.changes)
            if "themes" in merged.changes:
                themed.append((group, merged.changes["themes"]))
            if "schedules" in merged.changes:
                scheduled.append((group, merged.changes["schedules"]))
            gets_number = bool(record.source_id) and not group.source_id
            group.source_id = group.source_id or record.source_id
            if merged.changes or gets_number:
                group.changed_at = timezone.now()
                changed.append(group)
                tally.updated += 1
            else:
                tally.unchanged += 1
            text = json.dumps(merged.remembered, sort_keys=True)
            if row is None or row.key != record.key or row.values != text:
                remembered.append(_remember(row, record, group, text))
        Group.objects.bulk_create([group for _record, group in new])
        _update(Group, changed, _WRITTEN)
        remembered += [
            _remember(None, record, group, json.dumps(record.values, sort_keys=True)) for record, group in new
        ]
        self._set_themes(themed)
        _set_schedules(scheduled)
        _save_rows(remembered)
        for record, group in new:
            self.by_natural_key.setdefault(record.natural_key, group.pk)
        return tally

    def _set_themes(self, themed: list[tuple[Group, list[str]]]) -> None:
        through = Group.themes.through
        through.objects.filter(group_id__in=[group.pk for group, _slugs in themed]).delete()
        through.objects.bulk_create(
            through(group_id=group.pk, theme_id=self.theme_ids[slug]) for group, slugs in themed for slug in slugs
        )


class _Known:
    """What the database has of a chunk: rows of earlier imports, groups, their themes and schedules."""

    def __init__(self, records: Sequence[Record], by_natural_key: dict[str, int]) -> None:
        self.by_natural_key = by_natural_key
        keys = {key for record in records for key in (record.key, record.natural_key)}
        self.rows = {row.key: row for row in ImportedRow.objects.filter(key__in=keys)}
        ids = {row.group_id for row in self.rows.values() if row.group_id}
        ids |= {by_natural_key[record.natural_key] for record in records if record.natural_key in by_natural_key}
        numbers = {record.source_id for record in records if record.source_id}
        groups = Group.objects.filter(pk__in=ids) | Group.objects.filter(source_id__in=numbers)
        self.groups = {group.pk: group for group in groups.prefetch_related("themes", "schedules")}
        self.by_number = {group.source_id: group for group in self.groups.values() if group.source_id}
        without_row = set(self.groups) - {row.group_id for row in self.rows.values()}
        self.rows |= {row.key: row for row in ImportedRow.objects.filter(group_id__in=without_row)}
        self.row_of_group = {row.group_id: row for row in self.rows.values() if row.group_id}

    def group_of(self, record: Record, row: ImportedRow | None) -> Group | None:
        """The group of a record: by number, by its row of an earlier import, else by name, city and day."""
        if record.source_id and record.source_id in self.by_number:
            return self.by_number[record.source_id]
        if row is not None:
            return self.groups.get(row.group_id)
        group = self.groups.get(self.by_natural_key.get(record.natural_key, 0))
        # A group with another number is another group, however alike they look.
        if group is not None and record.source_id and group.source_id:
            return None
        return group

    def row_of(self, record: Record) -> ImportedRow | None:
        if row := self.rows.get(record.key):
            return row
        group = self.group_of(record, None)
        return self.row_of_group.get(group.pk) if group is not None else None

    @staticmethod
    def values(group: Group) -> dict[str, Any]:
        return values_of(group, [theme.slug for theme in group.themes.all()], list(group.schedules.all()))


def _natural_keys() -> dict[str, int]:
    """The keys of all groups of the region; the first group wins where two are alike."""

    keys: dict[str, int] = {}
    days: dict[int, int | None] = {}
    for group_id, weekdays in Schedule.objects.order_by("group_id", "weekdays", "start_time", "pk").values_list(
        "group_id", "weekdays"
    ):
        days.setdefault(group_id, next(iter(weekdays), None))
    for pk, name, city in Group.objects.order_by("pk").values_list("pk", "name", "city"):
        keys.setdefault(natural_key(name, city, days.get(pk)), pk)
    return keys


def _remember(row: ImportedRow | None, record: Record, group: Group, text: str) -> ImportedRow:
    row = row or ImportedRow()
    row.key, row.group, row.values, row.imported_at = record.key, group, text, timezone.now()
    return row


def _set_schedules(scheduled: list[tuple[Group, list[dict[str, Any]]]]) -> None:
    Schedule.objects.filter(group_id__in=[group.pk for group, _lines in scheduled]).delete()
    Schedule.objects.bulk_create([schedule for group, lines in scheduled for schedule in make_schedules(group, lines)])


def _save_rows(rows: list[ImportedRow]) -> None:
    ImportedRow.objects.bulk_create([row for row in rows if row.pk is None])
    _update(ImportedRow, [row for row in rows if row.pk is not None], ["key", "values", "imported_at"])


def _update(model: type[Model], rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write rows that exist, in one statement. Django's bulk_update takes thirty times as long for so many fields."""
    model._default_manager.bulk_create(
        rows, update_conflicts=True, update_fields=fields, unique_fields=[model._meta.pk.name]
    )
