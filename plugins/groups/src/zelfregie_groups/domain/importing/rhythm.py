"""How often and on which days, as people write it: "eerste dinsdag van de maand", "om de week", "ma en wo".

Pure functions.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing.cells import BadCell, parts
from zelfregie_groups.domain.rule import ALL_DAYS, MAX_INTERVAL, MONTHLY, ONCE, OTHER, WEEKLY, WEEKS_OF_MONTH

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {
    **{name: number for number, name in enumerate(WEEKDAYS, 1)},
    **{name[:2]: number for number, name in enumerate(WEEKDAYS, 1)},
    **{name: number for number, name in enumerate(_ENGLISH, 1)},
    **{name[:3]: number for number, name in enumerate(_ENGLISH, 1)},
    **{str(number): number for number in ALL_DAYS},
}
_GROUPS_OF_DAYS = {
    "elke dag": (1, 2, 3, 4, 5, 6, 7), "iedere dag": (1, 2, 3, 4, 5, 6, 7), "dagelijks": (1, 2, 3, 4, 5, 6, 7),
    "alle dagen": (1, 2, 3, 4, 5, 6, 7), "werkdagen": (1, 2, 3, 4, 5), "doordeweeks": (1, 2, 3, 4, 5),
    "weekend": (6, 7), "in het weekend": (6, 7),
}  # fmt: skip
_NUMBERS = {"een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "acht": 8}
_WEEKS = {
    "eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "laatste": -1, "first": 1, "second": 2, "third": 3,
    "fourth": 4, "last": -1, "1": 1, "2": 2, "3": 3, "4": 4, "-1": -1,
}  # fmt: skip
_TRIMMED = r"(?:dag)?(?:ochtend|morgen|voormiddag|middag|namiddag|avond)?(?:en|s)?$"
_DAY_NAME = r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)(?:ochtend|middag|avond)?(?:en|s)?"
_NUMBER = r"(?P<number>\d{1,2}|een|één|twee|drie|vier|vijf|zes|acht)"
_ORDINAL = r"(?:[1-4](?:e|ste|de)|eerste|tweede|derde|vierde|laatste)"
_JOINED = r"\s*(?:,|/|&|\+|en|of)\s*"
_NTH_DAY = re.compile(
    rf"(?:(?:op|de|elke|iedere)\s+)*(?P<weeks>{_ORDINAL}(?:{_JOINED}(?:de\s+)?{_ORDINAL})*)\s+"
    rf"(?P<days>{_DAY_NAME}(?:{_JOINED}{_DAY_NAME})*)(?:\s+(?:van|in|per)\s+(?:de|elke|iedere)?\s*maand)?"
)
_NTH_DATE = re.compile(r"(?:(?:op|de|elke|iedere)\s+)*(?P<day>\d{1,2})(?:e|ste|de)\s+(?:van|in)\s+(?:de|elke)\s+maand")
_WORDS = {
    "weekly": (WEEKLY, 1), "wekelijks": (WEEKLY, 1), "elke week": (WEEKLY, 1), "iedere week": (WEEKLY, 1),
    "per week": (WEEKLY, 1), "biweekly": (WEEKLY, 2), "om de week": (WEEKLY, 2), "veertiendaags": (WEEKLY, 2),
    "14 daags": (WEEKLY, 2), "even weken": (WEEKLY, 2), "oneven weken": (WEEKLY, 2), "elke andere week": (WEEKLY, 2),
    "monthly": (MONTHLY, 1), "maandelijks": (MONTHLY, 1), "elke maand": (MONTHLY, 1), "iedere maand": (MONTHLY, 1),
    "per maand": (MONTHLY, 1), "om de maand": (MONTHLY, 2), "per kwartaal": (MONTHLY, 3), "elk kwartaal": (MONTHLY, 3),
    "once": (ONCE, 1), "eenmalig": (ONCE, 1), "één keer": (ONCE, 1), "een keer": (ONCE, 1), "other": (OTHER, 1),
    "anders": (OTHER, 1), "wisselend": (OTHER, 1), "op afspraak": (OTHER, 1), "in overleg": (OTHER, 1),
}  # fmt: skip
_EVERY = re.compile(
    rf"(?:(?:om de|elke|iedere|per|eens per|1 keer per|een keer per|één keer per)\s+)?{_NUMBER}[\s-]*"
    r"(?:wekelijks|maandelijks|weken|maanden)"
)
_ONCE_PER = re.compile(r"^(?:1|een|één)?\s*(?:x|maal|keer|eens)\s+(?=per\s|in de\s)|^eens\s+(?=per\s|in de\s)")


@dataclass(frozen=True)
class Rhythm:
    """What a text says about how often and when; what it does not say is empty."""

    frequency: str = ""
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    day_of_month: int | None = None


def rhythm(cell: str) -> Rhythm | None:
    """Return what a text about how often means; None when it is not understood."""
    text = re.sub(r"[().]", " ", cell.lower()).replace("_", " ")
    text = " ".join(text.split())
    if not text:
        return Rhythm()
    if found := _NTH_DATE.fullmatch(text):
        day = int(found["day"])
        return Rhythm(MONTHLY, day_of_month=day) if 1 <= day <= 31 else None
    if found := _NTH_DAY.fullmatch(text):
        named = tuple(week for word in _split(found["weeks"]) if (week := _week(word)))
        return Rhythm(MONTHLY, weekdays=_sorted(_named_days(found["days"])), weeks=_ordered(named))
    if found := re.fullmatch(rf"(?P<rest>.*?)\s*\bop\b\s*(?P<days>{_DAY_NAME}(?:{_JOINED}{_DAY_NAME})*)", text):
        rest = rhythm(found["rest"])
        return None if rest is None or rest.weekdays else _with_days(rest, _named_days(found["days"]))
    if found := re.fullmatch(rf"(?:elke|iedere)\s+(?P<days>{_DAY_NAME}(?:{_JOINED}{_DAY_NAME})*)", text):
        return Rhythm(WEEKLY, weekdays=_sorted(_named_days(found["days"])))
    if text in _GROUPS_OF_DAYS:
        return Rhythm(WEEKLY, weekdays=_GROUPS_OF_DAYS[text])
    text = _ONCE_PER.sub("", text).replace("in de ", "per ")
    if text in _WORDS:
        return Rhythm(*_WORDS[text])
    if found := _EVERY.fullmatch(text.replace("-", " ").replace("tweewekelijks", "2 wekelijks")):
        number = _NUMBERS.get(found["number"]) or int(found["number"])
        unit = WEEKLY if "we" in found[0].rpartition(found["number"])[2] else MONTHLY
        return Rhythm(unit, number) if 1 <= number <= MAX_INTERVAL else None
    return None


def weekdays(cell: str) -> tuple[int, ...]:
    """Return days as numbers from 1 (maandag) to 7: dinsdag, Di., dinsdagavond, 2, ma en wo, maandag t/m vrijdag.

    :raises BadCell: when it names something that is no day.
    """
    text = " ".join(cell.lower().split()).removeprefix("op ").replace("tot en met", "t/m")
    if text.rstrip(".") in _GROUPS_OF_DAYS:
        return _GROUPS_OF_DAYS[text.rstrip(".")]
    found: list[int] = []
    for part in _split(text):
        ends = [_day(end) for end in re.split(r"\s*(?:\bt/m\b|\btem\b|-|–)\s*", part)]
        if len(ends) > 2 or None in ends:
            raise BadCell(
                _("'%(value)s' is geen dag. Schrijf een dag of meer dagen: %(known)s.")
                % {"value": cell.strip()[:40], "known": ", ".join(WEEKDAYS)}
            )
        first, last = ends[0] or 0, ends[-1] or 0
        found += range(first, last + 1) if first <= last else [*range(first, 8), *range(1, last + 1)]
    return _sorted(found)


def weeks(cell: str) -> tuple[int, ...]:
    """Return weeks of the month: eerste;derde, 1e en 3e, laatste; 1 to 4, and -1 for the last.

    :raises BadCell: when it names another.
    """
    found = []
    for part in _split(" ".join(cell.lower().split())):
        week = _week(part)
        if week is None:
            raise BadCell(
                _("'%(value)s' is geen week van de maand. Kies uit: eerste, tweede, derde, vierde, laatste.")
                % {"value": cell.strip()[:40]}
            )
        found.append(week)
    return _ordered(found)


def _split(text: str) -> list[str]:
    joined = re.sub(r"\s+(?:en|and)\s+|\s*[/&+]\s*(?!m\b)", ";", text)
    return [part.strip(" .") for part in parts(joined) if part.strip(" .")]


def _week(word: str) -> int | None:
    word = re.sub(r"^(?:de|elke|iedere)\s+|\s+week(?: van de maand)?$|\s+van de maand$", "", word.strip())
    word = re.sub(r"^([1-4])(?:e|ste|de|st|nd|rd|th)$", r"\1", word)
    return _WEEKS.get(word)


def _day(word: str) -> int | None:
    word = word.strip(" .")
    return _DAYS.get(word) or _DAYS.get(_singular(word))


def _singular(word: str) -> str:
    for name in (*WEEKDAYS, *_ENGLISH):
        if word.startswith(name) and re.fullmatch(_TRIMMED, word.removeprefix(name)):
            return name
    return ""


def _named_days(text: str) -> list[int]:
    return [day for word in _split(text.replace(" of ", ";")) if (day := _day(word))]


def _with_days(rest: Rhythm, days: list[int]) -> Rhythm:
    return Rhythm(rest.frequency, rest.interval, _sorted(days), rest.weeks, rest.day_of_month)


def _sorted(days: list[int]) -> tuple[int, ...]:
    return tuple(sorted(set(days)))


def _ordered(found: tuple[int, ...] | list[int]) -> tuple[int, ...]:
    return tuple(week for week in WEEKS_OF_MONTH if week in found)
