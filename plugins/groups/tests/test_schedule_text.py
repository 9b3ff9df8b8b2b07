"""Meeting times in words, in Dutch."""

import datetime as dt

import pytest
from django.utils import translation

from zelfregie_groups.domain.recurrence import Rule
from zelfregie_groups.domain.schedule_text import exception_text, schedule_text
from zelfregie_groups.models import Schedule, ScheduleException

EVENING = {"start_time": dt.time(19, 30), "end_time": dt.time(21)}
LONG_AGO, FAR_AWAY = dt.date(2019, 1, 1), dt.date(2093, 9, 1)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Rule(), "elke week"),
        (Rule(weekdays=(2,), **EVENING), "elke dinsdag, 19.30 tot 21.00 uur"),
        (Rule(weekdays=(2,), start_time=dt.time(9)), "elke dinsdag, 9.00 uur"),
        (Rule(weekdays=(2, 4)), "elke dinsdag en donderdag"),
        (Rule(weekdays=(1, 3, 5)), "elke maandag, woensdag en vrijdag"),
        (Rule(weekdays=(1, 2, 3, 4, 5)), "elke werkdag"),
        (Rule(weekdays=(1, 2, 3, 4, 5, 6, 7)), "elke dag"),
        (Rule(interval=2), "om de week"),
        (Rule(interval=2, weekdays=(2,)), "om de week op dinsdag"),
        (Rule(interval=3, weekdays=(2, 4)), "elke 3 weken op dinsdag en donderdag"),
        (Rule(interval=4), "elke 4 weken"),
        (Rule("monthly"), "elke maand"),
        (Rule("monthly", weekdays=(2,)), "elke maand op dinsdag"),
        (Rule("monthly", weekdays=(2,), weeks=(1,)), "elke eerste dinsdag van de maand"),
        (Rule("monthly", weekdays=(2,), weeks=(1, 3)), "elke eerste en derde dinsdag van de maand"),
        (Rule("monthly", weekdays=(5,), weeks=(-1,)), "elke laatste vrijdag van de maand"),
        (Rule("monthly", interval=2, weekdays=(5,), weeks=(2,)), "om de maand op de tweede vrijdag"),
        (Rule("monthly", interval=3, weekdays=(5,), weeks=(4,)), "elke 3 maanden op de vierde vrijdag"),
        (Rule("monthly", day_of_month=15), "de 15e van elke maand"),
        (Rule("monthly", interval=2, day_of_month=1), "om de maand op de 1e"),
        (Rule("monthly", interval=6, day_of_month=1), "elke 6 maanden op de 1e"),
        (Rule("monthly", interval=2), "om de maand"),
        (Rule("monthly", interval=2, weekdays=(2,)), "om de maand op dinsdag"),
        (Rule("once", start_date=dt.date(2093, 3, 3), start_time=dt.time(19, 30)), "dinsdag 3 maart 2093, 19.30 uur"),
        (Rule("once"), ""),
        (Rule("other", weekdays=(2,), note="in overleg"), "dinsdag (in overleg)"),
        (Rule("other", note="in overleg"), "in overleg"),
        (Rule("other"), ""),
        (Rule(weekdays=(5,), note="niet in juli"), "elke vrijdag (niet in juli)"),
        (Rule(weekdays=(2,), start_date=LONG_AGO), "elke dinsdag"),
        (Rule(weekdays=(2,), start_date=FAR_AWAY), "elke dinsdag, vanaf 1 september 2093"),
        (Rule(weekdays=(2,), start_date=LONG_AGO, end_date=FAR_AWAY), "elke dinsdag, tot en met 1 september 2093"),
        (
            Rule(weekdays=(2,), start_date=FAR_AWAY, end_date=dt.date(2094, 6, 30), **EVENING),
            "elke dinsdag, 19.30 tot 21.00 uur, van 1 september 2093 tot en met 30 juni 2094",
        ),
        (Rule(interval=2, start_date=dt.date(2019, 1, 1)), "om de week op dinsdag"),
    ],
)
def test_schedule_text_says_what_is_known(rule, text):
    assert schedule_text(rule) == text
    assert Schedule(**rule.__dict__).text == text


def test_dates_of_this_year_have_no_year():
    today = dt.datetime.now(tz=dt.UTC).date()
    last = dt.date(today.year, 12, 31)

    assert schedule_text(Rule(weekdays=(2,), end_date=last)) == "elke dinsdag, tot en met 31 december"


def test_english_counts_days_as_english_people_do():
    with translation.override("en"):
        found = [schedule_text(Rule("monthly", day_of_month=day)).split(" ")[1] for day in (1, 2, 3, 11, 22, 31)]

    assert found == ["1st", "2nd", "3rd", "11th", "22nd", "31st"]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"date": dt.date(2093, 12, 24)}, "niet op 24 december 2093"),
        (
            {"date": dt.date(2093, 7, 1), "last_date": dt.date(2093, 8, 31), "note": "zomerstop"},
            "niet van 1 juli 2093 tot en met 31 augustus 2093 (zomerstop)",
        ),
        (
            {"date": dt.date(2093, 5, 4), "new_date": dt.date(2093, 5, 6), "new_start_time": dt.time(10)},
            "op 4 mei 2093 verplaatst naar woensdag 6 mei 2093, 10.00 uur",
        ),
        ({"date": dt.date(2093, 5, 4), "new_location": "De Ark"}, "op 4 mei 2093 verplaatst naar De Ark"),
    ],
)
def test_exception_text_says_what_is_different(values, text):
    exception = ScheduleException(**values)

    assert (exception_text(exception), str(exception)) == (text, text)
