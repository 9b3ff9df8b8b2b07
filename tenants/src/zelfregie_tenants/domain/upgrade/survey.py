"""Reading how far every region is: all schemas in one query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from zelfregie_tenants.models import Region

#: Schemas per statement. Each costs the server a few locks until the statement ends, of the thousands that all
#: sessions share; more statements than one are needed from here on.
CHUNK = 500

#: A migration as Django names it: app and name.
Name = tuple[str, str]


@dataclass(frozen=True)
class RegionSchema:
    """A region as the database has it.

    Attributes:
        applied: the migrations on record; None without a schema, or in a schema without Django's table for them.
        has_schema: whether there is a schema.
        rows: what its themes and roles were made from; see `domain.synced_rows`.
    """

    pk: int
    slug: str
    schema: str
    state: str
    has_schema: bool
    applied: frozenset[Name] | None
    rows: str


def platform_is_empty() -> bool:
    """True iff the database does not even have the register of regions: it was never prepared."""
    return not table_exists("zelfregie_tenants_region")


def table_exists(name: str) -> bool:
    """True iff `public` has this table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{name}"])
        return cursor.fetchone()[0]


def column_exists(table: str, column: str) -> bool:
    """True iff a table of `public` has this column: one of a later release is not there before the upgrade."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s "
            "AND NOT attisdropped)",
            [f"public.{table}", column],
        )
        return cursor.fetchone()[0]


def known_slugs() -> list[str]:
    """Return the slugs of all regions."""
    return [] if platform_is_empty() else list(Region.objects.order_by("slug").values_list("slug", flat=True))


def read_regions(only: Collection[str] = ()) -> list[RegionSchema]:
    """Return how far every region is, by slug.

    Only columns of the first release are read, since the platform's own tables may be behind as well.

    Args:
        only: slugs; all regions when empty.
    """
    if platform_is_empty():
        return []
    wanted = Region.objects.filter(slug__in=only) if only else Region.objects.all()
    regions = list(wanted.order_by("slug").values_list("pk", "slug", "schema_name", "state"))
    schemas = _schemas([schema for _pk, _slug, schema, _state in regions])
    applied = _applied([name for name, (has_table, _rows) in schemas.items() if has_table])
    found = []
    for pk, slug, schema, state in regions:
        rows_of = schemas.get(schema, (False, ""))[1]
        found.append(RegionSchema(pk, slug, schema, state, schema in schemas, applied.get(schema), rows_of))
    return found


def read_applied(schema: str) -> tuple[frozenset[Name], str]:
    """Return the migrations on record in one schema, and what its rows were made from.

    Args:
        schema: of a region, with Django's table of migrations.
    """
    found = _schemas([schema])
    return _applied([schema])[schema], found[schema][1]


def _schemas(names: list[str]) -> dict[str, tuple[bool, str]]:
    """Return the schemas that exist, each with whether it has Django's table and what is noted on it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, c.oid IS NOT NULL, coalesce(obj_description(n.oid, 'pg_namespace'), '') "
            "FROM pg_catalog.pg_namespace n LEFT JOIN pg_catalog.pg_class c "
            "ON c.relnamespace = n.oid AND c.relname = 'django_migrations' AND c.relkind = 'r' "
            "WHERE n.nspname = ANY(%s)",
            [names],
        )
        return {name: (has_table, rows) for name, has_table, rows in cursor.fetchall()}


def _applied(schemas: list[str]) -> dict[str, frozenset[Name]]:
    """Return what is on record, asked in one statement; what many regions share comes over the line once."""
    found: dict[str, frozenset[Name]] = {}
    for start in range(0, len(schemas), CHUNK):
        arms = " UNION ALL ".join(
            f"SELECT '{schema}' AS schema, array_agg(app || '.' || name ORDER BY app, name) AS names "  # noqa: S608 -- names of the catalogue, held to a pattern by the register
            f'FROM "{schema}".django_migrations'
            for schema in schemas[start : start + CHUNK]
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT names, array_agg(schema) FROM ({arms}) AS all_regions GROUP BY names")  # noqa: S608 -- the same
            for names, sharing in cursor.fetchall():
                applied = frozenset((app, name) for app, _dot, name in (item.partition(".") for item in names or ()))
                found |= dict.fromkeys(sharing, applied)
    return found
