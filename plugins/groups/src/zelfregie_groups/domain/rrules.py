"""Recurrence rules of iCalendar (RFC 5545, 3.3.10), to and from the rules that a region's editor can make."""

import datetime as dt
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from dateutil import rrule
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import vDDDTypes, vRecur

from zelfregie_groups.domain.rule import ALL_DAYS, MAX_INTERVAL, MONTHLY, ONCE, OTHER, WEEKLY, WEEKS_OF_MONTH, Rule

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: More repetitions than this are not counted out.
MOST_COUNTED = 10_000
_CLOCK = ("BYHOUR", "BYMINUTE", "BYSECOND")
_KNOWN = frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYSETPOS", *_CLOCK))
_LINE = re.compile(r"^(?P<name>[A-Z-]+)(?P<parameters>;[^:]*)?:(?P<value>.*)$")


def rrule_of(rule: Rule) -> str | None:
    """Return the RRULE of a rule, or None when it gives no dates. Its DTSTART is the first date of the rule.

    UNTIL is written in UTC for a rule with a time, else as a date (RFC 5545, 3.3.10). Once is ``FREQ=DAILY;COUNT=1``.
    """
    if not rule.gives_dates or rule.frequency == OTHER:
        return None
    if rule.frequency == ONCE:
        return "FREQ=DAILY;COUNT=1"
    parts = [f"FREQ={rule.frequency.upper()}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.frequency == WEEKLY:
        parts.append("BYDAY=" + ",".join(DAY_CODES[day - 1] for day in rule.days))
    elif rule.weeks and rule.weekdays:
        parts.append("BYDAY=" + ",".join(f"{week}{DAY_CODES[day - 1]}" for week in rule.weeks for day in rule.weekdays))
    else:
        parts.append(f"BYMONTHDAY={rule.day_of_month}")
    if rule.end_date:
        parts.append(f"UNTIL={_until(rule)}")
    return ";".join(parts)


def rule_from_rrule(text: str, dtstart: dt.date | None = None) -> Rule:
    """Return the rule that an RRULE means.

    :param text: ``FREQ=...``, with or without ``RRULE:`` in front, and possibly with a line ``DTSTART...``. Empty
        text means: once.
    :param dtstart: the first date, or moment, of which the local time is when the group begins.
    :raises ValueError: with a sentence for the editor that says what is not understood.
    """
    rules = rules_from_rrule(text, dtstart)
    if len(rules) > 1:
        raise ValueError(
            _("Deze herhaling (%(rule)s) heeft per week van de maand andere dagen. Maak er meer tijden van.")
            % {"rule": _shown(text)}
        )
    return rules[0]


def rules_from_rrule(text: str, dtstart: dt.date | None = None) -> tuple[Rule, ...]:
    """As ``rule_from_rrule``, but "the first Tuesday and the last Friday" gives two rules.

    :raises ValueError: with a sentence for the editor that says what is not understood.
    """
    recurrence, dtstart = _read(text, dtstart)
    moment = _local(dtstart)
    clock = moment.time() if isinstance(moment, dt.datetime) else None
    base = Rule(frequency=ONCE, start_date=_day(moment), start_time=clock)
    if recurrence is None:
        if base.start_date is None:
            raise ValueError(_("Er staat geen herhaling en geen eerste datum."))
        return (base,)
    unknown = sorted(set(recurrence) - _KNOWN)
    if unknown:
        raise ValueError(_("De herhaling gebruikt %(part)s. Dat kennen we niet.") % {"part": ", ".join(unknown)})
    base = replace(base, start_time=_clock(recurrence, base.start_time), end_date=_last(recurrence, text, moment))
    if base.start_date and base.end_date and base.end_date < base.start_date:
        raise ValueError(
            _("De herhaling eindigt op %(end)s, voor de eerste datum %(start)s.")
            % {"start": f"{base.start_date:%d-%m-%Y}", "end": f"{base.end_date:%d-%m-%Y}"}
        )
    if recurrence.get("COUNT") == [1] and base.end_date:
        return (replace(base, start_date=base.end_date, end_date=None),)
    return _by_frequency(recurrence, base)


def _by_frequency(recurrence: vRecur, base: Rule) -> tuple[Rule, ...]:
    frequency = str(recurrence["FREQ"][0]).upper()
    interval = int(_one(recurrence, "INTERVAL", 1))
    if frequency == "DAILY":
        frequency, interval = "WEEKLY", _weeks_of_days(recurrence, interval)
    if not 1 <= interval <= MAX_INTERVAL:
        raise ValueError(
            _("De herhaling slaat %(interval)s weken of maanden over. Tussen 1 en %(most)s kan.")
            % {"interval": interval, "most": MAX_INTERVAL}
        )
    base = replace(base, interval=interval)
    days = _days(recurrence)
    if frequency == "WEEKLY":
        return (_weekly(recurrence, base, days),)
    if frequency == "MONTHLY":
        return _monthly(recurrence, base, days)
    raise ValueError(
        _("De herhaling is FREQ=%(frequency)s. We kennen alleen DAILY, WEEKLY en MONTHLY.") % {"frequency": frequency}
    )


def _weekly(recurrence: vRecur, base: Rule, days: Sequence[tuple[int, int]]) -> Rule:
    _refuse(recurrence, "BYMONTHDAY", "BYSETPOS")
    if any(week for week, _day_number in days):
        raise ValueError(_("Een wekelijkse herhaling kan geen week van de maand hebben."))
    weekdays = tuple(sorted({day for _week, day in days}))
    if not weekdays and recurrence["FREQ"] == ["DAILY"] and _one(recurrence, "INTERVAL", 1) == 1:
        weekdays = ALL_DAYS
    if not weekdays and base.start_date:
        weekdays = (base.start_date.isoweekday(),)
    if not weekdays:
        raise ValueError(_("De herhaling noemt geen dag van de week, en er is geen eerste datum."))
    week_start = str(_one(recurrence, "WKST", "MO")).upper()
    if base.interval > 1 and week_start != "MO" and 7 in weekdays and len(weekdays) > 1:
        raise ValueError(_("De herhaling gebruikt weken die niet op maandag beginnen. Dat kennen we niet."))
    return replace(base, frequency=WEEKLY, weekdays=weekdays)


def _monthly(recurrence: vRecur, base: Rule, days: Sequence[tuple[int, int]]) -> tuple[Rule, ...]:
    base = replace(base, frequency=MONTHLY)
    if not days:
        _refuse(recurrence, "BYSETPOS")
        numbers = recurrence.get("BYMONTHDAY") or ([base.start_date.day] if base.start_date else [])
        if not numbers:
            raise ValueError(_("De herhaling noemt geen dag van de maand, en er is geen eerste datum."))
        if not all(1 <= number <= 31 for number in numbers):
            raise ValueError(
                _("De herhaling gebruikt BYMONTHDAY=%(days)s. Alleen 1 tot en met 31 kan.")
                % {"days": ",".join(str(number) for number in numbers)}
            )
        return tuple(replace(base, day_of_month=number) for number in sorted(set(numbers)))
    _refuse(recurrence, "BYMONTHDAY")
    positions = [int(position) for position in recurrence.get("BYSETPOS") or ()]
    if positions:
        if len(days) > 1 or days[0][0]:
            raise ValueError(_("De herhaling gebruikt BYSETPOS met meer dagen. Dat kennen we niet."))
        days = [(position, days[0][1]) for position in positions]
    if not all(week for week, _day_number in days):
        if any(week for week, _day_number in days) or base.interval > 1:
            raise ValueError(_("De herhaling zegt niet in welke week van de maand de dag valt."))
        # Every Tuesday of every month is every Tuesday.
        return (replace(base, frequency=WEEKLY, weekdays=tuple(sorted({day for _week, day in days}))),)
    strange = sorted({week for week, _day_number in days if week not in WEEKS_OF_MONTH})
    if strange:
        raise ValueError(
            _("De herhaling gebruikt week %(week)s van de maand. Alleen week 1 tot en met 4 en de laatste (-1) kan.")
            % {"week": ", ".join(str(week) for week in strange)}
        )
    return _products(base, set(days))


def _products(base: Rule, days: set[tuple[int, int]]) -> tuple[Rule, ...]:
    """Rules of which each has the same weekdays in each of its weeks, as few as the order of weeks allows."""
    by_weekdays: dict[tuple[int, ...], list[int]] = {}
    for week in WEEKS_OF_MONTH:
        weekdays = tuple(sorted(day for other, day in days if other == week))
        if weekdays:
            by_weekdays.setdefault(weekdays, []).append(week)
    return tuple(replace(base, weekdays=weekdays, weeks=tuple(weeks)) for weekdays, weeks in by_weekdays.items())


def _read(text: str, dtstart: dt.date | None) -> tuple[vRecur | None, dt.date | None]:
    """The parsed RRULE (None without one) and the first moment."""
    recurrence = None
    for line in re.split(r"[\r\n]+", re.sub(r"\r?\n[ \t]", "", text.strip())):
        match = _LINE.match(line.strip().upper()) if ":" in line else None
        name, value = (match["name"], match["value"]) if match else ("RRULE", line.strip().upper())
        if not value:
            continue
        if name == "DTSTART":
            dtstart = _dtstart(value, line)
        elif name == "RRULE" and recurrence is None:
            recurrence = _parse(value)
        else:
            raise ValueError(_("De herhaling gebruikt %(part)s. Dat kennen we niet.") % {"part": name})
    return recurrence, dtstart


def _parse(value: str) -> vRecur:
    try:
        recurrence = vRecur.from_ical(value.rstrip(";"))
        valid = len(recurrence.get("FREQ", [])) == 1
    except (ValueError, TypeError, KeyError, OverflowError):
        valid = False
    if not valid:
        raise ValueError(
            _("De herhaling “%(rule)s” begrijpen we niet. Een voorbeeld: FREQ=WEEKLY;BYDAY=TU.")
            % {"rule": _shown(value)}
        )
    return recurrence


def _dtstart(value: str, line: str) -> dt.date:
    zone = re.search(r"TZID=\"?([^:;\"]+)", line, re.IGNORECASE)
    try:
        found = vDDDTypes.from_ical(value, zone[1] if zone else None)
    except (ValueError, TypeError, KeyError):
        found = None
    if not isinstance(found, dt.date):
        raise ValueError(_("De eerste datum “%(date)s” begrijpen we niet.") % {"date": _shown(value)})
    return found


def _last(recurrence: vRecur, text: str, moment: dt.date | None) -> dt.date | None:
    """The last date, from UNTIL or by counting out COUNT."""
    until, count = _one(recurrence, "UNTIL", None), _one(recurrence, "COUNT", None)
    if until is not None:
        return _last_before(_local(until), moment)
    if count is None:
        return None
    if moment is None:
        raise ValueError(_("De herhaling telt hoe vaak (COUNT), maar er is geen eerste datum."))
    if not 1 <= int(count) <= MOST_COUNTED:
        raise ValueError(
            _("De herhaling telt %(count)s keer. Tussen 1 en %(most)s kan.") % {"count": count, "most": MOST_COUNTED}
        )
    start = moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())
    try:
        counted = deque(islice(rrule.rrulestr(recurrence.to_ical().decode(), dtstart=start), MOST_COUNTED), maxlen=1)
    except (ValueError, OverflowError) as error:
        raise ValueError(_("De herhaling “%(rule)s” begrijpen we niet.") % {"rule": _shown(text)}) from error
    if not counted:
        raise ValueError(_("De herhaling “%(rule)s” geeft geen enkele datum.") % {"rule": _shown(text)})
    return counted[0].date()


