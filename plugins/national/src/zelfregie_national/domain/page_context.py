"""What the pages of the hub show of the regions."""

from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest
from django.urls import reverse

from zelfregie_national.domain.dot_map import draw_map
from zelfregie_national.domain.region_finder import find_region
from zelfregie_national.domain.regions import all_regions

#: So many regions are shown on the hub's home page; the others are one click away.
ON_HOME = 9
MAX_WORDS = 100


def for_regions(request: HttpRequest) -> dict[str, Any]:
    """Variables of the page of all regions: the list, the map, and the answer to ``?plaats=``.

    ``words`` is what the visitor searched for on the home page (``?q=``); it goes along to the region.
    """
    regions = all_regions(request)
    finding = find_region(request.GET.get("plaats", ""), regions)
    home = finding.region.overview.url if finding.region else ""
    return {
        "regions": regions,
        "map": draw_map(regions),
        "finding": finding,
        # The search over a site has the same path in every region.
        "region_search_url": urljoin(home, reverse("zelfregie_core:search")),
        "words": " ".join(request.GET.get("q", "").replace("\x00", "").split())[:MAX_WORDS],
    }


def for_home(request: HttpRequest) -> dict[str, Any]:
    """Variables of the section on the hub's home page."""
    regions = all_regions(request)
    return {"regions": regions[:ON_HOME], "region_count": len(regions), "map": draw_map(regions)}
