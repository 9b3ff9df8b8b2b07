"""The counts beside the filters, as SQL over the rows that a search looked at."""

from __future__ import annotations

from zelfregie_tenants.domain.directory.filters import ARRAYS, STEPS, Place

#: When some rows fit all the words, those that fit a part of them do not count.
AS_STRICT = "(b.strict OR NOT (SELECT any_strict FROM strictness))"


def counts_sql(place: Place, filters: dict[str, str]) -> str:
    """Per filter its values with how many listings there are, as JSON: each with the other filters as they are."""

    def others(name: str) -> str:
        """The row fits all filters but for this one."""
        alone = f" OR (b.failed = 1 AND NOT b.ok_{name})" if name in filters else ""
        return f"{AS_STRICT} AND b.passes AND (b.failed = 0{alone})"

    parts = [
        f"SELECT '{name}' AS filter, value::text AS value, count(*) AS number "
        f"FROM base b CROSS JOIN LATERAL unnest(b.{name}) value WHERE {others(name)} GROUP BY value"
        for name in ARRAYS
    ]
    parts += [
        f"SELECT '{name}', 'true', count(*) FROM base b WHERE b.{name} AND {others(name)}"
        for name in ("accessible", "has_room")
    ]
    forms = {"in_person": "b.near", "online": "b.online"}
    parts += [
        f"SELECT 'forms', '{form}', count(*) FROM base b WHERE {AS_STRICT} AND b.failed = 0 AND {sql}"
        for form, sql in forms.items()
    ]
    if place.has_point:
        online = " OR b.online" if place.with_online else ""
        columns = ", ".join(
            f"count(*) FILTER (WHERE (b.in_person AND b.distance <= {step}){online}) AS d{step}" for step in STEPS
        )
        rows = ", ".join(f"('{step}', n.d{step})" for step in STEPS)
        parts.append(
            f"SELECT 'distance_km', s.value, s.number FROM (SELECT {columns} FROM base b WHERE {AS_STRICT} "  # noqa: S608 -- our own texts
            f"AND b.failed = 0) n CROSS JOIN LATERAL (VALUES {rows}) s(value, number)"
        )
    union = " UNION ALL ".join(parts)
    return f"(SELECT json_agg(json_build_array(filter, value, number)) FROM ({union}) c WHERE number > 0)"  # noqa: S608 -- as above
