"""A map of the Netherlands made of dots, one per municipality: drawn from our own tables, no tiles, no other host.

It only repeats what the list says. The list is the source of truth, and what a screen reader reads.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zelfregie_core.places import municipalities
from zelfregie_national.domain.regions import RegionEntry, municipality_points

#: The corner of the map and its scale: units per degree of latitude; a degree of longitude is shorter up here.
NORTH, WEST, SCALE = 53.62, 3.24, 110.0
LONGITUDE_FACTOR = math.cos(math.radians(52.2))
WIDTH, HEIGHT = 264, 326
#: With more regions than this, numbers on the map would cover each other.
MAX_MARKERS = 40
TONES = 3


@dataclass(frozen=True)
class Area:
    """One region on the map.

    :param dots: the dots of its municipalities, as the ``d`` of an SVG path.
    :param tone: 0, 1 or 2, so that neighbours in the list differ.
    :param x: with ``y`` where its number stands; None when the region has no place or there are too many regions.
    """

    number: int
    tone: int
    dots: str
    x: float | None
    y: float | None


@dataclass(frozen=True)
class DotMap:
    """The whole map.

    :param country: the dots of all municipalities, below those of the regions.
    """

    width: int
    height: int
    country: str
    areas: tuple[Area, ...]


def draw_map(regions: Sequence[RegionEntry]) -> DotMap:
    """The map with all regions that have a place."""
    marked = len(regions) <= MAX_MARKERS
    areas = []
    for region in regions:
        points = municipality_points(region.overview)
        centre = region.centre
        if not points and centre is None:
            continue
        x, y = _project(*centre) if marked and centre else (None, None)
        dots = _dots(points or [centre])
        areas.append(Area(region.number, region.number % TONES, dots, x, y))
    return DotMap(WIDTH, HEIGHT, _country(), tuple(areas))


@lru_cache(maxsize=1)
def _country() -> str:
    return _dots((found.latitude, found.longitude) for found in municipalities().values())


def _dots(points: Iterable[tuple[float, float]]) -> str:
    """Points as a path of lines without length; round line ends make dots of them."""
    return "".join("M{:g} {:g}h0".format(*_project(*point)) for point in points)


def _project(latitude: float, longitude: float) -> tuple[float, float]:
    """A place in map units, held inside the frame."""
    x = (longitude - WEST) * SCALE * LONGITUDE_FACTOR
    y = (NORTH - latitude) * SCALE
    return round(min(max(x, 8), WIDTH - 8), 1), round(min(max(y, 8), HEIGHT - 8), 1)
