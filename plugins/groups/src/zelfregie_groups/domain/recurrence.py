"""On which dates groups meet: their rules, with what is cancelled and moved. Built on dateutil.

Dates and times are computed as people say them, in local time without a zone, and only then placed in the zone of the
site (``settings.TIME_ZONE``): half past seven stays half past seven when the clock changes.
"""

import datetime as dt
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from dateutil import rrule
from django.utils import timezone

from zelfregie_groups.domain.parts import parts_of
from zelfregie_groups.domain.rrules import rrule_of, rule_from_rrule, rules_from_rrule
from zelfregie_groups.domain.rule import ONCE, WEEKLY, Rule

__all__ = [
    "UPCOMING",
    "Meeting",
    "Rule",
    "Upcoming",
    "compute_upcoming",
    "dates_of",
    "dayparts",
    "meetings",
    "next_meetings",
    "rrule_of",
    "rule_from_rrule",
    "rules_from_rrule",
]

#: How many next starts are stored with a group.
UPCOMING = 12
#: How far ahead a rule is followed from the moment asked for, or from its first date when that is later. The rarest
#: rule that a form can make, 29 February, comes round in it.
HORIZON = dt.timedelta(days=366 * 8)
#: No list is longer, whatever a rule says.
MOST_MEETINGS = 5_000
_LAST_DAY = dt.date(9000, 12, 31)  # room for arithmetic before the end of the calendar
_NOON, _EVENING = dt.time(12), dt.time(18)


@dataclass(frozen=True)
class Meeting:
    """One meeting of a group.

    :param start: aware, in the zone of the site; at 0.00 when the time is not known (see ``has_time``).
    :param location: another place than usual, or empty.
    :param note: what the editor says about this one meeting, or empty.
    :param is_moved: whether it is at another date, time or place than the rule says.
    :param rule_date: the date on which the rule has it.
    """

    start: dt.datetime
    end: dt.datetime | None = None
    location: str = ""
    note: str = ""
    is_moved: bool = False
    rule_date: dt.date | None = None

    @property
    def has_time(self) -> bool:
        return bool(self.start.hour or self.start.minute)


def meetings(
    rules: Iterable[Rule],
    exceptions: Iterable[Any] = (),
    after: dt.datetime | None = None,
    before: dt.datetime | None = None,
    limit: int | None = None,
) -> list[Meeting]:
    """Return the meetings that start from ``after`` (now) until ``before``, soonest first.

    Always ends: a rule is followed at most ``HORIZON`` far, and at most ``MOST_MEETINGS`` are returned. A meeting of
    today whose time is not known is still to come all day. Two rules that give the same moment give one meeting.

    :param exceptions: ``ScheduleException``s. Who moves a meeting into a summer stop means it: it takes place. An
        exception for a date on which nothing was planned changes nothing.
    """
    after = timezone.localtime(after)
    rules, changes = [rule for rule in rules if rule.gives_dates], Changes(exceptions)
    found = heapq.merge(
        *(_meetings_of(rule, changes, after, before) for rule in rules),
        sorted(_moved(rules, changes, after, before), key=_start),
        key=_start,
    )
    most = MOST_MEETINGS if limit is None else max(0, min(limit, MOST_MEETINGS))
    return list(islice(_once_each(found), most))


def next_meetings(group: Any, after: dt.datetime | None = None, limit: int = 3) -> list[Meeting]:
    """Return the next meetings of a group; none while it pauses. Uses what is prefetched, else two queries."""
    if group.status == group.Status.PAUSED:
        return []
    rules = [Rule.of(schedule) for schedule in parts_of(group, "schedules")]
    if not any(rule.gives_dates for rule in rules):
        return []
    return meetings(rules, parts_of(group, "exceptions"), after=after, limit=limit)


def compute_upcoming(group: Any, after: dt.datetime | None = None) -> list[dt.datetime]:
    """Return the next starts of a group, to store with it; see ``Group.upcoming``."""
    return [meeting.start for meeting in next_meetings(group, after, UPCOMING)]


