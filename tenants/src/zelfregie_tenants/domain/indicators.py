"""Figures of regions: kept per day, read by the national pages in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from zelfregie_core.plugins import RegionFigure, RegionOverview
from zelfregie_core.plugins.manager import Contributed, get_plugins
from zelfregie_tenants.domain.domains import address
from zelfregie_tenants.models import Domain, IndicatorSnapshot, Region


def store_indicators(region: Region, values: Mapping[tuple[str, str], int]) -> None:
    """Keep today's figures of a region; a second count on one day replaces the first.

    Args:
        region: that counted.
        values: (plugin, key of the indicator) to what it counted.
    """
    now = timezone.now()
    versions = {(found.plugin, found.item.key): found.item.version for found in _indicators()}
    IndicatorSnapshot.objects.bulk_create(
        [
            IndicatorSnapshot(
                region_id=region.pk,
                plugin=plugin,
                key=key,
                numerator=value,
                definition_version=versions.get((plugin, key), 1),
                taken_on=timezone.localdate(now),
                taken_at=now,
            )
            for (plugin, key), value in values.items()
        ],
        update_conflicts=True,
        unique_fields=["region", "plugin", "key", "definition_version", "taken_on"],
        update_fields=["numerator", "denominator", "taken_at"],
    )


def regions_overview() -> list[RegionOverview]:
    """Return every launched region with its last figures, sorted by name: two queries, whatever their number.

    The national hub is not a region of its own overview. Figures of an older definition, or of a plugin that is not
    installed any more, are left out.
    """
    indicators = {(found.plugin, found.item.key): found.item for found in _indicators()}
    figures: dict[int, list[RegionFigure]] = {}
    last = (
        IndicatorSnapshot.objects.filter(region__state=Region.State.LAUNCHED)
        .order_by("region_id", "plugin", "key", "definition_version", "-taken_on")
        .distinct("region_id", "plugin", "key", "definition_version")
    )
    for row in last:
        indicator = indicators.get((row.plugin, row.key))
        if indicator is None or indicator.version != row.definition_version:
            continue
        figure = RegionFigure(row.plugin, row.key, indicator.label, row.numerator, row.taken_at)
        figures.setdefault(row.region_id, []).append(figure)
    domains = Domain.objects.filter(
        is_primary=True, tenant__state=Region.State.LAUNCHED, tenant__kind=Region.Kind.REGION
    ).select_related("tenant")
    found = [_overview(domain.tenant, domain.domain, figures.get(domain.tenant_id, [])) for domain in domains]
    return sorted(found, key=lambda region: region.name.casefold())


def _overview(region: Region, host: str, figures: list[RegionFigure]) -> RegionOverview:
    ranges = (text.split("-") for text in region.area["postcodes"])
    return RegionOverview(
        slug=region.slug,
        name=region.name,
        tagline=region.tagline,
        url=address(host),
        latitude=region.latitude,
        longitude=region.longitude,
        municipalities=tuple(region.area["municipalities"]),
        postcodes=tuple((int(first), int(last)) for first, last in ranges),
        figures=tuple(figures),
    )


def _indicators() -> tuple[Contributed, ...]:
    return get_plugins().contributed("register_indicators")
