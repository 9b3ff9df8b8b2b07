"""Meeting times in words. Pure functions.

Sentences are whole phrases, so that a translation can put its words in its own order.
"""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zelfregie_core.templatetags.zelfregie import time_range
from zelfregie_groups.domain.rule import ALL_DAYS, MONTHLY, ONCE, WEEKLY, Rule

WORKING_DAYS = (1, 2, 3, 4, 5)


def schedule_text(schedule: Any) -> str:
    """Return a line such as "om de week op dinsdag, 19.30 tot 21.00 uur (in de zomer buiten)".

    :param schedule: a ``Rule``, a ``Schedule``, or anything with the same fields.
    :return: an empty string when nothing is known.
    """
    rule = schedule if isinstance(schedule, Rule) else Rule.of(schedule)
    return _line(rule, timezone.localdate(), get_language())


@lru_cache(maxsize=2048)
def _line(rule: Rule, _today: dt.date, _language: str | None) -> str:
    """Many groups meet alike, and every list says it again. What is said depends on these three only."""
    known = [how_often(rule), str(time_range(rule.start_time, rule.end_time)), _period(rule)]
    line = ", ".join(part for part in known if part)
    if not rule.note:
        return line
    return _("%(line)s (%(note)s)") % {"line": line, "note": rule.note} if line else rule.note


def exception_text(exception: Any) -> str:
    """Return what a ``ScheduleException`` says, in a few words: "niet op 24 december (kerst)".

    :param exception: a ``ScheduleException``, saved or not.
    """
    today = timezone.localdate()
    values = {"date": _date_in_period(exception.date, today)}
    if exception.moves:
        otherwise = [
            long_date(exception.new_date, year=exception.new_date.year != today.year) if exception.new_date else "",
            str(time_range(exception.new_start_time, exception.new_end_time)),
            exception.new_location,
        ]
        values["otherwise"] = ", ".join(part for part in otherwise if part)
        line = _("op %(date)s verplaatst naar %(otherwise)s") % values
    elif exception.last_date and exception.last_date != exception.date:
        values["last"] = _date_in_period(exception.last_date, today)
        line = _("niet van %(date)s tot en met %(last)s") % values
    else:
        line = _("niet op %(date)s") % values
    return _("%(line)s (%(note)s)") % {"line": line, "note": exception.note} if exception.note else line


def how_often(rule: Rule) -> str:
    """Return on which days: "elke dinsdag", "elke eerste en derde dinsdag van de maand"; empty when not known."""
    if rule.frequency == ONCE:
        return long_date(rule.start_date) if rule.start_date else ""
    if rule.frequency == WEEKLY:
        return _weekly(rule)
    if rule.frequency == MONTHLY:
        return _monthly(rule)
    return day_names(rule.weekdays)


def day_names(days: Sequence[int]) -> str:
    """Return weekdays as people say them: "dinsdag en donderdag"."""
    names = [
        _("maandag"), _("dinsdag"), _("woensdag"), _("donderdag"), _("vrijdag"), _("zaterdag"), _("zondag"),
    ]  # fmt: skip
    return all_of([names[day - 1] for day in days])


def all_of(parts: Sequence[str]) -> str:
    """Return parts as one phrase: "a", "a en b", "a, b en c"."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s en %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def long_date(day: dt.date, *, year: bool = True) -> str:
    """Return "dinsdag 3 maart 2027" or "dinsdag 3 maart"."""
    return format_date(day, "l j F Y" if year else "l j F")


def _weekly(rule: Rule) -> str:
    days = rule.days
    if not days:
        return _every_weeks(rule.interval)
    if days == ALL_DAYS and rule.interval == 1:
        return _("elke dag")
    if days == WORKING_DAYS and rule.interval == 1:
        return _("elke werkdag")
    names = {"days": day_names(days), "weeks": rule.interval}
    if rule.interval == 1:
        return _("elke %(days)s") % names
    if rule.interval == 2:
        return _("om de week op %(days)s") % names
    return _("elke %(weeks)s weken op %(days)s") % names


def _every_weeks(interval: int) -> str:
    if interval == 1:
        return _("elke week")
    return _("om de week") if interval == 2 else _("elke %(weeks)s weken") % {"weeks": interval}


def _monthly(rule: Rule) -> str:
    values: dict[str, Any] = {"months": rule.interval}
    if rule.weeks and rule.weekdays:
        values["days"] = _("%(weeks)s %(days)s") % {"weeks": _week_names(rule.weeks), "days": day_names(rule.weekdays)}
        if rule.interval == 1:
            return _("elke %(days)s van de maand") % values
        if rule.interval == 2:
            return _("om de maand op de %(days)s") % values
        return _("elke %(months)s maanden op de %(days)s") % values
    if rule.day_of_month:
        values["day"] = ordinal(rule.day_of_month)
        if rule.interval == 1:
            return _("de %(day)s van elke maand") % values
        if rule.interval == 2:
            return _("om de maand op de %(day)s") % values
        return _("elke %(months)s maanden op de %(day)s") % values
    if rule.weekdays:
        values["days"] = day_names(rule.weekdays)
        if rule.interval == 1:
            return _("elke maand op %(days)s") % values
        if rule.interval == 2:
            return _("om de maand op %(days)s") % values
        return _("elke %(months)s maanden op %(days)s") % values
    if rule.interval == 1:
        return _("elke maand")
    return _("om de maand") if rule.interval == 2 else _("elke %(months)s maanden") % values


def _week_names(weeks: Sequence[int]) -> str:
    names = {1: _("eerste"), 2: _("tweede"), 3: _("derde"), 4: _("vierde"), -1: _("laatste")}
    return all_of([names[week] for week in weeks])


def ordinal(number: int) -> str:
    """Return "15e" (in English "15th")."""
    if (get_language() or "nl").startswith("en"):
        suffix = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{suffix}"
    return _("%(number)se") % {"number": number}


def _period(rule: Rule) -> str:
    """From when until when, as far as it still matters: a group that began long ago just meets."""
    if rule.frequency == ONCE:
        return ""
    today = timezone.localdate()
    start = rule.start_date if rule.start_date and rule.start_date > today else None
    if rule.end_date:
        end = _date_in_period(rule.end_date, today)
        if start:
            return _("van %(start)s tot en met %(end)s") % {"start": _date_in_period(start, today), "end": end}
        return _("tot en met %(end)s") % {"end": end}
    return _("vanaf %(start)s") % {"start": _date_in_period(start, today)} if start else ""


def _date_in_period(day: dt.date, today: dt.date) -> str:
    return format_date(day, "j F" if day.year == today.year else "j F Y")
