"""The connection of the platform. Django imports `DatabaseWrapper` from here by the name of the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import DatabaseError
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper
from django_tenants.utils import get_limit_set_calls, get_public_schema_name, quote_schema_name

from zelfregie_tenants.postgresql.watching import BUMP, EXISTS, as_text, reads_others, schemas_changed

#: A role of the database that has the platform's tables as far as regions need them, and the schema of no region.
OUTSIDE_REGIONS = (
    "SELECT to_regrole(format('zelfregie_%s_regions', oid))::text FROM pg_catalog.pg_database "
    "WHERE datname = current_database()"
)
ROLE_OF_SCHEMA = "SELECT database_role FROM public.zelfregie_tenants_region WHERE schema_name = %s"


class DatabaseWrapper(TenantDatabaseWrapper):
    """A connection that knows when it switches, what it may, and where each `on_commit` callback was asked for.

    **What it may.** While its rights are limited, PostgreSQL runs every statement in the name of the region that it is
    in: a table of another region, named in full or reached by a wrong path, is refused. Path and role are set by one
    statement, so they never disagree. Requests and tasks are limited (`domain.rights`); commands work for the platform.

    **What it changes.** It notes whose public pages a statement changes, and their versions go up in the same
    transaction, as the last thing before it commits: no page of before is taken for one of after (ADR 21).

    **Callbacks.** One runs when the outermost transaction ends, and by then the connection is often in another schema:
    launching a region fills it inside one transaction of `public`. Without this its tasks would be enqueued for
    `public`.
    """

    #: What a connection of this process starts with. True in a web server and a worker: a thread that something
    #: forgot to bring into a region finds nothing of any.
    starts_limited = False
    #: After so many seconds PostgreSQL ends a statement of this process; 0 is never.
    statement_seconds: float = 0
    #: True while the connection goes to another schema: content types are kept per schema, and need not be forgotten.
    is_switching = False
    #: The role outside regions, by connection of psycopg: the answer cannot change under a connection that is open.
    _outside: WeakKeyDictionary[psycopg.Connection, str] = WeakKeyDictionary()
    #: Connections to a database that has the platform's table of versions: not before the upgrade that brings it.
    _with_versions: WeakSet[psycopg.Connection] = WeakSet()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with the rights of this process."""
        self.is_limited = type(self).starts_limited
        super().__init__(*args, **kwargs)
        #: The schemas whose public pages the transaction changed.
        self.pages_changed: set[str] = set()
        #: Set when something is read that other regions can change; whoever wants to know unsets it first.
        self.has_read_others = False
        self.execute_wrappers.append(self._watch)

    @contextmanager
    def rights(self, *, limited: bool) -> Iterator[None]:
        """Limit what the connection may to the region that it is in, or give it the platform's rights, for a while."""
        before = self.is_limited
        self._take_rights(limited)
        try:
            yield
        finally:
            self._take_rights(before)

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Go to the schema of a tenant."""
        self.is_switching = True
        try:
            super().set_tenant(tenant, include_public)
        finally:
            self.is_switching = False

    def on_commit(self, func: Callable[[], Any], robust: bool = False) -> None:
        """Run `func` after the commit, in the region that is current now and with the rights of now."""
        if not callable(func):
            super().on_commit(func, robust)  # raises Django's own error
            return
        region, limited = self.tenant, self.is_limited

        @wraps(func)
        def in_region() -> None:
            before = self.tenant
            self.set_tenant(region)
            try:
                with self.rights(limited=limited):
                    func()
            finally:
                self.set_tenant(before)

        super().on_commit(in_region, robust)

    def _watch(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Run a statement, and note what it means for public pages."""
        result = execute(sql, params, many, context)
        text = as_text(sql)
        self.has_read_others = self.has_read_others or reads_others(text)
        if changed := schemas_changed(text, self.schema_name):
            self.pages_changed |= changed
            if self.get_autocommit():
                self._raise_versions()
        return result

    def _raise_versions(self) -> None:
        changed, self.pages_changed = sorted(self.pages_changed), set()
        if not changed or self.connection is None:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            if self.connection not in self._with_versions:
                if not cursor.execute(EXISTS).fetchone()[0]:
                    return
                self._with_versions.add(self.connection)
            cursor.execute(BUMP, [changed])

    def _commit(self) -> None:
        self._raise_versions()
        super()._commit()

    def _rollback(self) -> None:
        self.pages_changed = set()
        super()._rollback()

    def _take_rights(self, limited: bool) -> None:
        if limited != self.is_limited:
            self.is_limited = limited
            self.search_path_set_schemas = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Set path and role before the first statement after a change; in one statement, or not at all.

        django-tenants' own goes on when this fails, with whatever path was in force. Here that is an error, except in
        a transaction that has failed already: PostgreSQL refuses everything in it anyway.
        """
        if self._setting_search_path or (get_limit_set_calls() and self.search_path_set_schemas):
            return
        if not self.schema_name:
            message = "The connection is in no schema."
            raise ImproperlyConfigured(message)
        paths = self._get_cursor_search_paths()
        names = ", ".join(quote_schema_name(path) for path in paths)
        self._setting_search_path = True
        self.search_path_set_schemas = None
        own = self.connection.cursor() if cursor is None else cursor
        try:
            with self.wrap_database_errors:
                own.execute(f"SET search_path = {names}; SET ROLE {self._role()}{self._time_limit()}")
        except DatabaseError as error:
            if not isinstance(error.__cause__, psycopg.errors.InFailedSqlTransaction):
                raise
        else:
            self.search_path_set_schemas = paths
        finally:
            self._setting_search_path = False
            if cursor is None:
                own.close()

    def _time_limit(self) -> str:
        seconds = self.statement_seconds
        return f"; SET statement_timeout = {round(seconds * 1000)}" if seconds else ""

    def _role(self) -> str:
        """Return the role to take, quoted; `NONE` is the user that logged in."""
        assumed = self.settings_dict["OPTIONS"].get("assume_role")
        platform = self.ops.quote_name(assumed) if assumed else "NONE"
        if not self.is_limited:
            return platform
        role = self._role_of_region() if self.schema_name != get_public_schema_name() else None
        if role is None:
            role = self._role_outside()
        return self.ops.quote_name(role) if role else platform

    def _role_of_region(self) -> str | None:
        """Return the role of the region that is current: empty when it has none, None when this is no region.

        The row that the request or task was found by has it; who enters a region by name only asks for it.
        """
        role: str | None = vars(self.tenant).get("database_role")
        if role is None:
            with self.connection.cursor() as cursor:
                row = cursor.execute(ROLE_OF_SCHEMA, [self.schema_name]).fetchone()
            role = row[0] if row else None
        return role

    def _role_outside(self) -> str:
        role = self._outside.get(self.connection)
        if role is None:
            with self.connection.cursor() as cursor:
                row = cursor.execute(OUTSIDE_REGIONS).fetchone()
            role = self._outside[self.connection] = (row and row[0]) or ""
        return role
