"""Recurrence rules of iCalendar: what we read, what we write, and what we refuse with a sentence."""

import datetime as dt
import re

import pytest
from dateutil import rrule

from zelfregie_groups.domain.recurrence import Rule, dates_of, rrule_of, rule_from_rrule, rules_from_rrule

MOMENT = dt.datetime(2026, 12, 1, 19, 30)  # noqa: DTZ001 -- local time, as iCalendar writes it with TZID; a Tuesday
BASE = {"start_date": dt.date(2026, 12, 1), "start_time": dt.time(19, 30)}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=WEEKLY", Rule(weekdays=(2,), **BASE)),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU,TH", Rule(weekdays=(2, 4), **BASE)),
        ("freq=weekly;interval=2;byday=tu;", Rule(interval=2, weekdays=(2,), **BASE)),
        ("FREQ=DAILY", Rule(weekdays=(1, 2, 3, 4, 5, 6, 7), **BASE)),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", Rule(weekdays=(1, 2, 3, 4, 5), **BASE)),
        ("FREQ=DAILY;INTERVAL=14", Rule(interval=2, weekdays=(2,), **BASE)),
        ("FREQ=MONTHLY", Rule("monthly", day_of_month=1, **BASE)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", Rule("monthly", day_of_month=31, **BASE)),
        ("FREQ=MONTHLY;BYDAY=1TU", Rule("monthly", weekdays=(2,), weeks=(1,), **BASE)),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", Rule("monthly", weekdays=(2,), weeks=(1, 3), **BASE)),
        ("FREQ=MONTHLY;BYDAY=-1FR", Rule("monthly", weekdays=(5,), weeks=(-1,), **BASE)),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2,-1", Rule("monthly", weekdays=(2,), weeks=(2, -1), **BASE)),
        ("FREQ=MONTHLY;BYDAY=TU", Rule(weekdays=(2,), **BASE)),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE", Rule("monthly", interval=3, weekdays=(3,), weeks=(2,), **BASE)),
        ("FREQ=WEEKLY;UNTIL=20270629", Rule(weekdays=(2,), end_date=dt.date(2027, 6, 29), **BASE)),
        # 21.59.59 UTC is the end of that evening in summer.
        ("FREQ=WEEKLY;UNTIL=20270629T215959Z", Rule(weekdays=(2,), end_date=dt.date(2027, 6, 29), **BASE)),
        # Ten in the morning is before half past seven: the meeting of that day is not part of it.
        ("FREQ=WEEKLY;UNTIL=20270629T080000Z", Rule(weekdays=(2,), end_date=dt.date(2027, 6, 28), **BASE)),
        ("FREQ=WEEKLY;COUNT=3", Rule(weekdays=(2,), end_date=dt.date(2026, 12, 15), **BASE)),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1,3;COUNT=3", Rule(
            "monthly", weekdays=(2,), weeks=(1, 3), end_date=dt.date(2027, 1, 5), **BASE)),
        ("FREQ=DAILY;COUNT=1", Rule("once", **BASE)),
        ("FREQ=WEEKLY;BYDAY=FR;COUNT=1", Rule("once", **{**BASE, "start_date": dt.date(2026, 12, 4)})),
        ("", Rule("once", **BASE)),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=SU,TU", Rule(weekdays=(2, 7), **BASE)),
        ("FREQ=WEEKLY;BYHOUR=20;BYMINUTE=15", Rule(weekdays=(2,), **{**BASE, "start_time": dt.time(20, 15)})),
    ],
)  # fmt: skip
def test_rule_from_rrule_reads(text, rule):
    assert rule_from_rrule(text, MOMENT) == rule


def test_the_first_moment_may_stand_in_the_text_with_its_zone():
    text = "DTSTART;TZID=America/New_York:20261201T133000\nRRULE:FREQ=WEEKLY;BYDAY=TU"

    assert rule_from_rrule(text) == Rule(weekdays=(2,), **BASE)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (dt.date(2026, 12, 1), {"start_date": dt.date(2026, 12, 1)}),
        (dt.datetime(2026, 12, 1, 18, 30, tzinfo=dt.UTC), BASE),
        (None, {}),
    ],
)
def test_the_first_moment_is_a_date_a_moment_or_not_known(first, expected):
    assert rule_from_rrule("FREQ=WEEKLY;BYDAY=TU", first) == Rule(weekdays=(2,), **expected)


