"""Schedules of HSDS 3.0, which are those of iCalendar in fields of their own, as rules of ours."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from zelfregie_groups.domain.importing.formats.canonical import text
from zelfregie_groups.domain.recurrence import rules_from_rrule
from zelfregie_groups.domain.rule import OTHER, Rule

_PARTS = {
    "INTERVAL": "interval", "COUNT": "count", "BYDAY": "byday", "BYMONTHDAY": "bymonthday", "WKST": "wkst",
}  # fmt: skip
_UNREAD = ("byweekno", "byyearday")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


def rules_of(schedules: Sequence[Mapping[str, Any]]) -> tuple[list[Rule], int]:
    """Return the rules of the schedules of a service, and how many of them are kept as words only."""
    rules: list[Rule] = []
    unread = 0
    for schedule in schedules:
        start, end = _clock(schedule.get("opens_at")), _clock(schedule.get("closes_at"))
        words = text(schedule.get("notes"))[:200]
        end = end if start and end and end > start else None
        try:
            found = _rules(schedule, start)
        except (ValueError, OverflowError):
            unread += 1
            found = (Rule(frequency=OTHER, note=text(schedule.get("description"))[:200]),)
        rules += [replace(rule, start_time=start, end_time=end, note=rule.note or words) for rule in found]
    return [rule for rule in dict.fromkeys(rules) if rule != Rule(frequency=OTHER)], unread


def _rules(schedule: Mapping[str, Any], start: dt.time | None) -> tuple[Rule, ...]:
    first = _date(schedule.get("dtstart")) or _date(schedule.get("valid_from"))
    frequency = text(schedule.get("freq")).upper()
    if not frequency:
        # Without a frequency it happens once, or HSDS leaves it to the description.
        if text(schedule.get("count")) == "1" and first:
            return rules_from_rrule("", _moment(first, start))
        return (Rule(frequency=OTHER, note=text(schedule.get("description"))[:200]),)
    if any(text(schedule.get(name)) for name in _UNREAD):
        raise ValueError("weeks and days of the year")
    parts = [f"FREQ={frequency}"]
    for name, field in _PARTS.items():
        value = text(schedule.get(field)).replace(" ", "").replace(";", ",").upper()
        if value and not (name == "INTERVAL" and value == "0"):
            parts.append(f"{name}={value}")
    until = _date(schedule.get("until")) or _date(schedule.get("valid_to"))
    if until and "COUNT" not in {part.partition("=")[0] for part in parts}:
        parts.append(f"UNTIL={until:%Y%m%d}")
    # RFC 5545 wants UNTIL of the same kind as DTSTART; as days both mean the same here.
    return rules_from_rrule(";".join(parts), first)


def _moment(day: dt.date, start: dt.time | None) -> dt.date:
    return dt.datetime.combine(day, start) if start else day


def _date(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text(value)[:10]) if value else None
    except ValueError:
        return None


def _clock(value: Any) -> dt.time | None:
    """A clock time on the wall; an offset behind it is what it is in winter, and left out."""
    found = _CLOCK.match(text(value).removeprefix("T"))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return dt.time(int(found[1]), int(found[2]))
