"""Dates as Dutch people, Excel and other programs write them. Pure functions."""

import calendar
import datetime as dt
import re

from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing.cells import BadCell

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_MONTHS = {
    **{name: number for number, name in enumerate(MONTHS, 1)},
    **{name[:3]: number for number, name in enumerate(MONTHS, 1)},
    "mrt": 3, "sept": 9, "january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7, "august": 8,
    "october": 10, "oct": 10,
}  # fmt: skip
#: Excel counts days from here; it takes 1900 for a leap year, which matters only before March of that year.
_EXCEL_ZERO = dt.date(1899, 12, 30)
_EXCEL = range(20_000, 80_000)
_YEARS = range(1900, 2201)
_WORD = "|".join(sorted(_MONTHS, key=len, reverse=True))
#: One date somewhere in a text; the same forms as a cell with nothing else.
DATE = (
    r"(?:(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
    r"|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?!\d)"
    rf"|(?<!\d)\d{{1,2}}\.?\s*(?:{_WORD})\.?\s*'?\d{{2,4}}(?!\d))"
)
_ISO = re.compile(r"(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*'?(\d{4}|\d{2})")
_WORDS = re.compile(rf"(\d{{1,2}})(?:e|ste|de|\.)?[\s-]*({_WORD})\.?[\s,-]*'?(\d{{4}}|\d{{2}})?")
_MONTH_FIRST = re.compile(rf"({_WORD})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s*(\d{{4}})")
_DAY_NAME = re.compile(r"^(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|ma|di|wo|do|vr|za|zo)\.?,?\s+")
_CLOCK_AFTER = re.compile(r"[t ]\d{1,2}[:.]\d{2}([:.]\d{2}([.,]\d+)?)?(z|[+-]\d{2}:?\d{2})?$")


def date(cell: str) -> dt.date | None:
    """Return a date: 3-3-2026, 03/03/26, 2026-03-03, dinsdag 3 maart 2026, or Excel's number of days 46084.

    The day comes before the month, as in the Netherlands.

    :raises BadCell: when it is none of these, or no day of the calendar.
    """
    text = " ".join(cell.lower().split())
    if not text:
        return None
    shown = cell.strip()[:40]
    if re.fullmatch(r"\d{5}([.,]\d*)?", text) and int(text[:5]) in _EXCEL:
        return _EXCEL_ZERO + dt.timedelta(days=int(text[:5]))
    text = _DAY_NAME.sub("", _CLOCK_AFTER.sub("", text))
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), shown)
    if found := _NUMBERS.fullmatch(text):
        return _day(_year(found[3]), int(found[2]), int(found[1]), shown)
    if found := _MONTH_FIRST.fullmatch(text):
        return _day(int(found[3]), _MONTHS[found[1]], int(found[2]), shown)
    if found := _WORDS.fullmatch(text):
        if not found[3]:
            raise BadCell(_("Bij '%(value)s' staat geen jaar. Schrijf het erbij, zoals 3-3-2026.") % {"value": shown})
        return _day(_year(found[3]), _MONTHS[found[2]], int(found[1]), shown)
    raise BadCell(_("'%(value)s' is geen datum. Schrijf hem als 3-3-2026.") % {"value": shown})


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 80 else 1900 + int(text)


def _day(year: int, month: int, day: int, shown: str) -> dt.date:
    if year not in _YEARS:
        raise BadCell(_("'%(value)s': het jaar klopt niet. Schrijf de datum als 3-3-2026.") % {"value": shown})
    if not 1 <= month <= 12:
        raise BadCell(
            _("'%(value)s' is geen datum: er is geen maand %(month)s. Schrijf eerst de dag, dan de maand.")
            % {"value": shown, "month": month}
        )
    if (month, day) == (2, 29) and not calendar.isleap(year):
        raise BadCell(
            _("29 februari %(year)s bestaat niet: %(year)s is geen schrikkeljaar. Verbeter de datum.") % {"year": year}
        )
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise BadCell(
            _("%(day)s %(month)s %(year)s bestaat niet. Verbeter de datum.")
            % {"day": day, "month": MONTHS[month - 1], "year": year}
        ) from error
