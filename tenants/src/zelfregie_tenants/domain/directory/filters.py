"""The filters of a search as SQL on a row `l` of the directory."""

from __future__ import annotations

from zelfregie_core.plugins import ListingQuery
from zelfregie_tenants.domain.directory.parameters import Parameters

#: Filter to the type of its column; several values mean: any of these.
ARRAYS = {"audience": "varchar[]", "languages": "varchar[]", "weekdays": "smallint[]", "dayparts": "varchar[]"}
FLAGS = {"accessible": "l.accessible", "has_room": "l.status = 'active'"}
#: ISO 8601; other numbers would not fit the column.
WEEKDAYS = range(1, 8)


def chosen_filters(query: ListingQuery, parameters: Parameters) -> dict[str, str]:
    """Return the filters that are on, but for theme, place and form: name to SQL."""
    filters = {}
    for name, kind in ARRAYS.items():
        values = list(getattr(query, name))
        if name == "weekdays":
            values = [day for day in values if day in WEEKDAYS]
        if values:
            filters[name] = f"l.{name} && {parameters.add(values)}::{kind}"
    filters.update({name: sql for name, sql in FLAGS.items() if getattr(query, name)})
    return filters