def _last_before(until: dt.date, moment: dt.date | None) -> dt.date:
    """The last date on which a meeting can begin before UNTIL: the day before, when UNTIL is earlier on the day."""
    if isinstance(until, dt.datetime) and isinstance(moment, dt.datetime) and until.time() < moment.time():
        return until.date() - dt.timedelta(days=1)
    return until.date() if isinstance(until, dt.datetime) else until


def _clock(recurrence: vRecur, start: dt.time | None) -> dt.time | None:
    """The time of BYHOUR and BYMINUTE, else of the first moment."""
    if not any(recurrence.get(part) for part in _CLOCK):
        return start
    hour = _one(recurrence, "BYHOUR", start.hour if start else None)
    minute = _one(recurrence, "BYMINUTE", start.minute if start else 0)
    try:
        return dt.time(int(hour), int(minute))
    except (TypeError, ValueError):
        raise ValueError(_("De herhaling heeft een tijd die we niet begrijpen.")) from None


def _weeks_of_days(recurrence: vRecur, interval: int) -> int:
    """How many weeks a daily rule skips: every day, some weekdays of every week, or every so many weeks."""
    _refuse(recurrence, "BYMONTHDAY", "BYSETPOS")
    if interval == 1:
        return 1
    if interval % 7 or recurrence.get("BYDAY"):
        raise ValueError(_("De herhaling is elke %(days)s dagen. Dat kennen we niet.") % {"days": interval})
    return interval // 7


