"""What a visitor of the hub asks of the search over the country, to and from the address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from zelfregie_core.places import Location
from zelfregie_core.plugins import ListingQuery
from zelfregie_core.search import clean_query

DISTANCES = (5, 10, 15, 25, 50, 100)
DEFAULT_DISTANCE = 25
FORMS = ("in_person", "online")
PER_PAGE = 20
MAX_PAGE = 10_000


@dataclass(frozen=True)
class CountryQuery:
    """A search over the country. Empty values do not narrow.

    :param text: words: a theme, a synonym, a name.
    :param theme: slug of a theme, from a link.
    :param place: postcode or place as it was typed; ``distance_km`` is around it.
    :param form: ``in_person``, ``online`` or empty.
    :param page: from 1.
    """

    text: str = ""
    theme: str = ""
    place: str = ""
    distance_km: int = DEFAULT_DISTANCE
    form: str = ""
    has_room: bool = False
    page: int = 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked: the bare page."""
        return not (self.text or self.theme or self.place or self.form or self.has_room)

    def changed(self, **changes: Any) -> "CountryQuery":
        """Return the same search with other values, from its first page."""
        return replace(self, **{"page": 1, **changes})

    def address(self) -> str:
        """Return the search as the query part of an address, with its question mark: short, and always the same."""
        given = [
            ("q", self.text),
            ("thema", self.theme),
            ("plaats", self.place),
            ("afstand", self.distance_km if self.place and self.distance_km != DEFAULT_DISTANCE else ""),
            ("vorm", self.form),
            ("plek", "1" if self.has_room else ""),
        ]
        return "?" + urlencode([(name, value) for name, value in given if value])

    def listing_query(self, plugin: str, location: Location | None, *, limit: int = PER_PAGE) -> ListingQuery:
        """Return the search as the directory understands it. For what meets online a distance says nothing."""
        near = location if self.form != "online" else None
        return ListingQuery(
            plugin=plugin,
            text=self.text,
            themes=(self.theme,) if self.theme else (),
            latitude=near.latitude if near else None,
            longitude=near.longitude if near else None,
            distance_km=float(self.distance_km) if near else None,
            forms=(self.form,) if self.form else (),
            has_room=self.has_room,
            sort="best" if self.text else "nearest" if near else "soonest",
            offset=(self.page - 1) * PER_PAGE,
            limit=limit,
        )


def read_query(parameters: Mapping[str, str]) -> CountryQuery:
    """Return the search that an address asks for. What cannot be understood is left out; nothing raises."""
    form = parameters.get("vorm", "")
    return CountryQuery(
        text=clean_query(parameters.get("q", "")),
        theme=clean_query(parameters.get("thema", ""), 60),
        place=clean_query(parameters.get("plaats", ""), 80),
        distance_km=_number(parameters.get("afstand", ""), DEFAULT_DISTANCE, 200),
        form=form if form in FORMS else "",
        has_room=parameters.get("plek", "") == "1",
        page=_number(parameters.get("p", ""), 1, MAX_PAGE),
    )


def _number(text: str, default: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return default
    return min(max(int(text), 1), most)
