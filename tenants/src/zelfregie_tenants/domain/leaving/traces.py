"""Looking for what is left of a region: in every table of the platform, the files, the queue and the caches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import get_public_schema_name, schema_context
from psycopg import sql

from zelfregie_core.domain.privacy.rotation import fields_here
from zelfregie_tenants.domain.backup import media
from zelfregie_tenants.models import Region, RegionEvent, TaskEnvelope

PUBLIC = get_public_schema_name()
#: The log of regions keeps the slug on purpose: it says that the region was erased.
KEPT = RegionEvent._meta.db_table
REGIONS = Region._meta.db_table
#: What the code brings, the same in every installation: its words are no traces, whatever a region is called.
OF_THE_CODE = ("django_migrations", "django_content_type")
TEXTS = ("text", "character varying", "character", "json", "jsonb", "name", "uuid")
#: A task has no key of a region but an envelope with the name of its schema.
TASKS, ENVELOPES = DBTaskResult._meta.db_table, TaskEnvelope._meta.db_table


_BEFORE = "(^|[^a-z0-9_.-])"


@dataclass(frozen=True)
class Marks:
    """By what a region is known. `number` and `domains` are gone when the row of the region is."""

    slug: str
    schema: str
    number: int | None = None
    domains: tuple[str, ...] = ()
    role: str = ""

    @property
    def names(self) -> str:
        """A regular expression for what no other region has: the schema and the domains, each as a whole."""
        return f"{_BEFORE}({self._names})"

    @property
    def all_words(self) -> str:
        """The same with the slug, which may be an everyday word."""
        return f"{_BEFORE}({re.escape(self.slug)}($|[^a-z0-9_.-])|{self._names})"

    @property
    def _names(self) -> str:
        return f"({'|'.join(map(re.escape, (self.schema, *self.domains)))})($|[^a-z0-9_-])"


@dataclass(frozen=True)
class Looked:
    """One place that was looked through: how many traces of the region are there.

    :param mentions: how many rows of other regions name it: those are theirs, and no trace.
    """

    place: str
    traces: int
    mentions: int = 0


def marks_of(region: Region) -> Marks:
    """Return by what a region is known, to be asked before it is gone."""
    domains = tuple(region.domains.order_by("domain").values_list("domain", flat=True))
    return Marks(region.slug, region.schema_name, region.pk, domains, region.database_role)


def look_for_traces(marks: Marks, emptied_at: float | None = None) -> list[Looked]:
    """Look everywhere, and return each place with what was found there.

    Args:
        marks: by what the region is known.
        emptied_at: when the caches were emptied; what is older is a trace, because keys in files cannot be read back.
    """
    with schema_context(PUBLIC):
        return [
            _schema(marks), *_role(marks), *_tables(marks), *_encrypted(marks), _files(marks),
            *_cache_files(emptied_at),
        ]  # fmt: skip


def _schema(marks: Marks) -> Looked:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = %s", [marks.schema])
        return Looked(f"schema {marks.schema}", cursor.fetchone()[0])


def _role(marks: Marks) -> Iterator[Looked]:
    """Look for rights that the region's role has in this database; in a copy of it elsewhere it may have some."""
    if marks.role:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_catalog.pg_shdepend JOIN pg_catalog.pg_database ON pg_database.oid = dbid "
                "WHERE datname = current_database() AND refclassid = 'pg_catalog.pg_authid'::regclass "
                "AND refobjid = to_regrole(%s)",
                [marks.role],
            )
            yield Looked(f"rights of the role {marks.role}", cursor.fetchone()[0])


