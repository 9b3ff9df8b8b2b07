"""The worker: one task at a time, from all regions, until it is told to stop."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import sys
import time
from types import FrameType
from uuid import uuid4

import psycopg
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.tasks.presence import Presence
from zelfregie_tenants.tasks.run import ready_tasks, release, run_task
from zelfregie_tenants.tasks.schedule import enqueue_due_tasks

logger = logging.getLogger("zelfregie.tasks")

#: How often a worker looks for tasks of others that died, and how often it tidies up.
ORPHAN_SECONDS = 2
HOUSEKEEPING_SECONDS = 60
#: What was done is of no use after this; what failed is kept for who looks into it.
KEEP_DONE = dt.timedelta(days=3)
KEEP_FAILED = dt.timedelta(days=30)


class RegionWorker:
    """Takes tasks from the queue, by priority and age, and runs them.

    Args:
        interval: seconds to wait when there is nothing to do.
        batch: stop when there is nothing to do.
        schedule: also enqueue recurring tasks; for a machine without timers, such as the demonstration's.
    """

    def __init__(self, *, interval: float = 1, batch: bool = False, schedule: bool = False) -> None:
        """Give the worker its name, under which its tasks are claimed."""
        self.interval = interval
        self.batch = batch
        self.schedule = schedule
        self.worker_id = uuid4().hex
        self.stopping = False
        #: Nothing is at hand: not a task, and not the taking of one.
        self.idle = True

    def stop_on_signals(self) -> None:
        """Finish the task at hand on SIGTERM or SIGINT, then stop; a second signal stops at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def run(self) -> int:
        """Work until told to stop, or, with `batch`, until the queue is empty.

        Returns:
            how many tasks were run.
        """
        done = 0
        with platform_rights(), Presence(self.worker_id) as presence:
            next_look = next_round = 0.0
            while not self.stopping:
                try:
                    self.idle = False
                    if time.monotonic() >= next_look:
                        presence.renew()
                        self.release_orphans(presence)
                        next_look = time.monotonic() + ORPHAN_SECONDS
                    if time.monotonic() >= next_round:
                        forget_old_tasks()
                        if self.schedule:
                            enqueue_due_tasks()
                        next_round = time.monotonic() + HOUSEKEEPING_SECONDS
                    row = self.claim()
                    if row is not None:
                        run_task(row)
                        done += 1
                except (OperationalError, InterfaceError, psycopg.OperationalError):
                    if self.batch:
                        raise
                    logger.exception("The database does not answer; trying again.")
                    connection.close()
                    row = None
                finally:
                    self.idle = True
                if row is None:
                    if self.batch:
                        break
                    if not self.stopping:
                        time.sleep(self.interval)
                if not connection.in_atomic_block:
                    close_old_connections()
        return done

    def claim(self) -> DBTaskResult | None:
        """Take the next task, so that no other worker does; None when none is ready."""
        connection.set_schema_to_public()
        with transaction.atomic():
            row = ready_tasks().select_for_update(skip_locked=True).first()
            if row is not None:
                row.claim(self.worker_id)
        return row

    def release_orphans(self, presence: Presence) -> int:
        """Release the tasks whose worker died half-way.

        Returns:
            how many.
        """
        connection.set_schema_to_public()
        count = 0
        for row in DBTaskResult.objects.running():
            if not row.worker_ids or not presence.is_alive(row.worker_ids[-1]):
                release(row)
                count += 1
        return count

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.stopping or self.idle:
            sys.exit(0)
        self.stopping = True


def forget_old_tasks() -> int:
    """Delete finished tasks that nobody needs any more.

    Returns:
        how many.
    """
    connection.set_schema_to_public()
    now = timezone.now()
    old = Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE)
    old |= Q(status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_FAILED)
    return DBTaskResult.objects.filter(old).delete()[0]
