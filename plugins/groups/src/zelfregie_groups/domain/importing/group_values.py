"""A group in the form of a record, to compare the two; and back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from zelfregie_groups.models import Group, Schedule

#: Values of a record that are plain fields of the group.
FIELDS = (
    "name", "description", "audience", "form", "location_name", "address", "postal_code", "city", "host_name",
    "host_email", "status", "languages", "cost",
)  # fmt: skip
#: What an untouched field of a group that was made by hand holds: an import may fill these.
UNTOUCHED: Mapping[str, Any] = {"point": None, "themes": [], "schedules": []}


def values_of(group: Group, slugs: list[str], schedules: list[Schedule]) -> dict[str, Any]:
    """Return a group's values in the form of a record."""
    return {
        **{name: getattr(group, name) for name in FIELDS},
        "themes": sorted(slugs),
        "schedules": [
            {
                "weekdays": line.weekdays,
                "start_time": line.start_time.isoformat("minutes") if line.start_time else None,
                "end_time": line.end_time.isoformat("minutes") if line.end_time else None,
                "frequency": line.frequency,
                "interval": line.interval,
                "note": line.note,
            }
            for line in schedules
        ],
        "point": [group.latitude, group.longitude] if group.has_point else None,
    }


def set_values(group: Group, values: Mapping[str, Any]) -> None:
    """Set the plain fields and the coordinates of a group; themes and schedules have tables of their own."""
    for name in FIELDS:
        if name in values:
            setattr(group, name, values[name])
    if "point" in values:
        group.latitude, group.longitude = values["point"] or (None, None)
    group.derive()


def make_schedules(group: Group, lines: list[dict[str, Any]]) -> list[Schedule]:
    """Return unsaved schedules of a group from the lines of a record."""
    return [
        Schedule(
            group=group,
            weekdays=line["weekdays"],
            interval=line["interval"],
            start_time=_time(line["start_time"]),
            end_time=_time(line["end_time"]),
            frequency=line["frequency"],
            note=line["note"],
        )
        for line in lines
    ]


def _time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None
