"""What the tables themselves hold, after everything was asked."""

from __future__ import annotations

from django_tenants.utils import tenant_context

from isolation_sweep.expected import PUBLIC_OF_A_GROUP
from isolation_sweep.sweep import Sweep
from zelfregie_tenants.testing.tables import tables_of

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
            for table, text in tables_of(rows.region.schema_name):
                found += [f"{region}.{table}: {sighting}" for sighting in sweep.canaries.foreign(text, region)]
    for table, text in tables_of("public"):
        allowed = READ_MODELS.get(table, frozenset())
        for sighting in sweep.canaries.seen(text):
            if sighting.field.partition(" (")[0] not in allowed and sighting.field != "host":
                found.append(f"public.{table}: {sighting}")
    return sorted(set(found))
