"""What an import may change in a group: everything but what an editor changed by hand."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zelfregie_groups.domain.importing.records import Record
from zelfregie_groups.models import Group, Schedule

#: Values of a record that are plain fields of the group.
FIELDS = (
    "name", "description", "audience", "form", "location_name", "address", "postal_code", "city", "host_name",
    "host_email", "status", "languages", "cost",
)  # fmt: skip
#: What an untouched field of a group that was made by hand holds: an import may fill these.
UNTOUCHED: Mapping[str, Any] = {"point": None, "themes": [], "schedules": []}


@dataclass(frozen=True)
class Merge:
    """The outcome of comparing a record with a group.

    :param changes: values that the group gets.
    :param kept: fields that an editor changed by hand and the list changed too; they stay as they are.
    :param remembered: what the next import compares with.
    """

    changes: dict[str, Any]
    kept: tuple[str, ...]
    remembered: dict[str, Any]


def merge(record: Record, current: Mapping[str, Any], imported: Mapping[str, Any]) -> Merge:
    """Compare three sides: the list now, the group now, and the list at the last import.

    :param current: ``values_of`` the group.
    :param imported: the values of the last import; empty when the group was made by hand.
    """
    changes: dict[str, Any] = {}
    kept = []
    remembered = dict(imported)
    for name, value in record.values.items():
        if value == current[name]:
            remembered[name] = value
        elif name in imported and value == imported[name]:
            continue  # the list did not change; the editor did
        elif current[name] == (imported[name] if name in imported else UNTOUCHED.get(name, "")):
            changes[name] = remembered[name] = value
        else:
            kept.append(name)
    return Merge(changes, tuple(kept), remembered)


def values_of(group: Group, slugs: list[str], schedules: list[Schedule]) -> dict[str, Any]:
    """Return a group's values in the form of a record."""
    return {
        **{name: getattr(group, name) for name in FIELDS},
        "themes": sorted(slugs),
        "schedules": [
            {
                "weekday": line.weekday,
                "start_time": line.start_time.isoformat("minutes") if line.start_time else None,
                "end_time": line.end_time.isoformat("minutes") if line.end_time else None,
                "frequency": line.frequency,
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
            weekday=line["weekday"],
            start_time=_time(line["start_time"]),
            end_time=_time(line["end_time"]),
            frequency=line["frequency"],
            note=line["note"],
        )
        for line in lines
    ]


def _time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None
