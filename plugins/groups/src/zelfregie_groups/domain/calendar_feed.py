"""Meetings of groups as an iCalendar feed (RFC 5545), made with icalendar.

Every rule of a group is one event with its own recurrence, so that a calendar shows next year's meetings as well and
a cancelled one disappears. The reference is docs/reference/calendar.md.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCategory, vDatetime, vDuration, vGeo, vRecur, vText, vUri

from zelfregie_groups.domain.recurrence import HORIZON, Changes, dates_of, rrule_of, shifted_end
from zelfregie_groups.domain.rule import ONCE, Rule

#: More single dates than this are not written out with one rule: the event then ends before the next one.
MOST_DATES_OUT = 1_000
#: How often a calendar program should look again.
REFRESH = dt.timedelta(hours=12)
DESCRIPTION_LENGTH = 250
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# As the European Union has it since 1996, in the form that calendar programs write themselves.
_AMSTERDAM = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Feed:
    """What a calendar is about.

    :param name: as a calendar program shows it.
    :param host: of the region; it makes the keys of events unique in the world.
    :param page_url: from a group to the absolute address of its page.
    """

    name: str
    host: str
    page_url: Callable[[Any], str]
    url: str = ""


def calendar_of(groups: Iterable[Any], feed: Feed) -> bytes:
    """Return the meetings of groups as a calendar. Groups that pause are not in it.

    :param groups: with ``themes``, ``schedules`` and ``exceptions`` prefetched.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Zelfregie//groups//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    name = plain(feed.name)
    calendar.add("name", name)  # RFC 7986; the X- names are what Google, Outlook and Thunderbird read
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", vDuration(REFRESH, {"VALUE": "DURATION"}))
    calendar.add("x-published-ttl", vDuration(REFRESH))
    if feed.url:
        calendar.add("url", feed.url)
    calendar.add_component(time_zone())
    for group in groups:
        for event in _events_of(group, feed):
            calendar.add_component(event)
    return calendar.to_ical(sorted=False)


@lru_cache(maxsize=1)
def time_zone() -> Timezone:
    """Return the zone of the site as a VTIMEZONE; the same for every region."""
    if settings.TIME_ZONE == "Europe/Amsterdam":
        return Timezone.from_ical(_AMSTERDAM)
    return Timezone.from_tzid(settings.TIME_ZONE)


def _events_of(group: Any, feed: Feed) -> Iterator[Event]:
    if group.status == group.Status.PAUSED:
        return
    changes = Changes(group.exceptions.all())
    shared = None
    for schedule in group.schedules.all():
        rule = Rule.of(schedule)
        first = _first_date(rule, group)
        if first is None:
            continue
        shared = shared or _shared_values(group, feed)
        yield from _events_of_rule(rule, first, f"schedule-{schedule.pk}@{feed.host}", changes, shared)


def _first_date(rule: Rule, group: Any) -> dt.date | None:
    """The date of DTSTART, which must be one of the rule. Always the same, or calendars would see a new event.

    Without a first date of its own a rule begins when the group came on the site.
    """
    begin = rule.start_date or timezone.localdate(group.created_at)
    return next(dates_of(rule, begin, begin + HORIZON), None)


def _events_of_rule(rule: Rule, first: dt.date, uid: str, changes: Changes, shared: dict[str, Any]) -> Iterator[Event]:
    out, until = _dates_out(rule, first, changes)
    event = _event(uid, first, rule.start_time, rule.end_time, shared)
    if rule.frequency != ONCE:
        event.add("rrule", vRecur.from_ical(rrule_of(rule)))
        if until is not None:
            event["rrule"]["UNTIL"] = [_until(rule, until)]
    if out:
        event.add("exdate", [_moment(day, rule.start_time) for day in out], parameters=_value_type(rule.start_time))
    if rule.frequency != ONCE or not out:
        yield event
    for day, change in changes.moves.items():
        if day >= first and (until is None or day <= until) and any(True for _day in dates_of(rule, day, day)):
            yield _moved_event(rule, day, change, uid, shared)


