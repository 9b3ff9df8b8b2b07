"""On which dates groups meet. Pure functions, without a database."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from zelfregie_groups.domain.recurrence import (
    MOST_MEETINGS,
    Rule,
    compute_upcoming,
    dates_of,
    dayparts,
    meetings,
    next_meetings,
)
from zelfregie_groups.models import Group, Schedule, ScheduleException

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TUESDAY = Rule(weekdays=(2,), start_time=dt.time(19, 30), end_time=dt.time(21))


def at(year, month, day, hour=0, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM)


def starts(rule, after, limit=3, exceptions=()):
    return [f"{meeting.start:%d-%m-%Y %H.%M %z}" for meeting in meetings([rule], exceptions, after=after, limit=limit)]


def days(rule, first, last):
    return [f"{day:%d-%m-%Y}" for day in dates_of(rule, first, last)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(weekdays=(2,)), ["02-02-2027", "09-02-2027", "16-02-2027", "23-02-2027"]),
        (
            Rule(weekdays=(2, 4)),
            [
                *("02-02-2027", "04-02-2027", "09-02-2027", "11-02-2027"),
                *("16-02-2027", "18-02-2027", "23-02-2027", "25-02-2027"),
            ],
        ),
        (Rule(interval=2, weekdays=(2,), start_date=dt.date(2026, 1, 6)), ["02-02-2027", "16-02-2027"]),
        (Rule(interval=2, weekdays=(2,), start_date=dt.date(2026, 1, 13)), ["09-02-2027", "23-02-2027"]),
        (Rule(interval=3, start_date=dt.date(2027, 1, 19)), ["09-02-2027"]),
        (Rule("monthly", weekdays=(2,), weeks=(1,)), ["02-02-2027"]),
        (Rule("monthly", weekdays=(2,), weeks=(1, 3)), ["02-02-2027", "16-02-2027"]),
        (Rule("monthly", weekdays=(2,), weeks=(-1,)), ["23-02-2027"]),
        (Rule("monthly", weekdays=(2, 5), weeks=(4, -1)), ["23-02-2027", "26-02-2027"]),
        (Rule("monthly", day_of_month=15), ["15-02-2027"]),
        (Rule("monthly", day_of_month=29), []),
        (Rule("monthly", interval=2, day_of_month=15, start_date=dt.date(2026, 12, 1)), ["15-02-2027"]),
        (Rule("monthly", interval=2, day_of_month=15, start_date=dt.date(2026, 11, 1)), []),
        (Rule("once", start_date=dt.date(2027, 2, 20)), ["20-02-2027"]),
        (Rule("once", start_date=dt.date(2027, 3, 20)), []),
        (Rule(weekdays=(2,), start_date=dt.date(2027, 2, 10)), ["16-02-2027", "23-02-2027"]),
        (Rule(weekdays=(2,), end_date=dt.date(2027, 2, 9)), ["02-02-2027", "09-02-2027"]),
    ],
)
def test_dates_of_february_2027(rule, expected):
    assert days(rule, dt.date(2027, 2, 1), dt.date(2027, 2, 28)) == expected


@pytest.mark.parametrize(
    "rule",
    [
        Rule(),
        Rule(interval=2, weekdays=(2,)),
        Rule("monthly", weekdays=(2,)),
        Rule("monthly", weeks=(1,)),
        Rule("monthly", interval=3, day_of_month=5),
        Rule("once", weekdays=(2,)),
        Rule("other", weekdays=(2,), start_date=dt.date(2027, 1, 1)),
        Rule(weekdays=(2,), start_date=dt.date(2027, 3, 1), end_date=dt.date(2027, 2, 1)),
    ],
)
def test_a_rule_that_does_not_say_on_which_dates_gives_none(rule):
    assert (rule.gives_dates, days(rule, dt.date(2027, 1, 1), dt.date(2027, 12, 31))) == (False, [])


def test_the_31st_is_skipped_in_months_without_it():
    found = days(Rule("monthly", day_of_month=31), dt.date(2027, 1, 1), dt.date(2027, 12, 31))

    assert found == [f"31-{month:02d}-2027" for month in (1, 3, 5, 7, 8, 10, 12)]


def test_the_29th_of_february_comes_once_in_four_years():
    yearly = Rule("monthly", interval=12, day_of_month=29, start_date=dt.date(2024, 2, 29))

    assert starts(yearly, at(2026, 11, 22), 2) == ["29-02-2028 00.00 +0100", "29-02-2032 00.00 +0100"]


def test_several_days_every_two_weeks_stay_in_the_week_of_the_first_date():
    rule = Rule(interval=2, weekdays=(1, 4), start_date=dt.date(2026, 11, 5))  # a Thursday

    found = days(rule, dt.date(2026, 11, 1), dt.date(2026, 11, 30))

    assert found == ["05-11-2026", "16-11-2026", "19-11-2026", "30-11-2026"]


def test_a_rule_from_long_ago_stays_in_step():
    first = dt.date(1950, 1, 3)
    rule = Rule(interval=2, weekdays=(2,), start_date=first)

    (found,) = list(dates_of(rule, dt.date(2026, 11, 22), dt.date(2026, 12, 5)))

    assert (found - first).days % 14 == 0


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # Clocks go back on 25 October 2026 and forward on 28 March 2027.
        (
            at(2026, 10, 18),
            ["20-10-2026 19.30 +0200", "27-10-2026 19.30 +0100", "03-11-2026 19.30 +0100"],
        ),
        (
            at(2027, 3, 20),
            ["23-03-2027 19.30 +0100", "30-03-2027 19.30 +0200", "06-04-2027 19.30 +0200"],
        ),
    ],
)
def test_half_past_seven_stays_half_past_seven_when_the_clock_changes(after, expected):
    assert starts(TUESDAY, after) == expected


def test_a_time_that_the_clock_skips_is_an_hour_later_by_the_new_time():
    night = Rule(weekdays=(7,), start_time=dt.time(2, 30), end_time=dt.time(2, 45))

    found = meetings([night], after=at(2027, 3, 22), limit=2)

    assert [f"{m.start:%d-%m %H.%M %z}-{m.end:%H.%M}" for m in found] == [
        "28-03 03.30 +0200-03.45",
        "04-04 02.30 +0200-02.45",
    ]
    assert all(meeting.end - meeting.start == dt.timedelta(minutes=15) for meeting in found)


def test_a_time_that_comes_twice_is_the_first():
    night = Rule(weekdays=(7,), start_time=dt.time(2, 30))

    assert starts(night, at(2026, 10, 24), 1) == ["25-10-2026 02.30 +0200"]


def test_a_meeting_of_today_counts_until_it_begins():
    assert starts(TUESDAY, at(2026, 11, 24, 19, 30), 1) == ["24-11-2026 19.30 +0100"]
    assert starts(TUESDAY, at(2026, 11, 24, 19, 31), 1) == ["01-12-2026 19.30 +0100"]


def test_a_meeting_without_a_time_counts_all_day():
    assert starts(Rule(weekdays=(2,)), at(2026, 11, 24, 23, 59), 1) == ["24-11-2026 00.00 +0100"]


def test_before_is_not_included():
    found = meetings([TUESDAY], after=at(2026, 11, 24), before=at(2026, 12, 8, 19, 30))

    assert [f"{meeting.start:%d-%m}" for meeting in found] == ["24-11", "01-12"]


def test_several_rules_come_in_order_and_the_same_moment_once():
    rules = [TUESDAY, Rule(weekdays=(4,), start_time=dt.time(10)), replace(TUESDAY, note="thuis")]

    found = meetings(rules, after=at(2026, 11, 23), limit=4)

    assert [f"{meeting.start:%a %d}" for meeting in found] == ["Tue 24", "Thu 26", "Tue 01", "Thu 03"]


# --- exceptions ---


def stop(first, last=None, **more):
    return ScheduleException(date=first, last_date=last, **more)


def test_a_cancelled_date_is_left_out():
    assert starts(TUESDAY, at(2026, 11, 23), 2, [stop(dt.date(2026, 11, 24))]) == [
        "01-12-2026 19.30 +0100",
        "08-12-2026 19.30 +0100",
    ]


def test_a_summer_stop_leaves_out_its_first_and_last_day():
    summer = stop(dt.date(2027, 7, 6), dt.date(2027, 8, 31))

    assert starts(TUESDAY, at(2027, 6, 28), 2, [summer]) == ["29-06-2027 19.30 +0200", "07-09-2027 19.30 +0200"]


def test_a_moved_meeting_takes_place_at_its_new_date_time_and_place():
    moved = stop(
        dt.date(2027, 5, 4),
        new_date=dt.date(2027, 5, 6),
        new_start_time=dt.time(10),
        new_location="De Ark",
        note="Dodenherdenking",
    )

    found = meetings([TUESDAY], [moved], after=at(2027, 5, 1), limit=2)

    assert [(f"{m.start:%d-%m %H.%M}", f"{m.end:%H.%M}", m.location, m.note, m.is_moved) for m in found] == [
        ("06-05 10.00", "11.30", "De Ark", "Dodenherdenking", True),
        ("11-05 19.30", "21.00", "", "", False),
    ]
    assert found[0].rule_date == dt.date(2027, 5, 4)


def test_a_meeting_moved_from_the_past_or_from_after_the_end_is_found():
    later = stop(dt.date(2026, 11, 17), new_date=dt.date(2026, 11, 25))
    earlier = stop(dt.date(2026, 12, 8), new_date=dt.date(2026, 11, 26))

    found = meetings([TUESDAY], [later, earlier], after=at(2026, 11, 23), before=at(2026, 12, 2))

    assert [f"{meeting.start:%d-%m}" for meeting in found] == ["24-11", "25-11", "26-11", "01-12"]


def test_a_move_of_a_date_without_a_meeting_makes_none():
    wrong = stop(dt.date(2026, 11, 25), new_date=dt.date(2026, 11, 26))

    assert starts(TUESDAY, at(2026, 11, 23), 1, [wrong]) == ["24-11-2026 19.30 +0100"]


def test_a_meeting_that_is_moved_out_of_or_into_a_stop_takes_place():
    summer = stop(dt.date(2027, 7, 1), dt.date(2027, 8, 31))
    into = stop(dt.date(2027, 6, 29), new_date=dt.date(2027, 7, 2))
    inside = stop(dt.date(2027, 7, 13), new_start_time=dt.time(15))

    found = starts(TUESDAY, at(2027, 6, 24), 3, [summer, into, inside])

    assert found == ["02-07-2027 19.30 +0200", "13-07-2027 15.00 +0200", "07-09-2027 19.30 +0200"]


def test_a_later_start_whose_end_would_pass_midnight_has_no_end():
    late = stop(dt.date(2026, 11, 24), new_start_time=dt.time(23))

    (meeting,) = meetings([TUESDAY], [late], after=at(2026, 11, 23), limit=1)

    assert (f"{meeting.start:%H.%M}", meeting.end) == ("23.00", None)


# --- always bounded ---


def test_a_rule_that_never_ends_gives_as_many_as_asked():
    assert len(meetings([TUESDAY], after=at(2026, 11, 22), limit=12)) == 12


def test_no_list_is_endless():
    daily = [Rule(weekdays=(1, 2, 3, 4, 5, 6, 7), start_time=dt.time(hour)) for hour in range(1, 24)]

    assert len(meetings(daily, after=at(2026, 11, 22))) == MOST_MEETINGS


def test_a_stop_for_ever_ends():
    for_ever = stop(dt.date(2020, 1, 1), dt.date(9999, 12, 31))

    assert starts(TUESDAY, at(2026, 11, 22), 12, [for_ever]) == []


@pytest.mark.parametrize("first", [dt.date(1, 1, 1), dt.date(1, 1, 2)])
def test_the_first_day_of_the_calendar_is_a_first_date(first):
    assert len(starts(Rule(interval=2, weekdays=(2,), start_date=first), at(2026, 11, 22), 2)) == 2


def test_the_last_days_of_the_calendar_do_not_overflow():
    far = dt.date(9999, 12, 28)

    assert starts(Rule(weekdays=(2,), start_date=far), at(2026, 11, 22)) == []
    assert starts(Rule(weekdays=(2,), end_date=far), at(9999, 12, 1)) == []


def test_a_rule_that_begins_in_twenty_years_is_found():
    assert starts(Rule(weekdays=(2,), start_date=dt.date(2046, 1, 1)), at(2026, 11, 22), 1) == [
        "02-01-2046 00.00 +0100"
    ]


# --- groups, schedules and JSON ---


def group_with(rules, exceptions=(), status="active"):
    group = Group(name="Rouwcafé", status=status)
    group.schedules = [Schedule(**rule) for rule in rules]
    group.exceptions = list(exceptions)
    return group


def test_next_meetings_of_a_group_that_is_not_saved_yet():
    # What a form or an import leaves on a model before it is saved: texts.
    group = group_with([{"weekdays": [2], "start_time": "19:30", "end_time": "21:00", "start_date": "2026-12-01"}])

    found = next_meetings(group, at(2026, 11, 22), 1)

    assert [f"{m.start:%d-%m %H.%M}-{m.end:%H.%M}" for m in found] == ["01-12 19.30-21.00"]


def test_a_group_that_pauses_has_no_upcoming_dates():
    rules = [{"weekdays": [2]}]

    assert compute_upcoming(group_with(rules, status="paused")) == []
    assert [len(compute_upcoming(group_with(rules, status=status))) for status in ("full", "waiting_list")] == [12, 12]


@pytest.mark.parametrize(
    ("times", "parts"),
    [
        ([dt.time(11, 59)], ("morning",)),
        ([dt.time(12)], ("afternoon",)),
        ([dt.time(18)], ("evening",)),
        ([dt.time(19), dt.time(9), None], ("morning", "evening")),
        ([None], ()),
    ],
)
def test_dayparts_of_rules(times, parts):
    assert dayparts([Rule(start_time=time) for time in times]) == parts


def test_a_rule_survives_json():
    rule = Rule(
        *("monthly", 2, (2, 4), (1, -1), None, dt.date(2026, 12, 1), dt.date(2027, 6, 30), dt.time(19, 30)),
        *(dt.time(21), "achterom"),
    )

    assert Rule.from_json(rule.to_json()) == rule
    assert Rule().to_json() == {"frequency": "weekly"}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"frequency": "daily", "interval": 0, "weekdays": "2", "weeks": [9], "day_of_month": 32, "note": None},
        {"frequency": None, "interval": True, "weekdays": [8, "x", None], "start_date": "31-12-2026", "end_time": 5},
        {"frequency": ["weekly"], "interval": 1e9, "start_time": "25:00", "end_date": 7, "weekdays": {"a": 1}},
    ],
)
def test_a_rule_from_strange_json_is_a_rule_that_says_nothing(values):
    assert Rule.from_json(values) == Rule("other")


def test_a_rule_of_a_schedule_puts_days_and_weeks_in_order():
    schedule = SimpleNamespace(
        **{**Rule("monthly").__dict__, "weekdays": [4, 2, 4], "weeks": [-1, 1], "interval": None, "note": None}
    )

    assert Rule.of(schedule) == Rule("monthly", weekdays=(2, 4), weeks=(1, -1))
