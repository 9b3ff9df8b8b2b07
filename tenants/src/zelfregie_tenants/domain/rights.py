"""Whose rights the database lets a piece of work use: those of the region that it is in, or the platform's."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import DEFAULT_DB_ALIAS, connection, connections


def region_rights() -> AbstractContextManager[None]:
    """Return a context in which PostgreSQL lets this connection reach only the region that it is in.

    For whatever runs the code of plugins: a request, a task. Outside a region it reaches the tables of none.
    """
    return connection.rights(limited=True)


def platform_rights() -> AbstractContextManager[None]:
    """Return a context with the rights of the platform, also inside a request or a task.

    For what works on a region as a whole, such as launching it. Never around the code of a plugin that a visitor's
    request reaches.
    """
    return connection.rights(limited=False)


def limit_this_process(statement_seconds: float = 0) -> None:
    """Let every connection of this process start with a region's rights. For servers and workers, at their start.

    Args:
        statement_seconds: PostgreSQL ends a statement that takes longer; 0 is never. For servers: nobody waits for it
            any more, and a thread that waits for the database cannot be ended from inside.
    """
    wrapper = type(connections[DEFAULT_DB_ALIAS])  # not of `connection`, which only stands in for it
    wrapper.starts_limited = True
    wrapper.statement_seconds = statement_seconds