class Upcoming:
    """Computes the next starts of many groups at one moment. Groups with the same rules are computed once."""

    def __init__(self, after: dt.datetime | None = None) -> None:
        self.after = timezone.localtime(after)
        self._known: dict[tuple[Rule, ...], list[dt.datetime]] = {}

    def of(self, group: Any) -> list[dt.datetime]:
        """Return what ``compute_upcoming`` returns for a group."""
        rules = tuple(Rule.of(schedule) for schedule in parts_of(group, "schedules"))
        if group.status == group.Status.PAUSED or not any(rule.gives_dates for rule in rules):
            return []
        if exceptions := parts_of(group, "exceptions"):
            return [meeting.start for meeting in meetings(rules, exceptions, self.after, limit=UPCOMING)]
        rules = tuple(replace(rule, note="") if rule.note else rule for rule in rules)
        if rules not in self._known:
            self._known[rules] = [meeting.start for meeting in meetings(rules, after=self.after, limit=UPCOMING)]
        return list(self._known[rules])


def dayparts(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return in which parts of the day groups begin: ``morning``, ``afternoon``, ``evening``, in this order."""
    starts = {rule.start_time for rule in rules if rule.start_time is not None}
    parts = {
        "morning": any(start < _NOON for start in starts),
        "afternoon": any(_NOON <= start < _EVENING for start in starts),
        "evening": any(start >= _EVENING for start in starts),
    }
    return tuple(part for part, meets in parts.items() if meets)


def dates_of(rule: Rule, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the dates of a rule from ``first`` until and with ``last``, without regard to exceptions."""
    if not rule.gives_dates:
        return
    first = max(first, rule.start_date) if rule.start_date else first
    last = min(last, rule.end_date or _LAST_DAY, _LAST_DAY)
    if first > last:
        return
    if rule.frequency == ONCE:
        if rule.start_date and first <= rule.start_date <= last:
            yield rule.start_date
        return
    # dateutil walks from its start: begin shortly before `first`, in step with the rule's own first date.
    begin = _week_in_step(rule, first) if rule.frequency == WEEKLY else _month_in_step(rule, first)
    walk = rrule.rrule(
        rrule.WEEKLY if rule.frequency == WEEKLY else rrule.MONTHLY,
        dtstart=dt.datetime.combine(begin, dt.time()),
        until=dt.datetime.combine(last, dt.time()),
        interval=rule.interval,
        wkst=rrule.MO,
        **_by(rule),
    )
    for moment in walk:
        if moment.date() >= first:
            yield moment.date()


class Changes:
    """The exceptions of a group, ready to be asked about a date."""

    def __init__(self, exceptions: Iterable[Any]) -> None:
        ordered = sorted(exceptions, key=lambda exception: exception.pk or 0)
        #: Date to the exception that moves its meeting; the last one made wins.
        self.moves = {exception.date: exception for exception in ordered if exception.moves}
        self.stops = [
            (exception.date, exception.last_date or exception.date) for exception in ordered if not exception.moves
        ]

    def has(self, day: dt.date) -> bool:
        """Whether a meeting on this date is cancelled or moved."""
        return day in self.moves or any(first <= day <= last for first, last in self.stops)


def meeting_on(rule: Rule, day: dt.date, change: Any = None) -> Meeting:
    """Return the meeting of a rule on a date, or the one that ``change``, a moving exception, makes of it."""
    start, end = rule.start_time, rule.end_time
    if change is None:
        return Meeting(local(day, start), local_end(day, start, end), rule_date=day)
    held = change.new_date or day
    if change.new_start_time:
        # Without a new end the meeting takes as long as usual.
        end = change.new_end_time or shifted_end(rule, change.new_start_time)
        start = change.new_start_time
    return Meeting(local(held, start), local_end(held, start, end), change.new_location, change.note, True, day)


def local(day: dt.date, time: dt.time | None) -> dt.datetime:
    """Return a local date and time in the zone of the site.

    A time that the clock skips is read with the offset from before, as iCalendar does (RFC 5545, 3.3.5); of a time
    that comes twice it is the first.
    """
    moment = dt.datetime.combine(day, time or dt.time(), tzinfo=timezone.get_default_timezone())
    return timezone.localtime(moment.astimezone(dt.UTC), timezone.get_default_timezone())


def local_end(day: dt.date, start: dt.time | None, end: dt.time | None) -> dt.datetime | None:
    """Return when a meeting ends by the clock on the wall; None when that is not known."""
    if start is None or end is None or end <= start:
        return None
    begins, ends = local(day, start), local(day, end)
    if ends > begins:
        return ends
    usual = dt.datetime.combine(day, end) - dt.datetime.combine(day, start)
    return timezone.localtime(begins.astimezone(dt.UTC) + usual, timezone.get_default_timezone())


def shifted_end(rule: Rule, new_start: dt.time) -> dt.time | None:
    """Return when a meeting that begins at another time ends, when it takes as long as usual."""
    if rule.start_time is None or rule.end_time is None:
        return None
    day = dt.date(2000, 1, 1)
    usual = dt.datetime.combine(day, rule.end_time) - dt.datetime.combine(day, rule.start_time)
    shifted = dt.datetime.combine(day, new_start) + usual
    return shifted.time() if shifted.date() == day else None


def _meetings_of(rule: Rule, changes: Changes, after: dt.datetime, before: dt.datetime | None) -> Iterator[Meeting]:
    first = after.date()
    last = min(max(first, rule.start_date or first), _LAST_DAY - HORIZON) + HORIZON
    if before is not None:
        last = min(last, timezone.localtime(before).date())
    for day in dates_of(rule, first, last):
        if changes.has(day):
            continue
        meeting = meeting_on(rule, day)
        if before is not None and meeting.start >= before:
            return
        if _is_to_come(meeting, after):
            yield meeting


def _moved(
    rules: Iterable[Rule], changes: Changes, after: dt.datetime, before: dt.datetime | None
) -> Iterator[Meeting]:
    for day, change in changes.moves.items():
        if (change.new_date or day) < after.date():
            continue
        for rule in rules:
            if any(True for _day in dates_of(rule, day, day)):
                meeting = meeting_on(rule, day, change)
                if _is_to_come(meeting, after) and (before is None or meeting.start < before):
                    yield meeting


def _once_each(found: Iterable[Meeting]) -> Iterator[Meeting]:
    previous = None
    for meeting in found:
        if previous is None or (meeting.start, meeting.location) != (previous.start, previous.location):
            yield meeting
        previous = meeting


def _start(meeting: Meeting) -> dt.datetime:
    return meeting.start


def _is_to_come(meeting: Meeting, after: dt.datetime) -> bool:
    return meeting.start >= after or (not meeting.has_time and meeting.start.date() >= after.date())


def _by(rule: Rule) -> dict[str, Any]:
    if rule.frequency == WEEKLY:
        return {"byweekday": [day - 1 for day in rule.days]}
    if rule.weeks and rule.weekdays:
        return {"byweekday": [rrule.weekdays[day - 1](week) for week in rule.weeks for day in rule.weekdays]}
    return {"bymonthday": rule.day_of_month}


def _week_in_step(rule: Rule, first: dt.date) -> dt.date:
    """The Monday of a week of the rule, at most one step before ``first``."""
    anchor = _monday(rule.start_date or first)
    steps = max(0, (_monday(first) - anchor).days // (7 * rule.interval))
    return anchor + dt.timedelta(days=7 * rule.interval * steps)


def _month_in_step(rule: Rule, first: dt.date) -> dt.date:
    """The first day of a month of the rule, at most one step before ``first``."""
    anchor = rule.start_date or first
    months = (first.year - anchor.year) * 12 + first.month - anchor.month
    month = anchor.year * 12 + anchor.month - 1 + max(0, months // rule.interval) * rule.interval
    return dt.date(month // 12, month % 12 + 1, 1)


def _monday(day: dt.date) -> dt.date:
    return max(dt.date(1, 1, 1), day - dt.timedelta(days=min(day.weekday(), day.toordinal() - 1)))
