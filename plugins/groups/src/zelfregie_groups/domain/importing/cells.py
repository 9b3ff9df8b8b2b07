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

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_BREAK = re.compile(r"<\s*(?:br|/p|/li|/div|/h\d)\b[^>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_YES = frozenset(("ja", "yes", "j", "y", "true", "waar", "1", "x", "✓", "✔", "aanwezig"))
_NO = frozenset(("nee", "neen", "no", "n", "false", "onwaar", "0", "niet", "geen", "niet aanwezig"))
_NOT_KNOWN = frozenset(("", "onbekend", "niet bekend", "weet niet", "unknown", "?", "-", "nvt", "n.v.t"))
_FRACTION = re.compile(r"0?[.,]\d{3,}|0,\d+")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*[:.,uh]\s*(?P<minute>\d{2})(?:[:.]\d{2}(?:[.,]0+)?)?)?\s*(?:uur|u|h)?\s*"
    r"(?P<half>[ap]\.?m\.?)?"
)


class BadCell(Exception):
    """A cell that cannot be used; the message says what to do."""


def plain_text(cell: str) -> str:
    """Return a cell without HTML, control characters and superfluous blanks. Line breaks stay."""
    if cell.isascii() and cell.isprintable() and "<" not in cell and "&" not in cell:
        return " ".join(cell.split())  # as most cells are
    if has_html(cell):
        cell = html.unescape(nh3.clean(_BREAK.sub("\n", cell), tags=set()))
    elif "&" in cell and _ENTITY.search(cell):
        cell = html.unescape(cell)
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    lines = [" ".join(line.split()) for line in _CONTROL.sub("", cell).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def has_html(cell: str) -> bool:
    """Whether a cell holds tags, so that ``plain_text`` changes more than blanks."""
    return "<" in cell and _TAG.search(cell) is not None


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


def clock_times(cell: str) -> tuple[dt.time | None, dt.time | None]:
    """Return the begin and the end of "19.30 - 21.00 uur"; of one time, that and None.

    :raises BadCell: as ``clock_time`` does.
    """
    sides = re.split(r"\s*(?:-|–|—|\btot\b|\btot en met\b|\bt/m\b|\bto\b)\s*", cell.strip(), flags=re.IGNORECASE)
    if len(sides) == 2 and all(sides):
        return clock_time(sides[0]), clock_time(sides[1])
    return clock_time(cell), None


def answer(cell: str) -> bool | None:
    """Return whether a cell says yes or no; None when it says nothing or that it is not known.

    :raises BadCell: when it says something else.
    """
    word = cell.strip().lower().rstrip(".!")
    if word in _NOT_KNOWN:
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise BadCell(_("'%(value)s' ken ik niet. Schrijf ja, nee of onbekend.") % {"value": cell.strip()[:40]})


def whole_numbers(cell: str, lowest: int, highest: int) -> list[int]:
    """Return the one or two numbers of a cell: 12, 12 mensen, 12,0, 8-12, 8 tot 12.

    :raises BadCell: when it has none or more, or one that is too small or too large.
    """
    if not cell.strip():
        return []
    numbers = [int(number) for number in re.findall(r"(?<![\d.,])\d{1,9}(?=[.,]0+(?!\d)|(?![\d.,]*\d))", cell)]
    if not 1 <= len(numbers) <= 2 or numbers != sorted(numbers):
        raise BadCell(_("'%(value)s' is geen getal. Schrijf een getal, zoals 12.") % {"value": cell.strip()[:40]})
    wrong = next((number for number in numbers if not lowest <= number <= highest), None)
    if wrong is not None:
        raise BadCell(
            _("%(value)s kan niet. Schrijf een getal van %(lowest)s tot en met %(highest)s.")
            % {"value": wrong, "lowest": lowest, "highest": highest}
        )
    return numbers


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
