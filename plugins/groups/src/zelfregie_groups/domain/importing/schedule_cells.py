"""When a group meets, from the cells of a row: rules and exceptions, as JSON lines. Pure functions."""

import datetime as dt
import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import Row
from zelfregie_groups.domain.importing import cells, dates
from zelfregie_groups.domain.importing.cells import BadCell
from zelfregie_groups.domain.importing.columns import RULE
from zelfregie_groups.domain.importing.reader import RowReader
from zelfregie_groups.domain.importing.rhythm import Rhythm, rhythm, weekdays, weeks
from zelfregie_groups.domain.recurrence import rules_from_rrule
from zelfregie_groups.domain.rule import FREQUENCIES, MAX_INTERVAL, MONTHLY, OTHER, Rule, sorted_lines

#: More rules or exceptions than any group has; a cell with more is a mistake.
MOST_RULES = 20
MOST_EXCEPTIONS = 100
#: Cells of a row with more letters than this are not remembered.
MOST_REMEMBERED = 300
_ONLY_TIMES = Rule(frequency=OTHER)


def read_schedules(reader: RowReader) -> list[dict[str, Any]]:
    """Return the rules of a row as ``Rule.to_json`` writes them, by day and time; none when all its cells are empty.

    ``schedules`` (JSON, as our own export writes it) counts before ``rrule``, and that before the other columns.
    What is wrong goes to the reader. Thousands of groups meet on Tuesday evening: such cells are read once.
    """
    given = tuple((column, reader.cell(column)) for column in ("schedules", *RULE) if reader.has(column))
    is_short = sum(len(cell) for _column, cell in given) <= MOST_REMEMBERED
    lines, problems, notices = (_remembered if is_short else _remembered.__wrapped__)(given, get_language())
    for column, message in problems:
        reader.problem(column, message)
    for column, message in notices:
        reader.notice(column, message)
    return [{**line} for line in lines]


@lru_cache(maxsize=2048)
def _remembered(
    given: tuple[tuple[str, str], ...], _language: str | None
) -> tuple[list[dict[str, Any]], list[tuple[str, str]], list[tuple[str, str]]]:
    """The rules of these cells, with the problems and the notices by column, in the language of who asks."""
    reader = RowReader(Row(0, dict(given)))
    lines = _read(reader)
    problems, notices = ([(line.column, line.message) for line in found] for found in (reader.problems, reader.notices))
    return lines, problems, notices


def _read(reader: RowReader) -> list[dict[str, Any]]:
    if reader.cell("schedules").strip():
        return sorted_lines(reader.get("schedules", _from_json) or [])
    rule = _plain_rule(reader)
    text = reader.cell("rrule").strip()
    if text and rule is not None:
        rules = reader.get("rrule", lambda cell: _from_rrule(cell, rule))
        return sorted_lines(found.to_json() for found in rules or ())
    return [rule.to_json()] if rule not in (None, _ONLY_TIMES) else []


def read_exceptions(reader: RowReader) -> list[dict[str, Any]]:
    """Return the dates on which a group does not meet, or otherwise: see ``exception_of``."""
    return reader.get("exceptions", exceptions_of) or []


def exceptions_of(cell: str) -> list[dict[str, Any]]:
    """Return the exceptions of a cell, in order of their dates, separated by ``;`` or on lines of their own.

    :raises BadCell: see ``exception_of``; or when there are too many.
    """
    items = [item.strip() for item in re.split(r"[;\n]", cell) if item.strip()]
    if len(items) > MOST_EXCEPTIONS:
        raise BadCell(
            _("Dit zijn %(number)s uitzonderingen; er passen er %(most)s. Maak van weken achter elkaar één pauze.")
            % {"number": len(items), "most": MOST_EXCEPTIONS}
        )
    found = [exception_of(item) for item in items]
    return sorted((line for at, line in enumerate(found) if line not in found[:at]), key=lambda line: line["date"])


