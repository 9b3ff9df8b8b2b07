"""Writing many rows by one statement with one parameter.

Django's ``bulk_create`` and ``bulk_update`` send a placeholder per value; making and parsing those takes most of the
time of an import. Here the rows go to PostgreSQL as one JSON document.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Field, Model
from django.utils import timezone
from psycopg.types.json import Json, Jsonb

from zelfregie_core.fields import EncryptedTextField


def insert_rows(model: type[Model], rows: Sequence[Model]) -> None:
    """Add new rows and fill in their keys, in two statements. Sends no signals.

    :raises DatabaseError: when one of them cannot be kept; none is then.
    """
    if not rows:
        return
    meta, quote = model._meta, connection.ops.quote_name
    fields = list(meta.concrete_fields)
    give_keys(model, [row for row in rows if row.pk is None])
    with connection.cursor() as cursor:
        columns = ", ".join(quote(field.column) for field in fields)
        cursor.execute(
            f"INSERT INTO {quote(meta.db_table)} ({columns}) "  # noqa: S608 -- names of our own models, no input
            f"SELECT {columns} FROM jsonb_to_recordset(%s) AS given ({_types(fields)})",
            [_document(rows, fields, add=True)],
        )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def give_keys(model: type[Model], rows: Sequence[Model]) -> None:
    """Give new rows the keys that they will have, before they are added: what belongs to them can be made then."""
    if not rows:
        return
    meta = model._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), meta.pk.column, len(rows)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk


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
    """The rows as JSON. Column by column: of most columns all values can stand as they are."""
    held = [row.__dict__ for row in rows]
    columns = []
    for field in fields:
        values = [one.get(field.attname, _MISSING) for one in held]
        known = _quick(field, add)
        forms = {kind: _form_of(kind, known) for kind in set(map(type, values))}
        if any(form is not _same for form in forms.values()):
            values = [
                form(value) if (form := forms[type(value)]) else _plain(_value(row, field, add=add))
                for row, value in zip(rows, values, strict=True)
            ]
        columns.append(values)
    names = [field.column for field in fields]
    return json.dumps([dict(zip(names, line, strict=True)) for line in zip(*columns, strict=True)])


_MISSING = object()


def _same(value: Any) -> Any:
    return value


def _encoded(encoder: type[json.JSONEncoder], value: Any) -> Any:
    return json.loads(json.dumps(value, cls=encoder)) if value else value


def _iso(value: Any) -> str:
    text: str = value.isoformat()
    return text


def _moment(value: dt.datetime) -> str:
    return (timezone.make_aware(value) if value.tzinfo is None else value).isoformat()


def _form_of(kind: type, forms: Mapping[type, Callable[[Any], Any]]) -> Callable[[Any], Any] | None:
    """How a value of a type is written; None where the field must say. A choice is written as the text that it is."""
    return forms.get(str if issubclass(kind, models.TextChoices) else kind)


#: How a field of this very class writes a value of this very type; subclasses of either may do it otherwise.
_QUICK: Mapping[type[Field], Mapping[type, Callable[[Any], Any]]] = {
    models.AutoField: {int: _same},
    models.BigAutoField: {int: _same},
    models.BooleanField: {bool: _same},
    models.CharField: {str: _same},
    models.DateField: {dt.date: _iso},
    models.FloatField: {float: _same},
    models.ForeignKey: {int: _same},
    models.IntegerField: {int: _same},
    models.PositiveIntegerField: {int: _same},
    models.PositiveSmallIntegerField: {int: _same},
    models.SlugField: {str: _same},
    models.TextField: {str: _same},
    models.TimeField: {dt.time: _iso},
}


_QUICK_ITEMS = {**_QUICK, models.DateTimeField: {dt.datetime: _moment}}


def _quick(field: Any, add: bool) -> Mapping[type, Callable[[Any], Any]]:
    """How a field writes values of which the type says enough."""
    kind = type(field)
    sets_itself = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if add and (sets_itself or (kind not in _QUICK and kind.pre_save is not Field.pre_save)):
        return {}
    forms = {type(None): _same, **_QUICK.get(kind, {})}
    if kind is models.JSONField:
        forms |= dict.fromkeys((dict, list), _same if field.encoder is None else partial(_encoded, field.encoder))
    if kind is EncryptedTextField:
        forms[str] = field.get_prep_value
    if kind is ArrayField and type(field.base_field) in _QUICK_ITEMS:
        base = field.base_field
        known = _QUICK_ITEMS[type(base)]

        def item(value: Any) -> Any:
            form = known.get(type(value))
            return form(value) if form else _plain(base.get_db_prep_value(value, connection))

        if known.keys() == {str} or known.keys() == {int}:
            plain = frozenset(known)
            forms[list] = lambda values: (
                values if plain.issuperset(map(type, values)) else [item(value) for value in values]
            )
        else:
            forms[list] = lambda values: [item(value) for value in values]
    return forms


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
