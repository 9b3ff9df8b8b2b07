"""Which keys the texts of the current schema need, and encrypting them anew with the first one."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from zelfregie_core.encryption import BARE, ID_LENGTH, OLD_FORM, PLAIN, WITH_ID, known_ids
from zelfregie_core.fields import EncryptedTextField

BATCH = 200


def encrypted_fields() -> list[Any]:
    """All encrypted fields, of models with a table in a region's schema and of those of the platform."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def fields_here() -> list[Any]:
    """Those of the tables in the current schema: a region's, or the platform's own outside regions. One query."""
    fields = encrypted_fields()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_catalog.pg_class "
            "WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(%s)",
            [[field.model._meta.db_table for field in fields]],
        )
        tables = {name for (name,) in cursor.fetchall()}
    return [field for field in fields if field.model._meta.db_table in tables]


def keys_in_use() -> Counter[str]:
    """Key id to the number of texts that need it, in the current schema; nothing is decrypted.

    ``OLD_FORM`` counts texts that do not say which key they need, ``PLAIN`` those that are not encrypted yet.
    """
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for field in fields_here():
            table, column = (connection.ops.quote_name(name) for name in (field.model._meta.db_table, field.column))
            stored = field.stored_sql.format(column=column)
            cursor.execute(
                f"SELECT CASE WHEN {stored} ~ %s THEN left({stored}, %s) WHEN {stored} LIKE %s THEN %s ELSE %s END, "  # noqa: S608 -- names of ours
                f"count(*) FROM {table} WHERE {stored} <> '' GROUP BY 1",
                [WITH_ID, ID_LENGTH, f"{BARE}%", OLD_FORM, PLAIN],
            )
            for key, number in cursor.fetchall():
                found[key] += number
    return found


def unknown_keys() -> list[str]:
    """Ids of keys that texts of the current schema need and this installation does not have."""
    return sorted(set(keys_in_use()) - {*known_ids(), OLD_FORM, PLAIN})


def rotate(batch: int = BATCH) -> Iterator[int]:
    """Encrypt every text of the current schema that is not encrypted with the first key, in small transactions.

    Rows are locked for the time of a batch, and may be read meanwhile. Stopped at any moment it has done what it
    yielded, and goes on from there the next time: what is done is seen from the rows themselves.

    :return: the number of texts after each batch.
    :raises ImproperlyConfigured: a text needs a key that is not there; what was done before stays done.
    """
    current = known_ids()[0]
    for field in fields_here():
        last: Any = None
        while True:
            number, last = _rotate_batch(field, current, last, batch)
            if number:
                yield number
            if last is None:
                break


def _rotate_batch(field: Any, current: str, after: Any, batch: int) -> tuple[int, Any]:
    """Do the next rows by key; return how many texts, and the last key, or None at the end."""
    table, column, key = (
        connection.ops.quote_name(name)
        for name in (field.model._meta.db_table, field.column, field.model._meta.pk.column)
    )
    stored_sql = field.stored_sql.format(column=column)
    condition = f"AND {key} > %s" if after is not None else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {stored_sql} <> '' AND {stored_sql} NOT LIKE %s {condition} "  # noqa: S608 -- as above
            f"ORDER BY {key} LIMIT {int(batch)} FOR NO KEY UPDATE",
            [f"{current}:%", *([after] if after is not None else [])],
        )
        rows = cursor.fetchall()
        for pk, stored in rows:
            text = field.from_db_value(stored, None, connection)
            # Straight to the column: nothing that saving does (dates, history, signals) belongs to this.
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s",  # noqa: S608 -- as above
                [field.get_db_prep_value(text, connection), pk],
            )
    return len(rows), rows[-1][0] if len(rows) == batch else None
