"""By what a row of a list and a group are recognised as the same. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from zelfregie_groups.domain.text import fold_words

#: As long as the column that holds it.
MAX_LENGTH = 320


def natural_key(name: str, city: str, weekday: int | None) -> str:
    """Return name, place and day, folded."""
    words = f"row:{fold_words(name) or name.casefold()}|{fold_words(city)}"
    # Room for the time and the number of a repetition behind it.
    return f"{words[: MAX_LENGTH - 16]}|{weekday or ''}"


@dataclass(frozen=True)
class Keys:
    """The keys of a group, from sure to likely.

    :param number: of its number in the list; empty when it has none.
    :param exact: name, place, day and time: two meetings on one day are two groups.
    :param natural: name, place and day.
    """

    number: str
    exact: str
    natural: str

    @classmethod
    def of(cls, source_id: str, name: str, city: str, weekday: int | None, time: str) -> Self:
        natural = natural_key(name, city, weekday)
        return cls(f"id:{source_id}" if source_id else "", f"{natural}|{time}", natural)

    @classmethod
    def of_values(cls, source_id: str, values: Mapping[str, Any]) -> Self:
        """Return the keys of the values of a record."""
        line = next(iter(values.get("schedules") or []), {})
        days = line.get("weekdays") or []
        return cls.of(
            source_id, values["name"], values.get("city", ""), next(iter(days), None), line.get("start_time", "")
        )
