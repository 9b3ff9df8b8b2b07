"""Tasks about a region's readiness. Each runs inside the region that enqueued it."""

from __future__ import annotations

from django_tasks import task

from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.domain.readiness.recheck import recheck, tell_opened


@task()
def recheck_readiness_task() -> None:
    """Check the region again; it was opened before."""
    if region := current_region():
        recheck(region)


@task()
def tell_opened_task() -> None:
    """Tell the administrators that their site is open."""
    if region := current_region():
        tell_opened(region)
