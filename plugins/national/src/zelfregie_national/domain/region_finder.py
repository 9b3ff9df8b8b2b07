"""Which region is a visitor's own: by postcode, else by municipality, else the nearest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from zelfregie_core.places import Location, find_places, locate
from zelfregie_national.domain.regions import RegionEntry

MAX_TEXT = 80
MAX_SUGGESTIONS = 4
_POSTCODE = re.compile(r"^\s*([1-9]\d{3})(?!\d)")


class Outcome(StrEnum):
    """What we can say about a place."""

    NOTHING_ASKED = "nothing_asked"
    UNKNOWN_PLACE = "unknown_place"
    INSIDE = "inside"
    NEAREST = "nearest"
    NO_REGION = "no_region"


@dataclass(frozen=True)
class Finding:
    """The answer to "where is my region?".

    :param text: what the visitor typed, trimmed.
    :param place: the place as we understood it.
    :param distance: kilometres to the region, when the place is outside it.
    :param suggestions: names that look like an unknown place.
    """

    outcome: Outcome
    text: str = ""
    place: str = ""
    region: RegionEntry | None = None
    distance: float | None = None
    suggestions: tuple[str, ...] = field(default=())


def find_region(text: str, regions: Sequence[RegionEntry]) -> Finding:
    """Find the region that a postcode or place lies in, or else the nearest one.

    When several regions claim the place the nearest of them is meant.
    """
    text = " ".join(text.replace("\x00", "").split())[:MAX_TEXT]
    if not text:
        return Finding(Outcome.NOTHING_ASKED)
    location = locate(text)
    if location is None:
        names = dict.fromkeys(place.name for place in find_places(text, MAX_SUGGESTIONS))
        return Finding(Outcome.UNKNOWN_PLACE, text, suggestions=tuple(names))
    inside = _by_postcode(text, regions) or _by_municipality(location, regions)
    if inside:
        return Finding(Outcome.INSIDE, text, location.label, _nearest(location, inside)[1] or inside[0])
    distance, nearest = _nearest(location, regions)
    if nearest is None:
        return Finding(Outcome.NO_REGION, text, location.label)
    return Finding(Outcome.NEAREST, text, location.label, nearest, distance)


def _by_postcode(text: str, regions: Sequence[RegionEntry]) -> list[RegionEntry]:
    match = _POSTCODE.match(text)
    if not match:
        return []
    digits = int(match[1])
    return [region for region in regions if any(first <= digits <= last for first, last in region.overview.postcodes)]


def _by_municipality(location: Location, regions: Sequence[RegionEntry]) -> list[RegionEntry]:
    return [region for region in regions if location.municipality in region.overview.municipalities]


def _nearest(location: Location, regions: Sequence[RegionEntry]) -> tuple[float | None, RegionEntry | None]:
    """The nearest region whose place is known, with the distance."""
    known = [
        (distance, region.number, region)
        for region in regions
        if (distance := region.distance_to(location.latitude, location.longitude)) is not None
    ]
    if not known:
        return None, None
    distance, _number, region = min(known)
    return distance, region
