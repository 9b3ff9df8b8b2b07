"""Which keys the encrypted texts of a region need: a backup says so, because it is worth nothing without them.

Read from the rows themselves. Not to be confused with the encryption of the backup file (`encryption.py`).
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection
from django.db.models import Model
from django_tenants.utils import get_public_schema_name
from psycopg import sql

from zelfregie_core.domain.privacy.rotation import encrypted_fields
from zelfregie_core.encryption import BARE, ID_LENGTH, OLD_FORM, PLAIN, WITH_ID, known_ids
from zelfregie_tenants.domain.backup import shared_rows
from zelfregie_tenants.domain.backup.contents import Contents
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.models import Region


def needed(session: psycopg.Connection, schema: str) -> dict[str, int]:
    """Return key id to the number of texts that need it, in the snapshot of a session. Nothing is decrypted.

    Counted are the tables of the region's schema, and its own rows in those of the platform that a backup takes along.
    """
    found: dict[str, int] = {}
    for field in encrypted_fields():
        model = field.model
        shared = model in shared_rows.TRAVELLING
        place = get_public_schema_name() if shared else schema
        is_there = session.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_schema = %s AND table_name = %s AND column_name = %s",
            [place, model._meta.db_table, field.column],
        ).fetchone()
        if is_there is None:  # the region is of a release before this field
            continue
        rows = _of_region(model, schema) if shared else sql.SQL("true")
        for key, number in session.execute(_counted(field, place, rows)).fetchall():
            found[key] = found.get(key, 0) + number
    return dict(sorted(found.items()))


def _of_region(model: type[Model], schema: str) -> sql.Composed:
    return sql.SQL("{} = (SELECT id FROM {} WHERE schema_name = {})").format(
        sql.Identifier(shared_rows.region_key(model).column),
        sql.Identifier(get_public_schema_name(), Region._meta.db_table),
        sql.Literal(schema),
    )


def _counted(field: Any, schema: str, rows: sql.Composable) -> sql.Composed:
    return sql.SQL(
        "SELECT CASE WHEN {c} ~ {with_id} THEN left({c}, {length}) WHEN {c} LIKE {bare} THEN {old} ELSE {plain} "
        "END, count(*) FROM {schema}.{table} WHERE {c} <> '' AND {rows} GROUP BY 1"
    ).format(
        c=sql.SQL(field.stored_sql.format(column=connection.ops.quote_name(field.column))),
        schema=sql.Identifier(schema),
        table=sql.Identifier(field.model._meta.db_table),
        rows=rows,
        with_id=sql.Literal(WITH_ID),
        length=sql.Literal(ID_LENGTH),
        bare=sql.Literal(f"{BARE}%"),
        old=sql.Literal(OLD_FORM),
        plain=sql.Literal(PLAIN),
    )


def missing(contents: Contents) -> list[str]:
    """Return the ids of keys that a backup needs and this installation does not have."""
    return sorted(set(contents.encryption_keys) - {*known_ids(), OLD_FORM, PLAIN})


def refuse_missing(contents: Contents, path: object) -> None:
    """Raise when nobody could read the personal texts of a backup here. Asked before anything is made or locked.

    Raises:
        BackupProblem: which keys are needed, and where they go.
    """
    if absent := missing(contents):
        number = sum(contents.encryption_keys[key] for key in absent)
        message = (
            f"{path} has {number} personal texts that were encrypted with a key that is not in "
            f"ZELFREGIE_ENCRYPTION_KEYS here (key id {', '.join(absent)}). Add that key of the installation that made "
            "the backup to the end of the list; nothing was changed."
        )
        raise BackupProblem(message)
