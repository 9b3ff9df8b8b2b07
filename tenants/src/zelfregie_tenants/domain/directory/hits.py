"""The listings that a search found, in their order, as JSON: one value, so that one statement answers a search."""

from __future__ import annotations

from zelfregie_core.plugins import ListingQuery
from zelfregie_core.search import Reading
from zelfregie_tenants.domain.directory.parameters import Parameters
from zelfregie_tenants.domain.directory.scope import Scope
from zelfregie_tenants.domain.directory.vectors import storable
from zelfregie_tenants.models import Listing

LISTING = Listing._meta.db_table
#: What a hit tells of its listing.
COLUMNS = (
    *("key", "title", "path", "summary", "themes", "city", "latitude", "longitude", "form", "status", "audience"),
    *("languages", "weekdays", "dayparts", "accessible", "upcoming", "card"),
)
MAX_LIMIT = 500
MAX_OFFSET = 1_000_000
#: How much a word counts that stands in the name or a theme (the last), or else in the place or a synonym. Words of the
#: description are found and rank lowest.
WEIGHTS = "'{0, 0, 0.3, 1}'"
ROOM_FIRST = "CASE l.status WHEN 'active' THEN 0 WHEN 'waiting_list' THEN 1 WHEN 'full' THEN 2 ELSE 3 END"
#: Equal rows always come in the same order. "C": by code, whatever the locale of the server.
LAST = 't.sort_title COLLATE "C", t.slug, t.key COLLATE "C"'
ORDERS = {
    "nearest": "t.distance NULLS LAST, t.room, t.next_at NULLS LAST",
    "soonest": "t.next_at NULLS LAST, t.room, t.distance NULLS LAST",
    "name": "true",
}
#: The words in steps of a tenth of the best: of two that fit about as well the nearest comes first.
BEST = (
    "t.meant DESC, round((10 * t.rank / nullif(t.top, 0))::numeric) DESC, "
    "t.distance NULLS LAST, t.room, t.next_at NULLS LAST"
)


def order_columns(
    query: ListingQuery, scope: Scope, wanted: str, reading: Reading | None, parameters: Parameters
) -> dict[str, str]:
    """Return what the rows of `fitting` must have for `hits_sql`: name to SQL on the row `l`. Nothing without a limit.

    Read along with the row, so that no row is looked up twice.

    :param wanted: the tsquery as SQL; empty without words.
    """
    if query.limit <= 0:
        return {}
    rank, meant = "0", "false"
    if wanted and query.sort not in ORDERS:
        rank = f"ts_rank({WEIGHTS}, l.head, {wanted})"
        if reading and reading.themes:
            meant = f"l.themes && {parameters.add(list(reading.themes))}::varchar[]"
    return {
        "rank": rank,
        "meant": meant,
        "room": ROOM_FIRST,
        "next_at": _next_at(scope, parameters),
        "sort_title": "l.sort_title",
        "key": "l.key",
        "region_id": "l.region_id",
    }


def hits_sql(query: ListingQuery, scope: Scope, parameters: Parameters) -> str:
    """Return the rows of `fitting` in the order that was asked for, as JSON."""
    limit = min(max(query.limit, 0), MAX_LIMIT)
    if not limit:
        return "NULL"
    offset = min(max(query.offset, 0), MAX_OFFSET)
    return f"""(SELECT json_agg(h.hit ORDER BY h.number) FROM (
    SELECT {_hit("o.distance", "o.next_at", scope, parameters)} AS hit, o.number FROM (
      SELECT t.*, row_number() OVER (ORDER BY {ORDERS.get(query.sort, BEST)}, {LAST}) AS number FROM (
        SELECT f.*, v.slug, max(f.rank) OVER () AS top FROM fitting f JOIN visible v ON v.id = f.region_id
      ) t ORDER BY number LIMIT {limit} OFFSET {offset}
    ) o JOIN {LISTING} l ON l.id = o.id JOIN visible v ON v.id = l.region_id) h)"""  # noqa: S608 -- our own texts


def chosen_sql(query: ListingQuery, region: str, scope: Scope, distance: str, parameters: Parameters) -> str:
    """Return the listings that were chosen one by one, in the order of the choice, as JSON with their number.

    :param region: slug of the region of a key that does not name its region.
    :param distance: to the point of the search, as SQL.
    """
    chosen = [key.rpartition("/") for key in query.keys[:MAX_LIMIT]]
    slugs = parameters.add([storable(slug or region) for slug, _slash, _key in chosen])
    keys = parameters.add([storable(key) for _slug, _slash, key in chosen])
    return f"""SELECT {_hit(distance, _next_at(scope, parameters), scope, parameters)} AS hit, c.number
FROM unnest({slugs}::varchar[], {keys}::varchar[]) WITH ORDINALITY c(slug, key, number)
JOIN visible v ON v.slug = c.slug JOIN {LISTING} l ON l.region_id = v.id AND l.key = c.key
WHERE l.plugin = {parameters.add(query.plugin)}"""  # noqa: S608 -- our own texts


def _hit(distance: str, next_at: str, scope: Scope, parameters: Parameters) -> str:
    """A row as a JSON object."""
    shown = ", ".join(f"'{name}', l.{name}" for name in COLUMNS)
    return (
        f"json_build_object({shown}, 'distance', {distance}, 'next_at', {next_at}, "
        f"'own', l.region_id = {parameters.add(scope.own)}, "
        "'region', v.slug, 'region_name', v.name, 'domain', v.domain)"
    )


def _next_at(scope: Scope, parameters: Parameters) -> str:
    """The first moment that is still to come; mostly the first that is stored."""
    now = parameters.add(scope.now)
    return (
        f"CASE WHEN l.upcoming[1] > {now} THEN l.upcoming[1] "  # noqa: S608 -- our own texts
        f"ELSE (SELECT min(moment) FROM unnest(l.upcoming) moment WHERE moment > {now}) END"
    )
