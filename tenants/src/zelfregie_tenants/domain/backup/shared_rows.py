"""The rows of a region that are not in its schema but in the platform's tables, among those of all regions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
from django.db import connection
from django.db.models import BinaryField, Field, ForeignKey, Model
from psycopg import sql

from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.backup.rows import Sum, sum_of
from zelfregie_tenants.models import (
    AppliedItem,
    Domain,
    IndicatorSnapshot,
    Listing,
    PluginActivation,
    ReadinessResult,
    Region,
    RegionBackup,
    RegionDraft,
    RegionUpgrade,
    ScheduledRun,
)

#: What a backup takes along, and a restore puts in place of what is there.
TRAVELLING: tuple[type[Model], ...] = (AppliedItem, PluginActivation, IndicatorSnapshot, ScheduledRun, RegionDraft)
#: What it leaves, and why.
STAYING: dict[type[Model], str] = {
    Domain: "kept as a list of names: see `hosts`",
    Listing: "computed from the schema again",
    RegionBackup: "of this installation: which backups it has",
    RegionUpgrade: "of this installation: how its upgrades went",
    ReadinessResult: "of this installation: its addresses, mail and backups are looked at again",
}
#: Fields of the region's own row that a restore does not take over: who it is, also to PostgreSQL, and what is being
#: done to it.
OWN_FIELDS = frozenset({"id", "slug", "schema_name", "erasing_since", "database_role"})
BATCH = 500


def region_row(session: psycopg.Connection, slug: str) -> dict[str, Any]:
    """Return the region's own row, as the snapshot of this connection has it; empty when there is none."""
    table = sql.Identifier("public", Region._meta.db_table)
    row = session.execute(sql.SQL("SELECT to_jsonb(t)::text FROM {} AS t WHERE slug = %s").format(table), [slug])
    found = row.fetchone()
    return json.loads(found[0]) if found else {}


def hosts(session: psycopg.Connection, region_id: int) -> list[str]:
    """Return the region's domains, the primary one first."""
    table = sql.Identifier("public", Domain._meta.db_table)
    rows = session.execute(
        sql.SQL("SELECT domain FROM {} WHERE tenant_id = %s ORDER BY is_primary DESC, domain").format(table),
        [region_id],
    )
    return [host for (host,) in rows]


def lines(session: psycopg.Connection, model: type[Model], region_id: int) -> Iterator[bytes]:
    """Yield the region's rows of a table, each as JSON on a line of its own."""
    query = sql.SQL("SELECT to_jsonb(t)::text FROM {} AS t WHERE {} = %s ORDER BY {}").format(
        _table(model), sql.Identifier(region_key(model).column), sql.Identifier(_primary_key(model).column)
    )
    with session.cursor() as cursor:
        for (text,) in cursor.stream(query, [region_id]):
            yield text.encode() + b"\n"


def sum_of_rows(session: psycopg.Connection, model: type[Model], region_id: int) -> Sum:
    """Return count and checksum of the region's rows, without their numbers, which differ per installation."""
    key = region_key(model).column
    query = sql.SQL("SELECT count(*), {} FROM {} AS t WHERE {} = %s").format(
        sum_of(f"(to_jsonb(t) - '{_primary_key(model).column}' - '{key}')::text"), _table(model), sql.Identifier(key)
    )
    row = session.execute(query, [region_id]).fetchone()
    return Sum(*row) if row else Sum(0, "0")


def replace_rows(region: Region, model: type[Model], rows: Iterable[dict[str, Any]]) -> int:
    """Put rows of a backup in place of those that the region has; return how many there are now.

    Columns that this release does not have are left out, and new ones get their default.
    """
    key = region_key(model)
    mine = model._default_manager.filter(**{key.name: region})
    mine.delete()
    fields = [field for field in model._meta.concrete_fields if field not in (key, _primary_key(model))]
    batch = []
    for row in rows:
        values = {field.attname: value_of(field, row[field.column]) for field in fields if field.column in row}
        made = model(**values, **{key.name: region})
        if isinstance(made, RegionDraft) and made.is_busy:  # no task is at work on it here
            made.state = RegionDraft.State.EDITING
        batch.append(made)
        if len(batch) == BATCH:
            model._default_manager.bulk_create(batch)
            batch = []
    model._default_manager.bulk_create(batch)
    return mine.count()


def value_of(field: Field, value: Any) -> Any:
    """Return a value that PostgreSQL wrote as JSON in the type of its field."""
    if value is not None and isinstance(field, BinaryField):
        return bytes.fromhex(value.removeprefix("\\x"))
    return field.to_python(value)


def region_key(model: type[Model]) -> ForeignKey:
    """Return the field that points at the region.

    Raises:
        BackupProblem: there is none, or more than one.
    """
    found = [field for field in model._meta.concrete_fields if field.related_model is Region]
    if len(found) != 1:
        message = f"{model._meta.label} has no single key to a region."
        raise BackupProblem(message)
    return found[0]


def current_sum(region: Region, model: type[Model]) -> Sum:
    """Return count and checksum as the current transaction of Django sees them."""
    with connection.cursor() as cursor:
        return sum_of_rows(cursor.connection, model, region.pk)


def _primary_key(model: type[Model]) -> Field:
    return model._meta.pk


def _table(model: type[Model]) -> sql.Identifier:
    return sql.Identifier("public", model._meta.db_table)