def exception_of(text: str) -> dict[str, Any]:
    """Return one exception.

    "2026-12-25" is cancelled, "2027-07-01/2027-08-31" or "1-7-2027 t/m 31-8-2027" a longer stop,
    "2027-05-04>2027-05-11 19:30-21:00 @De Brug" moved. A note stands at the end in brackets.

    :raises BadCell: when it is none of these, or a date of it does not exist.
    """
    note = ""
    if found := re.search(r"\s*\(([^()]*)\)\s*$", text):
        note, text = cells.one_line(found[1])[:200], text[: found.start()]
    first, arrow, then = re.sub(r"\s*(?:=>|->|→)\s*", ">", text).partition(">")
    line = _moved(first, then) if arrow else _cancelled(first)
    return {**line, "note": note} if note else line


def _cancelled(text: str) -> dict[str, Any]:
    days = [day for day in map(dates.date, re.findall(dates.DATE, text.lower())) if day]
    rest = re.sub(dates.DATE, "|", text.lower()).strip()
    if len(days) == 1 and rest == "|":
        return {"date": days[0].isoformat()}
    if len(days) == 2 and re.fullmatch(r"\|\s*(?:/|-|–|t/m|tot en met|tot|to)\s*\|", rest):
        if days[1] < days[0]:
            raise BadCell(
                _("Bij de uitzondering '%(value)s' ligt de laatste dag voor de eerste. Draai ze om.")
                % {"value": text.strip()[:60]}
            )
        return {"date": days[0].isoformat(), "last_date": days[1].isoformat()}
    raise _strange(text)


def _moved(first: str, then: str) -> dict[str, Any]:
    day = dates.date(first)
    place = ""
    if "@" in then:
        then, _at, place = then.partition("@")
    found = re.match(rf"\s*({dates.DATE})?[t,\s]*(.*)$", then.lower(), re.DOTALL)
    if day is None or found is None:
        raise _strange(f"{first}>{then}")
    new_day = dates.date(found[1] or "")
    start, end = cells.clock_times(re.sub(r"^om\s+", "", found[2].strip()))
    line = {
        "date": day.isoformat(),
        "new_date": new_day.isoformat() if new_day else None,
        "new_start_time": start.isoformat("minutes") if start else None,
        "new_end_time": end.isoformat("minutes") if end else None,
        "new_location": cells.one_line(place)[:200],
    }
    if start and end and end <= start:
        raise BadCell(_("De eindtijd is niet na de begintijd. Kijk of ze zijn verwisseld."))
    line = {name: value for name, value in line.items() if value}
    if len(line) == 1:
        raise _strange(f"{first}>{then}")
    return line


def _strange(text: str) -> BadCell:
    return BadCell(
        _(
            "De uitzondering '%(value)s' begrijp ik niet. Schrijf 2026-12-25 voor een dag, 2027-07-01/2027-08-31 voor "
            "een pauze, of 2027-05-04>2027-05-11 19:30 voor een verplaatste bijeenkomst."
        )
        % {"value": text.strip()[:60]}
    )


def _plain_rule(reader: RowReader) -> Rule | None:
    """The rule of the columns for people; None when something in them is wrong."""
    before = len(reader.problems)
    start, end = _times(reader)
    said, note = _rhythm(reader)
    days = reader.get("weekday", _days) or Rhythm()
    number = next(iter(reader.get("interval", lambda cell: cells.whole_numbers(cell, 1, MAX_INTERVAL)) or ()), None)
    day_of_month = next(iter(reader.get("day_of_month", lambda cell: _whole(cell, 31)) or ()), None)
    first, last = reader.get("start_date", dates.date), reader.get("end_date", dates.date)
    if first and last and last < first:
        reader.problem("end_date", _("De laatste datum ligt voor de eerste. Kijk of ze zijn verwisseld."))
    if len(reader.problems) > before:
        return None
    named = reader.get("weeks", weeks) or said.weeks or days.weeks
    by_date = day_of_month or said.day_of_month or days.day_of_month
    rule = Rule(
        # Without a word about how often, a day alone does not say that it is every week.
        frequency=said.frequency or days.frequency or (MONTHLY if named or by_date else OTHER),
        interval=number or max(said.interval, days.interval),
        weekdays=days.weekdays or said.weekdays,
        weeks=named,
        day_of_month=by_date,
        start_date=first,
        end_date=last,
        start_time=start,
        end_time=end,
        note=note,
    )
    # "Weekly" with a week of the month is what people write for "the first Tuesday".
    if rule.weeks and rule.frequency not in (MONTHLY, OTHER):
        rule = replace(rule, frequency=MONTHLY, interval=number or 1)
    return None if len(reader.problems) > before else rule


