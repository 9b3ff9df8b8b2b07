"""Municipalities, places and postcodes of the Netherlands, offline; and the address service, for who switches it on.

The tables are in ``zelfregie_core/data``; their sources, licence and precision are in the README there. They are read
once per process, at the first question. Only ``locate_address`` can ask outside; see ``locatieserver.py``.
"""

from zelfregie_core.places.abroad import country_abroad
from zelfregie_core.places.distance import distance_km
from zelfregie_core.places.locatieserver import locate_address
from zelfregie_core.places.lookup import find_places, locate
from zelfregie_core.places.namesakes import namesakes
from zelfregie_core.places.nearest import nearest_place, nearest_postcode
from zelfregie_core.places.tables import Location, Municipality, Place, municipalities
from zelfregie_core.places.text import fold

__all__ = [
    "Location",
    "Municipality",
    "Place",
    "country_abroad",
    "distance_km",
    "find_places",
    "fold",
    "locate",
    "locate_address",
    "municipalities",
    "namesakes",
    "nearest_place",
    "nearest_postcode",
]
