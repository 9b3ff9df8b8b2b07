"""The times of a group in the words of HSDS, which are those of iCalendar."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.domain.parts import parts_of
from zelfregie_groups.domain.schedule_text import exception_text
from zelfregie_groups.models import Group, Schedule, ScheduleException

#: ISO 8601 numbers of days to those of iCalendar.
DAYS = {1: "MO", 2: "TU", 3: "WE", 4: "TH", 5: "FR", 6: "SA", 7: "SU"}
#: Beside HSDS: its ``timezone`` is one offset, which is wrong for half of the year.
TIMEZONE = "Europe/Amsterdam"


def schedules_of(group: Group, region: RegionContext) -> list[dict[str, Any]]:
    """Return the times of a group (HSDS: schedule). Numbered within the group: an import makes its rows anew."""
    notes = exception_notes(list(parts_of(group, "exceptions")))
    return [
        {"id": region.identity.of("schedule", f"{group.pk}:{number}")} | _schedule(line, group, region, notes)
        for number, line in enumerate(parts_of(group, "schedules"), 1)
    ]


def _schedule(line: Schedule, group: Group, region: RegionContext, notes: str) -> dict[str, Any]:
    """What one rule says. Clock times are those on the wall in the Netherlands, summer and winter."""
    first = line.start_date.isoformat() if line.start_date else None
    last = line.end_date.isoformat() if line.end_date else None
    known: dict[str, Any] = {
        "valid_from": first,
        "valid_to": last,
        "dtstart": first,
        "timezone_name": TIMEZONE,
        "description": line.text or None,
        "opens_at": clock(line.start_time),
        "closes_at": clock(line.end_time),
        "schedule_link": region.calendar_url(group.slug),
        "attending_type": str(Group.Form(group.form).label),
        "notes": " ".join(part for part in (line.note, notes) if part) or None,
    }
    if line.frequency == Schedule.Frequency.ONCE:
        known |= {"valid_to": first, "until": first, "count": 1}
    elif line.frequency in {Schedule.Frequency.WEEKLY, Schedule.Frequency.MONTHLY}:
        known |= {
            "until": last,
            "wkst": "MO",
            "freq": line.frequency.upper(),
            "interval": line.interval,
            "byday": by_day(line.weekdays, line.weeks) or None,
        }
        if line.frequency == Schedule.Frequency.MONTHLY and line.day_of_month:
            known["bymonthday"] = str(line.day_of_month)
    return {name: value for name, value in known.items() if value is not None}


def by_day(weekdays: Sequence[int], weeks: Sequence[int]) -> str:
    """Return days as BYDAY of iCalendar: ``TU,TH``, or ``1TU,3TU`` for the first and third Tuesday."""
    order = sorted(weeks, key=lambda week: (week < 0, week))
    if not order:
        return ",".join(DAYS[day] for day in sorted(weekdays))
    return ",".join(f"{week}{DAYS[day]}" for week in order for day in sorted(weekdays))


def clock(time: dt.time | None) -> str | None:
    """Return a time as HH:MM."""
    return time.strftime("%H:%M") if time else None


def exception_notes(exceptions: Sequence[ScheduleException]) -> str:
    """Return the cancelled and moved meetings that are still to come, in words. HSDS has no field for them."""
    today = timezone.localdate()
    texts = (
        exception_text(line)
        for line in exceptions
        if max(line.date, line.last_date or line.date, line.new_date or line.date) >= today
    )
    sentence = "; ".join(text for text in texts if text)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""
