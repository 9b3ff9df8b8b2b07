"""Where an address stands in a text of the current region's schema: the search that trusts no declaration."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils.text import capfirst
from psycopg import sql

from zelfregie_core.fields import EncryptedTextField
from zelfregie_core.plugins.personal_data import Person

_KINDS = ("text", "character varying", "json", "jsonb")


@dataclass(frozen=True)
class Mention:
    """A column in which the address stands.

    :param rows: keys of the rows, at most twenty.
    :param model: whose table it is; None for a table without a model.
    """

    table: str
    column: str
    number: int
    rows: tuple[str, ...]
    model: type[models.Model] | None = None

    @property
    def name(self) -> str:
        """What people call it: the kind of row, or the table."""
        return str(capfirst(self.model._meta.verbose_name)) if self.model else self.table


def mentions_of(person: Person) -> Iterator[Mention]:
    """Look through every column of text and JSON of the current schema, and through every encrypted one.

    Whether a row was found by a declaration does not matter here: after an erasure there should be none.
    """
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for table, key, columns in _tables():
        model = by_table.get(table)
        encrypted = {
            field.column: field
            for field in (model._meta.local_concrete_fields if model else ())
            if isinstance(field, EncryptedTextField)
        }
        yield from _plain(person, table, key or "ctid", [name for name in columns if name not in encrypted], model)
        for field in encrypted.values():
            yield from _encrypted(person, field)


def _tables() -> list[tuple[str, str | None, list[str]]]:
    """(table, column of its key if it has one, columns of text) of the current schema. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, (SELECT k.attname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute k "
            "ON k.attrelid = c.oid AND k.attnum = i.indkey[0] WHERE i.indrelid = c.oid AND i.indisprimary), "
            "array_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_class c "
            "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 "
            "AND NOT a.attisdropped AND format_type(a.atttypid, NULL) = ANY(%s) GROUP BY c.oid, c.relname "
            "ORDER BY c.relname",
            [list(_KINDS)],
        )
        return cursor.fetchall()


def _plain(
    person: Person, table: str, key: str, columns: list[str], model: type[models.Model] | None
) -> Iterator[Mention]:
    if not columns:
        return
    # One pass over the table, and one line for each of its columns that holds the address.
    cells = sql.SQL(", ").join(
        sql.SQL("({}, t.{}::text)").format(sql.Literal(name), sql.Identifier(name)) for name in columns
    )
    query = sql.SQL(
        "SELECT cell.name, count(*), (array_agg(t.{key}::text))[1:20] FROM {table} t, "
        "LATERAL (VALUES {cells}) AS cell(name, text) WHERE cell.text ~* %s GROUP BY cell.name ORDER BY cell.name"
    ).format(key=sql.Identifier(key), table=sql.Identifier(table), cells=cells)
    with connection.cursor() as cursor:
        cursor.execute(query, [person.pattern])
        for name, number, keys in cursor.fetchall():
            yield Mention(table, name, number, tuple(keys), model)


def _encrypted(person: Person, field: Any) -> Iterator[Mention]:
    values = field.model._base_manager.exclude(**{f"{field.name}__isnull": True}).values_list("pk", field.name)
    rows = [str(pk) for pk, text in values.iterator(chunk_size=1000) if text and person.is_named_in(_text(text))]
    if rows:
        yield Mention(field.model._meta.db_table, field.column, len(rows), tuple(rows[:20]), field.model)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
