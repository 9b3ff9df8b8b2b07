"""Upgrading one region: whole or not at all, and without keeping visitors waiting."""

from __future__ import annotations

import logging
import re
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from io import StringIO

from django.core.management.sql import emit_pre_migrate_signal
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.domain.region_lock import RegionBusy, region_lock
from zelfregie_tenants.domain.synced_rows import rows_digest, sync_rows
from zelfregie_tenants.domain.upgrade.steps import Prepared, Step, prepare
from zelfregie_tenants.domain.upgrade.survey import Name, read_applied
from zelfregie_tenants.models import RegionUpgrade

#: How long a statement may wait for a lock. So long visitors may come to wait behind it, and no longer.
LOCK_TIMEOUT = "2s"
#: The server's words for: a lock was not free in time, two waited for each other, a snapshot was too old.
WORTH_A_RETRY = {"55P03", "40P01", "40001"}

logger = logging.getLogger("zelfregie.upgrade")


@dataclass(frozen=True)
class Job:
    """A region to be upgraded."""

    pk: int
    slug: str
    schema: str
    run: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        migrations: how many were applied; also when it failed, for those cannot be undone that are not atomic.
        cause: why it failed, as a sentence; empty when it did not.
        passing: it may well do better in a moment: somebody held a lock, or the database was restarted.
    """

    slug: str
    migrations: int
    seconds: float
    cause: str = ""
    passing: bool = False


class MigrationFailed(Exception):
    """A migration could not be applied; its cause is chained. The message is the migration's name."""


class Upgrader:
    """Upgrades regions one after the other; what regions have in common is made ready once."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._prepared: dict[frozenset[Name], Prepared] = {}

    def make_ready(self, schema: str) -> tuple[Prepared, bool]:
        """Return what this region lacks, and whether its rows are those of other code."""
        applied, rows = read_applied(schema)
        if applied not in self._prepared:
            self._prepared[applied] = prepare(schema)
        return self._prepared[applied], rows != rows_digest()

    def upgrade(self, job: Job) -> Outcome:
        """Upgrade one region. Whatever goes wrong stays with this region: it is as it was, and the outcome says why."""
        started = time.monotonic()
        self._done = 0
        try:
            # The record is read again inside the lock: another one may have been here since the plan was made.
            with region_lock(job.slug), schema_context(get_public_schema_name()):
                prepared, stale = self.make_ready(job.schema)
                if prepared.steps or stale:
                    self._apply(job, prepared, started)
        except Exception as error:  # the border between one region and the next: reported and logged, never passed on
            passing = is_passing(error)
            if not passing:
                logger.exception("Upgrading %s failed", job.slug)
            _mend_connection(error)
            return Outcome(job.slug, self._done, time.monotonic() - started, explain(error), passing)
        return Outcome(job.slug, self._done, time.monotonic() - started)

    def _apply(self, job: Job, prepared: Prepared, started: float) -> None:
        prepared.forget_content_types()
        segments = list(prepared.segments())
        # Rows and report go with the last migrations, in their transaction when they have one.
        *first, last = [*segments, ()] if not segments or not _can_be_undone(segments[-1]) else segments
        with schema_context(job.schema):
            try:
                if prepared.before is not None:  # Wagtail stops listening to what is saved while models are of the past
                    emit_pre_migrate_signal(0, False, connection.alias, apps=prepared.before.apps, plan=[])
                for segment in first:
                    self._run(segment)
                with transaction.atomic():
                    self._run(last)
                    _tell(prepared)
                    sync_rows()
                    self._report(job, started)
            finally:
                _listen_again(prepared)

    def _run(self, segment: tuple[Step, ...]) -> None:
        undoable = _can_be_undone(segment)
        polite = all(step.is_polite for step in segment) and not undoable
        if not undoable:
            drop_invalid_indexes()
        with transaction.atomic() if undoable else nullcontext(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, %s)", ["0" if polite else LOCK_TIMEOUT, undoable])
            try:
                for step in segment:
                    try:
                        step.apply()
                    except Exception as error:
                        raise MigrationFailed(step.label) from error
            finally:
                if not undoable:
                    cursor.execute("RESET lock_timeout")
        self._done += sum(step.is_own for step in segment)

    def _report(self, job: Job, started: float) -> None:
        if job.run is not None:
            RegionUpgrade.objects.create(
                run_id=job.run,
                region_id=job.pk,
                outcome=RegionUpgrade.Outcome.DONE,
                migrations=self._done,
                seconds=time.monotonic() - started,
            )


def drop_invalid_indexes() -> None:
    """Drop the indexes of this schema that were never completed: an index made concurrently, cut short by a crash."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('DROP INDEX %%I.%%I', n.nspname, c.relname) FROM pg_catalog.pg_index i "
            "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND NOT i.indisvalid AND c.relkind = 'i'",
            [connection.schema_name],
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def is_passing(error: BaseException) -> bool:
    """True iff the same may succeed in a moment: somebody else's lock, or a database that was restarted."""
    if isinstance(error, RegionBusy):
        return True
    while isinstance(error, MigrationFailed) and error.__cause__ is not None:
        error = error.__cause__
    if not isinstance(error, DatabaseError):
        # psycopg itself, from the connection that holds the lock.
        psycopg = sys.modules.get("psycopg")
        return psycopg is not None and isinstance(error, psycopg.OperationalError)
    state = _sqlstate(error)
    if state in WORTH_A_RETRY:
        return True
    # Without a code, or with one of the classes 08 and 57P: the connection is gone.
    lost = isinstance(error, (OperationalError, InterfaceError)) and (not state or state[:2] == "08")
    return lost or state[:3] == "57P"


