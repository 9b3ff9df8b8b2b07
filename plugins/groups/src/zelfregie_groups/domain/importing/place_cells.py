"""Where a group is on the map, from the cells of a row. No place is better than the wrong one. Pure functions."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_core.places import country_abroad, locate
from zelfregie_core.places.nearest import is_in_box
from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.importing.reader import RowReader
from zelfregie_groups.domain.placing import check_point

_DUTCH = re.compile(r"[1-9]\d{3} [A-Z]{2}")


def read_point(reader: RowReader, values: Mapping[str, Any]) -> Sequence[float] | None:
    """Return the coordinates of a row, else those of its postcode or city; None when none is known.

    A group that is only online has none. What is strange is a notice: the row is used, without a wrong place.
    """
    latitude = reader.get("latitude", cells.coordinate)
    longitude = reader.get("longitude", cells.coordinate)
    if (latitude is None) != (longitude is None) and not reader.problems:
        column = "latitude" if latitude is None else "longitude"
        reader.problem(column, _("Vul beide coördinaten in, of maak ze allebei leeg."))
        return None
    if latitude is not None and longitude is not None:
        point = _checked(reader, latitude, longitude)
        if point is not None:
            return point
    if values.get("form") == "online":
        return None
    point, remark = _of_address(values.get("postal_code") or "", values.get("city") or "")
    if remark:
        reader.notice("postal_code" if values.get("postal_code") else "city", _remark(remark))
    return list(point) if point else None


def _checked(reader: RowReader, latitude: float, longitude: float) -> list[float] | None:
    """The coordinates when they can be right; swapped ones are turned."""
    if not is_in_box(latitude, longitude) and is_in_box(longitude, latitude):
        latitude, longitude = longitude, latitude
        reader.notice("latitude", _("De coördinaten stonden verwisseld (eerst 50-54, dan 3-8). Ze zijn omgedraaid."))
    wrong = check_point(latitude, longitude)
    if wrong is None:
        return [latitude, longitude]
    reader.notice("latitude", " ".join([wrong, _("De plek komt nu van de postcode of de plaats.")]))
    return None


@lru_cache(maxsize=4096)
def _of_address(code: str, city: str) -> tuple[tuple[float, float] | None, str]:
    """The point of a postcode and a city, and which remark belongs to it."""
    if not code and not city:
        return None, ""
    if found := locate(f"{code} {city}".strip()):
        return (found.latitude, found.longitude), ""
    of_code, of_city = locate(code), locate(city)
    if of_code and not city:
        return (of_code.latitude, of_code.longitude), ""
    if of_code and _DUTCH.fullmatch(code):
        # A full Dutch postcode that exists, with a city that we do not know (a hamlet) or that lies elsewhere.
        return (None, "apart") if of_city else ((of_code.latitude, of_code.longitude), "")
    if of_city and (not code or _DUTCH.fullmatch(code)):
        return (of_city.latitude, of_city.longitude), "city" if code else ""
    # Four digits with a city that is not there are Belgian: "3500 Hasselt" is not the Hasselt in Overijssel.
    return None, "abroad" if country_abroad(f"{code} {city}".strip()) else "unknown"


def _remark(kind: str) -> str:
    return {
        "apart": _("De postcode en de plaats liggen ver uit elkaar. De groep heeft nu geen plek op de kaart."),
        "city": _("Deze postcode bestaat niet. De groep staat nu op de kaart in het midden van de plaats."),
        "abroad": _("Dit is een plaats in België of Duitsland. De groep heeft nu geen plek op de kaart."),
        "unknown": _("Deze postcode en plaats ken ik niet (samen). De groep heeft nu geen plek op de kaart."),
    }[kind]
