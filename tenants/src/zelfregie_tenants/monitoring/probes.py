"""Whether this process can do its work: questions are asked in threads, and waited for no longer than they may take."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.db import connections

from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.domain.upgrade.plan import names_on_disk, plan_fleet, platform_pending
from zelfregie_tenants.tasks.presence import LIVING_WORKERS

logger = logging.getLogger("zelfregie.platform")

#: So long may all questions take together, and so long is an answer good for who asks again.
SECONDS, KEPT_SECONDS = 3.0, 1.0
DATABASE_SECONDS = 2


@dataclass(frozen=True)
class Answer:
    """What became of one question.

    Attributes:
        ok: whether it is in order.
        blocking: whether this process is not ready because of it.
        note: what is wrong, without a name, an address or a value; empty when nothing is.
    """

    name: str
    ok: bool
    blocking: bool = True
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {"ok": self.ok, "blocking": self.blocking} | ({"note": self.note} if self.note else {})


@dataclass(frozen=True)
class Readiness:
    """All answers; ready when nothing that blocks is wrong."""

    checks: tuple[Answer, ...]

    @property
    def ready(self) -> bool:
        """Whether requests may be sent here."""
        return all(answer.ok or not answer.blocking for answer in self.checks)


class NotInOrder(Exception):
    """What a question found wrong. The message says what, for an operator."""


def ask_database() -> None:
    """Ask the database something, on a connection of our own: those of requests may all be in use."""
    with _connection() as session:
        session.execute("SELECT 1").fetchone()


def ask_migrations() -> None:
    """Compare the platform's tables with what this release asks for.

    Raises:
        NotInOrder: some are missing.
    """
    with _connection() as session:
        if session.execute("SELECT to_regclass('public.django_migrations')").fetchone()[0] is None:  # type: ignore[index]
            message = "the database is empty; run `zelfregie upgrade`"
            raise NotInOrder(message)
        applied = set(session.execute("SELECT app, name FROM public.django_migrations").fetchall())
    labels = {config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS}
    if {name for name in names_on_disk() if name[0] in labels} <= applied:
        return
    with platform_rights():
        missing = len(platform_pending())  # knows of migrations that were squashed
    if missing:
        message = f"{missing} migrations of this release are not in; run `zelfregie upgrade`"
        raise NotInOrder(message)


def ask_regions() -> None:
    """Look whether all regions have this release's tables. Asked until they have; then that stays so.

    Raises:
        NotInOrder: some have not.
    """
    if _known.regions_are_in:
        return
    with platform_rights():
        plan = plan_fleet()
    count = len(plan.behind) + len(plan.refused)
    if count:
        message = f"{count} regions do not have the tables of this release; run `zelfregie upgrade`"
        raise NotInOrder(message)
    _known.regions_are_in = True


def ask_cache() -> None:
    """Put something in the cache and read it back.

    Raises:
        NotInOrder: it does not come back.
    """
    cache, word = caches["default"], secrets.token_hex(8)
    key = f"ready.{word}"
    cache.set(key, word, 10)
    found = cache.get(key)
    cache.delete(key)
    if found != word or getattr(cache, "is_away", False):
        message = "what is put in the cache does not come back"
        raise NotInOrder(message)


def ask_media() -> None:
    """Write a file where uploads go, and delete it."""
    write = getattr(default_storage, "try_writing", None)
    if write is not None:
        write()
        return
    path = Path(settings.MEDIA_ROOT) / f".ready-{secrets.token_hex(8)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_bytes(b"ready\n")
    finally:
        path.unlink(missing_ok=True)


def ask_worker() -> None:
    """Look whether a worker is alive.

    Raises:
        NotInOrder: none is.
    """
    with _connection() as session:
        if session.execute(LIVING_WORKERS).fetchone()[0] == 0:  # type: ignore[index]
            message = "no worker is alive: tasks and mail wait"
            raise NotInOrder(message)


#: Name, question, and whether this process is of no use without. A worker that is away, a cache server that is, or a
#: region that is behind is something to mend, and no reason to show visitors nothing.
QUESTIONS: tuple[tuple[str, Callable[[], None], bool], ...] = (
    ("database", ask_database, True),
    ("migrations", ask_migrations, True),
    ("regions", ask_regions, False),
    ("cache", ask_cache, True),
    ("media", ask_media, True),
    ("worker", ask_worker, False),
)


class _Known:
    """What this process keeps between two times: the last answer, and questions that still hang."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last: tuple[float, Readiness] | None = None
        self.hanging: dict[str, Future[None]] = {}
        self.regions_are_in = False
        self.threads = ThreadPoolExecutor(max_workers=len(QUESTIONS), thread_name_prefix="ready")


_known = _Known()


def readiness() -> Readiness:
    """Ask everything at once and return within `SECONDS`; who asks again within a second gets the same answer."""
    with _known.lock:
        now = time.monotonic()
        if _known.last is not None and now - _known.last[0] < KEPT_SECONDS:
            return _known.last[1]
        # A question that hangs, on a disk that does not answer, is not asked a second time: no heap of threads.
        for name, question, _blocking in QUESTIONS:
            if name not in _known.hanging or _known.hanging[name].done():
                _known.hanging[name] = _known.threads.submit(_ask, question)
        end = now + SECONDS
        found = Readiness(tuple(_answer(name, blocking, end) for name, _question, blocking in QUESTIONS))
        _known.last = (time.monotonic(), found)
        return found


def forget() -> None:
    """Ask everything anew at the next question, for tests."""
    _known.last, _known.regions_are_in = None, False


def _ask(question: Callable[[], None]) -> None:
    try:
        question()
    finally:
        connections.close_all()


def _answer(name: str, blocking: bool, end: float) -> Answer:
    try:
        _known.hanging[name].result(timeout=max(0.0, end - time.monotonic()))
    except TooLate:
        return Answer(name, False, blocking and not _may_be_away(name), f"no answer within {SECONDS:.0f} s")
    except NotInOrder as error:
        return Answer(name, False, blocking and not _may_be_away(name), str(error))
    except Exception as error:  # whatever is wrong with it, it is not in order
        logger.warning("Not ready: %s failed with %s.", name, type(error).__name__)
        return Answer(name, False, blocking and not _may_be_away(name), f"failed with {type(error).__name__}")
    return Answer(name, True, blocking)


def _may_be_away(name: str) -> bool:
    """A cache of its own server may be away: pages answer without it."""
    return name == "cache" and hasattr(caches["default"], "is_away")


def _connection() -> psycopg.Connection:
    session = plain_connection(connect_timeout=DATABASE_SECONDS)
    session.execute(f"SET statement_timeout = '{DATABASE_SECONDS}s'")
    return session
