"""Recurring tasks: a timer asks every few minutes what is due, region by region."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.plugins import is_plugin_enabled
from zelfregie_tenants.models import Region, ScheduledRun

#: A timer is never exactly on time; without this a daily task would come a quarter of an hour later every day.
SLACK = 0.05


def enqueue_due_tasks(now: dt.datetime | None = None) -> list[tuple[str, str]]:
    """Enqueue every recurring task that is due, for each launched region where its plugin is on.

    A task of the house that is for `always` is enqueued for regions that are not open, too: terms for keeping personal
    data go on when a site is closed.

    Two timers at once enqueue a task once. A region that fails is not the others' concern: enqueueing only writes rows.

    Args:
        now: for tests.

    Returns:
        (slug of the region, path of the task) for each that was enqueued.
    """
    now = now or timezone.now()
    contributed = get_plugins().contributed("register_scheduled_tasks")
    last = {
        (run.region_id, run.task_path): run.enqueued_at
        for run in ScheduledRun.objects.exclude(region__state=Region.State.DRAFT)
    }
    enqueued = []
    for region in Region.objects.exclude(state=Region.State.DRAFT).filter(erasing_since=None):
        for found in contributed:
            if not (region.is_launched or (found.item.always and found.plugin in get_plugins().HOUSE)):
                continue
            path = found.item.task.module_path
            due = now - found.item.every * (1 - SLACK)
            if last.get((region.pk, path), due) > due:
                continue
            if found.plugin not in get_plugins().HOUSE and not is_plugin_enabled(region, found.plugin):
                continue
            with transaction.atomic():
                if _claim(region, path, due, now):
                    with tenant_context(region):
                        found.item.task.enqueue()
                    enqueued.append((region.slug, path))
    return enqueued


def always_paths() -> frozenset[str]:
    """Return the paths of the tasks that run in regions that are not open as well."""
    plugins = get_plugins()
    found = plugins.contributed("register_scheduled_tasks")
    return frozenset(
        entry.item.task.module_path for entry in found if entry.item.always and entry.plugin in plugins.HOUSE
    )


def _claim(region: Region, path: str, due: dt.datetime, now: dt.datetime) -> bool:
    """True iff this process is the one that enqueues the task now."""
    _run, created = ScheduledRun.objects.get_or_create(
        region_id=region.pk, task_path=path, defaults={"enqueued_at": now}
    )
    if created:
        return True
    runs = ScheduledRun.objects.filter(region_id=region.pk, task_path=path, enqueued_at__lte=due)
    return runs.update(enqueued_at=now) == 1
