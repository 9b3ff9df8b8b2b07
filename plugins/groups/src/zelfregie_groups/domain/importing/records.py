"""From a row of cells to the values of one group, checked. Pure functions: no database."""

import json
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from zelfregie_core.domain.tables import Row
from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.importing import cells, dates
from zelfregie_groups.domain.importing.columns import (
    ANSWERS,
    CHOICES,
    COLUMNS,
    LONG_TEXTS,
    MANY_CHOICES,
    PLACE,
    REQUIRED,
    RULE,
    TEXTS,
)
from zelfregie_groups.domain.importing.keys import Keys
from zelfregie_groups.domain.importing.place_cells import read_point
from zelfregie_groups.domain.importing.reader import RowReader
from zelfregie_groups.domain.importing.schedule_cells import read_exceptions, read_schedules
from zelfregie_groups.domain.importing.theme_names import ThemeNames
from zelfregie_groups.domain.importing.words import DEFAULTS, words_of

__all__ = ["COLUMNS", "REQUIRED", "Record", "ThemeNames", "read_record"]

_MOST = {"age_from": 120, "age_to": 120, "size": 500}
_LEAST = {"size": 2}
_UNLESS = {"audience": ["self"], "languages": ["nl"]}


@dataclass(frozen=True)
class Record:
    """The values of one group as a list gives them.

    :param values: by field of the group, in forms that JSON knows; only of columns that the file has. ``themes`` holds
        slugs, ``schedules`` and ``exceptions`` lists of lines, ``point`` a latitude and a longitude.
    """

    number: int
    source_id: str
    values: dict[str, Any]
    notices: tuple[RowProblem, ...] = ()

    @property
    def keys(self) -> Keys:
        """By what the group is recognised."""
        return Keys.of_values(self.source_id, self.values)

    def to_json(self) -> str:
        """Return what is stored of a record between preview and applying."""
        return json.dumps({"source_id": self.source_id, "values": self.values}, sort_keys=True)

    @classmethod
    def from_json(cls, number: int, text: str) -> Self:
        stored = json.loads(text)
        return cls(number, stored["source_id"], stored["values"])


def read_record(row: Row, themes: ThemeNames) -> Record | list[RowProblem]:
    """Return the values of a row, or all problems for which it cannot be used.

    What can be used with a remark (a theme too many, swapped coordinates, HTML) is used, with a notice.
    """
    reader = RowReader(row)
    values: dict[str, Any] = {}
    _read_texts(reader, values)
    for column in MANY_CHOICES:
        reader.put(values, column, lambda cell, name=column: cells.choices(cell, words_of(name), list(_UNLESS[name])))
    for column in CHOICES:
        reader.put(values, column, lambda cell, name=column: cells.choice(cell, words_of(name), DEFAULTS.get(name, "")))
    for column in ANSWERS:
        reader.put(values, column, cells.answer)
    _read_numbers(reader, values)
    reader.put(values, "confirmed_on", lambda cell: found.isoformat() if (found := dates.date(cell)) else None)
    if values.get("name") == "":
        reader.problem("name", _("De naam is leeg. Elke groep heeft een naam nodig."))
    source_id = reader.get("source_id", lambda cell: reader.fitting(cells.one_line(cell), "source_id")) or ""
    if reader.has("themes"):
        _read_themes(reader, values, themes)
    if reader.has(*RULE, "schedules"):
        values["schedules"] = read_schedules(reader)
    if reader.has("exceptions"):
        values["exceptions"] = read_exceptions(reader)
    if reader.has(*PLACE):
        point = read_point(reader, values)
        if point is not None or values.get("form") == "online" or reader.has("postal_code", "city"):
            values["point"] = point
    if reader.problems:
        return reader.problems
    return Record(row.number, source_id, values, tuple(reader.notices))


def _read_themes(reader: RowReader, values: dict[str, Any], themes: ThemeNames) -> None:
    """The themes of a row. A word that is no theme is a problem only when no other word is one."""
    found = themes.read(reader.cell("themes"))
    for message in found.notices:
        reader.notice("themes", message)
    for message in found.problems:
        (reader.notice if found.slugs else reader.problem)("themes", message)
    if not found.slugs and not found.problems:
        reader.notice("themes", _("Er staat geen thema. Zonder thema vinden maar weinig mensen deze groep."))
    values["themes"] = list(found.slugs)


def _read_texts(reader: RowReader, values: dict[str, Any]) -> None:
    for column in TEXTS:
        reader.put(values, column, lambda cell, name=column: reader.fitting(cells.one_line(cell), name))
    for column in LONG_TEXTS:
        reader.put(values, column, lambda cell, name=column: reader.fitting(cells.plain_text(cell), name))
    reader.put(values, "postal_code", lambda cell: reader.fitting(cells.postal_code(cell), "postal_code"))
    reader.put(values, "host_email", lambda cell: reader.fitting(cells.email_address(cell), "host_email"))


def _read_numbers(reader: RowReader, values: dict[str, Any]) -> None:
    """The numbers of a row. "18-30" in the first cell about age says both; of "8-12" people the middle counts."""
    found = {
        column: reader.get(
            column, lambda cell, name=column: cells.whole_numbers(cell, _LEAST.get(name, 0), _MOST[name])
        )
        or []
        for column in _MOST
    }
    if reader.has("size"):
        values["size"] = round(sum(found["size"]) / len(found["size"])) if found["size"] else None
    ages = {"age_from": found["age_from"][:1], "age_to": found["age_to"][-1:] or found["age_from"][1:]}
    for column, numbers in ages.items():
        if reader.has(column) or numbers:
            values[column] = numbers[0] if numbers else None
    if ages["age_from"] and ages["age_to"] and ages["age_to"] < ages["age_from"]:
        reader.problem("age_to", _("De hoogste leeftijd is lager dan de laagste. Kijk of ze zijn verwisseld."))
