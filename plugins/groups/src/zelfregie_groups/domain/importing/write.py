"""Writing to the database what lists change, in chunks: a fixed number of queries per chunk, whatever its size."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, OperationalError
from django.db.models import Model
from django.utils import timezone

from zelfregie_core.models import Theme
from zelfregie_groups.domain import audit
from zelfregie_groups.domain.at_hand import fill_parts
from zelfregie_groups.domain.bulk import give_keys, insert_rows, update_rows
from zelfregie_groups.domain.changes import collected_changes, derive, group_was_written
from zelfregie_groups.domain.history import record_changes, record_creation, remember
from zelfregie_groups.domain.importing.group_values import FIELDS, make_exceptions, make_schedules, set_values
from zelfregie_groups.models import Group, ImportedRow, ImportRun, ImportSource, Schedule, ScheduleException
from zelfregie_groups.models.group import free_slug

CHUNK = 500
_WRITTEN = [
    *FIELDS, "confirmed_on", "source_id", "imported_from", "published", "latitude", "longitude", "sort_name",
    "search_text", "changed_at",
]  # fmt: skip
#: Fields of which each group has a list of its own.
_LISTS = [field.attname for field in Group._meta.concrete_fields if isinstance(field, ArrayField)]


@dataclass(eq=False)
class Change:
    """What is written for one row.

    :param group: None for a new one; ``write`` fills it in.
    :param values: the fields to set, in the form of a record.
    :param key: by which the list knows the group from now on; empty when nothing is remembered.
    :param remembered: what the list said, for the next import.
    :param row: the memory of an earlier import that is replaced.
    :param number: the number in the list of a new group.
    :param origin: number and key of the list of a group that exists, when they change.
    """

    group: Group | None
    values: dict[str, Any]
    key: str = ""
    remembered: dict[str, Any] = field(default_factory=dict)
    row: ImportedRow | None = None
    number: str = ""
    origin: tuple[str, int | None] | None = None
    published: bool | None = None
    is_new: bool = False
    changes_group: bool = field(init=False)

    def __post_init__(self) -> None:
        # Whether visitors or editors see a difference. Asked again after writing, when the group has changed.
        renumbered = bool(self.group and self.origin and self.origin[0] != self.group.source_id)
        self.changes_group = self.is_new or bool(self.values) or renumbered or self.published is not None


class Writer:
    """Writes the changes of one list, inside the transaction of the caller.

    Holds what the whole list needs: taken addresses.
    """

    def __init__(
        self, source: ImportSource | None, user: Any = None, run: ImportRun | None = None, action: str = audit.IMPORT
    ) -> None:
        self.source, self.user, self.action = source, user, action
        self.details = {"source": source.name} if source else {}
        if run is not None:
            self.details["import_run"] = run.pk
        self.blank = Group(imported_from=source)
        self.slugs: set[str] = set()
        self.numbers: dict[str, int] = {}

    def write(self, changes: Sequence[Change]) -> list[tuple[Change, str]]:
        """Write a chunk. If the database refuses it, write its rows one by one, so that only the bad one is lost.

        :return: the changes that the database refuses, with the name of its error.
        :raises OperationalError: when the connection is gone; the caller's transaction is gone as well.
        """
        try:
            # Collected: what is derived from the groups is computed once, in the same savepoint.
            with collected_changes():
                self._write(changes)
        except OperationalError:
            raise
        except DatabaseError as error:
            self.slugs = set()
            if len(changes) == 1:
                return [(changes[0], type(error).__name__)]
        else:
            return []
        return [refused for change in changes for refused in self.write([change])]

    def _write(self, changes: Sequence[Change]) -> None:
        new = [change for change in changes if change.is_new]
        changed = [change for change in changes if not change.is_new and change.changes_group]
        remember(change.group.pk for change in changed if change.group)
        for change in new:
            change.group = self._new_group(change)
        made = [change.group for change in new if change.group]
        give_keys(Group, made)
        themes, written = list(Theme.objects.all()), [*new, *changed]
        schedules = _lines(written, "schedules", make_schedules)
        exceptions = _lines(written, "exceptions", make_exceptions)
        for change in new:
            if change.group:
                # With everything that belongs to it in memory: nobody needs to read it again before the end.
                slugs = set(change.values.get("themes", ()))
                about = [theme for theme in themes if theme.slug in slugs]
                fill_parts(change.group, about, schedules[change.group.pk], exceptions[change.group.pk])
        derive(made)
        insert_rows(Group, made)
        now = timezone.now()
        touched = [change for change in changes if not change.is_new and (change.changes_group or change.origin)]
        for change in touched:
            self._set(change, now)
        update_rows(Group, [change.group for change in touched if change.group], _WRITTEN)
        _set_themes(written, {theme.slug: theme.pk for theme in themes})
        _replace(Schedule, changed, "schedules", schedules)
        _replace(ScheduleException, changed, "exceptions", exceptions)
        self._remember(changes, now)
        self._record([change for change in written if not change.is_new], self.action)
        record_creation([change.group for change in new if change.group], self.user, self.details)
        for change in changed:
            if change.group:
                group_was_written(change.group.pk)
        for group in made:
            # Nobody else sees it yet: what is in memory is what the database has.
            group_was_written(group.pk, group)

    def _new_group(self, change: Change) -> Group:
        if not self.slugs:
            self.slugs = set(Group.objects.values_list("slug", flat=True))
        # A copy of an empty one: making the defaults of fifty fields anew costs six times as much.
        group = copy(self.blank)
        for name in _LISTS:
            setattr(group, name, list(getattr(group, name)))
        group.source_id = change.number
        set_values(group, change.values)
        group.slug = free_slug(group, self.slugs, self.numbers)
        self.slugs.add(group.slug)
        return group

    def _set(self, change: Change, now: Any) -> None:
        group = change.group
        assert group is not None  # noqa: S101 -- only a new change has none
        set_values(group, change.values)
        if change.origin:
            group.source_id, group.imported_from_id = change.origin
        if change.published is not None:
            group.published = change.published
        group.changed_at = now if change.changes_group else group.changed_at

    def _remember(self, changes: Iterable[Change], now: Any) -> None:
        rows = []
        for change in changes:
            if not change.key:
                continue
            row = change.row or ImportedRow(source=self.source)
            row.key, row.group, row.imported_at = change.key, change.group, now
            row.values = json.dumps(change.remembered, sort_keys=True)
            rows.append(row)
        known = [row for row in rows if row.pk is not None]
        insert_rows(ImportedRow, [row for row in rows if row.pk is None])
        update_rows(ImportedRow, known, ["key", "group", "values", "imported_at"])

    def _record(self, changes: Sequence[Change], action: str) -> None:
        """One line in the history of each group. Of the host's address it only says that it changed."""
        secret = [change for change in changes if not change.is_new and "host_email" in change.values]
        for part, names in ((secret, ["host_email"]), ([c for c in changes if c not in secret], [])):
            ids = [change.group.pk for change in part if change.group]
            if ids:
                record_changes(ids, action, self.user, self.details, names)


