"""PgBouncer in transaction mode answers with another region's data; the platform refuses to run behind it.

A search path is a setting of a session. In transaction mode two clients share one session of the server, so the path of
one region is in force for the query of another (django-tenants #1112, #545, #732).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

ROUNDS = 3
MESSAGE = (
    "The database is reached through a pooler that shares sessions between clients (PgBouncer in transaction or "
    "statement mode): a region would get another region's data. Set pool_mode = session, or connect directly; "
    "the platform keeps its own pool."
)


class Session(Protocol):
    """The part of a psycopg connection that the probe uses."""

    def execute(self, query: str) -> psycopg.Cursor:
        """Run one statement."""

    def close(self) -> None:
        """Hang up."""


def shares_sessions(connect: Callable[[], Session]) -> bool:
    """True iff two open connections are served by one session, or one connection by several.

    Args:
        connect: opens a connection in autocommit mode, to where the platform's queries go.
    """
    first, second = connect(), connect()
    try:
        for _round in range(ROUNDS):
            served_first = _served_by(first)
            second.execute("BEGIN")
            served_second = _served_by(second)
            served_again = _served_by(first)
            second.execute("ROLLBACK")
            if served_first == served_second or served_first != served_again:
                return True
        return False
    finally:
        first.close()
        second.close()


def plain_connection(**changes: object) -> psycopg.Connection:
    """Return a connection of its own, in autocommit mode, outside Django's: for locks that belong to a session.

    Args:
        changes: parameters of libpq besides those of DATABASE_URL, or in their place.
    """
    parameters = connection.get_connection_params() | changes
    for name in ("pool", "cursor_factory", "context", "prepare_threshold", "server_side_binding"):
        parameters.pop(name, None)
    return psycopg.connect(**parameters, autocommit=True, prepare_threshold=None)


def refuse_transaction_pooling() -> None:
    """Stop the start of a server or a worker behind a pooler in transaction mode.

    Raises:
        ImproperlyConfigured: there is one; the message says what to change.
    """
    if shares_sessions(plain_connection):
        raise ImproperlyConfigured(MESSAGE)


def _served_by(session: Session) -> int:
    row = session.execute("SELECT pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0
