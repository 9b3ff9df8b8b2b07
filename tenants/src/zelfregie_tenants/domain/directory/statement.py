"""The one statement of a search: the listings that fit, how many, and the counts beside the filters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from zelfregie_core.plugins import ListingQuery
from zelfregie_core.search import Reading
from zelfregie_tenants.domain.directory import matching
from zelfregie_tenants.domain.directory.counts import counts_sql
from zelfregie_tenants.domain.directory.filters import ARRAYS, FLAGS, chosen_filters
from zelfregie_tenants.domain.directory.hits import chosen_sql, hits_sql, order_columns
from zelfregie_tenants.domain.directory.parameters import Parameters
from zelfregie_tenants.domain.directory.place import place_of
from zelfregie_tenants.domain.directory.scope import Scope, visible_regions
from zelfregie_tenants.models import Listing, Region

LISTING = Listing._meta.db_table
#: In a CASE the database makes a hash of the regions; as a join it would look through all of them for each row.
VISIBLE = "CASE WHEN l.region_id IN (SELECT id FROM visible) THEN true ELSE false END"


@dataclass(frozen=True)
class Found:
    """What the statement says.

    :param total: how many listings fit.
    :param fits: whether any listing within reach fits the words, whatever the filters and the distance.
    :param known: of the words that name no theme, those that some listing has; asked only when nothing fits.
    """

    total: int
    fits: bool
    hits: Sequence[dict[str, Any]] = ()
    counts: Sequence[tuple[str, str, int]] = ()
    known: frozenset[str] = field(default_factory=frozenset)


def run(
    query: ListingQuery, scope: Scope, reading: Reading | None = None, *, or_a_part: bool = False, in_title: str = ""
) -> Found:
    """Search once.

    :param reading: what the words ask for; None or without terms: everything.
    :param or_a_part: when no listing fits all the words, find those that fit a part of them; `fits` is then False.
    :param in_title: signs that must stand in the name, as they are.
    """
    sql, values = statement(query, scope, reading, or_a_part=or_a_part, in_title=in_title)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        total, fits, hits, counts, known = cursor.fetchone()
    return Found(
        total=total,
        fits=fits,
        hits=_loaded(hits),
        counts=[(name, value, number) for name, value, number in _loaded(counts)],
        known=frozenset(known or ()),
    )


def run_chosen(query: ListingQuery, region: str, scope: Scope) -> Found:
    """Find the listings that were chosen one by one.

    :param region: slug of the region of a key that does not name its region.
    """
    parameters = Parameters()
    visible = visible_regions(parameters.add(query.plugin), scope, parameters)
    chosen = chosen_sql(query, region, scope, place_of(query, "", parameters).distance, parameters)
    limit, offset = min(max(query.limit, 0), len(query.keys)), max(query.offset, 0)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {visible} {chosen} ORDER BY number", parameters.values)
        hits = [_parsed(hit) for hit, _number in cursor.fetchall()]
    return Found(total=len(hits), fits=bool(hits), hits=hits[offset : offset + limit])


def statement(
    query: ListingQuery, scope: Scope, reading: Reading | None = None, *, or_a_part: bool = False, in_title: str = ""
) -> tuple[str, dict[str, object]]:
    """Return the SQL of a search and its values; see `run`.

    Words and chosen themes are one question to one index, so that the cost follows the rows that both of them find.
    Only the counts of other themes need the rows of the words alone, which is why a search asks for these by name.
    """
    parameters = Parameters()
    reading = reading or Reading()
    plugin = parameters.add(query.plugin)
    has_words = bool(reading.terms or query.themes)
    place = place_of(query, _region_id(scope, parameters), parameters, has_words=has_words)
    filters = chosen_filters(query, parameters)
    every, fits = _words(reading, plugin, place.wide, parameters)
    wanted = every
    if or_a_part and every:
        a_part = matching.a_part(reading, parameters)
        wanted = f"(SELECT CASE WHEN fits THEN {every} ELSE {a_part} END FROM fitness)"  # noqa: S608 -- our own texts
    conditions = [f"l.plugin = {plugin}", VISIBLE]
    conditions += [f"position({parameters.add(in_title)} in l.title) > 0"] if in_title else []
    words = [f"l.vector @@ {wanted}"] if wanted else []
    themes = matching.chosen_themes(query.themes, parameters)
    both = [f"l.vector @@ ({wanted} && {themes})"] if wanted and themes else words
    both = [f"l.vector @@ {themes}"] if themes and not wanted else both
    failed = " + ".join(f"(NOT ({sql}))::int" for sql in filters.values()) or "0"
    order = order_columns(query, scope, wanted, reading, parameters)

    def rows(name: str, columns: Sequence[str], narrowed: Sequence[str]) -> str:
        return f"""{name} AS MATERIALIZED (
  SELECT {", ".join(columns)} FROM {LISTING} l
  CROSS JOIN LATERAL (SELECT {place.distance} AS distance OFFSET 0) x WHERE {" AND ".join([*conditions, *narrowed])})"""  # noqa: S608 -- made of our own texts; what others give is in the parameters

    tables = [visible_regions(plugin, scope, parameters), f"fitness AS (SELECT {fits} AS fits)"]
    if query.counts:
        columns = ["l.id", "x.distance", f"{place.passes} AS passes", f"{place.near} AS near"]
        columns += [f"{place.online} AS online", "l.form <> 'online' AS in_person", f"{failed} AS failed"]
        columns += [f"l.{name}" for name in ARRAYS] + [f"{sql} AS {name}" for name, sql in FLAGS.items()]
        columns += ["l.themes"] if query.theme_counts else []
        columns += [f"({sql}) AS ok_{name}" for name, sql in filters.items()]
        # Most rows of `base` are there for the counts only.
        columns += [
            f"CASE WHEN {place.passes} AND {failed} = 0 THEN {sql} END AS {name}" for name, sql in order.items()
        ]
        almost = f"({failed} = 0 OR ({failed} = 1 AND {place.passes}))" if filters else "true"
        tables.append(rows("base", columns, [*both, place.wide, almost]))
        kept = ", ".join(["id", "distance", *order])
        tables.append(f"fitting AS (SELECT {kept} FROM base WHERE passes AND failed = 0)")  # noqa: S608 -- as above
        if themes and query.theme_counts:
            tables.append(rows("themed", ["l.themes"], [*words, place.selection, place.passes, *filters.values()]))
        elif query.theme_counts:
            tables.append("themed AS (SELECT themes FROM base WHERE passes AND failed = 0)")
    else:
        narrow = [*both, place.selection, place.passes, *filters.values()]
        columns = ["l.id", "x.distance", *(f"{sql} AS {name}" for name, sql in order.items())]
        tables.append(rows("fitting", columns, narrow))
    found = "EXISTS (SELECT 1 FROM fitting)"
    sql = f"""
