"""The calendar of groups: read back with icalendar, expanded with recurring-ical-events, compared with our dates."""

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from zelfregie_core.models import Theme
from zelfregie_groups.domain.calendar_feed import MOST_DATES_OUT, Feed, calendar_of
from zelfregie_groups.domain.recurrence import Rule, meetings
from zelfregie_groups.models import Group, Schedule, ScheduleException

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FEED = Feed(name="Bijeenkomsten", host="noord.test", page_url=lambda group: f"https://noord.test/groepen/{group.slug}/")
CREATED = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
EVENING = {"start_time": dt.time(19, 30), "end_time": dt.time(21)}


@pytest.fixture
def group(noord):
    """A group that came on the site on 22 November 2026."""

    def make(*rules, exceptions=(), **fields):
        made = Group.objects.create(name=fields.pop("name", "Rouwcafé"), city="Heerlen", **fields)
        Group.objects.filter(pk=made.pk).update(created_at=CREATED, changed_at=CREATED)
        for rule in rules:
            Schedule.objects.create(group=made, **rule)
        for exception in exceptions:
            ScheduleException.objects.create(group=made, **exception)
        return Group.objects.get(pk=made.pk)

    return make


def events(body):
    return icalendar.Calendar.from_ical(body).walk("VEVENT")


def expanded(body, first, last):
    """(start, end, place, moved) of every meeting, as another program finds them."""
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(body))
    found = []
    for event in query.between(first, last):
        start, end = event["DTSTART"].dt, event.get("DTEND")
        if not isinstance(start, dt.datetime):
            start, end = dt.datetime.combine(start, dt.time(), tzinfo=AMSTERDAM), None
        found.append((start.astimezone(dt.UTC), end and end.dt.astimezone(dt.UTC)))
    return sorted(found, key=lambda pair: pair[0])


def ours(group, first, last):
    rules = [Rule.of(schedule) for schedule in group.schedules.all()]
    found = meetings(rules, group.exceptions.all(), after=first, before=last)
    return [
        (
            meeting.start.astimezone(dt.UTC),
            # A program gives an event without an end one that lasts no time.
            (meeting.end or meeting.start).astimezone(dt.UTC) if meeting.has_time else None,
        )
        for meeting in found
    ]


@pytest.mark.parametrize(
    ("rules", "exceptions"),
    [
        ([{"weekdays": [2], **EVENING}], []),
        ([{"weekdays": [2, 4], **EVENING}, {"weekdays": [6], "start_time": dt.time(10)}], []),
        ([{"weekdays": [2]}], [{"date": dt.date(2026, 12, 8)}]),
        ([{"interval": 2, "weekdays": [1, 4], "start_date": dt.date(2026, 11, 5), **EVENING}], []),
        ([{"frequency": "monthly", "weekdays": [2], "weeks": [1, 3], **EVENING}], []),
        ([{"frequency": "monthly", "weekdays": [5], "weeks": [-1], **EVENING}], []),
        ([{"frequency": "monthly", "day_of_month": 31, **EVENING}], []),
        (
            [{"frequency": "monthly", "interval": 3, "day_of_month": 29, "start_date": dt.date(2027, 2, 1), **EVENING}],
            [],
        ),
        ([{"weekdays": [2], "end_date": dt.date(2027, 3, 30), **EVENING}], []),
        ([{"weekdays": [2], "end_date": dt.date(2027, 3, 30)}], []),
        ([{"frequency": "once", "start_date": dt.date(2027, 3, 2), **EVENING}], []),
        (
            [{"frequency": "once", "start_date": dt.date(2027, 3, 2), **EVENING}],
            [{"date": dt.date(2027, 3, 2)}],
        ),
        # Every Sunday in the hour that the clock skips or repeats.
        ([{"weekdays": [7], "start_time": dt.time(2, 30)}], []),
        ([{"weekdays": [7], "start_time": dt.time(3), "end_time": dt.time(4)}], []),
        # A cancelled first date, a summer stop, and moves: another day, time, place; out of and into the stop.
        (
            [{"weekdays": [2], **EVENING}],
            [
                {"date": dt.date(2026, 11, 24)},
                {"date": dt.date(2027, 7, 1), "last_date": dt.date(2027, 8, 31)},
                {"date": dt.date(2027, 5, 4), "new_date": dt.date(2027, 5, 6)},
                {"date": dt.date(2027, 5, 11), "new_start_time": dt.time(10), "new_end_time": dt.time(12)},
                {"date": dt.date(2027, 5, 18), "new_start_time": dt.time(9)},
                {"date": dt.date(2027, 5, 25), "new_location": "De Ark"},
                {"date": dt.date(2027, 7, 13), "new_date": dt.date(2027, 7, 14)},
                {"date": dt.date(2027, 6, 29), "new_date": dt.date(2027, 7, 2)},
                {"date": dt.date(2027, 3, 24), "new_date": dt.date(2027, 3, 25)},  # no meeting on that Wednesday
            ],
        ),
        (
            [{"weekdays": [2]}],
            [{"date": dt.date(2027, 5, 4), "new_date": dt.date(2027, 5, 6)}],
        ),
        (
            [{"frequency": "once", "start_date": dt.date(2027, 3, 2), **EVENING}],
            [{"date": dt.date(2027, 3, 2), "new_date": dt.date(2027, 3, 9)}],
        ),
        # Two rules on one day, of which the meetings move together.
        (
            [{"weekdays": [2], "start_time": dt.time(10)}, {"weekdays": [2], **EVENING}],
            [{"date": dt.date(2027, 5, 4), "new_date": dt.date(2027, 5, 6)}, {"date": dt.date(2027, 5, 11)}],
        ),
    ],
)
def test_another_program_finds_the_meetings_that_we_find_over_two_years(group, rules, exceptions):
    found = group(*rules, exceptions=exceptions)
    first = dt.datetime(2026, 11, 22, tzinfo=AMSTERDAM)
    last = first.replace(year=2028)

    body = calendar_of([found], FEED)

    assert expanded(body, first, last) == ours(found, first, last)