def _dates_out(rule: Rule, first: dt.date, changes: Changes) -> tuple[list[dt.date], dt.date | None]:
    """The cancelled dates of a rule, and after which date it must end because there are too many of them."""
    found: set[dt.date] = set()
    for begin, end in changes.stops:
        days = (day for day in dates_of(rule, max(begin, first), end) if day not in changes.moves)
        found.update(islice(days, MOST_DATES_OUT + 1))
    out = sorted(found)
    if len(out) <= MOST_DATES_OUT:
        return out, None
    return out[:MOST_DATES_OUT], out[MOST_DATES_OUT] - dt.timedelta(days=1)


def _event(uid: str, day: dt.date, start: dt.time | None, end: dt.time | None, shared: dict[str, Any]) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstart", _moment(day, start))
    if start and end:
        event.add("dtend", _moment(day, end))
    for name, value in shared.items():
        event[name] = value
    return event


def _moved_event(rule: Rule, day: dt.date, change: Any, uid: str, shared: dict[str, Any]) -> Event:
    """The event that replaces the one of a date (RECURRENCE-ID)."""
    start, end = rule.start_time, rule.end_time
    if change.new_start_time:
        start, end = change.new_start_time, change.new_end_time or shifted_end(rule, change.new_start_time)
    values = dict(shared)
    if change.new_location:
        values["location"] = vText(plain(change.new_location))
        values.pop("geo", None)
    if change.note:
        values["description"] = vText("\n".join((plain(change.note), shared["description"])))
    event = _event(uid, change.new_date or day, start, end, values)
    event.add("recurrence-id", _moment(day, rule.start_time))
    return event


def _shared_values(group: Any, feed: Feed) -> dict[str, Any]:
    """What all events of a group say, as icalendar's own types: it need not find them out for each event."""
    url = feed.page_url(group)
    changed = group.changed_at.astimezone(dt.UTC).replace(microsecond=0)
    values: dict[str, Any] = {
        # Without METHOD, DTSTAMP is when the event last changed (RFC 5545, 3.8.7.2); so the feed only changes then.
        "dtstamp": vDatetime(changed),
        "last-modified": vDatetime(changed),
        "summary": vText(_summary(group)),
        "description": vText(_description(group, url)),
        "status": vText("CONFIRMED"),
        "transp": vText("TRANSPARENT"),  # a meeting you could go to does not fill your own calendar
        "url": vUri(url),
    }
    if location := location_text(group):
        values["location"] = vText(location)
    if group.has_point and group.meets_in_person:
        values["geo"] = vGeo((group.latitude, group.longitude))
    if themes := [plain(theme.name) for theme in group.themes.all()]:
        values["categories"] = vCategory(themes)
    return values


def location_text(group: Any) -> str:
    """Return where a group meets on one line: "Buurthuis De Brug, Molenlaan 1, 6411 AB Heerlen"."""
    if not group.meets_in_person:
        return _("Online")
    city = " ".join(part for part in (group.postal_code, group.city) if part)
    return plain(", ".join(part for part in (group.location_name, group.address, city) if part))


def plain(text: str) -> str:
    """Return a text without control characters, which a calendar and a feed may not hold."""
    return _CONTROL.sub("", text)


def _summary(group: Any) -> str:
    name = plain(group.name)
    if group.status == group.Status.ACTIVE:
        return name
    return _("%(name)s (%(status)s)") % {"name": name, "status": group.get_status_display()}


def _description(group: Any, url: str) -> str:
    text = " ".join(plain(group.description).split())
    if len(text) > DESCRIPTION_LENGTH:
        text = text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + " …"
    return "\n\n".join(part for part in (text, url) if part)


def _moment(day: dt.date, time: dt.time | None) -> dt.date:
    """A local moment with the name of its zone; the date alone when the time is not known.

    By the clock on the wall, also in the hour that is skipped: the rule repeats that time on the other days.
    """
    if time is None:
        return day
    return dt.datetime.combine(day, time, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _until(rule: Rule, last: dt.date) -> dt.date:
    if rule.start_time is None:
        return last
    return dt.datetime.combine(last, dt.time(23, 59, 59), tzinfo=ZoneInfo(settings.TIME_ZONE)).astimezone(dt.UTC)


def _value_type(time: dt.time | None) -> dict[str, str]:
    return {} if time else {"VALUE": "DATE"}
