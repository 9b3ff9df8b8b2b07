"""What the database knows of the platform as a whole, in three queries, whatever the number of regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, Count, Max, Min, Q, When
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.models import Region
from zelfregie_tenants.tasks.presence import LIVING_WORKERS
from zelfregie_tenants.tasks.run import ready_tasks


@dataclass(frozen=True)
class Figures:
    """Counts, and ages in seconds. No region is named: the commands name them for who may know."""

    regions: Mapping[str, int]
    tasks: Mapping[str, int]
    task_wait: float
    workers: int
    backup_age: float
    no_backup: int


def read_figures() -> Figures:
    """Read everything. Needs the rights of the platform."""
    with schema_context(get_public_schema_name()):
        now = timezone.now()
        states = dict(Region.objects.values_list("state").annotate(Count("pk")).order_by())
        queue = dict(DBTaskResult.objects.values_list("status").annotate(Count("pk")).order_by())
        since = Case(When(run_after__lte=now, then="run_after"), default="enqueued_at")
        oldest = ready_tasks().order_by().aggregate(oldest=Min(since))["oldest"]
        last = Region.objects.launched().annotate(last=Max("backups__made_at")).aggregate(
            oldest=Min("last"), without=Count("pk", filter=Q(last=None))
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(LIVING_WORKERS)
            workers = cursor.fetchone()[0]
        return Figures(
            regions={state: states.get(state, 0) for state in Region.State.values},
            tasks={str(state).lower(): queue.get(state, 0) for state in TaskResultStatus.values},
            task_wait=(now - oldest).total_seconds() if oldest else 0.0,
            workers=workers,
            backup_age=(now - last["oldest"]).total_seconds() if last["oldest"] else 0.0,
            no_backup=last["without"],
        )