def explain(error: BaseException) -> str:
    """Return why a region failed, as a sentence without values from its tables."""
    if isinstance(error, RegionBusy):
        return str(error)
    where = ""
    while isinstance(error, MigrationFailed) and error.__cause__ is not None:
        where, error = f"{error}: ", error.__cause__
    if isinstance(error, DatabaseError):
        return where + _explain_database(error)
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" ({frame.tb_frame.f_code.co_filename.rpartition('/')[2]}, line {frame.tb_lineno})" if frame else ""
    return f"{where}{type(error).__name__}{place}; the log says more."


def _explain_database(error: BaseException) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    message = getattr(diagnosis, "message_primary", None)
    if not message:
        return "the connection to the database was lost."
    if _sqlstate(error).startswith("22"):  # "invalid input syntax for type integer: «what somebody typed»"
        message = re.sub(r":? ?[\"“«].*", "", message)
    if _sqlstate(error) in WORTH_A_RETRY:
        message += "; somebody held a lock on it all the time"
    table = (
        f" [{diagnosis.table_name}]"
        if diagnosis and diagnosis.table_name and diagnosis.table_name not in message
        else ""
    )
    return f"{message}{table}."


def _sqlstate(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _can_be_undone(segment: tuple[Step, ...]) -> bool:
    return all(step.is_atomic for step in segment)


def _tell(prepared: Prepared) -> None:
    """Let content types and permissions be made for models that are new."""
    if prepared.after is None:
        return
    for config in prepared.signalled:
        models.signals.post_migrate.send(
            sender=config,
            app_config=config,
            verbosity=0,
            interactive=False,
            using=connection.alias,
            stdout=StringIO(),
            apps=prepared.after.apps,
            plan=[(step.migration, False) for step in prepared.steps],
        )


def _listen_again(prepared: Prepared) -> None:
    """Let Wagtail keep its index of references again, also after a failure."""
    if prepared.before is not None:
        from wagtail.signal_handlers import connect_reference_index_signal_handlers  # noqa: PLC0415 -- needs models

        connect_reference_index_signal_handlers()


def _mend_connection(error: BaseException) -> None:
    """Begin with a new connection after one was lost; a transaction of the caller stays as it is."""
    if is_passing(error) and not connection.in_atomic_block:
        connection.close()
