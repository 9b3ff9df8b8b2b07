"""From the text of one cell to a value, as Dutch people, Excel and other programs write it. Pure functions.

Each raises ``BadCell`` with a Dutch sentence that says what to do.
"""

import datetime as dt
import html
import re

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_DAYS = {
    **{name: number for number, name in enumerate(WEEKDAYS, 1)},
    **{name[:2]: number for number, name in enumerate(WEEKDAYS, 1)},
    "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7,
}  # fmt: skip
#: Words that mean a value of a choice, besides the value itself.
FORMS = {
    "in_person": "in_person", "fysiek": "in_person", "op locatie": "in_person", "bij elkaar": "in_person",
    "live": "in_person", "online": "online", "digitaal": "online", "hybrid": "hybrid", "hybride": "hybrid",
}  # fmt: skip
STATUSES = {
    "active": "active", "actief": "active", "open": "active", "paused": "paused", "pauze": "paused",
    "gepauzeerd": "paused", "full": "full", "vol": "full",
}  # fmt: skip
FREQUENCIES = {
    "weekly": "weekly", "wekelijks": "weekly", "elke week": "weekly", "biweekly": "biweekly",
    "tweewekelijks": "biweekly", "om de week": "biweekly", "monthly": "monthly", "maandelijks": "monthly",
    "elke maand": "monthly", "other": "other", "anders": "other",
}  # fmt: skip
AUDIENCES = {
    "self": "self", "jezelf": "self", "zelf": "self", "relative": "relative", "naasten": "relative",
    "naaste": "relative", "familie": "relative", "bereaved": "bereaved", "nabestaanden": "bereaved",
    "nabestaande": "bereaved",
}  # fmt: skip
LANGUAGES = {
    "nederlands": "nl", "engels": "en", "duits": "de", "frans": "fr", "spaans": "es", "fries": "fy", "limburgs": "li",
    "arabisch": "ar", "berbers": "ber", "turks": "tr", "pools": "pl", "oekraïens": "uk", "farsi": "fa",
    "somalisch": "so", "tigrinya": "ti", "papiaments": "pap", "gebarentaal": "dse",
}  # fmt: skip

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_BREAK = re.compile(r"<\s*(?:br|/p|/li|/div|/h\d)\b[^>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_FRACTION = re.compile(r"0?[.,]\d{3,}|0,\d+")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*[:.,uh]\s*(?P<minute>\d{2})(?:[:.]\d{2}(?:[.,]0+)?)?)?\s*(?:uur|u|h)?\s*"
    r"(?P<half>[ap]\.?m\.?)?"
)


class BadCell(Exception):
    """A cell that cannot be used; the message says what to do."""


def plain_text(cell: str) -> str:
    """Return a cell without HTML, control characters and superfluous blanks. Line breaks stay."""
    if _TAG.search(cell):
        cell = html.unescape(nh3.clean(_BREAK.sub("\n", cell), tags=set()))
    elif _ENTITY.search(cell):
        cell = html.unescape(cell)
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    lines = [" ".join(line.split()) for line in _CONTROL.sub("", cell).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def has_html(cell: str) -> bool:
    """Whether a cell holds tags, so that ``plain_text`` changes more than blanks."""
    return _TAG.search(cell) is not None


def one_line(cell: str) -> str:
    """Return a cell as ``plain_text`` does, on one line."""
    return " ".join(plain_text(cell).split())


def parts(cell: str) -> list[str]:
    """Return the items of a cell with several, separated by ``;`` ``|`` or ``,``."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;|,\n]", cell) if part.strip()))


def choice(cell: str, known: dict[str, str], default: str) -> str:
    """Return the value that a word means; the default for an empty cell.

    :raises BadCell: with the words that are known.
    """
    word = " ".join(cell.split()).lower().replace("-", "_") if cell else ""
    if not word:
        return default
    found = known.get(word) or known.get(word.replace("_", " "))
    if found is None:
        raise BadCell(
            _("'%(value)s' ken ik niet. Kies uit: %(known)s.")
            % {"value": cell[:40], "known": ", ".join(dict.fromkeys(known.values()))}
        )
    return found


def choices(cell: str, known: dict[str, str], default: list[str]) -> list[str]:
    """Return the values of a cell with several words; the default for an empty cell.

    :raises BadCell: as ``choice`` does.
    """
    return list(dict.fromkeys(choice(part, known, "") for part in parts(cell))) or default


def clock_time(cell: str) -> dt.time | None:
    """Return a time: 19:30, 19.30, 19u30, 19:30:00, 7:30 PM, 1930, or Excel's part of a day 0,8125.

    :raises BadCell: when it is none of these.
    """
    text = cell.strip().lower()
    # A date before the time: Excel counts from 1899-12-30 and some programs write that out.
    text = re.sub(r"^\d{4}-\d{1,2}-\d{1,2}[t ]|^\d{1,2}[-/]\d{1,2}[-/]\d{4} ", "", text)
    if not text:
        return None
    if _FRACTION.fullmatch(text):
        minutes = round(float("0" + text[text.index("," if "," in text else ".") :].replace(",", ".")) * 24 * 60)
        return dt.time(minutes // 60, minutes % 60) if minutes < 24 * 60 else dt.time(0)
    if re.fullmatch(r"\d{3,4}", text):
        text = f"{text[:-2]}:{text[-2:]}"
    found = _CLOCK.fullmatch(text)
    if found:
        hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half.startswith("p") else 0)
        if hour <= 23 and minute <= 59:
            return dt.time(hour, minute)
    raise BadCell(_("'%(value)s' is geen tijd. Schrijf hem als 19:30.") % {"value": cell.strip()[:40]})


def weekday(cell: str) -> int | None:
    """Return a day as a number from 1 (maandag) to 7: dinsdag, Di., dinsdagavond, 2.

    :raises BadCell: when it is no day.
    """
    word = cell.strip().lower().rstrip(".")
    word = re.sub(r"(ochtend|middag|avond|en)$", "", word) if word.startswith(WEEKDAYS) else word
    if not word:
        return None
    if word in _DAYS:
        return _DAYS[word]
    if word in {"1", "2", "3", "4", "5", "6", "7"}:
        return int(word)
    raise BadCell(
        _("'%(value)s' is geen dag. Kies één dag: %(known)s.")
        % {"value": cell.strip()[:40], "known": ", ".join(WEEKDAYS)}
    )


def coordinate(cell: str) -> float | None:
    """Return a number of degrees, with a point or a Dutch comma.

    :raises BadCell: when it is no number.
    """
    text = re.sub(r"\s*°?\s*[NOEnoe]?$", "", cell.strip()).replace(",", ".")
    if not text:
        return None
    if re.fullmatch(r"-?\d{1,3}(\.\d+)?", text):
        return float(text)
    raise BadCell(
        _("'%(value)s' is geen coördinaat. Schrijf hem als 50.8882 of 50,8882.") % {"value": cell.strip()[:40]}
    )


def postal_code(cell: str) -> str:
    """Return a postcode as Dutch people write it, "6411 AB"; others stay as they are, in capitals."""
    text = one_line(cell).upper()
    found = re.fullmatch(r"([1-9]\d{3})\s*([A-Z]{2})", text)
    return f"{found[1]} {found[2]}" if found else text


def email_address(cell: str) -> str:
    """Return an e-mail address without "mailto:" and blanks.

    :raises BadCell: when it is none.
    """
    text = cell.strip().removeprefix("mailto:").strip("<> ")
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError as error:
        # Not the value itself: reports end up in logs and mails.
        raise BadCell(_("Dit is geen e-mailadres. Verbeter het of maak de cel leeg.")) from error
    return text
