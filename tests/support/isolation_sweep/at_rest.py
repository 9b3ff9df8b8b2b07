"""What the tables themselves hold, after everything was asked."""

from __future__ import annotations

from django.db import connection
from django_tenants.utils import tenant_context
from psycopg import sql

from isolation_sweep.expected import PUBLIC_OF_A_GROUP
from isolation_sweep.sweep import Sweep

#: The platform's tables that hold public facts of regions on purpose, and which (docs/explanation/isolation.md).
READ_MODELS = {
    "zelfregie_tenants_listing": PUBLIC_OF_A_GROUP | {"zelfregie_groups.Group.cost", "zelfregie_core.Theme.synonyms"},
    "zelfregie_tenants_regiondraft": frozenset({"zelfregie_tenants.RegionDraft.created_by"}),
}


def stored_elsewhere(sweep: Sweep) -> list[str]:
    """Return what a table of one region holds of another, and what the platform's own tables hold of any."""
    found = []
    for region, rows in sweep.rows.items():
        with tenant_context(rows.region):
            for table, text in _tables(rows.region.schema_name):
                found += [f"{region}.{table}: {sighting}" for sighting in sweep.canaries.foreign(text, region)]
    for table, text in _tables("public"):
        allowed = READ_MODELS.get(table, frozenset())
        for sighting in sweep.canaries.seen(text):
            if sighting.field.partition(" (")[0] not in allowed and sighting.field != "host":
                found.append(f"public.{table}: {sighting}")
    return sorted(set(found))


def _tables(schema: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        names = [name for (name,) in cursor.fetchall()]
        texts = []
        for name in names:
            table = sql.Identifier(schema, name)
            cursor.execute(sql.SQL("SELECT coalesce(string_agg(row::text, chr(10)), '') FROM {} AS row").format(table))
            texts.append((name, cursor.fetchone()[0]))
    return texts
