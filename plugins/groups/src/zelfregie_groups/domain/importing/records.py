"""From a row of cells to the values of one group, checked. Pure functions: no database."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import Row
from zelfregie_core.places import locate
from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.importing.cells import BadCell
from zelfregie_groups.domain.importing.columns import COLUMNS, LENGTHS, REQUIRED
from zelfregie_groups.domain.text import fold_words

LANGUAGES = {**cells.LANGUAGES, **{code: code for code in cells.LANGUAGES.values()}}
#: The Netherlands with what a group over the border may need: latitudes and longitudes do not overlap.
LATITUDES = (49.0, 54.5)
LONGITUDES = (2.0, 8.5)
_SCHEDULE = ("weekday", "start_time", "end_time", "frequency", "schedule_note")
_PLACE = ("postal_code", "city", "latitude", "longitude")


__all__ = ["COLUMNS", "REQUIRED", "Record", "ThemeNames", "natural_key", "read_record"]


@dataclass(frozen=True)
class Record:
    """The values of one group as a list gives them.

    :param values: by field of the group, in forms that JSON knows; only of columns that the file has. ``themes`` holds
        slugs, ``schedules`` a list of lines, ``point`` a latitude and a longitude.
    """

    number: int
    source_id: str
    values: dict[str, Any]
    notices: tuple[RowProblem, ...]

    @property
    def natural_key(self) -> str:
        """What a group is recognised by without a number: name, city and day."""
        lines = self.values.get("schedules") or [{}]
        return natural_key(
            self.values["name"], self.values.get("city", ""), next(iter(lines[0].get("weekdays", [])), None)
        )

    @property
    def key(self) -> str:
        return f"id:{self.source_id}" if self.source_id else self.natural_key


def natural_key(name: str, city: str, weekday: int | None) -> str:
    """Return the key of a group without a number of its own."""
    return f"row:{fold_words(name) or name.casefold()}|{fold_words(city)}|{weekday or ''}"[:320]


@dataclass
class ThemeNames:
    """Which words mean which theme: slugs, names and synonyms."""

    slugs: Mapping[str, str]
    known: dict[str, str] = field(init=False)
    unknown: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {fold_words(word): slug for word, slug in self.slugs.items()}

    def read(self, cell: str) -> tuple[list[str], list[str]]:
        """Return the slugs that a cell names, and a sentence for each word that is no theme."""
        slugs, problems = [], []
        for word in cells.parts(cell):
            slug = self.known.get(fold_words(word))
            if slug:
                slugs.append(slug)
                continue
            # A list with its own words for themes repeats them on every row; finding the nearest is slow.
            if word not in self.unknown:
                self.unknown[word] = self._sentence(word)
            problems.append(self.unknown[word])
        return sorted(set(slugs)), problems

    def _sentence(self, word: str) -> str:
        message = _("Het thema '%(theme)s' bestaat niet.") % {"theme": word[:60]}
        nearest = difflib.get_close_matches(fold_words(word)[:60], self.known, n=3, cutoff=0.6)
        if not nearest:
            return message + " " + _("Kies een thema van de site, of laat een beheerder het toevoegen.")
        names = ", ".join(dict.fromkeys(self.known[name] for name in nearest))
        return message + " " + _("Bedoel je: %(names)s?") % {"names": names}


def read_record(row: Row, themes: ThemeNames) -> Record | list[RowProblem]:
    """Return the values of a row, or all problems for which it cannot be used.

    What can be used with a remark (a theme too many, swapped coordinates, HTML) is used, with a notice.
    """
    reader = _Reader(row)
    values: dict[str, Any] = {}
    for column in ("name", "location_name", "address", "city", "host_name", "cost"):
        reader.put(values, column, lambda cell, column=column: _fitting(cells.one_line(cell), column))
    reader.put(values, "description", lambda cell: _fitting(cells.plain_text(cell), "description"))
    reader.put(values, "postal_code", lambda cell: _fitting(cells.postal_code(cell), "postal_code"))
    reader.put(values, "host_email", lambda cell: _fitting(cells.email_address(cell), "host_email"))
    reader.put(values, "audience", lambda cell: cells.choices(cell, cells.AUDIENCES, ["self"]))
    reader.put(values, "languages", lambda cell: cells.choices(cell, LANGUAGES, ["nl"]))
    reader.put(values, "form", lambda cell: cells.choice(cell, cells.FORMS, "in_person"))
    reader.put(values, "status", lambda cell: cells.choice(cell, cells.STATUSES, "active"))
    if values.get("name") == "":
        reader.problem("name", _("De naam is leeg. Elke groep heeft een naam nodig."))
    source_id = reader.get("source_id", lambda cell: _fitting(cells.one_line(cell), "source_id")) or ""
    slugs, unknown = themes.read(reader.cell("themes"))
    for message in unknown:
        (reader.notice if slugs else reader.problem)("themes", message)
    values["themes"] = slugs
    if reader.has(*_SCHEDULE):
        values["schedules"] = _schedules(reader)
    if reader.has(*_PLACE):
        point = _point(reader, values)
        if point is not None or values.get("form") == "online" or reader.has("postal_code", "city"):
            values["point"] = point
    if reader.problems:
        return reader.problems
    return Record(row.number, source_id, values, tuple(reader.notices))


class _Reader:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[RowProblem] = []
        self.notices: list[RowProblem] = []

    def has(self, *columns: str) -> bool:
        return any(column in self.row.values for column in columns)

    def cell(self, column: str) -> str:
        return self.row.text(column)

    def problem(self, column: str, message: str) -> None:
        self.problems.append(RowProblem(self.row.number, column, message))

    def notice(self, column: str, message: str) -> None:
        self.notices.append(RowProblem(self.row.number, column, message))

    def get(self, column: str, parse: Callable[[str], Any]) -> Any:
        cell = self.cell(column)
        if cells.has_html(cell):
            self.notice(column, _("De HTML in deze cel is weggehaald; de tekst is gebleven."))
        try:
            return parse(cell)
        except BadCell as error:
            self.problem(column, str(error))
            return None

    def put(self, values: dict[str, Any], column: str, parse: Callable[[str], Any]) -> None:
        if self.has(column):
            values[column] = self.get(column, parse)


def _fitting(text: str, column: str) -> str:
    if len(text) > LENGTHS[column]:
        raise BadCell(
            _("Deze tekst is %(length)s tekens lang; er passen er %(limit)s. Maak hem korter.")
            % {"length": len(text), "limit": LENGTHS[column]}
        )
    return text


def _schedules(reader: _Reader) -> list[dict[str, Any]]:
    """The meeting times of a row: one line, or none when all its cells are empty."""
    start = reader.get("start_time", cells.clock_time)
    end = reader.get("end_time", cells.clock_time)
    if end is not None and start is None and not reader.cell("start_time").strip():
        reader.problem("start_time", _("Er is een eindtijd maar geen begintijd. Vul de begintijd in."))
    elif end is not None and start is not None and end <= start:
        reader.problem("end_time", _("De eindtijd is niet na de begintijd. Kijk of ze zijn verwisseld."))
    weekday = reader.get("weekday", cells.weekday)
    word = reader.get("frequency", lambda cell: cells.choice(cell, cells.FREQUENCIES, "")) or ""
    line = {
        "weekdays": [weekday] if weekday else [],
        "start_time": start.isoformat("minutes") if start else None,
        "end_time": end.isoformat("minutes") if end else None,
        "frequency": {"biweekly": "weekly"}.get(word, word),
        "note": reader.get("schedule_note", lambda cell: _fitting(cells.one_line(cell), "schedule_note")) or "",
    }
    if not any(line.values()):
        return []
    # Without a word about how often, a day alone does not say that it is every week.
    return [{**line, "frequency": line["frequency"] or "other", "interval": 2 if word == "biweekly" else 1}]


def _point(reader: _Reader, values: Mapping[str, Any]) -> Sequence[float] | None:
    """The coordinates of a row, else those of its postcode or city; None when none is known or the group is online."""
    latitude = reader.get("latitude", cells.coordinate)
    longitude = reader.get("longitude", cells.coordinate)
    if (latitude is None) != (longitude is None) and not reader.problems:
        column = "latitude" if latitude is None else "longitude"
        reader.problem(column, _("Vul beide coördinaten in, of maak ze allebei leeg."))
    if latitude is not None and longitude is not None:
        if _within(latitude, LONGITUDES) and _within(longitude, LATITUDES):
            latitude, longitude = longitude, latitude
            reader.notice(
                "latitude", _("De coördinaten stonden verwisseld (eerst 50-54, dan 3-8). Ze zijn omgedraaid.")
            )
        if _within(latitude, LATITUDES) and _within(longitude, LONGITUDES):
            return [latitude, longitude]
        reader.problem(
            "latitude",
            _("Deze coördinaten liggen niet in Nederland. Verbeter ze, of maak beide leeg: dan telt de postcode."),
        )
        return None
    code, city = values.get("postal_code") or "", values.get("city") or ""
    if values.get("form") == "online" or not (code or city):
        return None
    found = locate(f"{code} {city}".strip()) or locate(city)
    if found is None:
        reader.notice(
            "postal_code" if code else "city",
            _("Deze postcode en plaats ken ik niet (samen). De groep heeft nu geen plek op de kaart."),
        )
        return None
    return [found.latitude, found.longitude]


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
