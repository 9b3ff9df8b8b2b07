"""Running one task: in its region, or refused with a reason; tried again later when it fails."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import nullcontext

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from django_tasks_db.compat import TaskContext, TaskResultStatus, task_backends, task_finished, task_started
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.plugins import is_plugin_enabled
from zelfregie_tenants.domain.rights import region_rights
from zelfregie_tenants.logs import DiscreetFormatter, request_id
from zelfregie_tenants.models import Region, TaskEnvelope
from zelfregie_tenants.tasks.backend import RegionTaskBackend
from zelfregie_tenants.tasks.schedule import always_paths

logger = logging.getLogger("zelfregie.tasks")

#: Tasks run while a region is being prepared and while it is online.
RUNNING_STATES = frozenset({Region.State.DRAFT, Region.State.PREPARED, Region.State.LAUNCHED})


class TaskRefused(Exception):
    """The task may not run in its region. The message says why; it is not tried again."""


class WorkerLost(Exception):
    """The process that ran the task ended half-way, again and again. The message says how often."""


def run_task(row: DBTaskResult) -> None:
    """Run a claimed task and record what became of it. Afterwards the connection is in `public`.

    Raises:
        SystemExit, KeyboardInterrupt: the worker is told to stop at once; the task is back in the queue.
    """
    connection.set_schema_to_public()
    numbered = request_id.set(f"task-{row.id}")
    try:
        region = region_of(row)
        if region is None:
            with schema_context(get_public_schema_name()):
                _attempt(row)
        else:
            with tenant_context(region), translation.override(region.default_language):
                _attempt(row)
    except TaskRefused as error:
        logger.warning("Task %s (%s) is refused: %s", row.id, row.task_path, error)
        _fail(row, error)
    finally:
        request_id.reset(numbered)
        connection.set_schema_to_public()


def region_of(row: DBTaskResult) -> Region | None:
    """Return the region in which a task must run; None for a task of the platform itself.

    Raises:
        TaskRefused: the region is gone or not in use, or the plugin that owns the task is off there.
    """
    envelope = TaskEnvelope.objects.filter(task_id=row.pk).first()
    if envelope is None:
        message = "it does not say for which region."
        raise TaskRefused(message)
    plugin = get_plugins().owner_of(row.task_path)
    if envelope.schema_name == get_public_schema_name():
        if plugin is not None:
            message = f"plugin {plugin} works inside a region only."
            raise TaskRefused(message)
        return None
    region = Region.objects.filter(schema_name=envelope.schema_name).first()
    if region is None:
        message = f"there is no region {envelope.schema_name} any more."
        raise TaskRefused(message)
    if region.state not in RUNNING_STATES and row.task_path not in always_paths():
        message = f"region {region.slug} is {region.state}."
        raise TaskRefused(message)
    if plugin is not None and not is_plugin_enabled(region, plugin):
        message = f"plugin {plugin} is off in {region.slug}."
        raise TaskRefused(message)
    return region


def ready_tasks() -> QuerySet[DBTaskResult]:
    """Return the tasks that a worker may take now, the next one first.

    Those of a region that is closed for a while wait until it is open again.
    """
    closed = Region.objects.filter(state=Region.State.SUSPENDED).values("schema_name")
    waits = TaskEnvelope.objects.filter(task_id=OuterRef("pk"), schema_name__in=closed)
    waits = waits.exclude(task__task_path__in=always_paths())
    return DBTaskResult.objects.ready().filter(~Exists(waits))


def put_back(row: DBTaskResult, delay: float = 0) -> None:
    """Make a task ready again, after a delay in seconds."""
    row.status = TaskResultStatus.READY
    row.run_after = timezone.now() + dt.timedelta(seconds=delay)
    row.save(update_fields=["status", "run_after", "exception_class_path", "traceback"])


def release(row: DBTaskResult) -> None:
    """Put a task back whose worker died half-way, unless it was tried often enough: it may be what kills workers."""
    attempt = len(row.worker_ids)
    backend = task_backends[row.backend_name]
    if isinstance(backend, RegionTaskBackend) and attempt >= backend.max_attempts:
        logger.error("Task %s (%s) lost its worker %s times and is given up.", row.id, row.task_path, attempt)
        _fail(row, WorkerLost(f"its worker ended while running it, {attempt} times."))
        return
    logger.warning("Task %s (%s) lost its worker; it goes back to the queue.", row.id, row.task_path)
    put_back(row)


def _attempt(row: DBTaskResult) -> None:
    try:
        backend: RegionTaskBackend = row.task.get_backend()
    except ImportError as error:  # the code of this task was removed; trying again does not bring it back
        _fail(row, error)
        return
    task, result = row.task, row.task_result
    task_started.send(sender=type(backend), task_result=result)
    try:
        context = (TaskContext(task_result=result),) if task.takes_context else ()
        with region_rights() if isinstance(connection.tenant, Region) else nullcontext():
            value = task.call(*context, *result.args, **result.kwargs)
        row.set_successful(value)
    except (SystemExit, KeyboardInterrupt):
        put_back(row)
        raise
    except Exception as error:
        attempt = len(row.worker_ids)
        if attempt < backend.max_attempts:
            delay = backend.delay_after(attempt)
            logger.warning(
                "Task %s (%s) failed with %s in attempt %s of %s; again in %.0f s.",
                row.id, row.task_path, type(error).__name__, attempt, backend.max_attempts, delay,
            )  # fmt: skip
            _describe(row, error)
            put_back(row, delay)
            return
        logger.exception("Task %s (%s) failed for good after %s attempts.", row.id, row.task_path, attempt)
        _fail(row, error)
    task_finished.send(sender=type(backend), task_result=row.task_result)


def _fail(row: DBTaskResult, error: Exception) -> None:
    _describe(row, error)
    row.status = TaskResultStatus.FAILED
    row.finished_at = timezone.now()
    row.return_value = None
    row.save(update_fields=["status", "finished_at", "return_value", "exception_class_path", "traceback"])


def _describe(row: DBTaskResult, error: Exception) -> None:
    """Keep the type of an error and the places it passed; its message may hold what a visitor typed."""
    row.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    row.traceback = DiscreetFormatter().formatException((type(error), error, error.__traceback__))
    if isinstance(error, TaskRefused | WorkerLost):  # our own sentence: no visitor's words in it
        row.traceback = f"{error}\n"
