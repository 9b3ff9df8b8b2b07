"""A schema's definition and rows: out of one snapshot of the database, and into a scratch schema.

The definition comes from pg_dump, the rows from COPY. COPY is the fastest way in and out, its text is understood by
every PostgreSQL, and it lets the tables be filled before they get their indexes and constraints.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.schema_drift import QUESTIONS, neutral
from zelfregie_tenants.domain.template import run_pg_dump

#: Tables that travel empty. A session is a key to somebody's account: whoever is logged in logs in again.
WITHOUT_ROWS = frozenset({"django_session"})
#: What pg_dump writes after the rows: it is made faster, and checked once, when the tables are full.
AFTER_ROWS = re.compile(
    r"^-- Name: .*; Type: "
    r"(?:INDEX|INDEX ATTACH|CONSTRAINT|CHECK CONSTRAINT|FK CONSTRAINT|TRIGGER|RULE|POLICY|STATISTICS); Schema: ",
    re.MULTILINE,
)
#: How values are written as text differs with these; both sides of a comparison use the same.
ONE_SPELLING = """
    SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 1;
    SET bytea_output = 'hex'; SET client_encoding = 'UTF8'; SET search_path = '';
"""


@dataclass(frozen=True)
class Table:
    """A table and the columns that are written (not those that PostgreSQL computes)."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """What two sides of a copy compare: how many rows, and a sum over the text of each that no order changes."""

    rows: int
    checksum: str


@contextmanager
def snapshot() -> Iterator[tuple[psycopg.Connection, str]]:
    """Yield a connection that goes on seeing the database as it is now, and the name of that snapshot."""
    with plain_connection() as session:
        session.execute(ONE_SPELLING)
        session.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = session.execute("SELECT pg_export_snapshot()").fetchone()
        yield session, str(row[0]) if row else ""


def definition(program: Path, schema: str, snapshot_name: str) -> tuple[str, str]:
    """Return the SQL that makes the schema and its tables, and the SQL for when they are full."""
    text = run_pg_dump(
        program, "--no-comments", "--no-tablespaces", "--schema-only", f"--schema={schema}",
        f"--snapshot={snapshot_name}",
    )  # fmt: skip
    _head, marker, body = text.partition(f"CREATE SCHEMA {schema};")
    body = re.sub(r"\n\\unrestrict \w+\s*\Z", "\n", body.rstrip())
    found = AFTER_ROWS.search(body)
    cut = found.start() if found else len(body)
    return marker + "\n" + _plain(body[:cut]), _plain(body[cut:])


def renamed(text: str, schema: str, to: str) -> str:
    """Return SQL of pg_dump for a schema of another name. pg_dump writes names in full: a dot follows the schema."""
    return re.sub(rf"(?<![\w$]){schema}(?=[.;])", to, text)


def tables(session: psycopg.Connection, schema: str) -> list[Table]:
    """Return the tables of a schema, by name."""
    rows = session.execute(
        """
        SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
         GROUP BY c.relname ORDER BY c.relname""",
        [schema],
    )
    return [Table(name, tuple(columns)) for name, columns in rows]


def sums(session: psycopg.Connection, schema: str, names: Iterable[str]) -> dict[str, Sum]:
    """Return the sum of each table, computed by the database, in one statement."""
    parts = [
        sql.SQL("SELECT {label}, count(*), {total} FROM {table} AS t").format(
            label=sql.Literal(name), total=sum_of("t::text"), table=sql.Identifier(schema, name)
        )
        for name in names
    ]
    if not parts:
        return {}
    rows = session.execute(sql.SQL(" UNION ALL ").join(parts))
    return {name: Sum(count, total) for name, count, total in rows}


def sum_of(text: str) -> sql.SQL:
    """Return the SQL of a sum over texts: of 60 bits of the MD5 of each. Against accidents, not against forgers."""
    # md5 is the same in every version of PostgreSQL; its faster hashes are not.
    return sql.SQL(f"coalesce(sum(('x' || left(md5({text}), 15))::bit(60)::bigint), 0)::text")


def copy_out(session: psycopg.Connection, schema: str, table: Table) -> Iterator[bytes | bytearray | memoryview]:
    """Yield the rows of a table as COPY writes them."""
    if table.name in WITHOUT_ROWS:
        return
    with session.cursor().copy(_copy(schema, table, "TO STDOUT")) as copy:
        yield from copy


def copy_in(session: psycopg.Connection, schema: str, table: Table, chunks: Iterable[bytes]) -> None:
    """Fill a table with what `copy_out` gave."""
    with session.cursor().copy(_copy(schema, table, "FROM STDIN")) as copy:
        for chunk in chunks:
            copy.write(chunk)


def positions(session: psycopg.Connection, schema: str) -> dict[str, int]:
    """Return the last number that each sequence gave; those that gave none are left out."""
    rows = session.execute(
        "SELECT sequencename, last_value FROM pg_catalog.pg_sequences "
        "WHERE schemaname = %s AND last_value IS NOT NULL ORDER BY 1",
        [schema],
    )
    return {str(name): int(value) for name, value in rows}


def set_positions(session: psycopg.Connection, schema: str, found: dict[str, int]) -> None:
    """Let each sequence go on where it was."""
    for name, value in found.items():
        session.execute("SELECT setval(%s::regclass, %s)", [f'"{schema}"."{name}"', value])


def description_digest(session: psycopg.Connection, schema: str) -> str:
    """Return a fingerprint of every object of a schema: tables, columns, indexes, constraints, sequences."""
    found = []
    for kind, question in QUESTIONS.items():
        rows = session.execute(question, [schema])
        found += [repr((kind, *(neutral(value, schema) for value in row))) for row in rows]
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()


def _copy(schema: str, table: Table, direction: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    name = sql.Identifier(schema, table.name)
    return sql.SQL("COPY {} ({}) {}").format(name, columns, sql.SQL(direction))


def _plain(text: str) -> str:
    """Return SQL without comments, empty lines and settings of the session."""
    text = re.sub(r"^SET default_(?:tablespace|table_access_method) = .*;\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^--.*\n", "", text + "\n", flags=re.MULTILINE)
    return re.sub(r"\n{2,}", "\n", text).strip() + "\n"
