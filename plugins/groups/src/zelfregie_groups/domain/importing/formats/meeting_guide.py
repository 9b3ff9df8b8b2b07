"""Meeting Guide JSON: the list of meetings that sites of twelve-step groups publish.

Specification: https://github.com/code4recovery/spec. It has one entry for each meeting of the week; the entries of one
group at one place become one group here. Fields for people to be reached at are never read.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_groups.domain.importing.formats.canonical import address_parts, paragraphs, rules_cell, text, used
from zelfregie_groups.domain.importing.formats.source_table import SourceTable
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.domain.rule import OTHER, WEEKLY, Rule
from zelfregie_groups.domain.text import fold_words

COLUMNS = (
    "source_id", "name", "description", "form", "location_name", "address", "postal_code", "city", "latitude",
    "longitude", "schedules", "status", "languages", "gender", "wheelchair", "accessible_toilet", "confirmed_on",
)  # fmt: skip
#: A list below one of these keys is read too: some sites wrap it.
_WRAPPERS = ("meetings", "data", "items")
#: Codes of ``types`` that mean a language we know.
_LANGUAGES = {
    "EN": "en", "DE": "de", "FR": "fr", "S": "es", "ES": "es", "POL": "pl", "UK": "uk", "FA": "fa", "NL": "nl",
    "TUR": "tr", "AR": "ar",
}  # fmt: skip
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
#: Words by which the meetings of one group differ: "Recovering Sisters Tuesday", "Seaside Step Thursday Night".
_WHEN = re.compile(
    r"\b(?:(?:sun|mon|tues|wednes|thurs|fri|satur)days?|(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:ochtend|middag|"
    r"avond)?|morning|afternoon|evening|night|noon|ochtend|middag|avond)\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")


@dataclass(frozen=True)
class _Entry:
    """One entry of the list, as far as we read it."""

    number: int
    slug: str
    name: str
    group: str
    form: str
    types: frozenset[str]
    place: dict[str, str]
    rule: Rule
    runs_late: bool
    notes: str
    about: tuple[str, ...]
    is_closed: bool
    updated: str

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for entries that are one group: the same group, name, place and form, for the same people."""
        place = fold_words(" ".join((self.place["location_name"], self.place["address"], self.place["city"])))
        name = _WHEN.sub(" ", self.name) if self.group else self.name
        return (
            self.group,
            fold_words(name) or fold_words(self.name),
            place,
            self.form,
            *sorted(self.types & {"M", "W"}),
        )


def is_meeting_guide(document: Any) -> bool:
    """Whether a document looks like a list of meetings; an empty list counts as one."""
    entries = _entries(document)
    if entries is None:
        return False
    first = next((entry for entry in entries if isinstance(entry, Mapping) and entry.get("name")), None)
    if first is None:
        return isinstance(document, list) and not entries
    return (
        "name" in first and bool({"slug", "day", "types", "time"} & set(first)) and "service_at_locations" not in first
    )


