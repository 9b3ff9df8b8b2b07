"""From a point on the map to the nearest postcode or place."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import ceil, cos, floor, isfinite, radians
from typing import Any

from zelfregie_core.places.distance import distance_km
from zelfregie_core.places.tables import Place, Postcode, places, postcodes

#: Side of a square of the grid, in degrees.
_CELL = 0.1
_KM_PER_DEGREE = 111.0  # of latitude, rounded down
#: The Netherlands in Europe, with some room: south, north, west, east.
BOX = (50.7, 53.7, 3.2, 7.3)

Grid = Mapping[tuple[int, int], list[Any]]


def is_in_box(latitude: float, longitude: float) -> bool:
    """Whether a point lies in the rectangle around the Netherlands (and some of its neighbours and the sea)."""
    south, north, west, east = BOX
    return isfinite(latitude) and isfinite(longitude) and south <= latitude <= north and west <= longitude <= east


def nearest_place(latitude: float, longitude: float) -> tuple[Place, float] | None:
    """Return the nearest place and how far it is in kilometres; None for a point outside the box."""
    return _nearest(_grid_of_places, latitude, longitude)


def nearest_postcode(latitude: float, longitude: float) -> tuple[Postcode, float] | None:
    """Return the postcode area whose middle is nearest, and how far that is; None for a point outside the box."""
    return _nearest(_grid_of_postcodes, latitude, longitude)


def _nearest(grid_of: Callable[[], Grid], latitude: float, longitude: float) -> Any:
    if not is_in_box(latitude, longitude):
        return None
    grid = grid_of()
    row, column = floor(latitude / _CELL), floor(longitude / _CELL)
    # A degree of longitude is the shorter one: what is farther than this from the point may lie outside the ring.
    width = _CELL * _KM_PER_DEGREE * cos(radians(latitude))
    best: tuple[Any, float] | None = None
    for ring in range(ceil((BOX[3] - BOX[2]) / _CELL) + 1):
        for found in _ring(grid, row, column, ring):
            away = distance_km(latitude, longitude, found.latitude, found.longitude)
            if best is None or away < best[1]:
                best = (found, away)
        if best is not None and best[1] <= ring * width:
            break
    return best


def _ring(grid: Grid, row: int, column: int, ring: int) -> Iterable[Any]:
    for north in range(-ring, ring + 1):
        edge = abs(north) == ring
        for east in range(-ring, ring + 1) if edge else (-ring, ring):
            yield from grid.get((row + north, column + east), ())


def _grid(found: Iterable[Any]) -> Grid:
    grid: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for one in found:
        grid[floor(one.latitude / _CELL), floor(one.longitude / _CELL)].append(one)
    return dict(grid)


@lru_cache(maxsize=1)
def _grid_of_places() -> Grid:
    return _grid(place for _name, place in places())


@lru_cache(maxsize=1)
def _grid_of_postcodes() -> Grid:
    return _grid(postcodes().values())
