"""What the tables of a schema hold, as text."""

from __future__ import annotations

from django.db import connection
from psycopg import sql


def tables_of(schema: str) -> list[tuple[str, str]]:
    """Return each table of a schema with all its rows as text. For tests: everything is read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        names = [name for (name,) in cursor.fetchall()]
        texts = []
        for name in names:
            table = sql.Identifier(schema, name)
            cursor.execute(sql.SQL("SELECT coalesce(string_agg(row::text, chr(10)), '') FROM {} AS row").format(table))
            texts.append((name, cursor.fetchone()[0]))
    return texts
