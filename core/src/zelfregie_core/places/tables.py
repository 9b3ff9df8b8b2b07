"""The bundled tables as immutable Python objects."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from zelfregie_core.places.text import fold

#: From exact to rough. The first three come from the address service, the others from the tables.
Precision = Literal["address", "postcode6", "street", "postcode4", "place", "area"]


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality; its point is the centre of its main place; ``population`` is rounded or None."""

    code: str
    name: str
    province: str
    latitude: float
    longitude: float
    population: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A city, village or neighbourhood. ``population`` is 0 for places of fewer than 500 people."""

    name: str
    municipality: str
    latitude: float
    longitude: float
    population: int


@dataclass(frozen=True, slots=True)
class Location:
    """A point on the map that a visitor named, with how precisely we know it."""

    label: str
    latitude: float
    longitude: float
    precision: Precision
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Postcode:
    """A four-digit postcode area."""

    code: str
    place: str
    municipality: str
    latitude: float
    longitude: float
    exact: bool


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("zelfregie_core").joinpath("data", name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


@lru_cache(maxsize=1)
def municipalities() -> Mapping[str, Municipality]:
    """Return all current municipalities by their four-digit CBS code."""
    return MappingProxyType(
        {
            row["code"]: Municipality(
                row["code"],
                row["name"],
                row["province"],
                float(row["latitude"]),
                float(row["longitude"]),
                int(row["population"]) if row["population"] else None,
            )
            for row in _rows("municipalities.csv")
        }
    )


@lru_cache(maxsize=1)
def postcodes() -> Mapping[str, Postcode]:
    """Return all known four-digit postcodes."""
    return MappingProxyType(
        {
            row["postcode"]: Postcode(
                row["postcode"],
                row["place"],
                row["municipality"],
                float(row["latitude"]),
                float(row["longitude"]),
                row["precision"] != "area",
            )
            for row in _rows("postcodes.csv")
        }
    )


@lru_cache(maxsize=1)
def places() -> tuple[tuple[str, Place], ...]:
    """Return every place with its folded name, the most populous first."""
    found = [
        Place(
            row["name"],
            row["municipality"],
            float(row["latitude"]),
            float(row["longitude"]),
            int(row["population"]),
        )
        for row in _rows("places.csv")
    ]
    found.sort(key=lambda place: (-place.population, place.name, place.municipality))
    return tuple((fold(place.name), place) for place in found)


@lru_cache(maxsize=1)
def places_by_name() -> Mapping[str, tuple[Place, ...]]:
    """Return the places of each folded name, the one people mean first.

    That is the one that gave its municipality its name (Valkenburg aan de Geul, not the Valkenburg in Katwijk),
    else the most populous.
    """
    found: dict[str, list[Place]] = defaultdict(list)
    for name, place in places():
        found[name].append(place)

    def namesake_of_municipality(place: Place) -> bool:
        return fold(municipalities()[place.municipality].name).startswith(fold(place.name))

    return MappingProxyType(
        {name: tuple(sorted(same, key=namesake_of_municipality, reverse=True)) for name, same in found.items()}
    )


@lru_cache(maxsize=1)
def municipalities_by_name() -> Mapping[str, Municipality]:
    """Return each municipality by its folded name, without the "(L)" that tells two Bergens apart."""
    return MappingProxyType({fold(found.name.split(" (")[0]): found for found in municipalities().values()})
