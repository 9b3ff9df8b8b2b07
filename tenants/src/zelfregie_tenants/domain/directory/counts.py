"""The counts beside the filters, as SQL over the rows that a search looked at.

Two common tables: `base` has the rows that fit all filters, whatever their distance and form, and those that fit all
but one and pass place and form; `themed` has those that fit everything, whatever the chosen themes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zelfregie_tenants.domain.directory.filters import ARRAYS, FLAGS
from zelfregie_tenants.domain.directory.place import STEPS, Place


def counts_sql(place: Place, chosen: Iterable[str], *, with_themes: bool) -> str:
    """Return rows (filter, value, number) as JSON; each number is with the other filters as they are.

    :param chosen: names of the filters that are on.
    :param with_themes: whether there is a table `themed`.
    """
    parts = [*(_themes() if with_themes else ()), *_arrays(set(chosen)), _singles(place, set(chosen))]
    union = " UNION ALL ".join(parts)
    counted = f"({union}) c (name, value, number)"
    return f"(SELECT json_agg(json_build_array(name, value, number)) FROM {counted} WHERE number > 0)"  # noqa: S608 -- our own texts


def _themes() -> Iterator[str]:
    yield "SELECT 'themes', value::text, count(*) FROM themed b, LATERAL unnest(b.themes) value GROUP BY value"


def _arrays(chosen: set[str]) -> Iterator[str]:
    for name in ARRAYS:
        yield (
            f"SELECT '{name}', value::text, count(*) FROM base b CROSS JOIN LATERAL unnest(b.{name}) value "  # noqa: S608 -- our own texts
            f"WHERE {_without(name, chosen)} GROUP BY value"
        )


def _singles(place: Place, chosen: set[str]) -> str:
    """Counts that are one number each: all of them in one pass over the rows."""
    wanted = [(name, "true", f"b.{name} AND {_without(name, chosen)}") for name in FLAGS]
    wanted += [("forms", "in_person", "b.failed = 0 AND b.near"), ("forms", "online", "b.failed = 0 AND b.online")]
    if place.has_point:
        online = " OR b.online" if place.with_online else ""
        for step in STEPS:
            near = f"b.failed = 0 AND ((b.in_person AND b.distance <= {step}){online})"
            wanted.append(("distance_km", str(step), near))
    columns = ", ".join(f"count(*) FILTER (WHERE {sql}) AS n{number}" for number, (*_, sql) in enumerate(wanted))
    rows = ", ".join(f"('{name}', '{value}', n.n{number})" for number, (name, value, _sql) in enumerate(wanted))
    return (
        f"SELECT s.name, s.value, s.number FROM (SELECT {columns} FROM base b) n "  # noqa: S608 -- as above
        f"CROSS JOIN LATERAL (VALUES {rows}) s(name, value, number)"
    )


def _without(name: str, chosen: set[str]) -> str:
    """The row fits everything but for this filter."""
    alone = f"(b.failed = 0 OR (b.failed = 1 AND NOT b.ok_{name}))" if name in chosen else "b.failed = 0"
    return f"b.passes AND {alone}"
