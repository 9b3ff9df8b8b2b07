"""What a visitor asks of the finder, to and from the address of the page. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from zelfregie_groups.domain.text import clean_query

#: The distances that the form offers, in kilometres.
DISTANCES = (5, 10, 15, 25, 50, 100)
FORMS = ("in_person", "online")


@dataclass(frozen=True)
class GroupQuery:
    """A search for groups.

    :param text: words: a theme, a synonym, a name, a place.
    :param theme: slug of a theme, or empty.
    :param place: postcode or place as the visitor typed it, or empty.
    :param distance_km: how far around the place; without a place it is not used.
    :param form: ``in_person``, ``online`` or empty. Groups that are both count for both.
    :param has_room: only groups that can take somebody new.
    """

    text: str = ""
    theme: str = ""
    place: str = ""
    distance_km: int = 15
    form: str = ""
    has_room: bool = False

    def changed(self, **changes: Any) -> "GroupQuery":
        """Return the same search with other values."""
        return replace(self, **changes)

    def parameters(self, default_distance: int) -> str:
        """Return the search as the query part of an address: short, and the same search always the same."""
        given = {
            "q": self.text,
            "thema": self.theme,
            "plaats": self.place,
            "afstand": self.distance_km if self.distance_km != default_distance else "",
            "vorm": self.form,
            "plek": "1" if self.has_room else "",
        }
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.theme or self.place or self.form or self.has_room)


def read_query(parameters: Mapping[str, str], default_distance: int = 15) -> GroupQuery:
    """Return the search that an address asks for. What cannot be understood is left out; nothing raises.

    :param parameters: ``request.GET`` or another mapping of texts.
    """
    form = parameters.get("vorm", "")
    return GroupQuery(
        text=clean_query(parameters.get("q", "")),
        theme=clean_query(parameters.get("thema", ""), 60),
        place=clean_query(parameters.get("plaats", ""), 80),
        distance_km=_distance(parameters.get("afstand", ""), default_distance),
        form=form if form in FORMS else "",
        has_room=parameters.get("plek", "") == "1",
    )


def distance_choices(default_distance: int, chosen: int) -> list[int]:
    """Return the distances to choose from, with the region's own and the chosen one among them."""
    return sorted({*DISTANCES, default_distance, chosen})


def _distance(text: str, default: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        return default
    return min(max(int(text), 1), 200)