def _set_themes(changes: Iterable[Change], theme_ids: Mapping[str, int]) -> None:
    through = Group.themes.through
    themed = [change for change in changes if change.group and "themes" in change.values]
    _remove(through, themed)
    links = [
        through(group_id=change.group.pk, theme_id=theme_ids[slug])
        for change in themed
        for slug in change.values["themes"]
        # A theme that was removed since the preview is no reason to lose the group.
        if slug in theme_ids
    ]
    insert_rows(through, links)


def _lines(
    changes: Iterable[Change], name: str, make: Callable[[Group, Iterable[Mapping[str, Any]]], list[Any]]
) -> dict[int, list[Any]]:
    """Return what belongs to each group from now on, not yet written."""
    found = defaultdict(list)
    for change in changes:
        if change.group and name in change.values:
            found[change.group.pk] = make(change.group, change.values[name])
    return found


def _replace(model: type[Model], changed: Iterable[Change], name: str, lines: Mapping[int, list[Any]]) -> None:
    _remove(model, [change for change in changed if name in change.values])
    insert_rows(model, [line for group in lines.values() for line in group])


def _remove(model: type[Model], changes: Iterable[Change]) -> None:
    """Take away what groups had; a new group has nothing."""
    ids = [change.group.pk for change in changes if change.group and not change.is_new]
    if ids:
        model.objects.filter(group_id__in=ids).delete()
