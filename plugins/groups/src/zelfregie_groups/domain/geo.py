"""Distance in SQL, with the formula of ``zelfregie_core.places.distance_km``."""

from math import cos, radians
from typing import Any

from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from zelfregie_core.places.distance import EARTH_RADIUS_KM

KM_PER_DEGREE = 111.0  # of latitude, rounded down: the box is never too small


def with_distance(groups: QuerySet[Any], latitude: float, longitude: float) -> QuerySet[Any]:
    """Return groups with ``distance_km`` to a point; None where a group has no coordinates."""
    half_latitude = (Radians(F("latitude")) - Value(radians(latitude))) / Value(2.0)
    half_longitude = (Radians(F("longitude")) - Value(radians(longitude))) / Value(2.0)
    chord = Power(Sin(half_latitude), Value(2.0)) + Value(cos(radians(latitude))) * Cos(Radians(F("latitude"))) * Power(
        Sin(half_longitude), Value(2.0)
    )
    distance = Value(2 * EARTH_RADIUS_KM) * ASin(Least(Value(1.0), Sqrt(chord)))
    return groups.annotate(distance_km=distance * Value(1.0, output_field=FloatField()))


def within_box(groups: QuerySet[Any], latitude: float, longitude: float, radius_km: float) -> QuerySet[Any]:
    """Return the groups in a square around a point: a first, cheap selection that an index answers."""
    height = radius_km / KM_PER_DEGREE
    width = height / max(cos(radians(latitude)), 0.01)
    return groups.filter(
        latitude__gte=latitude - height,
        latitude__lte=latitude + height,
        longitude__gte=longitude - width,
        longitude__lte=longitude + width,
    )