def _days(recurrence: vRecur) -> list[tuple[int, int]]:
    """(week of the month or 0, weekday) of BYDAY."""
    return [(int(day.relative or 0), DAY_CODES.index(str(day.weekday)) + 1) for day in recurrence.get("BYDAY") or ()]


def _one(recurrence: vRecur, part: str, default: Any) -> Any:
    values = recurrence.get(part) or [default]
    values = values if isinstance(values, list) else [values]
    if len(values) > 1:
        raise ValueError(_("De herhaling gebruikt %(part)s met meer waarden. Dat kennen we niet.") % {"part": part})
    return values[0]


def _refuse(recurrence: vRecur, *parts: str) -> None:
    for part in parts:
        if recurrence.get(part):
            raise ValueError(_("De herhaling gebruikt %(part)s op een manier die we niet kennen.") % {"part": part})


def _until(rule: Rule) -> str:
    if rule.start_time is None:
        return f"{rule.end_date:%Y%m%d}"
    moment = dt.datetime.combine(rule.end_date, dt.time(23, 59, 59), tzinfo=timezone.get_default_timezone())
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _local(moment: dt.date | None) -> dt.date | None:
    """A moment by the clock of the site, without its zone."""
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        return timezone.make_naive(moment, timezone.get_default_timezone())
    return moment


def _day(moment: dt.date | None) -> dt.date | None:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _shown(text: str) -> str:
    return " ".join(text.split())[:100]
