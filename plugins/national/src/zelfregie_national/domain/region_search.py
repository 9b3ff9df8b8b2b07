"""Regions in the search over the hub's site."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zelfregie_core.places import fold
from zelfregie_core.plugins import SearchResult
from zelfregie_national.domain.region_finder import Outcome, find_region
from zelfregie_national.domain.regions import RegionEntry

MAX_RESULTS = 20


def search_regions(query: str, regions: Sequence[RegionEntry]) -> list[SearchResult]:
    """Regions by name, and the region in which a place or postcode lies."""
    wanted = fold(query)
    named = [region for region in regions if wanted and wanted in fold(region.overview.name)]
    finding = find_region(query, regions)
    if finding.outcome is Outcome.INSIDE and finding.region and finding.region not in named:
        named.append(finding.region)
    return [
        SearchResult(region.overview.name, region.overview.url, region.overview.tagline, _("Regio"))
        for region in named[:MAX_RESULTS]
    ]
