"""What the platform answers to core: see the platform hooks in `zelfregie_core.plugins.hookspecs`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from zelfregie_core.domain.roles import Role
from zelfregie_core.plugins import (
    Listing,
    ListingQuery,
    ListingResults,
    NotPersonal,
    PermissionSet,
    PersonalData,
    ReadinessCheck,
    RegionOverview,
    ScheduledTask,
    hookimpl,
)
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.running import add_keeper
from zelfregie_tenants.domain import indicators, personal_data, plugins
from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.domain.directory import search, store
from zelfregie_tenants.domain.keeping import stay_in_region
from zelfregie_tenants.domain.readiness.checks import CHECKS
from zelfregie_tenants.tasks.readiness import recheck_readiness_task
from zelfregie_tenants.tasks.region_drafts import throw_away_drafts_task


def register() -> None:
    """Make this module answer core's platform hooks, once per process."""
    get_plugins().register_house(sys.modules[__name__], "tenants")
    add_keeper(stay_in_region)


@hookimpl
def register_readiness_checks() -> Sequence[ReadinessCheck]:
    """What every region needs of the platform: people, an address, mail, a backup."""
    return CHECKS


@hookimpl
def register_personal_data() -> Sequence[PersonalData | NotPersonal]:
    """Return what the platform's own tables hold of people."""
    return personal_data.DECLARED


@hookimpl
def register_scheduled_tasks() -> Sequence[ScheduledTask]:
    """Look again whether open regions are in order; throw away drafts that nobody went on with."""
    return [
        ScheduledTask(recheck_readiness_task, every=dt.timedelta(days=7)),
        ScheduledTask(throw_away_drafts_task, every=dt.timedelta(days=1)),
    ]


@hookimpl
def register_permission_sets() -> Sequence[PermissionSet]:
    """Let coordinators and administrators make regions; the wizard itself answers in the national hub only."""
    launch = ("zelfregie_tenants.launch_region",)
    return [PermissionSet(Role.COORDINATOR, launch), PermissionSet(Role.ADMINISTRATOR, launch)]


@hookimpl
def plugin_is_enabled(plugin: str, request: HttpRequest | None) -> bool:
    """Default deny: outside a region nothing is on, inside one only what its rows say."""
    region = getattr(request, "region", None) or current_region()
    return region is not None and plugins.is_plugin_enabled(region, plugin)


@hookimpl
def plugin_settings(plugin: str, request: HttpRequest | None) -> Mapping[str, Any] | None:
    """Return what the region's manifest says below `[plugins.<slug>]`."""
    region = getattr(request, "region", None) or current_region()
    return None if region is None else plugins.plugin_settings(region, plugin)


@hookimpl
def regions_overview(request: HttpRequest) -> Sequence[RegionOverview]:
    """Return all launched regions from the read models."""
    return indicators.regions_overview()


@hookimpl
def store_indicators(values: Mapping[tuple[str, str], int], request: HttpRequest | None) -> bool | None:
    """Keep the figures of the current region."""
    region = getattr(request, "region", None) or current_region()
    if region is None:
        return None
    indicators.store_indicators(region, values)
    return True


@hookimpl
def store_listings(plugin: str, listings: Iterable[Listing], removed: Sequence[str] | None) -> int | None:
    """Write listings of the region that the connection is in."""
    region = current_region()
    return None if region is None else store.store_listings(region, plugin, listings, removed).total


@hookimpl
def search_listings(query: ListingQuery, request: HttpRequest | None) -> ListingResults | None:
    """Search for the current region or the hub. Outside any region there is nobody to search for."""
    region = getattr(request, "region", None) or current_region()
    return None if region is None else search.search_listings(query, region)
