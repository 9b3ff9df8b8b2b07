"""When a group meets, as a plain value: a ``Schedule`` without the database. Pure functions."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Self

WEEKLY, MONTHLY, ONCE, OTHER = "weekly", "monthly", "once", "other"
FREQUENCIES = (WEEKLY, MONTHLY, ONCE, OTHER)
ALL_DAYS = (1, 2, 3, 4, 5, 6, 7)
WEEKS_OF_MONTH = (1, 2, 3, 4, -1)
MAX_INTERVAL = 52


@dataclass(frozen=True)
class Rule:
    """A rule by which a group meets; the fields are those of ``Schedule``. Empty means: not known.

    :param weekdays: ISO 8601, 1 (Monday) to 7.
    :param weeks: of the month, as BYDAY of iCalendar numbers them: 1 to 4, and -1 for the last.
    """

    frequency: str = WEEKLY
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    day_of_month: int | None = None
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    start_time: dt.time | None = None
    end_time: dt.time | None = None
    note: str = ""

    @classmethod
    def of(cls, schedule: Any) -> Self:
        """Return the rule of a ``Schedule``, saved or not; its times and dates may still be texts."""
        given = (
            schedule.frequency, schedule.interval, _hashable(schedule.weekdays), _hashable(schedule.weeks),
            schedule.day_of_month, schedule.start_date, schedule.end_date, schedule.start_time, schedule.end_time,
            schedule.note,
        )  # fmt: skip
        try:
            return _rule_of(cls, *given)
        except TypeError:  # something in it cannot be remembered
            return _rule_of.__wrapped__(cls, *given)

    def to_json(self) -> dict[str, Any]:
        """Return the rule in forms that JSON knows; what is not known is left out."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in _shown(self)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the rule that ``to_json`` wrote. What cannot be understood counts as not known; nothing raises.

        Listings of regions on a server of their own come in over a feed: a page must survive what they say.
        """
        frequency = values.get("frequency")
        return cls(
            frequency=frequency if frequency in FREQUENCIES else OTHER,
            interval=_whole(values.get("interval"), MAX_INTERVAL) or 1,
            weekdays=_in_order(values.get("weekdays"), ALL_DAYS),
            weeks=_in_order(values.get("weeks"), WEEKS_OF_MONTH),
            day_of_month=_whole(values.get("day_of_month"), 31),
            start_date=_date(values.get("start_date")),
            end_date=_date(values.get("end_date")),
            start_time=_time(values.get("start_time")),
            end_time=_time(values.get("end_time")),
            note=str(values.get("note") or "")[:200],
        )

    @property
    def days(self) -> tuple[int, ...]:
        """The weekdays, which a first date tells as well."""
        if self.weekdays or not self.start_date or self.frequency == OTHER:
            return self.weekdays
        return (self.start_date.isoweekday(),) if self.frequency in (WEEKLY, ONCE) else ()

    @property
    def gives_dates(self) -> bool:
        """Whether it says on which dates the group meets. "Every two weeks" without a first date does not."""
        if self.start_date and self.end_date and self.end_date < self.start_date:
            return False
        if self.frequency == ONCE:
            return self.start_date is not None
        if self.interval > 1 and not self.start_date:
            return False
        if self.frequency == WEEKLY:
            return bool(self.days)
        return self.frequency == MONTHLY and bool((self.weeks and self.weekdays) or self.day_of_month)


def sorted_lines(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rules as ``Rule.to_json`` writes them by day and time, as the database orders them, whatever the order."""
    return sorted(
        lines,
        key=lambda line: (
            line.get("weekdays", []),
            "start_time" not in line,
            line.get("start_time", ""),
            sorted((name, str(value)) for name, value in line.items()),
        ),
    )


#: Of thousands of groups the rules are few.
_REMEMBERED = 2048


@lru_cache(maxsize=_REMEMBERED, typed=True)
def _rule_of(
    kind: type[Rule],
    frequency: Any,
    interval: Any,
    weekdays: Any,
    weeks: Any,
    day_of_month: Any,
    start_date: Any,
    end_date: Any,
    start_time: Any,
    end_time: Any,
    note: Any,
) -> Any:
    """The rule that the fields of a ``Schedule`` give."""
    return kind(
        frequency=str(frequency),
        interval=interval or 1,
        weekdays=_in_order(weekdays, ALL_DAYS),
        weeks=_in_order(weeks, WEEKS_OF_MONTH),
        day_of_month=day_of_month,
        start_date=_date(start_date),
        end_date=_date(end_date),
        start_time=_time(start_time),
        end_time=_time(end_time),
        note=note or "",
    )


@lru_cache(maxsize=_REMEMBERED)
def _shown(rule: Rule) -> tuple[tuple[str, Any], ...]:
    """What is known of a rule, in forms that JSON knows but for the tuples."""
    shown: list[tuple[str, Any]] = []
    for field in fields(rule):
        value = getattr(rule, field.name)
        if field.name != "frequency" and value == field.default:
            continue
        if isinstance(value, dt.time):
            value = value.strftime("%H:%M")
        elif isinstance(value, dt.date):
            value = value.isoformat()
        shown.append((field.name, value))
    return tuple(shown)


def _hashable(values: Any) -> Any:
    return tuple(values) if isinstance(values, list) else values


def _in_order(values: Any, known: tuple[int, ...]) -> tuple[int, ...]:
    """The known values, once each, in the order of ``known``."""
    given = {value for value in values if isinstance(value, int)} if isinstance(values, list | tuple) else set()
    return tuple(value for value in known if value in given)


def _whole(value: Any, most: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most else None


def _date(value: Any) -> dt.date | None:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


def _time(value: Any) -> dt.time | None:
    if isinstance(value, str):
        try:
            return dt.time.fromisoformat(value).replace(tzinfo=None)
        except ValueError:
            return None
    return value if isinstance(value, dt.time) else None