def read(document: Any, notices: list[str]) -> SourceTable:
    """Return the groups of a list of meetings.

    :raises ImportProblem: when there is none in it.
    """
    given = _entries(document) or []
    entries: list[_Entry] = []
    skipped = 0
    for number, entry in enumerate(given, 1):
        if isinstance(entry, Mapping) and text(entry.get("name")):
            entries.append(_entry(number, entry))
        else:
            skipped += 1
    if not entries:
        raise ImportProblem(_("De lijst is leeg: er staat geen enkele bijeenkomst in."))
    if skipped:
        notices.append(
            ngettext(
                "%(number)s regel heeft geen naam en is overgeslagen.",
                "%(number)s regels hebben geen naam en zijn overgeslagen.",
                skipped,
            )
            % {"number": skipped}
        )
    late = sum(1 for entry in entries if entry.runs_late)
    if late:
        notices.append(
            ngettext(
                "%(number)s bijeenkomst eindigt na middernacht; de eindtijd is weggelaten.",
                "%(number)s bijeenkomsten eindigen na middernacht; hun eindtijd is weggelaten.",
                late,
            )
            % {"number": late}
        )
    groups: dict[tuple[str, ...], list[_Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.key, []).append(entry)
    slugs = Counter(entry.slug for entry in entries if entry.slug)
    if any(count > 1 for count in slugs.values()):
        notices.append(
            _("Sommige bijeenkomsten hebben hetzelfde nummer ('slug'); die herkennen we aan naam en plaats.")
        )
    rows = [(members[0].number, _row(members, slugs)) for members in groups.values()]
    columns = used(COLUMNS, [cells for _number, cells in rows])
    return SourceTable(columns, iter(_only(rows, columns)), notices)


def _only(rows: Sequence[tuple[int, dict[str, str]]], columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in rows:
        yield number, {name: cells.get(name, "") for name in columns}


def _entries(document: Any) -> list[Any] | None:
    if isinstance(document, list):
        return document
    if isinstance(document, Mapping):
        return next((document[name] for name in _WRAPPERS if isinstance(document.get(name), list)), None)
    return None


def _entry(number: int, entry: Mapping[str, Any]) -> _Entry:
    given = entry.get("types")
    types = frozenset(text(code).upper() for code in (given if isinstance(given, list) else text(given).split(",")))
    name = text(entry.get("name"))
    form, is_closed = _form(entry, types)
    rule, runs_late = _rule(entry)
    group = text(entry.get("group"))
    return _Entry(
        number=number,
        slug=text(entry.get("slug"))[:80],
        name=name,
        group=text(entry.get("group_id")) or fold_words(group),
        form=form,
        types=types,
        place=_place(entry, form),
        rule=rule,
        runs_late=runs_late,
        notes=text(entry.get("notes")),
        about=(text(entry.get("group_notes")), text(entry.get("location_notes")) if form != "online" else ""),
        is_closed=is_closed or "TC" in types,
        updated=text(entry.get("updated"))[:10],
    )


def _form(entry: Mapping[str, Any], types: frozenset[str]) -> tuple[str, bool]:
    """Whether people meet in person, and whether the group has stopped for now.

    Without ``attendance_option`` it follows from the address and the ways to dial in, as the specification says.
    """
    option = text(entry.get("attendance_option")).lower().replace("-", "_")
    if option in {"in_person", "online", "hybrid"}:
        return option, False
    dials_in = bool(text(entry.get("conference_url")) or text(entry.get("conference_phone")) or "ONL" in types)
    no_address = text(entry.get("approximate")).lower() in {"yes", "ja", "true"} or not (
        text(entry.get("formatted_address")) or text(entry.get("address"))
    )
    if dials_in:
        return ("online" if no_address or "TC" in types else "hybrid"), option == "inactive"
    return "in_person", option == "inactive"


def _place(entry: Mapping[str, Any], form: str) -> dict[str, str]:
    if form == "online":
        # The address of an online group is where it comes from; nobody can go there.
        return dict.fromkeys(("location_name", "address", "postal_code", "city", "latitude", "longitude"), "")
    found = address_parts(text(entry.get("formatted_address")))
    regions = entry.get("regions")
    region = text(regions[-1]) if isinstance(regions, list) and regions else text(entry.get("region"))
    latitude, longitude = text(entry.get("latitude")), text(entry.get("longitude"))
    pair = re.fullmatch(r"\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*", text(entry.get("coordinates")))
    if pair and not (latitude and longitude):
        latitude, longitude = pair[1], pair[2]
    return {
        "location_name": text(entry.get("location"))[:120],
        "address": (text(entry.get("address")) or found["address"])[:120],
        "postal_code": text(entry.get("postal_code")) or found["postal_code"],
        "city": (text(entry.get("city")) or found["city"] or region)[:80],
        "latitude": _degrees(latitude),
        "longitude": _degrees(longitude),
    }


def _degrees(value: str) -> str:
    """Coordinates to about ten centimetres; a zero is what programs write for "not known"."""
    try:
        number = float(value)
    except ValueError:
        return value
    return f"{number:.6f}" if number else ""


def _rule(entry: Mapping[str, Any]) -> tuple[Rule, bool]:
    """When an entry meets, and whether it goes on after midnight, which a rule of ours cannot say."""
    given = entry.get("day")
    days = sorted({day for value in (given if isinstance(given, list) else [given]) if (day := _day(value))})
    start, end = _clock(entry.get("time")), _clock(entry.get("end_time"))
    runs_late = bool(start and end and end <= start)
    if not days:
        return Rule(frequency=OTHER, start_time=start, note=_("Op afspraak.") if start is None else ""), False
    return Rule(WEEKLY, weekdays=tuple(days), start_time=start, end_time=end if start and not runs_late else None), (
        runs_late
    )


def _day(value: Any) -> int | None:
    """A day as ISO 8601 numbers it; Meeting Guide counts from Sunday, 0."""
    word = text(value).lower()
    if word in _DAYS:
        return _DAYS.index(word) or 7
    return (int(word) or 7) if re.fullmatch(r"[0-6]", word) else None


def _clock(value: Any) -> dt.time | None:
    found = _CLOCK.fullmatch(text(value))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return dt.time(int(found[1]), int(found[2]))


def _row(members: Sequence[_Entry], slugs: Mapping[str, int]) -> dict[str, str]:
    """One group of our own columns."""
    first = members[0]
    types = frozenset.union(*(member.types for member in members))
    always = frozenset.intersection(*(member.types for member in members))
    shared_notes = {member.notes for member in members} == {first.notes}
    about = [part for member in members for part in member.about]
    own = [member.slug for member in members if slugs.get(member.slug) == 1]
    languages = sorted({_LANGUAGES[code] for code in types if code in _LANGUAGES})
    return {
        # The lowest of its numbers: it stays when the group gets another day.
        "source_id": min(own, key=_slug_order, default=""),
        "name": _name_of(members),
        "description": paragraphs(first.notes if shared_notes else "", *about),
        "form": first.form,
        **first.place,
        "schedules": rules_cell(_joined(members, with_notes=not shared_notes)),
        "status": "paused" if all(member.is_closed for member in members) else "",
        "languages": ";".join(languages),
        "gender": {("W",): "women", ("M",): "men"}.get(tuple(sorted(always & {"M", "W"})), ""),
        "wheelchair": "ja" if "X" in types else "",
        "accessible_toilet": "ja" if "XB" in types else "",
        "confirmed_on": max(filter(_DAY.fullmatch, (member.updated for member in members)), default=""),
    }


def _name_of(members: Sequence[_Entry]) -> str:
    """The name of a group; without the days by which the names of its meetings differ."""
    name = members[0].name
    if {member.name for member in members} == {name}:
        return name
    return re.sub(r"\s{2,}", " ", _WHEN.sub(" ", name)).strip(" -–:,/") or name


def _slug_order(slug: str) -> tuple[str, int, str]:
    found = re.fullmatch(r"(.*?)-?(\d+)?", slug)
    return (found[1], int(found[2] or 0), slug) if found else (slug, 0, slug)


def _joined(members: Sequence[_Entry], *, with_notes: bool) -> list[Rule]:
    """The rules of the entries; those that differ only in their day are one."""
    rules: dict[Rule, set[int]] = {}
    for member in members:
        rule = replace(member.rule, note=member.notes[:200] or member.rule.note) if with_notes else member.rule
        rules.setdefault(replace(rule, weekdays=()), set()).update(rule.weekdays)
    return [replace(rule, weekdays=tuple(sorted(days))) for rule, days in rules.items()]
