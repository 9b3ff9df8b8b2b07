"""What is kept about regions, for dashboards: never a loop over schemas."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from zelfregie_core.domain.readiness.running import Status
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.models import Domain, ReadinessResult, Region

WRONG = (Status.WRONG.value, Status.BROKEN.value)


@dataclass(frozen=True)
class RegionState:
    """A region that is not open yet or needs attention.

    :param blocking: how many blocking checks were wrong the last time; advising ones are in `advising`.
    :param is_checked: False when nobody looked yet.
    """

    slug: str
    name: str
    host: str
    is_open: bool
    blocking: int
    advising: int
    is_checked: bool


def kept_problems(region: Region) -> list[str] | None:
    """Return the titles of what was wrong in a region the last time, blocking ones first; None: nobody looked yet."""
    titles = {found.item.key: found.item.title for found in get_plugins().contributed("register_readiness_checks")}
    rows = list(ReadinessResult.objects.filter(region_id=region.pk).order_by("-blocking", "key"))
    if not rows:
        return None
    return [str(titles[row.key]) for row in rows if row.status in WRONG and row.key in titles]


def attention() -> list[RegionState]:
    """Return the regions that are not open yet, and the open ones where a blocking check is wrong, by name.

    Demonstrations are left out. Two queries, whatever the number of regions.
    """
    wrong = Q(readiness_results__status__in=WRONG)
    regions = (
        Region.objects.regional()
        .filter(is_demo=False, state__in=[Region.State.PREPARED, Region.State.LAUNCHED])
        .annotate(
            blocking=Count("readiness_results", filter=wrong & Q(readiness_results__blocking=True)),
            advising=Count("readiness_results", filter=wrong & Q(readiness_results__blocking=False)),
            checked=Count("readiness_results"),
        )
        .filter(Q(state=Region.State.PREPARED) | Q(blocking__gt=0))
    )
    hosts = dict(Domain.objects.filter(is_primary=True).values_list("tenant_id", "domain"))
    states = [
        RegionState(
            slug=region.slug,
            name=region.name,
            host=hosts.get(region.pk, ""),
            is_open=region.is_launched,
            blocking=region.blocking,
            advising=region.advising,
            is_checked=region.checked > 0,
        )
        for region in regions
    ]
    return sorted(states, key=lambda state: (not state.is_open, state.name.casefold()))