def test_the_first_date_of_an_event_is_one_of_its_rule(group):
    found = group(
        {"weekdays": [2, 4], **EVENING},
        {"frequency": "monthly", "day_of_month": 31, "start_date": dt.date(2027, 2, 1)},
    )

    first, second = sorted(events(calendar_of([found], FEED)), key=lambda event: "DTEND" not in event)

    assert first["DTSTART"].dt == dt.datetime(2026, 11, 24, 19, 30, tzinfo=AMSTERDAM)
    assert (first["DTSTART"].params["TZID"], first["DTEND"].params["TZID"]) == ("Europe/Amsterdam",) * 2
    assert (second["DTSTART"].dt, second["DTSTART"].params["VALUE"]) == (dt.date(2027, 3, 31), "DATE")


def test_an_event_says_what_the_page_says_and_nothing_of_the_host(group):
    found = group(
        {"weekdays": [2], **EVENING},
        host_name="Marjan",
        host_email="marjan@example.org",
        location_name="Buurthuis De Brug",
        address="Molenlaan 1; achterom",
        postal_code="6411 AB",
        latitude=50.8837,
        longitude=5.9815,
        description="Samen praten,\nmet koffie.",
        status="full",
    )
    found.themes.set(Theme.objects.filter(slug__in=["rouw", "burn-out"]))

    body = calendar_of([found], FEED)
    (event,) = events(body)
    said = {name: str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "URL", "STATUS", "TRANSP")}

    assert said == {
        "SUMMARY": "Rouwcafé (vol)",
        "LOCATION": "Buurthuis De Brug, Molenlaan 1; achterom, 6411 AB Heerlen",
        "DESCRIPTION": "Samen praten, met koffie.\n\nhttps://noord.test/groepen/rouwcafe-heerlen/",
        "URL": "https://noord.test/groepen/rouwcafe-heerlen/",
        "STATUS": "CONFIRMED",
        "TRANSP": "TRANSPARENT",
    }
    assert event["UID"] == f"schedule-{found.schedules.get().pk}@noord.test"
    assert sorted(str(name) for name in event["CATEGORIES"].cats) == ["Burn-out en overspanning", "Rouw en verlies"]
    assert (event["GEO"].latitude, event["GEO"].longitude) == (50.8837, 5.9815)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == CREATED
    assert b"arjan" not in body