def _times(reader: RowReader) -> tuple[dt.time | None, dt.time | None]:
    start, until = reader.get("start_time", cells.clock_times) or (None, None)
    end = reader.get("end_time", cells.clock_time) or until
    if end is not None and start is None and not reader.cell("start_time").strip():
        reader.problem("start_time", _("Er is een eindtijd maar geen begintijd. Vul de begintijd in."))
    elif end is not None and start is not None and end <= start:
        reader.problem("end_time", _("De eindtijd is niet na de begintijd. Kijk of ze zijn verwisseld."))
    return start, end


def _rhythm(reader: RowReader) -> tuple[Rhythm, str]:
    """What the cell about how often means. Words that we do not know are kept for people, in the note."""
    note = reader.get("schedule_note", lambda cell: reader.fitting(cells.one_line(cell), "schedule_note")) or ""
    words = cells.one_line(reader.cell("frequency"))
    said = rhythm(words)
    if said is not None:
        return said, note
    both = f"{words}; {note}" if note else words
    if len(both) > 200:
        reader.problem("frequency", _("Dit begrijp ik niet. Schrijf bijvoorbeeld: elke week, of om de week."))
        return Rhythm(OTHER), note
    reader.notice(
        "frequency",
        _("'%(value)s' begrijp ik niet als ritme. Het staat nu als toelichting bij de tijden, zonder data.")
        % {"value": words[:60]},
    )
    return Rhythm(OTHER), both


def _days(cell: str) -> Rhythm:
    """The days of a cell; "eerste dinsdag van de maand" is understood there too."""
    try:
        return Rhythm(weekdays=weekdays(cell))
    except BadCell:
        said = rhythm(cell)
        if said is None or not (said.weekdays or said.day_of_month):
            raise
        return said


def _whole(cell: str, highest: int) -> list[int]:
    return cells.whole_numbers(re.sub(r"(?<=\d)(?:e|ste|de)\b", "", cell), 1, highest)


def _from_rrule(cell: str, rule: Rule) -> list[Rule]:
    dtstart: dt.date | None = rule.start_date
    if dtstart is not None and rule.start_time is not None:
        dtstart = dt.datetime.combine(dtstart, rule.start_time)
    try:
        found = rules_from_rrule(cell[:2000], dtstart)
    except (ValueError, OverflowError) as error:
        raise BadCell(str(error)) from error
    filled = [
        replace(
            one,
            start_time=one.start_time or rule.start_time,
            end_time=one.end_time or rule.end_time,
            start_date=one.start_date or rule.start_date,
            end_date=one.end_date or rule.end_date,
            note=one.note or rule.note,
        )
        for one in found
    ]
    for one in filled:
        if one.end_time and (one.start_time is None or one.end_time <= one.start_time):
            raise BadCell(_("De eindtijd is niet na de begintijd. Kijk of ze zijn verwisseld."))
    return filled


def _from_json(cell: str) -> list[dict[str, Any]]:
    try:
        lines = json.loads(cell)
    except (ValueError, RecursionError):
        lines = None
    known = {*Rule.__dataclass_fields__}
    if (
        not isinstance(lines, list)
        or len(lines) > MOST_RULES
        or not all(isinstance(line, dict) and line.get("frequency") in FREQUENCIES for line in lines)
    ):
        raise BadCell(_("Deze cel is niet te lezen. Laat hem zoals de site hem schreef, of maak hem leeg."))
    found = []
    for line in lines:
        rule = Rule.from_json(line)
        shown = {"interval": 1, **rule.to_json()}
        strange = sorted(
            name
            for name, value in line.items()
            if name not in known or (value not in (None, "", []) and shown.get(name) != value)
        )
        if strange or (rule.end_time and (rule.start_time is None or rule.end_time <= rule.start_time)):
            raise BadCell(
                _("In deze cel klopt '%(name)s' niet. Laat hem zoals de site hem schreef, of maak hem leeg.")
                % {"name": strange[0][:40] if strange else "end_time"}
            )
        if rule.start_date and rule.end_date and rule.end_date < rule.start_date:
            raise BadCell(_("De laatste datum ligt voor de eerste. Kijk of ze zijn verwisseld."))
        found.append(rule.to_json())
    return found
