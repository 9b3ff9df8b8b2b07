"""Enqueueing: a task's row in `public`, in an envelope that says for which schema."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.compat import Task


class RegionTaskBackend(DatabaseBackend):
    """django-tasks-db's queue, with the region of each task.

    Wagtail enqueues tasks of its own, such as keeping the search index. Without the region those would run in `public`,
    where they fail in silence.

    Options:
        max_attempts: how often a task is tried in all (5).
        first_delay: seconds until the second attempt (30); each next delay is four times as long.
    """

    # The thread of asynchronous code has a connection of its own, and that one is in `public`.
    supports_async_task = False

    @property
    def max_attempts(self) -> int:
        """How often a task is tried in all."""
        return int(self.options.get("max_attempts", 5))

    def delay_after(self, attempt: int) -> float:
        """Return the seconds to wait after a failed attempt, counted from 1."""
        return float(self.options.get("first_delay", 30)) * 4 ** (attempt - 1)

    def _task_to_db_task(self, task: Task, args: Any, kwargs: Any) -> Any:
        from zelfregie_tenants.models import TaskEnvelope  # noqa: PLC0415 -- made before models can be imported

        with transaction.atomic():
            row = super()._task_to_db_task(task, args, kwargs)
            TaskEnvelope.objects.create(task=row, schema_name=connection.schema_name)
        return row

    async def _atask_to_db_task(self, task: Task, args: Any, kwargs: Any) -> Any:
        message = "Enqueue tasks from synchronous code: asynchronous code has no region."
        raise RuntimeError(message)
