"""Which keys the encrypted texts of a region need: a backup says so, because it is worth nothing without them.

Read from the rows themselves. Not to be confused with the encryption of the backup file (`encryption.py`).
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from zelfregie_core.domain.privacy.rotation import encrypted_fields
from zelfregie_core.encryption import BARE, ID_LENGTH, OLD_FORM, PLAIN, WITH_ID, known_ids
from zelfregie_tenants.domain.backup.contents import Contents
from zelfregie_tenants.domain.backup.errors import BackupProblem


def needed(session: psycopg.Connection, schema: str) -> dict[str, int]:
    """Return key id to the number of texts that need it, in the snapshot of a session. Nothing is decrypted."""
    found: dict[str, int] = {}
    for field in encrypted_fields():
        table, column = field.model._meta.db_table, field.column
        is_there = session.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_schema = %s AND table_name = %s AND column_name = %s",
            [schema, table, column],
        ).fetchone()
        if is_there is None:  # the region is of a release before this field
            continue
        query = sql.SQL(
            "SELECT CASE WHEN {c} ~ {with_id} THEN left({c}, {length}) WHEN {c} LIKE {bare} THEN {old} ELSE {plain} "
            "END, count(*) FROM {schema}.{table} WHERE {c} <> '' GROUP BY 1"
        ).format(
            c=sql.Identifier(column),
            schema=sql.Identifier(schema),
            table=sql.Identifier(table),
            with_id=sql.Literal(WITH_ID),
            length=sql.Literal(ID_LENGTH),
            bare=sql.Literal(f"{BARE}%"),
            old=sql.Literal(OLD_FORM),
            plain=sql.Literal(PLAIN),
        )
        for key, number in session.execute(query).fetchall():
            found[key] = found.get(key, 0) + number
    return dict(sorted(found.items()))


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
