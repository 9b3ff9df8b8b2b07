"""Writing many rows by one statement with one parameter.

Django's ``bulk_create`` and ``bulk_update`` send a placeholder per value; making and parsing those takes most of the
time of an import. Here the rows go to PostgreSQL as one JSON document.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Field, Model
from psycopg.types.json import Json, Jsonb


def insert_rows(model: type[Model], rows: Sequence[Model]) -> None:
    """Add new rows and fill in their keys, in two statements. Sends no signals.

    :raises DatabaseError: when one of them cannot be kept; none is then.
    """
    if not rows:
        return
    meta, quote = model._meta, connection.ops.quote_name
    fields = list(meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [quote(meta.db_table), meta.pk.column, len(rows)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
        columns = ", ".join(quote(field.column) for field in fields)
        cursor.execute(
            f"INSERT INTO {quote(meta.db_table)} ({columns}) "  # noqa: S608 -- names of our own models, no input
            f"SELECT {columns} FROM jsonb_to_recordset(%s) AS given ({_types(fields)})",
            [_document(rows, fields, add=True)],
        )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update_rows(model: type[Model], rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of rows that exist, in one statement. Sends no signals.

    :raises DatabaseError: when one of them cannot be kept; nothing is written then.
    """
    if not rows:
        return
    meta, quote = model._meta, connection.ops.quote_name
    fields = [meta.pk, *(meta.get_field(name) for name in names)]
    changes = ", ".join(f"{quote(field.column)} = given.{quote(field.column)}" for field in fields[1:])
    key = quote(meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(meta.db_table)} AS kept SET {changes} "  # noqa: S608 -- names of our own models, no input
            f"FROM jsonb_to_recordset(%s) AS given ({_types(fields)}) WHERE kept.{key} = given.{key}",
            [_document(rows, fields)],
        )


def _types(fields: Sequence[Any]) -> str:
    return ", ".join(f"{connection.ops.quote_name(field.column)} {field.db_type(connection)}" for field in fields)


def _document(rows: Sequence[Model], fields: Sequence[Any], *, add: bool = False) -> str:
    columns = [(field, field.column, field.attname, _PLAIN.get(type(field), ()), _asks(field, add)) for field in fields]
    lines = []
    for row in rows:
        held, line = row.__dict__, {}
        for field, column, attribute, plain, asks in columns:
            value = held.get(attribute, _MISSING)
            # Most values are what they are, and need not pass through four functions.
            if asks or (value is not None and type(value) not in plain):
                value = _plain(_value(row, field, add=add))
            line[column] = value
        lines.append(line)
    return json.dumps(lines)


#: The types that a field writes as they are. Its subclasses may not, and neither may subclasses of the types.
_TEXT, _WHOLE = (str,), (int,)
_PLAIN: Mapping[type[Field], tuple[type, ...]] = {
    models.AutoField: _WHOLE,
    models.BigAutoField: _WHOLE,
    models.BooleanField: (bool,),
    models.CharField: _TEXT,
    models.FloatField: (float,),
    models.ForeignKey: _WHOLE,
    models.IntegerField: _WHOLE,
    models.PositiveIntegerField: _WHOLE,
    models.PositiveSmallIntegerField: _WHOLE,
    models.SlugField: _TEXT,
    models.TextField: _TEXT,
}
_MISSING = object()


def _asks(field: Field, add: bool) -> bool:
    """Whether a field decides itself what is written of a new row, such as the moment."""
    return add and type(field).pre_save not in (Field.pre_save, models.ForeignKey.pre_save)


def _value(row: Model, field: Field, *, add: bool) -> Any:
    value = field.pre_save(row, add) if add else getattr(row, field.attname)
    return field.get_db_prep_save(value, connection)


def _plain(value: Any) -> Any:
    """A value for the database in a form that JSON knows."""
    if isinstance(value, Json | Jsonb):
        # As Django's own encoder writes it: dates within it are texts.
        return json.loads(value.dumps(value.obj)) if value.dumps else value.obj
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return value
