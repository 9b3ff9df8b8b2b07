"""How workers know of each other: who is alive, and whose tasks are to be taken up again."""

from __future__ import annotations

import hashlib
from types import TracebackType
from typing import Self

import psycopg

from zelfregie_tenants.domain.pooling import plain_connection

#: Any number: the space of the lock that all workers share, by which they are counted.
WORKER_SPACE = 7_303_017
#: How many workers are alive now, on all machines together.
LIVING_WORKERS = (
    "SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 "  # noqa: S608 -- a number of ours
    f"AND classid = {WORKER_SPACE} AND objid = 1 "
    "AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
)
#: For the server's side of the connection, in seconds and times; of no effect, and no harm, on a local socket.
KEEPALIVE = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class Presence:
    """Locks of the database that say: this worker is alive. They end with the process, however that ends.

    When a whole machine is gone nobody closes its connections, and by default PostgreSQL would believe for two hours
    that it is still there. So this session asks the server to look every few seconds.
    """

    def __init__(self, worker_id: str) -> None:
        """Take the lock."""
        self.worker_id = worker_id
        self._session = self._open()

    def _open(self) -> psycopg.Connection:
        session = plain_connection()
        for name, seconds in KEEPALIVE.items():
            session.execute("SELECT set_config(%s, %s, false)", [name, seconds])
        session.execute("SELECT pg_advisory_lock(%s)", [_lock_number(self.worker_id)])
        session.execute("SELECT pg_advisory_lock_shared(%s, 1)", [WORKER_SPACE])
        return session

    def renew(self) -> None:
        """Take the lock again when the connection that held it broke."""
        try:
            self._session.execute("SELECT 1")
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._session.close()
            self._session = self._open()

    def is_alive(self, worker_id: str) -> bool:
        """True iff that worker's process still runs."""
        if worker_id == self.worker_id:
            return True
        number = _lock_number(worker_id)
        free = self._session.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()[0]
        if free:
            self._session.execute("SELECT pg_advisory_unlock(%s)", [number])
        return not free

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        self._session.close()


def _lock_number(worker_id: str) -> int:
    return int.from_bytes(hashlib.sha256(worker_id.encode()).digest()[:8], "big", signed=True)
