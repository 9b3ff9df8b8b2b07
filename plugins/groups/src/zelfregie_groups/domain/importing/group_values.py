"""A group in the form of a record, to compare the two; and back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from zelfregie_groups.domain.importing.columns import ANSWERS, CHOICES, LONG_TEXTS, MANY_CHOICES, NUMBERS, TEXTS
from zelfregie_groups.domain.parts import parts_of
from zelfregie_groups.domain.rule import Rule, sorted_lines
from zelfregie_groups.models import Group, Schedule, ScheduleException

#: Values of a record that are plain fields of the group.
FIELDS = (
    *TEXTS, *LONG_TEXTS, *CHOICES, *MANY_CHOICES, *ANSWERS, *NUMBERS, "postal_code", "host_email",
)  # fmt: skip
#: What stands in tables of its own.
RELATED = ("themes", "schedules", "exceptions")
#: What a field holds that nobody filled in, when that is not an empty text: an import may fill it.
UNTOUCHED: Mapping[str, Any] = {
    "point": None, "themes": [], "schedules": [], "exceptions": [], "confirmed_on": None,
    **dict.fromkeys((*ANSWERS, *NUMBERS)),
}  # fmt: skip
_EXCEPTION = ("date", "last_date", "new_date", "new_start_time", "new_end_time", "new_location", "note")


def values_of(group: Group) -> dict[str, Any]:
    """Return a group's values in the form of a record. Its themes, schedules and exceptions are prefetched."""
    return {
        **{name: getattr(group, name) for name in FIELDS},
        "confirmed_on": group.confirmed_on.isoformat() if group.confirmed_on else None,
        "themes": sorted(theme.slug for theme in parts_of(group, "themes")),
        "schedules": sorted_lines(Rule.of(schedule).to_json() for schedule in parts_of(group, "schedules")),
        "exceptions": [exception_line(exception) for exception in parts_of(group, "exceptions")],
        "point": [group.latitude, group.longitude] if group.has_point else None,
    }


def set_values(group: Group, values: Mapping[str, Any]) -> None:
    """Set the plain fields and the coordinates of a group; what stands in tables of its own is not touched."""
    for name in FIELDS:
        if name in values:
            setattr(group, name, values[name])
    if "confirmed_on" in values:
        group.confirmed_on = _date(values["confirmed_on"])
    if "point" in values:
        group.latitude, group.longitude = values["point"] or (None, None)
    group.derive()


def make_schedules(group: Group, lines: Iterable[Mapping[str, Any]]) -> list[Schedule]:
    """Return unsaved schedules of a group from the lines of a record."""
    found = []
    for rule in map(Rule.from_json, lines):
        fields = {name: getattr(rule, name) for name in Rule.__dataclass_fields__}
        fields |= {"weekdays": list(rule.weekdays), "weeks": list(rule.weeks)}
        found.append(Schedule(group=group, **fields))
    return found


def make_exceptions(group: Group, lines: Iterable[Mapping[str, Any]]) -> list[ScheduleException]:
    """Return unsaved exceptions of a group from the lines of a record."""
    return [
        ScheduleException(
            group=group,
            date=_date(line["date"]),
            last_date=_date(line.get("last_date")),
            new_date=_date(line.get("new_date")),
            new_start_time=_time(line.get("new_start_time")),
            new_end_time=_time(line.get("new_end_time")),
            new_location=line.get("new_location", ""),
            note=line.get("note", ""),
        )
        for line in lines
    ]


def exception_line(exception: ScheduleException) -> dict[str, Any]:
    """Return an exception in forms that JSON knows; what is empty is left out."""
    line: dict[str, Any] = {}
    for name in _EXCEPTION:
        value = getattr(exception, name)
        if isinstance(value, dt.time):
            value = value.isoformat("minutes")
        elif isinstance(value, dt.date):
            value = value.isoformat()
        if value:
            line[name] = value
    return line


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None
