"""Distance in SQL, with the formula of `zelfregie_core.places.distance_km`."""

from __future__ import annotations

from math import cos, radians

from zelfregie_core.places.distance import EARTH_RADIUS_KM
from zelfregie_tenants.domain.directory.parameters import Parameters

KM_PER_DEGREE = 111.0  # of latitude, rounded down: the box is never too small


def distance_from(latitude: float, longitude: float, parameters: Parameters) -> str:
    """Return the distance in kilometres of the row `l` to a point, as SQL; NULL where it has no coordinates."""
    diameter, cosine = parameters.add(2 * EARTH_RADIUS_KM), parameters.add(cos(radians(latitude)))
    here, there = parameters.add(radians(latitude)), parameters.add(radians(longitude))
    return (
        f"{diameter} * asin(least(1, sqrt(power(sin((radians(l.latitude) - {here}) / 2), 2) "
        f"+ {cosine} * cos(radians(l.latitude)) * power(sin((radians(l.longitude) - {there}) / 2), 2))))"
    )


def box_around(latitude: float, longitude: float, radius_km: float, parameters: Parameters) -> str:
    """Return whether the row `l` is in a square around a point: a first, cheap selection that an index answers."""
    height = radius_km / KM_PER_DEGREE
    width = height / max(cos(radians(latitude)), 0.01)
    south, north = parameters.add(latitude - height), parameters.add(latitude + height)
    west, east = parameters.add(longitude - width), parameters.add(longitude + width)
    return f"(l.latitude BETWEEN {south} AND {north} AND l.longitude BETWEEN {west} AND {east})"
