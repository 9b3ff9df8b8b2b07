"""From what a visitor types to a point on the map."""

import re
import statistics

from zelfregie_core.places.distance import distance_km
from zelfregie_core.places.tables import (
    Location,
    Place,
    municipalities,
    municipalities_by_name,
    places,
    places_by_name,
    postcodes,
)
from zelfregie_core.places.text import fold

# Longer than the longest name with a postcode in front; more is not a place and not worth folding.
MAX_LENGTH = 80
# A postcode without a row of its own is placed among its neighbours only if these lie together.
MAX_SPREAD_KM = 25.0
# "3600 Genk" is Belgian: a name behind a postcode must lie where the postcode lies.
MAX_NAME_FROM_POSTCODE_KM = 30.0

# "6411", "6411AB", "6411 ab, Heerlen", "NL-6411 AB". The letters SA, SD and SS are never issued (NEN 5825).
_POSTCODE = re.compile(
    r"^(?:nl[\s-]+)?(?P<digits>[1-9]\d{3})(?:\s*(?P<letters>(?!sa|sd|ss)[a-z]{2})(?![a-z]))?(?P<rest>\D*)$"
)
# What registrations fill in when an address is unknown or abroad; 9999 is a village in Groningen too.
_PLACEHOLDERS = frozenset({"9999zz", "9999xx", "1234ab"})

# Names people use that the tables do not have.
_ALIASES = {
    "den bosch": "s hertogenbosch",
    "s gravenhage": "den haag",
    "the hague": "den haag",
    "ljouwert": "leeuwarden",
    "grunn": "groningen",
    "mestreech": "maastricht",
    "lampegat": "eindhoven",
    "hengelo ov": "hengelo",
}


def find_places(text: str, limit: int = 8) -> list[Place]:
    """Return the places whose name starts with ``text``, then those that contain it, largest first.

    Case, accents and punctuation do not matter. Returns an empty list for fewer than two letters.
    """
    wanted = fold(text[: MAX_LENGTH + 1])
    wanted = _ALIASES.get(wanted, wanted)
    if not 2 <= len(wanted) <= MAX_LENGTH or limit < 1:
        return []
    starting: list[Place] = []
    containing: list[Place] = []
    for name, place in places():
        if name.startswith(wanted):
            starting.append(place)
            if len(starting) == limit:
                break
        elif wanted in name and len(containing) < limit:
            containing.append(place)
    return (starting + containing)[:limit]


def locate(text: str) -> Location | None:
    """Return where a postcode, place or municipality lies, or None when it is not one in the Netherlands.

    Accepts "6411", "6411 AB", "6411ab Heerlen", "Heerlen", "Hengelo (gemeente Bronckhorst)" and "Beekdaelen". A
    postcode that exists but has no row of its own (post office boxes, new neighbourhoods) gets the middle of its
    neighbours, as an "area".
    """
    text = text.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    match = _POSTCODE.match(" ".join(text.casefold().split()))
    if match:
        return _locate_postcode(match["digits"], match["letters"] or "", match["rest"])
    if any(character.isdigit() for character in text):
        return None
    return _locate_name(fold(text))


def _locate_postcode(digits: str, letters: str, rest: str) -> Location | None:
    if digits + letters in _PLACEHOLDERS:
        return None
    known = postcodes().get(digits)
    if known:
        precision = "postcode4" if known.exact else "area"
        label = f"{known.code} {known.place}"
        found = Location(label, known.latitude, known.longitude, precision, known.municipality)
    else:
        found = _among_neighbours(digits)
    name = fold(rest)
    if found and name and not _name_lies_near(name, found):
        return None
    return found


def _among_neighbours(digits: str) -> Location | None:
    for length in (3, 2):
        around = [found for code, found in postcodes().items() if code[:length] == digits[:length]]
        if len(around) < 2:
            continue
        latitude = round(statistics.median(found.latitude for found in around), 4)
        longitude = round(statistics.median(found.longitude for found in around), 4)
        farthest = max(distance_km(latitude, longitude, f.latitude, f.longitude) for f in around)
        if farthest > MAX_SPREAD_KM:
            return None
        main = statistics.mode(found.place for found in around)
        return Location(f"{digits} (omgeving {main})", latitude, longitude, "area", None)
    return None


def _name_lies_near(name: str, point: Location) -> bool:
    candidates: list[tuple[float, float]] = []
    wanted = _ALIASES.get(name, name)
    candidates += [(p.latitude, p.longitude) for p in places_by_name().get(wanted, ())]
    municipality = municipalities_by_name().get(name)
    if municipality:
        candidates.append((municipality.latitude, municipality.longitude))
    return any(
        distance_km(point.latitude, point.longitude, latitude, longitude) <= MAX_NAME_FROM_POSTCODE_KM
        for latitude, longitude in candidates
    )


def _locate_name(name: str) -> Location | None:
    name, _of, municipality_name = name.partition(" gemeente ")
    same = places_by_name().get(_ALIASES.get(name, name))
    if same and municipality_name:
        same = tuple(p for p in same if fold(municipalities()[p.municipality].name) == municipality_name)
    if same:
        place = same[0]
        label = place.name
        if len(same) > 1 or municipality_name:
            label = f"{place.name} (gemeente {municipalities()[place.municipality].name})"
        return Location(label, place.latitude, place.longitude, "place", place.municipality)
    municipality = None if municipality_name else municipalities_by_name().get(name)
    if municipality:
        return Location(municipality.name, municipality.latitude, municipality.longitude, "area", municipality.code)
    return None