def _tables(marks: Marks) -> Iterator[Looked]:
    """Look through every column of every table in `public`: keys of the region, and text, JSON and lists of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname ORDER BY a.attnum), "
            "array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum), "
            "(SELECT array_agg(k.conkey[1]) FROM pg_catalog.pg_constraint k "
            "WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid = %s::regclass), "
            "array_agg(a.attnum ORDER BY a.attnum) "
            "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 "
            "AND NOT a.attisdropped AND c.relname <> %s GROUP BY c.oid, c.relname ORDER BY c.relname",
            [f"{PUBLIC}.{REGIONS}", PUBLIC, KEPT],
        )
        for table, columns, kinds, keys, numbers in cursor.fetchall():
            by_number = dict(zip(numbers, columns, strict=True))
            owners = ["id"] if table == REGIONS else [by_number[number] for number in keys or ()]
            texts = [name for name, kind in zip(columns, kinds, strict=True) if kind.removesuffix("[]") in TEXTS]
            yield _table(marks, table, owners, texts)


def _table(marks: Marks, table: str, owners: Sequence[str], texts: Sequence[str]) -> Looked:
    """Count the rows of one table that belong to the region, and the other regions' rows that name it."""
    cells: list[sql.Composable] = [sql.SQL("coalesce(t.{}::text, '')").format(sql.Identifier(name)) for name in texts]
    text = sql.SQL(" || ' ' || ").join(cells or [sql.SQL("''")])
    keys: list[sql.Composable] = [
        sql.SQL("t.{} IS NOT DISTINCT FROM %(number)s").format(sql.Identifier(name)) for name in owners
    ]
    is_own = sql.SQL(" OR ").join(keys or [sql.SQL("false")])
    is_anothers: sql.Composable = sql.SQL("false")
    if owners:
        is_anothers = sql.SQL(" OR ").join(
            sql.SQL("t.{} IN (SELECT id FROM {}.{})").format(
                sql.Identifier(name), sql.Identifier(PUBLIC), sql.Identifier(REGIONS)
            )
            for name in owners
        )
    elif table == TASKS:
        is_anothers = sql.SQL(
            "EXISTS (SELECT FROM {p}.{e} e JOIN {p}.{r} r ON r.schema_name = e.schema_name WHERE e.task_id = t.id "
            "AND r.schema_name <> %(schema)s)"
        ).format(p=sql.Identifier(PUBLIC), e=sql.Identifier(ENVELOPES), r=sql.Identifier(REGIONS))
    query = sql.SQL(
        "SELECT count(*) FILTER (WHERE own OR NOT another), count(*) FILTER (WHERE another AND NOT own) "
        "FROM (SELECT (%(number)s::bigint IS NOT NULL AND ({own})) AS own, coalesce(({another}), false) AS another, "
        "({text}) ~ %(words)s AS named FROM {public}.{table} t) found WHERE own OR named"
    ).format(
        own=is_own,
        another=is_anothers,
        text=text,
        public=sql.Identifier(PUBLIC),
        table=sql.Identifier(table),
    )
    words = marks.names if table in OF_THE_CODE else marks.all_words
    with connection.cursor() as cursor:
        cursor.execute(query, {"number": marks.number, "schema": marks.schema, "words": words})
        traces, mentions = cursor.fetchone()
    return Looked(f"table {table} ({len(texts)} columns of text, {len(owners)} keys)", traces, mentions)


def _encrypted(marks: Marks) -> Iterator[Looked]:
    """Look through what the database cannot read: the platform's encrypted columns."""
    for field in fields_here():
        owner = next((key.attname for key in field.model._meta.fields if key.related_model is Region), None)
        place = f"encrypted column {field.model._meta.db_table}.{field.column}"
        found = []
        try:
            rows = field.model._base_manager.values_list(field.name, *([owner] if owner else []))
            for value, *owners in rows.iterator(chunk_size=500):
                if value and re.search(marks.all_words, json.dumps(value, ensure_ascii=False)):
                    found.append(any(number not in (None, marks.number) for number in owners))
        except ImproperlyConfigured:  # a key is missing: nobody can say that nothing is left
            place, found = f"{place}, which cannot be read without its key", [False]
        yield Looked(place, found.count(False), found.count(True))


def _files(marks: Marks) -> Looked:
    folder = media.folder_of(marks.schema)
    if folder is None:
        return Looked(f"objects below {marks.schema}/", sum(1 for _name in media.file_names(marks.schema)))
    count = sum(1 for _path in folder.rglob("*")) + 1 if folder.exists() or folder.is_symlink() else 0
    return Looked(f"files below media/{marks.schema}", count)


def _cache_files(emptied_at: float | None) -> Iterator[Looked]:
    """Look into caches that are files; those in the database were looked through with the tables."""
    for alias in settings.CACHES:
        folder = getattr(caches[alias], "_dir", None)
        if folder is not None and emptied_at is not None:
            times = (_modified(path) for path in Path(folder).glob("*.djcache"))
            yield Looked(f"files of the cache “{alias}”", sum(found < emptied_at for found in times))


def _modified(path: Path) -> float:
    """Return when a file was written; never, when another process took it away meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
