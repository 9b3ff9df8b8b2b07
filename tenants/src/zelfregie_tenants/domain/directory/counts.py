"""The counts beside the filters, as SQL over the rows that a search looked at.

Two common tables: `base` has the rows that fit all filters, whatever their distance and form, and those that fit all
but one and pass place and form; `themed` has those that fit everything, whatever the chosen themes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zelfregie_tenants.domain.directory.filters import ARRAYS, FLAGS
from zelfregie_tenants.domain.directory.place import STEPS, Place


def counts_sql(place: Place, chosen: Iterable[str]) -> str:
    """Return rows (filter, value, number) as JSON; each number is with the other filters as they are.

    :param chosen: names of the filters that are on.
    """
    union = " UNION ALL ".join([*_themes(), *_values(set(chosen)), *_forms(), *_distances(place)])
    return f"(SELECT json_agg(json_build_array(filter, value, number)) FROM ({union}) c WHERE number > 0)"  # noqa: S608 -- our own texts


def _themes() -> Iterator[str]:
    yield (
        "SELECT 'themes' AS filter, value::text AS value, count(*) AS number "
        "FROM themed b CROSS JOIN LATERAL unnest(b.themes) value GROUP BY value"
    )


def _values(chosen: set[str]) -> Iterator[str]:
    for name in ARRAYS:
        yield (
            f"SELECT '{name}', value::text, count(*) FROM base b CROSS JOIN LATERAL unnest(b.{name}) value "  # noqa: S608 -- our own texts
            f"WHERE {_without(name, chosen)} GROUP BY value"
        )
    for name in FLAGS:
        yield f"SELECT '{name}', 'true', count(*) FROM base b WHERE b.{name} AND {_without(name, chosen)}"  # noqa: S608 -- as above


def _without(name: str, chosen: set[str]) -> str:
    """The row fits everything but for this filter."""
    alone = f"(b.failed = 0 OR (b.failed = 1 AND NOT b.ok_{name}))" if name in chosen else "b.failed = 0"
    return f"b.passes AND {alone}"


def _forms() -> Iterator[str]:
    for form, column in {"in_person": "near", "online": "online"}.items():
        yield f"SELECT 'forms', '{form}', count(*) FROM base b WHERE b.failed = 0 AND b.{column}"  # noqa: S608 -- as above


def _distances(place: Place) -> Iterator[str]:
    if not place.has_point:
        return
    online = " OR b.online" if place.with_online else ""
    columns = ", ".join(
        f"count(*) FILTER (WHERE (b.in_person AND b.distance <= {step}){online}) AS d{step}" for step in STEPS
    )
    rows = ", ".join(f"('{step}', n.d{step})" for step in STEPS)
    yield (
        f"SELECT 'distance_km', s.value, s.number FROM (SELECT {columns} FROM base b WHERE b.failed = 0) n "  # noqa: S608 -- as above
        f"CROSS JOIN LATERAL (VALUES {rows}) s(value, number)"
    )
