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
from zelfregie_tenants.domain.directory.counts import AS_STRICT, counts_sql
from zelfregie_tenants.domain.directory.filters import ARRAYS, ROOM, chosen_filters, place_of
from zelfregie_tenants.domain.directory.hits import chosen_sql, hits_sql
from zelfregie_tenants.domain.directory.parameters import Parameters
from zelfregie_tenants.domain.directory.scope import Scope, visible_regions
from zelfregie_tenants.models import Listing, Region

LISTING = Listing._meta.db_table


@dataclass(frozen=True)
class Found:
    """What the statement says.

    :param total: how many listings fit.
    :param almost: whether any listing fits the words, and the filters but for one at most.
    :param is_part: whether the hits fit only a part of the words.
    :param known: of the words that were asked about, those that some listing has.
    """

    total: int
    almost: bool
    is_part: bool
    hits: Sequence[dict[str, Any]] = ()
    counts: Sequence[tuple[str, str, int]] = ()
    known: frozenset[str] = field(default_factory=frozenset)


def run(
    query: ListingQuery,
    scope: Scope,
    reading: Reading | None = None,
    *,
    or_a_part: bool = False,
    in_title: str = "",
) -> Found:
    """Search once.

    :param reading: what the words ask for; None or without terms: everything.
    :param or_a_part: when no listing fits all the words, find those that fit a part of them.
    :param in_title: signs that must stand in the name, as they are.
    """
    sql, values = statement(query, scope, reading, or_a_part=or_a_part, in_title=in_title)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        total, almost, is_part, hits, counts, known = cursor.fetchone()
    return Found(
        total=total,
        almost=almost,
        is_part=is_part,
        hits=_loaded(hits),
        counts=[tuple(row) for row in _loaded(counts)],
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
        hits = [json.loads(hit) if isinstance(hit, str) else hit for hit, _number in cursor.fetchall()]
    return Found(total=len(hits), almost=bool(hits), is_part=False, hits=hits[offset : offset + limit])


def statement(
    query: ListingQuery,
    scope: Scope,
    reading: Reading | None = None,
    *,
    or_a_part: bool = False,
    in_title: str = "",
) -> tuple[str, dict[str, object]]:
    """Return the SQL of a search and its values."""
    parameters = Parameters()
    terms = reading.terms if reading else ()
    region = _region_id(scope, parameters)
    place = place_of(query, region, parameters)
    filters = chosen_filters(query, parameters)
    strict = matching.every_term(reading, parameters) if reading and terms else ""
    wanted = matching.a_part(reading, parameters) if reading and terms and or_a_part else strict
    plugin = parameters.add(query.plugin)
    conditions = [f"l.plugin = {plugin}", place.selection, place.reachable]
    if wanted:
        conditions.append(f"l.vector @@ {wanted}")
    if in_title:
        conditions.append(f"position({parameters.add(in_title)} in l.title) > 0")
    failed = " + ".join(f"(NOT {sql})::int" for sql in filters.values()) or "0"
    if query.counts:
        conditions.append(f"(({place.passes} AND {failed} <= 1) OR {failed} = 0)")
    else:
        conditions += [place.passes, *filters.values()]
    flags = "".join(f", {sql} AS ok_{name}" for name, sql in filters.items())
    fits = f"b.passes AND b.failed = 0 AND {AS_STRICT}"
    known = _known(reading, plugin, parameters)
    sql = f"""
WITH {visible_regions(plugin, scope, parameters)}, base AS MATERIALIZED (
  SELECT l.id, x.distance, {place.passes} AS passes, ({place.near}) AS near, ({place.online}) AS online,
    l.form <> 'online' AS in_person, {failed} AS failed, {f"l.vector @@ {strict}" if or_a_part else "true"} AS strict,
    {", ".join(f"l.{name}" for name in ARRAYS)}, l.accessible, {ROOM} AS has_room{flags}
  FROM {LISTING} l JOIN visible v ON v.id = l.region_id
  CROSS JOIN LATERAL (SELECT {place.distance} AS distance) x
  WHERE {" AND ".join(conditions)}
), strictness AS MATERIALIZED (
  SELECT count(*) AS almost, coalesce(bool_or(strict), true) AS any_strict FROM base
), fitting AS MATERIALIZED (
  SELECT b.id, b.distance FROM base b WHERE {fits}
)
SELECT (SELECT count(*) FROM fitting), (SELECT almost > 0 FROM strictness), (SELECT NOT any_strict FROM strictness),
  {hits_sql(query, scope, wanted, reading, parameters)},
  {counts_sql(place, filters) if query.counts else "NULL"},
  {known}
"""  # noqa: S608 -- made of our own texts; what others give is in the parameters
    return sql, parameters.values


def _region_id(scope: Scope, parameters: Parameters) -> str:
    if not scope.region:
        return ""
    table = Region._meta.db_table
    return f"(SELECT id FROM {table} WHERE slug = {parameters.add(scope.region)})"  # noqa: S608 -- our own table


def _known(reading: Reading | None, plugin: str, parameters: Parameters) -> str:
    """Of the words that name no theme, those that some listing has; asked only when nothing fits."""
    words = reading.words if reading else ()
    if not words:
        return "NULL"
    has = ", ".join(
        f"CASE WHEN EXISTS (SELECT 1 FROM {LISTING} l JOIN visible v ON v.id = l.region_id WHERE l.plugin = {plugin} "  # noqa: S608 -- as above
        f"AND l.vector @@ {matching.one_word(word, parameters)}) THEN {parameters.add(word)} END"
        for word in words
    )
    return f"CASE WHEN (SELECT almost FROM strictness) = 0 THEN array_remove(ARRAY[{has}], NULL) END"


def _loaded(value: Any) -> list[Any]:
    """JSON as the driver gives it: parsed, or as text."""
    if isinstance(value, str):
        return list(json.loads(value))
    return list(value or ())
