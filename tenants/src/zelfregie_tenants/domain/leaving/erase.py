"""Erasing a region with every trace, and proving it. Killed at any moment, the next call completes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.domain.backup import media
from zelfregie_tenants.domain.backup.records import fresh_backup
from zelfregie_tenants.domain.database_roles import drop_role
from zelfregie_tenants.domain.leaving.errors import LeavingRefused
from zelfregie_tenants.domain.leaving.traces import Looked, Marks, look_for_traces, marks_of
from zelfregie_tenants.domain.life_cycle import begin_erasing, log_event
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.domain.schemas import clear_caches, drop_schema
from zelfregie_tenants.models import PageVersion, Region, RegionDraft, RegionEvent, TaskEnvelope
from zelfregie_tenants.models.region import schema_name_for

Progress = Callable[[str], None]
BACKUP_MAX_AGE = timedelta(hours=24)
Action = RegionEvent.Action


@dataclass(frozen=True)
class Erased:
    """What became of a region: every place that was looked through, and the backup files that still have it."""

    slug: str
    looked: tuple[Looked, ...]
    backups: tuple[str, ...]

    @property
    def traces(self) -> int:
        """How many traces are left; none, or something is wrong."""
        return sum(found.traces for found in self.looked)


def quiet(message: str) -> None:
    """Ignore a message about progress."""


def erase_region(
    slug: str,
    progress: Progress = quiet,
    *,
    operator: str,
    without_backup: bool = False,
    max_age: timedelta = BACKUP_MAX_AGE,
    reason: str = "",
) -> Erased:
    """Erase a region: its schema, files, shared rows, tasks and what caches hold; then look for what is left.

    First its site is closed and the region marked, so that no visitor sees half of it. The row of the region goes last,
    in one transaction with its schema: until then the next call goes on where this one stopped, and after that it looks
    for what is left once more. Other regions are not touched.

    Args:
        slug: of a region, or of one that was being erased.
        progress: is told what is being done.
        operator: the login name of who does it, for the log.
        without_backup: erase it although there is no fresh backup.
        max_age: how old a backup may be.
        reason: for the log; no personal data.

    Raises:
        LeavingRefused: there is no such region, or no fresh backup of it.
        RegionBusy: someone else is working on it.
    """
    with schema_context(get_public_schema_name()), region_lock(slug):
        region = Region.objects.filter(slug=slug).first()
        if region is None:
            return _complete(slug, progress, operator)
        if not without_backup and region.erasing_since is None:
            _refuse_without_backup(region, max_age)
        marks, backups = marks_of(region), _backup_files(region)
        progress("Closing the site")
        region = begin_erasing(slug, operator=operator, reason=reason)
        progress("Deleting files")
        _delete_files(marks)
        progress("Deleting the schema, and the rows that the platform keeps")
        with transaction.atomic():
            drop_schema(region)
            _delete_rows(marks)
            # Not the instance's own method: django-tenants' wants to be in the schema that is gone.
            Region.objects.filter(pk=region.pk).delete()
            drop_role(region.database_role)
            log_event(slug, str(Action.ERASED), operator=operator, reason=reason, before=region.state)
        return _prove(marks, backups, progress)


def is_unfinished(slug: str) -> bool:
    """True iff a region of this name was being erased and its row is gone: what is left of it can still be erased."""
    return (
        not Region.objects.filter(slug=slug).exists()
        and RegionEvent.objects.filter(slug=slug, action=Action.ERASE_BEGUN).exists()
    )


def _complete(slug: str, progress: Progress, operator: str) -> Erased:
    """Do once more what may have been cut short after the region's row was gone."""
    if not is_unfinished(slug):
        known = ", ".join(Region.objects.values_list("slug", flat=True)) or "none"
        message = f"There is no region “{slug}”. Regions: {known}."
        raise LeavingRefused(message)
    marks = Marks(slug, schema_name_for(slug))
    progress(f"{slug} was erased before; looking for what is left")
    _delete_files(marks)
    _delete_rows(marks)
    return _prove(marks, (), progress)


def _prove(marks: Marks, backups: tuple[str, ...], progress: Progress) -> Erased:
    # Files again: a request that was under way when the site closed may have written one.
    _delete_files(marks)
    emptied_at = time.time()
    clear_caches()
    progress("Looking for what is left")
    return Erased(marks.slug, tuple(look_for_traces(marks, emptied_at)), backups)


def _refuse_without_backup(region: Region, max_age: timedelta) -> None:
    if fresh_backup(region, max_age) is None:
        hours = int(max_age.total_seconds() // 3600)
        message = (
            f"There is no backup of {region.slug} of the last {hours} hours. Make one: zelfregie region backup "
            f"{region.slug}. Or erase it for good, with --without-backup {region.slug}."
        )
        raise LeavingRefused(message)


def _backup_files(region: Region) -> tuple[str, ...]:
    """Return the backup files that are still where they were put."""
    places: Sequence[str] = region.backups.order_by("made_at").values_list("location", flat=True)
    return tuple(place for place in places if Path(place).exists())


def _delete_files(marks: Marks) -> None:
    media.discard(marks.schema)


def _delete_rows(marks: Marks) -> None:
    """Delete what hangs on the region by its name only; what has a key of it goes with its row."""
    envelopes = TaskEnvelope.objects.filter(schema_name=marks.schema)
    DBTaskResult.objects.filter(pk__in=envelopes.values("task_id")).delete()
    RegionDraft.objects.filter(slug=marks.slug).delete()
    PageVersion.objects.filter(schema_name=marks.schema).delete()
