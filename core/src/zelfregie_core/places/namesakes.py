"""Places that share a name: "Hengelo" is a city in Overijssel and a village in Gelderland."""

from zelfregie_core.places.distance import distance_km
from zelfregie_core.places.lookup import locate
from zelfregie_core.places.tables import Location, municipalities, places_by_name
from zelfregie_core.places.text import fold

#: Rows of the table that lie closer together are the same place.
APART_KM = 8.0
#: What the table puts behind a name to tell two apart: "Bergen L", "Hengelo (Gld)".
_PROVINCES = ("dr", "fl", "fr", "gld", "gn", "gr", "l", "lb", "nb", "nh", "ov", "ut", "ze", "zh")


def namesakes(text: str) -> list[Location]:
    """Return the other places that a visitor may mean with a name, the largest first; ``locate`` takes their labels.

    Empty for a postcode, for a name that says which one it means, and for a name that only one place has.
    """
    meant = locate(text)
    if meant is None or meant.precision == "postcode4" or any(character.isdigit() for character in text):
        return []
    name = fold(text)
    same = [
        place for key in (name, *(f"{name} {code}" for code in _PROVINCES)) for place in places_by_name().get(key, ())
    ]
    taken = [(meant.latitude, meant.longitude)]
    found = []
    for place in sorted(same, key=lambda place: -place.population):
        point = (place.latitude, place.longitude)
        if all(distance_km(*point, *other) > APART_KM for other in taken):
            taken.append(point)
            label = place.name  # "Bergen L" says enough by itself
            if fold(place.name) == name:
                label = f"{place.name} (gemeente {municipalities()[place.municipality].name})"
            found.append(Location(label, *point, "place", place.municipality))
    return found
