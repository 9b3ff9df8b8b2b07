"""One life-cycle action at a time on one region: launching, upgrading, backing up, restoring, closing, erasing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.rights import platform_rights

#: Any number: the space of our advisory locks, in which each slug has one.
LOCK_SPACE = 7_303_016


class RegionBusy(Exception):
    """Someone else is at work on this region. The message names it and says what to do."""


@contextmanager
def region_lock(slug: str) -> Iterator[None]:
    """Let one process at a time work on the region with this slug, also when there is no such region yet.

    A lock of the database, on a connection of its own that stays open: it is gone with its process, however that ends.
    Not to be taken twice: the same process would be told that it is busy itself. Whoever has it works for the platform:
    Django's connection has the platform's rights meanwhile, also when a request or a task of a region asked for it.

    Raises:
        RegionBusy: another one has it.
    """
    with plain_connection() as session:
        row = session.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, slug]).fetchone()
        if not (row and row[0]):
            message = f"Someone else is working on {slug} at this moment. Wait until that is done and try again."
            raise RegionBusy(message)
        try:
            with platform_rights():
                yield
        finally:
            # Closing gives the lock back too, but the server may notice that a moment later than the next one asks.
            with suppress(psycopg.OperationalError):  # the server went away, and the lock with it
                session.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_SPACE, slug])