def test_a_daily_rule_of_ten_thousand_times_gets_its_last_date():
    assert rule_from_rrule("FREQ=DAILY;COUNT=10000", MOMENT).end_date == dt.date(2026, 12, 1) + dt.timedelta(days=9999)


def test_rules_from_rrule_makes_two_rules_of_first_tuesday_and_last_friday():
    assert rules_from_rrule("FREQ=MONTHLY;BYDAY=1TU,-1FR;UNTIL=20270630", MOMENT) == (
        Rule("monthly", weekdays=(2,), weeks=(1,), end_date=dt.date(2027, 6, 30), **BASE),
        Rule("monthly", weekdays=(5,), weeks=(-1,), end_date=dt.date(2027, 6, 30), **BASE),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hallo", "De herhaling “HALLO” begrijpen we niet. Een voorbeeld: FREQ=WEEKLY;BYDAY=TU."),
        ("INTERVAL=2", "De herhaling “INTERVAL=2” begrijpen we niet. Een voorbeeld: FREQ=WEEKLY;BYDAY=TU."),
        ("FREQ=WEEKLY;BYDAY=XX", "De herhaling “FREQ=WEEKLY;BYDAY=XX” begrijpen we niet. "
         "Een voorbeeld: FREQ=WEEKLY;BYDAY=TU."),
        ("FREQ=YEARLY", "De herhaling is FREQ=YEARLY. We kennen alleen DAILY, WEEKLY en MONTHLY."),
        ("FREQ=HOURLY", "De herhaling is FREQ=HOURLY. We kennen alleen DAILY, WEEKLY en MONTHLY."),
        ("FREQ=DAILY;INTERVAL=3", "De herhaling is elke 3 dagen. Dat kennen we niet."),
        ("FREQ=WEEKLY;BYMONTH=3", "De herhaling gebruikt BYMONTH. Dat kennen we niet."),
        ("FREQ=WEEKLY;X-FOO=3", "De herhaling gebruikt X-FOO. Dat kennen we niet."),
        ("FREQ=WEEKLY;INTERVAL=99", "De herhaling slaat 99 weken of maanden over. Tussen 1 en 52 kan."),
        ("FREQ=WEEKLY;INTERVAL=0", "De herhaling slaat 0 weken of maanden over. Tussen 1 en 52 kan."),
        ("FREQ=WEEKLY;BYDAY=1TU", "Een wekelijkse herhaling kan geen week van de maand hebben."),
        ("FREQ=WEEKLY;BYSETPOS=1", "De herhaling gebruikt BYSETPOS op een manier die we niet kennen."),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TU",
         "De herhaling gebruikt weken die niet op maandag beginnen. Dat kennen we niet."),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "De herhaling gebruikt BYMONTHDAY=-1. Alleen 1 tot en met 31 kan."),
        ("FREQ=MONTHLY;BYDAY=5TU",
         "De herhaling gebruikt week 5 van de maand. Alleen week 1 tot en met 4 en de laatste (-1) kan."),
        ("FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=1", "De herhaling gebruikt BYMONTHDAY op een manier die we niet kennen."),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "De herhaling gebruikt BYSETPOS met meer dagen. Dat kennen we niet."),
        ("FREQ=MONTHLY;BYDAY=1TU,-1FR", "Deze herhaling (FREQ=MONTHLY;BYDAY=1TU,-1FR) heeft per week van de maand "
         "andere dagen. Maak er meer tijden van."),
        ("FREQ=WEEKLY;UNTIL=20261101", "De herhaling eindigt op 01-11-2026, voor de eerste datum 01-12-2026."),
        ("FREQ=WEEKLY;COUNT=999999999", "De herhaling telt 999999999 keer. Tussen 1 en 10000 kan."),
        ("FREQ=WEEKLY\nEXDATE:20261208T193000", "De herhaling gebruikt EXDATE. Dat kennen we niet."),
        ("DTSTART:gisteren\nRRULE:FREQ=WEEKLY", "De eerste datum “GISTEREN” begrijpen we niet."),
        ("FREQ=WEEKLY;BYHOUR=9,19", "De herhaling gebruikt BYHOUR met meer waarden. Dat kennen we niet."),
        ("FREQ=MONTHLY;BYDAY=1TU;COUNT=0", "De herhaling telt 0 keer. Tussen 1 en 10000 kan."),
    ],
)  # fmt: skip
def test_rule_from_rrule_says_what_it_does_not_understand(text, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        rule_from_rrule(text, MOMENT)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Er staat geen herhaling en geen eerste datum."),
        ("FREQ=WEEKLY", "De herhaling noemt geen dag van de week, en er is geen eerste datum."),
        ("FREQ=MONTHLY", "De herhaling noemt geen dag van de maand, en er is geen eerste datum."),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", "De herhaling telt hoe vaak (COUNT), maar er is geen eerste datum."),
    ],
)
def test_rule_from_rrule_without_a_first_date_says_what_is_missing(text, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        rule_from_rrule(text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Rule(weekdays=(2,)), "FREQ=WEEKLY;BYDAY=TU"),
        (Rule(interval=2, weekdays=(2, 4), **BASE), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
        (Rule(interval=2, **BASE), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        (Rule("monthly", weekdays=(2, 5), weeks=(1, -1), **BASE), "FREQ=MONTHLY;BYDAY=1TU,1FR,-1TU,-1FR"),
        (Rule("monthly", day_of_month=31), "FREQ=MONTHLY;BYMONTHDAY=31"),
        (Rule(weekdays=(2,), end_date=dt.date(2027, 6, 29), **BASE), "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270629T215959Z"),
        (Rule(weekdays=(2,), end_date=dt.date(2027, 6, 29)), "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270629"),
        (Rule("once", **BASE), "FREQ=DAILY;COUNT=1"),
        (Rule(interval=2, weekdays=(2,)), None),
        (Rule("other", weekdays=(2,)), None),
    ],
)
def test_rrule_of_writes(rule, text):
    assert rrule_of(rule) == text


@pytest.mark.parametrize(
    "rule",
    [
        Rule(weekdays=(1, 7), **BASE),
        Rule(interval=52, weekdays=(3,), **BASE),
        Rule("monthly", weekdays=(2, 5), weeks=(1, 3, -1), **BASE),
        Rule("monthly", interval=2, day_of_month=31, **BASE),
        Rule("once", **BASE),
        Rule(weekdays=(2,), end_date=dt.date(2027, 3, 28), **BASE),
        Rule(weekdays=(2,), end_date=dt.date(2027, 10, 31), **BASE),
    ],
)
def test_what_is_written_is_read_back(rule):
    assert rule_from_rrule(rrule_of(rule), MOMENT) == rule


@pytest.mark.parametrize(
    "rule",
    [
        Rule(interval=2, weekdays=(1, 4, 7), **BASE),
        Rule("monthly", weekdays=(2, 5), weeks=(2, -1), **BASE),
        Rule("monthly", interval=5, day_of_month=30, **BASE),
        Rule(interval=3, weekdays=(6,), end_date=dt.date(2027, 12, 31), **BASE),
    ],
)
def test_dateutil_finds_the_same_dates_in_what_is_written(rule):
    last = dt.datetime(2030, 1, 1)  # noqa: DTZ001 -- dateutil compares local times
    text = (rrule_of(rule) or "").split(";UNTIL")[0]

    theirs = [moment.date() for moment in rrule.rrulestr(text, dtstart=MOMENT).between(MOMENT, last, inc=True)]
    until = rule.end_date or last.date()

    assert [day for day in theirs if day <= until] == list(dates_of(rule, MOMENT.date(), last.date()))
