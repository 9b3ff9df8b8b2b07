"""When a group meets, as a plain value: a ``Schedule`` without the database. Pure functions."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
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
        return cls(
            frequency=str(schedule.frequency),
            interval=schedule.interval or 1,
            weekdays=_in_order(schedule.weekdays, ALL_DAYS),
            weeks=_in_order(schedule.weeks, WEEKS_OF_MONTH),
            day_of_month=schedule.day_of_month,
            start_date=_date(schedule.start_date),
            end_date=_date(schedule.end_date),
            start_time=_time(schedule.start_time),
            end_time=_time(schedule.end_time),
            note=schedule.note or "",
        )

    def to_json(self) -> dict[str, Any]:
        """Return the rule in forms that JSON knows; what is not known is left out."""
        shown: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "frequency" and value == field.default:
                continue
            if isinstance(value, dt.time):
                value = value.strftime("%H:%M")
            elif isinstance(value, dt.date):
                value = value.isoformat()
            shown[field.name] = list(value) if isinstance(value, tuple) else value
        return shown

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
