"""The background of the map: tiles of the Dutch government (PDOK, BRT Achtergrondkaart), fetched by us.

A visitor's browser asks only our own site. What goes outside is which tile, and nothing about who looks at it.
"""

import logging
from math import asinh, floor, pi, radians, tan

from django.conf import settings
from django.core.cache import InvalidCacheBackendError, caches
from django.core.cache.backends.base import BaseCache
from django.urls import reverse

from zelfregie_core.domain.outside import Breaker, OutsideError, ask

logger = logging.getLogger(__name__)

MIN_ZOOM, MAX_ZOOM = 6, 16
#: South, north, west, east: the Netherlands with the edge that a map around it shows.
BOUNDS = (50.3, 54.0, 2.6, 8.0)
MOST_BYTES = 200_000
KEEP_SECONDS = 7 * 24 * 3600
#: The licence of the map (CC BY 4.0) asks for it.
ATTRIBUTION = "Kaart: Kadaster"
_PNG = b"\x89PNG\r\n\x1a\n"
_END = b"IEND\xaeB`\x82"

breaker = Breaker()


def tiles_url() -> str:
    """Return the address of tiles with ``{z}``, ``{x}`` and ``{y}``, or an empty string when there is no background."""
    if not settings.ZELFREGIE_TILES_URL:
        return ""
    return reverse("groups:map_tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")


def is_in_bounds(zoom: int, column: int, row: int) -> bool:
    """Whether a tile shows a part of the Netherlands at a zoom that a visitor needs."""
    if not MIN_ZOOM <= zoom <= MAX_ZOOM:
        return False
    south, north, west, east = BOUNDS
    first_column, first_row = tile_of(zoom, north, west)
    last_column, last_row = tile_of(zoom, south, east)
    return first_column <= column <= last_column and first_row <= row <= last_row


def tile_of(zoom: int, latitude: float, longitude: float) -> tuple[int, int]:
    """Return column and row of the tile that a point lies in (Web Mercator, EPSG:3857, row 0 in the north)."""
    count = 2**zoom
    column = floor((longitude + 180) / 360 * count)
    row = floor((1 - asinh(tan(radians(latitude))) / pi) / 2 * count)
    return column, row


def kept_tile(zoom: int, column: int, row: int) -> bytes | None:
    """Return a tile that was fetched before, or None."""
    return _store().get(_key(zoom, column, row))


def fetch_tile(zoom: int, column: int, row: int) -> bytes | None:
    """Fetch a tile and keep it for a week; None when the service is off, or gives no picture within two seconds."""
    template = settings.ZELFREGIE_TILES_URL
    if not template or breaker.is_open:
        return None
    url = template.replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(row))
    try:
        body = ask(url, most_bytes=MOST_BYTES, accept="image/png").body
        if not is_picture(body):
            raise OutsideError("not a tile")
    except OutsideError as error:
        logger.warning("Tile %s/%s/%s: %s", zoom, column, row, error)
        breaker.note(ok=False)
        return None
    breaker.note(ok=True)
    keep_tile(zoom, column, row, body)
    return body


def keep_tile(zoom: int, column: int, row: int, picture: bytes) -> None:
    """Keep a tile for a week."""
    _store().set(_key(zoom, column, row), picture, KEEP_SECONDS)


def is_picture(body: bytes) -> bool:
    """Whether this is a whole PNG of the size of a tile."""
    width, height = int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big")
    return (
        body.startswith(_PNG)
        and body[12:16] == b"IHDR"
        and body.rstrip(b"\0").endswith(_END)
        and (width, height) in {(256, 256), (512, 512)}
    )


def _store() -> BaseCache:
    """A cache of their own where there is one: so many tiles would push everything else out."""
    try:
        return caches["tiles"]
    except InvalidCacheBackendError:
        return caches["default"]


def _key(zoom: int, column: int, row: int) -> str:
    return f"groups:tile:{zoom}:{column}:{row}"
