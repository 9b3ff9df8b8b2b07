"""The regions as the hub shows them: numbered, with the figures that matter and their date."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest

from zelfregie_core.places import distance_km, municipalities
from zelfregie_core.plugins import RegionFigure, RegionOverview
from zelfregie_core.plugins.manager import get_plugins


@dataclass(frozen=True)
class RegionEntry:
    """A region on the page of all regions.

    :param number: its place in the list, and its mark on the map.
    :param figures: one per module: the one that the module names first.
    :param taken_at: when the oldest of these figures was taken; None without figures.
    """

    number: int
    overview: RegionOverview
    figures: tuple[RegionFigure, ...]
    taken_at: dt.datetime | None

    @property
    def centre(self) -> tuple[float, float] | None:
        """Where to mark the region: its own centre, else the middle of its municipalities."""
        if self.overview.latitude is not None and self.overview.longitude is not None:
            return self.overview.latitude, self.overview.longitude
        points = municipality_points(self.overview)
        if not points:
            return None
        return tuple(sum(values) / len(points) for values in zip(*points, strict=True))

    def distance_to(self, latitude: float, longitude: float) -> float | None:
        """Kilometres to the nearest municipality of the region, or to its centre; None when its place is unknown."""
        points = municipality_points(self.overview) or ([self.centre] if self.centre else [])
        return min((distance_km(latitude, longitude, *point) for point in points), default=None)


def all_regions(request: HttpRequest) -> list[RegionEntry]:
    """All live regions, by name. The platform answers from read models; without a platform there are none."""
    overviews = get_plugins().pm.hook.regions_overview(request=request) or []
    headlines = headline_indicators()
    return [_entry(number, overview, headlines) for number, overview in enumerate(overviews, start=1)]


def headline_indicators() -> list[tuple[str, str]]:
    """The first indicator of every module, as (plugin, key): what a region is best known by."""
    first: dict[str, str] = {}
    for contributed in get_plugins().contributed("register_indicators"):
        first.setdefault(contributed.plugin, contributed.item.key)
    return list(first.items())


def municipality_points(overview: RegionOverview) -> list[tuple[float, float]]:
    """The centres of a region's municipalities; codes that no longer exist are left out."""
    known = municipalities()
    return [(known[code].latitude, known[code].longitude) for code in overview.municipalities if code in known]


def _entry(number: int, overview: RegionOverview, headlines: list[tuple[str, str]]) -> RegionEntry:
    by_key = {(figure.plugin, figure.key): figure for figure in overview.figures}
    figures = tuple(by_key[key] for key in headlines if key in by_key)
    return RegionEntry(number, overview, figures, min((figure.taken_at for figure in figures), default=None))
