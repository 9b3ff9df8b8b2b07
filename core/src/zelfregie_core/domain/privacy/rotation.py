"""Which keys the texts of the current region need, and encrypting them anew with the first one."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from zelfregie_core.encryption import BARE, ID_LENGTH, OLD_FORM, PLAIN, WITH_ID, known_ids
from zelfregie_core.fields import EncryptedTextField

BATCH = 200


def encrypted_fields() -> list[Any]:
    """All encrypted fields of models with a table in a region's schema."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def keys_in_use() -> Counter[str]:
    """Key id to the number of texts that need it, in the current region; nothing is decrypted.

    ``OLD_FORM`` counts texts that do not say which key they need, ``PLAIN`` those that are not encrypted yet.
    """
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for field in encrypted_fields():
            table, column = (connection.ops.quote_name(name) for name in (field.model._meta.db_table, field.column))
            cursor.execute(
                f"SELECT CASE WHEN {column} ~ %s THEN left({column}, %s) WHEN {column} LIKE %s THEN %s ELSE %s END, "  # noqa: S608 -- names of ours
                f"count(*) FROM {table} WHERE {column} <> '' GROUP BY 1",
                [WITH_ID, ID_LENGTH, f"{BARE}%", OLD_FORM, PLAIN],
            )
            for key, number in cursor.fetchall():
                found[key] += number
    return found


def unknown_keys() -> list[str]:
    """Ids of keys that texts of the current region need and this installation does not have."""
    return sorted(set(keys_in_use()) - {*known_ids(), OLD_FORM, PLAIN})


def rotate(batch: int = BATCH) -> Iterator[int]:
    """Encrypt every text of the current region that is not encrypted with the first key, in small transactions.

    Rows are locked for the time of a batch, and may be read meanwhile. Stopped at any moment it has done what it
    yielded, and goes on from there the next time: what is done is seen from the rows themselves.

    :return: the number of texts after each batch.
    :raises ImproperlyConfigured: a text needs a key that is not there; what was done before stays done.
    """
    current = known_ids()[0]
    for field in encrypted_fields():
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
    condition = f"AND {key} > %s" if after is not None else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {column} <> '' AND {column} NOT LIKE %s {condition} "  # noqa: S608 -- as above
            f"ORDER BY {key} LIMIT {int(batch)} FOR NO KEY UPDATE",
            [f"{current}:%", *([after] if after is not None else [])],
        )
        rows = cursor.fetchall()
        for pk, stored in rows:
            text = field.from_db_value(stored, None, connection)
            # Straight to the column: nothing that saving does (dates, history, signals) belongs to this.
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s",  # noqa: S608 -- as above
                [field.get_prep_value(text), pk],
            )
    return len(rows), rows[-1][0] if len(rows) == batch else None
