"""Where a search looks, as SQL on a row `l` of the directory, with its distance as `x.distance`."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from zelfregie_core.plugins import ListingQuery
from zelfregie_tenants.domain.directory.distance import box_around, distance_from
from zelfregie_tenants.domain.directory.parameters import Parameters
from zelfregie_tenants.domain.directory.vectors import ONLINE, quoted

#: Distances of which the number of listings is counted, in kilometres.
STEPS = (5, 10, 15, 25, 50, 100)
FORMS = ("in_person", "online")


@dataclass(frozen=True)
class Place:
    """Where a search looks: a listing is found when it meets in a way that was asked for, near enough or online.

    :param distance: to the point; NULL without one.
    :param near: it meets together, within the distance.
    :param online: it meets online, and the search is for its region or for the whole country.
    :param passes: near or online, as the search asks.
    :param selection: the rows that can pass, for an index to find.
    :param wide: the rows that would pass with a larger distance or in another form.
    :param with_online: whether what meets online passes.
    :param has_point: whether the search is around a point.
    """

    distance: str
    near: str
    online: str
    passes: str
    selection: str
    wide: str
    with_online: bool
    has_point: bool


def place_of(query: ListingQuery, region: str, parameters: Parameters, *, has_words: bool = False) -> Place:
    """Return where a search looks.

    :param region: SQL of the id of the one region that is searched; empty for the whole country.
    :param has_words: words or themes narrow the search as well, so that their index finds the rows and not this one's.
    """
    point = _point(query)
    limit = query.distance_km if point and query.distance_km is not None and query.distance_km >= 0 else None
    forms = [form for form in FORMS if form in query.forms]
    own = f"l.region_id = {region}" if region else "true"
    near = "l.form <> 'online'"
    if limit is not None:
        near += f" AND x.distance <= {parameters.add(limit)}"
    online = f"l.form <> 'in_person' AND {own}"
    with_online = "online" in forms or (not forms and not point)
    ways = [] if forms == ["online"] else [f"({near})"]
    ways += [f"({online})"] if with_online else []
    selection = wide = own
    if point and limit is not None and (query.neighbours or not region):
        # Reading the vector of a row that was found by its words costs more than all the rest of the row.
        by_index = f"l.vector @@ {parameters.add(quoted(ONLINE))}::tsquery"
        meets_online = own if region else "l.form <> 'in_person'" if has_words else by_index
        box = box_around(*point, limit, parameters)
        farther = box_around(*point, max(limit, STEPS[-1]), parameters)
        selection = f"({box} OR {meets_online})" if region or with_online else box
        wide = f"({farther} OR {meets_online})"
    return Place(
        distance=distance_from(*point, parameters) if point else "NULL::float8",
        near=f"({near})",
        online=f"({online})",
        passes=f"({' OR '.join(ways)})",
        selection=selection,
        wide=wide,
        with_online=with_online,
        has_point=point is not None,
    )


def _point(query: ListingQuery) -> tuple[float, float] | None:
    if query.latitude is None or query.longitude is None:
        return None
    if not (isfinite(query.latitude) and isfinite(query.longitude)):
        return None
    return query.latitude, query.longitude
