"""Municipalities, places and postcodes of the Netherlands, offline and without Django.

Everything comes from the tables in ``zelfregie_core/data``; their sources, licence and precision are in the
README there. The tables are read once per process, at the first question.
"""

from zelfregie_core.places.distance import distance_km
from zelfregie_core.places.lookup import find_places, locate
from zelfregie_core.places.tables import Location, Municipality, Place, municipalities
from zelfregie_core.places.text import fold

__all__ = [
    "Location",
    "Municipality",
    "Place",
    "distance_km",
    "find_places",
    "fold",
    "locate",
    "municipalities",
]
