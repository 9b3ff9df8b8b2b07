"""Comparing two schemas object by object: does a launched region equal a migrated one?"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection, transaction

from zelfregie_tenants.domain.schemas import quiet
from zelfregie_tenants.domain.template import TOKEN, load_template, migrate_schema

#: Each asks for everything of one kind in a schema, as (name, description…); `{s}` in an answer stands for the schema.
QUESTIONS = {
    "relation": """
        SELECT c.relname, c.relkind::text, c.relpersistence::text, coalesce(array_to_string(c.reloptions, ','), ''),
               am.amname, c.relrowsecurity, c.relreplident::text
          FROM pg_class c LEFT JOIN pg_am am ON am.oid = c.relam
         WHERE c.relnamespace = %s::regnamespace AND c.relkind <> 't'""",
    "column": """
        SELECT c.relname || '.' || a.attname, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum),
               format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
               a.attidentity::text, a.attgenerated::text,
               coalesce(co.collname, ''), a.attstorage::text
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          LEFT JOIN pg_collation co ON co.oid = a.attcollation
         WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p') AND a.attnum > 0
           AND NOT a.attisdropped""",
    "index": """
        SELECT ic.relname, pg_get_indexdef(i.indexrelid), i.indisunique, i.indisprimary, i.indisvalid, i.indisclustered
          FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
         WHERE ic.relnamespace = %s::regnamespace AND ic.relkind IN ('i', 'I')""",
    "constraint": """
        SELECT c.relname || '.' || co.conname, co.contype::text, pg_get_constraintdef(co.oid), co.condeferrable,
               co.condeferred, co.convalidated
          FROM pg_constraint co JOIN pg_class c ON c.oid = co.conrelid
         WHERE co.connamespace = %s::regnamespace""",
    "sequence": """
        SELECT c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
               s.seqcycle, coalesce(owner.relname || '.' || a.attname, ''), coalesce(d.deptype::text, '')
          FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
          LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
          LEFT JOIN pg_class owner ON owner.oid = d.refobjid
          LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE c.relnamespace = %s::regnamespace""",
    "function": """
        SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
         WHERE p.pronamespace = %s::regnamespace AND p.prokind <> 'a'""",
    "trigger": """
        SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
          JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal""",
    "type": """
        SELECT t.typname, t.typtype::text FROM pg_type t
         WHERE t.typnamespace = %s::regnamespace AND t.typtype IN ('e', 'd')""",
}
#: Moments and random numbers that two migrations of the same code never share.
DIFFERS_BY_NATURE = {
    ("django_migrations", "applied"),
    ("wagtailcore_page", "translation_key"),
    ("wagtailcore_page", "first_published_at"),
    ("wagtailcore_page", "last_published_at"),
    ("wagtailcore_page", "latest_revision_created_at"),
    ("wagtailcore_referenceindex", "id"),
}

Description = dict[tuple[str, str], tuple[Any, ...]]


def describe_schema(schema: str) -> Description:
    """Return every object of a schema, every row, and the position of every sequence.

    Args:
        schema: a name that needs no quoting.

    Returns:
        (kind, name) to what it is; the name of the schema is replaced, so that two schemas can be compared.
    """
    found: Description = {}
    with transaction.atomic(), connection.cursor() as cursor:
        # Definitions are written relative to the path: without one they name their schema, which is then replaced.
        cursor.execute("SET LOCAL search_path = ''")
        for kind, question in QUESTIONS.items():
            cursor.execute(question, [schema])
            for name, *description in cursor.fetchall():
                found[kind, name] = tuple(neutral(value, schema) for value in description)
        for kind, name in [key for key in found if key[0] in {"relation", "sequence"}]:
            if kind == "sequence":
                cursor.execute(f'SELECT last_value, is_called FROM {schema}."{name}"')  # noqa: S608 -- names of the catalogue
                found["position", name] = cursor.fetchone()
            elif found[kind, name][0] == "r":
                found["rows", name] = _rows(cursor, schema, name)
    connection.search_path_set_schemas = None
    return found


def differences(one: Description, other: Description) -> list[str]:
    """Return a sentence for everything that is not the same in two descriptions."""
    sentences = []
    for key in sorted(one.keys() | other.keys()):
        if one.get(key) != other.get(key):
            kind, name = key
            sentences.append(f"{kind} {name}: {one.get(key, 'absent')} and {other.get(key, 'absent')}")
    return sentences


def template_drift() -> list[str]:
    """Make one scratch schema from the template and one by migrating, compare them, and drop both.

    Returns:
        a sentence for each difference: launched first, migrated second.
    """
    launched, migrated = f"{TOKEN}_launched", f"{TOKEN}_migrated"
    try:
        sql = load_template(quiet).replace(TOKEN, launched)
        with connection.cursor() as cursor:
            for name in (launched, migrated):
                cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            cursor.execute(f"CREATE SCHEMA {migrated}")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.cursor.execute(f"SET LOCAL search_path = '';\n{sql}")
        connection.search_path_set_schemas = None
        migrate_schema(migrated)
        return differences(describe_schema(launched), describe_schema(migrated))
    finally:
        with connection.cursor() as cursor:
            for name in (launched, migrated):
                cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


def _rows(cursor: Any, schema: str, table: str) -> tuple[Any, ...]:
    cursor.execute(f'SELECT * FROM {schema}."{table}"')  # noqa: S608 -- names of the catalogue
    columns = [column.name for column in cursor.description]
    keep = [index for index, column in enumerate(columns) if (table, column) not in DIFFERS_BY_NATURE]
    return tuple(sorted(repr([neutral(row[index], schema) for index in keep]) for row in cursor.fetchall()))


def neutral(value: Any, schema: str) -> Any:
    """Return a value of a description without the name of its schema, and in one of PostgreSQL's two spellings."""
    if not isinstance(value, str):
        return value
    # PostgreSQL writes `x IN ('a', 'b')` on a varchar in one way when it was made, and in another, of the same
    # meaning, when that text was read back.
    value = re.sub(r"\(ARRAY\[([^\]]*)\]\)::text\[\]", _cast_each, value)
    return value.replace(schema, "{s}")


def _cast_each(match: re.Match[str]) -> str:
    return f"ARRAY[{', '.join(f'({item})::text' for item in match[1].split(', '))}]"