WITH {", ".join(tables)}
SELECT (SELECT count(*) FROM fitting),
  CASE WHEN {"false" if or_a_part else found} THEN true ELSE (SELECT fits FROM fitness) END,
  {hits_sql(query, scope, parameters)},
  {counts_sql(place, filters, with_themes=query.theme_counts) if query.counts else "NULL"},
  CASE WHEN NOT {found} THEN {_known(reading, plugin, parameters)} END
"""  # noqa: S608 -- as above
    return sql, parameters.values


def _words(reading: Reading, plugin: str, wide: str, parameters: Parameters) -> tuple[str, str]:
    """The tsquery of all the words, and whether any listing within reach fits it. SQL; empty and true without words."""
    if not reading.terms:
        return "", "true"
    every = matching.every_term(reading, parameters)
    return every, (
        f"EXISTS (SELECT 1 FROM {LISTING} l WHERE l.plugin = {plugin} AND l.vector @@ {every} AND {wide} AND {VISIBLE})"  # noqa: S608 -- our own names
    )


def _known(reading: Reading, plugin: str, parameters: Parameters) -> str:
    """Of the words that name no theme, those that some listing has, wherever it is."""
    has = ", ".join(
        f"CASE WHEN EXISTS (SELECT 1 FROM {LISTING} l WHERE l.plugin = {plugin} AND {VISIBLE} AND l.vector @@ "  # noqa: S608 -- our own names
        f"{matching.one_word(word, parameters)}) THEN {parameters.add(word)} END"
        for word in reading.words
    )
    return f"array_remove(ARRAY[{has}]::text[], NULL)"


def _region_id(scope: Scope, parameters: Parameters) -> str:
    """The id of the one region that is searched, as SQL; empty for the whole country."""
    if not scope.region:
        return ""
    if scope.region == scope.own_slug:
        return parameters.add(scope.own)
    return f"(SELECT id FROM {Region._meta.db_table} WHERE slug = {parameters.add(scope.region)})"  # noqa: S608 -- our own name


def _loaded(value: Any) -> list[Any]:
    """A JSON array of the database."""
    return list(_parsed(value) or ())


def _parsed(value: Any) -> Any:
    """JSON as the driver gives it: parsed, or as text."""
    return json.loads(value) if isinstance(value, str) else value