def test_a_moved_meeting_is_an_event_of_the_same_key(group):
    found = group(
        {"weekdays": [2], **EVENING},
        latitude=50.8837,
        longitude=5.9815,
        exceptions=[{"date": dt.date(2027, 5, 4), "new_location": "De Ark", "note": "Verbouwing"}],
    )

    usual, moved = events(calendar_of([found], FEED))

    assert moved["UID"] == usual["UID"]
    assert moved["RECURRENCE-ID"].dt == dt.datetime(2027, 5, 4, 19, 30, tzinfo=AMSTERDAM)
    assert (moved["LOCATION"], str(moved["DESCRIPTION"]).splitlines()[0]) == ("De Ark", "Verbouwing")
    assert ("RRULE" in moved, "GEO" in moved, "GEO" in usual) == (False, False, True)


def test_the_calendar_names_itself_and_its_zone(group):
    body = calendar_of([group({"weekdays": [2], **EVENING})], FEED)
    calendar = icalendar.Calendar.from_ical(body)
    (zone,) = calendar.walk("VTIMEZONE")

    assert {name: str(calendar[name]) for name in ("VERSION", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE")} == {
        "VERSION": "2.0",
        "NAME": "Bijeenkomsten",
        "X-WR-CALNAME": "Bijeenkomsten",
        "X-WR-TIMEZONE": "Europe/Amsterdam",
    }
    assert calendar["REFRESH-INTERVAL"].to_ical() == b"PT12H"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in body
    assert zone["TZID"] == "Europe/Amsterdam"
    assert [part.name for part in zone.subcomponents] == ["DAYLIGHT", "STANDARD"]


@pytest.mark.parametrize("moment", [(2027, 3, 28, 1, 59), (2027, 3, 28, 3, 0), (2027, 10, 31, 1, 59), (2040, 7, 1, 12)])
def test_the_zone_that_travels_along_says_what_the_zone_database_says(group, moment):
    (zone,) = icalendar.Calendar.from_ical(calendar_of([], FEED)).walk("VTIMEZONE")
    naive = dt.datetime(*moment)  # noqa: DTZ001 -- the zone follows

    assert zone.to_tz(lookup_tzid=False).utcoffset(naive) == naive.replace(tzinfo=AMSTERDAM).utcoffset()


def test_lines_are_short_end_as_they_should_and_keep_every_letter(group):
    name = "مجموعة الدعم 🌻 " * 12
    found = group({"weekdays": [2], **EVENING}, name=name.strip(), description="é" * 900)

    body = calendar_of([found], FEED)
    lines = body.split(b"\r\n")

    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert str(events(body)[0]["SUMMARY"]) == name.strip()


def test_a_text_cannot_add_lines_to_the_calendar(group):
    found = group(
        {"weekdays": [2], **EVENING},
        name="Rouw\r\nEND:VEVENT\r\nX-EVIL:1",
        location_name="A\x07B\nATTENDEE:mailto:x@example.org",
    )

    (event,) = events(calendar_of([found], FEED))

    assert ("X-EVIL" in event, "ATTENDEE" in event) == (False, False)
    assert str(event["LOCATION"]) == "AB\nATTENDEE:mailto:x@example.org, Heerlen"


def test_what_gives_no_dates_gives_no_events(group):
    groups = [
        group({"interval": 2, "weekdays": [2]}),
        group({"frequency": "other", "note": "in overleg"}),
        group({"weekdays": [2]}, status="paused"),
        group(),
    ]

    assert events(calendar_of(groups, FEED)) == []


def test_a_group_that_meets_online_is_somewhere_else(group):
    found = group({"weekdays": [2]}, form="online", address="Molenlaan 1", latitude=50.9, longitude=5.9)

    (event,) = events(calendar_of([found], FEED))

    assert (str(event["LOCATION"]), "GEO" in event) == ("Online", False)


def test_more_cancelled_dates_than_fit_end_the_event_before_them(group):
    daily = {"weekdays": [1, 2, 3, 4, 5, 6, 7], **EVENING}
    found = group(daily, exceptions=[{"date": dt.date(2027, 1, 1), "last_date": dt.date(9999, 12, 31)}])
    first = dt.datetime(2026, 11, 22, tzinfo=AMSTERDAM)

    body = calendar_of([found], FEED)
    (event,) = events(body)

    assert len(event["EXDATE"].dts) == MOST_DATES_OUT
    assert expanded(body, first, first.replace(year=2034)) == ours(found, first, first.replace(year=2034))


def test_the_same_groups_give_the_same_bytes(group):
    found = group({"weekdays": [2], **EVENING}, exceptions=[{"date": dt.date(2026, 12, 8)}])

    assert calendar_of([found], FEED) == calendar_of([Group.objects.get(pk=found.pk)], FEED)
