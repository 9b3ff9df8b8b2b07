"""The filters of a search as SQL on a row `l` of the directory, and what counts as near."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from zelfregie_core.plugins import ListingQuery
from zelfregie_tenants.domain.directory.distance import box_around, distance_from
from zelfregie_tenants.domain.directory.parameters import Parameters

#: Distances of which the number of listings is counted, in kilometres.
STEPS = (5, 10, 15, 25, 50, 100)
#: Filter to the type of its column; several values mean: any of these.
ARRAYS = {
    "themes": "varchar[]",
    "audience": "varchar[]",
    "languages": "varchar[]",
    "weekdays": "smallint[]",
    "dayparts": "varchar[]",
}
ROOM = "l.status = 'active'"
#: ISO 8601; other numbers would not fit the column.
WEEKDAYS = range(1, 8)


def chosen_filters(query: ListingQuery, parameters: Parameters) -> dict[str, str]:
    """Return the filters that are on, but for place and form: name to SQL."""
    filters = {}
    for name, kind in ARRAYS.items():
        values = list(getattr(query, name))
        if name == "weekdays":
            values = [day for day in values if day in WEEKDAYS]
        if values:
            filters[name] = f"l.{name} && {parameters.add(values)}::{kind}"
    if query.accessible:
        filters["accessible"] = "l.accessible"
    if query.has_room:
        filters["has_room"] = ROOM
    return filters


@dataclass(frozen=True)
class Place:
    """Where a search looks, as SQL on the rows `l` and `x` (with the distance).

    A listing is found when it meets in one of the ways that the search asks for: together, near enough; or online.

    :param distance: of the row to the point; NULL without a point.
    :param reachable: whether it may be found at all, whatever the distance: it lives in the region that is searched,
        or in another one and the search looks across the border.
    :param near: whether it meets together, near enough.
    :param online: whether it meets online and may be found so.
    :param passes: near or online, as the search asks.
    :param selection: of which rows to look at, for the index.
    :param with_online: whether the search asks for what meets online.
    :param has_point: whether it looks around a point.
    """

    distance: str
    reachable: str
    near: str
    online: str
    passes: str
    selection: str
    with_online: bool
    has_point: bool


def place_of(query: ListingQuery, region: str, parameters: Parameters) -> Place:
    """Return where a search looks.

    :param region: SQL of the id of the one region that is searched; empty for the whole country.
    """
    point = _point(query)
    limit = query.distance_km if point and query.distance_km is not None and query.distance_km >= 0 else None
    own = f"l.region_id = {region}" if region else "true"
    across = bool(region) and query.neighbours and limit is not None
    forms = {form for form in query.forms if form in ("in_person", "online")}
    distance = distance_from(*point, parameters) if point else "NULL::float8"
    near = "l.form <> 'online'"
    if limit is not None:
        near += f" AND x.distance <= {parameters.add(limit)}"
    online = f"l.form <> 'in_person' AND {own}"
    with_online = "online" in forms or (not forms and not point)
    with_near = "in_person" in forms or not forms
    ways = ([f"({near})"] if with_near else []) + ([f"({online})"] if with_online else [])
    selection = own
    if point and limit is not None and (across or not region):
        radius = max(limit, STEPS[-1]) if query.counts else limit
        box = box_around(*point, radius, parameters)
        others = f" OR (l.form <> 'in_person' AND {own})" if not region and (with_online or query.counts) else ""
        selection = f"({own} OR {box})" if region else f"({box}{others})"
    return Place(
        distance=distance,
        reachable="true" if across or not region else own,
        near=near,
        online=online,
        passes=f"({' OR '.join(ways)})",
        selection=selection,
        with_online=with_online,
        has_point=point is not None,
    )


def _point(query: ListingQuery) -> tuple[float, float] | None:
    if query.latitude is None or query.longitude is None:
        return None
    if not (isfinite(query.latitude) and isfinite(query.longitude)):
        return None
    return query.latitude, query.longitude
