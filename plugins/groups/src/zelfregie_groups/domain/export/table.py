"""Groups as a table, in the importer's own columns: what is exported can be imported, and says the same."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from zelfregie_core.domain.tables import Row
from zelfregie_groups.domain.export.published import in_chunks
from zelfregie_groups.domain.export.schedules import clock
from zelfregie_groups.domain.importing.columns import ANSWERS, COLUMNS, MANY_CHOICES
from zelfregie_groups.domain.importing.group_values import exception_line
from zelfregie_groups.domain.importing.reader import RowReader
from zelfregie_groups.domain.importing.rhythm import WEEKDAYS
from zelfregie_groups.domain.importing.schedule_cells import read_schedules
from zelfregie_groups.domain.parts import parts_of
from zelfregie_groups.domain.rule import Rule
from zelfregie_groups.models import Group
from zelfregie_groups.models.group import GroupQuerySet

#: Who hosts a group, the region's own numbers and a calendar's notation (the columns for people say the same).
_PERSONAL = {"host_name", "host_email", "welcomed_by", "source_id"}
EDITOR_COLUMNS = tuple(name for name in COLUMNS if name != "rrule")
PUBLIC_COLUMNS = tuple(name for name in EDITOR_COLUMNS if name not in _PERSONAL)

_ONE_RULE = (
    "weekday", "start_time", "end_time", "frequency", "schedule_note", "weeks", "interval", "day_of_month",
    "start_date", "end_date",
)  # fmt: skip
#: Characters that separate exceptions from each other and from their note.
_SEPARATORS = str.maketrans({";": ",", "\n": " ", "(": "[", ")": "]", "@": " "})


def rows(groups: GroupQuerySet, columns: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cells of groups, a chunk from the database at a time.

    :param groups: with themes, schedules and exceptions prefetched, and what the columns need not deferred.
    """
    for chunk in in_chunks(groups):
        for group in chunk:
            cells = cells_of(group, columns)
            yield [cells[name] for name in columns]


def all_groups() -> GroupQuerySet:
    """Return all groups with everything, hosts' addresses too, for editors."""
    return Group.objects.defer("search_text", "upcoming").prefetch_related("themes", "schedules", "exceptions")


def cells_of(group: Group, columns: Sequence[str]) -> Mapping[str, str]:
    """Return a group as the cells of a row. Reads no field of the group but those of the columns."""
    related: dict[str, Callable[[], Any]] = {
        "themes": lambda: ", ".join(sorted(theme.slug for theme in parts_of(group, "themes"))),
        "exceptions": lambda: exceptions_cell(group),
    }
    cells = _schedule_cells([Rule.of(schedule) for schedule in parts_of(group, "schedules")])
    for name in columns:
        if name in cells:
            continue
        value = related[name]() if name in related else getattr(group, name)
        if name in ANSWERS:
            cells[name] = {True: "ja", False: "nee", None: ""}[value]
        elif name in MANY_CHOICES:
            cells[name] = ", ".join(value)
        else:
            # Not isoformat() and the like: a date, a number and a text are all written as the importer reads them.
            cells[name] = "" if value is None else str(value)
    return cells


def exceptions_cell(group: Group) -> str:
    """Return the exceptions of a group: "2026-12-25; 2027-07-01/2027-08-31 (zomer)"."""
    return "; ".join(_exception(exception_line(exception)) for exception in parts_of(group, "exceptions"))


def _exception(line: Mapping[str, str]) -> str:
    text = line["date"]
    if "last_date" in line:
        text += f"/{line['last_date']}"
    times = "-".join(line[name] for name in ("new_start_time", "new_end_time") if name in line)
    place = f"@{line['new_location'].translate(_SEPARATORS)}" if "new_location" in line else ""
    moved = " ".join(part for part in (line.get("new_date", ""), times, place) if part)
    text += f">{moved}" if moved else ""
    return f"{text} ({line['note'].translate(_SEPARATORS)})" if line.get("note") else text


def _schedule_cells(rules: Sequence[Rule]) -> dict[str, str]:
    """Return one rule in columns for people; several, or one that those columns cannot say, as JSON.

    Not both: who repairs the day in the one would not see that the other still counts.
    """
    empty = dict.fromkeys((*_ONE_RULE, "schedules"), "")
    if not rules:
        return empty
    if len(rules) == 1 and (cells := _plain_cells(rules[0])) is not None:
        return {**empty, **cells}
    return {**empty, "schedules": json.dumps([rule.to_json() for rule in rules], ensure_ascii=False)}


@lru_cache(maxsize=2048)
def _plain_cells(rule: Rule) -> Mapping[str, str] | None:
    """A rule in columns for people; None when the importer would not read the same there."""
    cells = _rule_cells(rule)
    reader = RowReader(Row(1, cells))
    is_same = read_schedules(reader) == [rule.to_json()]
    return cells if is_same and not reader.problems and not reader.notices else None


def _rule_cells(rule: Rule) -> dict[str, str]:
    return {
        "weekday": ", ".join(WEEKDAYS[day - 1] for day in rule.weekdays),
        "start_time": clock(rule.start_time) or "",
        "end_time": clock(rule.end_time) or "",
        "frequency": rule.frequency,
        "schedule_note": rule.note,
        "weeks": ", ".join(str(week) for week in rule.weeks),
        "interval": str(rule.interval) if rule.interval != 1 else "",
        "day_of_month": str(rule.day_of_month or ""),
        "start_date": rule.start_date.isoformat() if rule.start_date else "",
        "end_date": rule.end_date.isoformat() if rule.end_date else "",
    }
