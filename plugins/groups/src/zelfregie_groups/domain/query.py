"""What a visitor asks of the finder, to and from the address of the page. Pure functions.

The print list, the booklet, the feeds and the widget read the same parameters.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from zelfregie_core.places import Location
from zelfregie_core.plugins import HERE, ListingQuery
from zelfregie_groups.domain.text import clean_query
from zelfregie_groups.models.choices import Audience, Form, Language

PLUGIN = "groups"
#: The distances that the form offers, in kilometres.
DISTANCES = (5, 10, 15, 25, 50, 100)
MAX_DISTANCE = 200
FORMS = (Form.IN_PERSON.value, Form.ONLINE.value)
DAYPARTS = ("morning", "afternoon", "evening")
WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
#: Value of ``volgorde`` to the sort of a ListingQuery.
SORTS = {"dichtbij": "nearest", "datum": "soonest", "passend": "best", "naam": "name"}
MAX_SELECTION = 100
MAX_PAGE = 10_000
#: A group of this region, or with the region's slug in front of another one; an id of the database at most.
KEY = re.compile(r"(?:[a-z0-9-]{1,60}/)?groups:[0-9]{1,18}")


@dataclass(frozen=True)
class GroupQuery:
    """A search for groups. Empty values do not narrow; several values of one filter mean: any of these.

    :param text: words: a theme, a synonym, a name, a place.
    :param theme: slug of a theme, or empty.
    :param place: postcode or place as the visitor typed it, or empty.
    :param distance_km: how far around the place; without a place it is not used.
    :param form: ``in_person``, ``online`` or empty. Groups that are both count for both.
    :param weekdays: ISO 8601 numbers.
    :param dayparts: of ``DAYPARTS``.
    :param audience: codes of ``Audience``.
    :param languages: codes of ``Language``.
    :param accessible: only groups that can be reached with a wheelchair.
    :param has_room: only groups that can take somebody new.
    :param sort: a key of ``SORTS``, or empty for the order that fits the search.
    :param page: from 1.
    :param keys: groups that the visitor ticked: ``groups:<id>``, of another region ``<region>/groups:<id>``.
    """

    text: str = ""
    theme: str = ""
    place: str = ""
    distance_km: int = 15
    form: str = ""
    weekdays: tuple[int, ...] = ()
    dayparts: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    accessible: bool = False
    has_room: bool = False
    sort: str = ""
    page: int = 1
    keys: tuple[str, ...] = ()

    def changed(self, **changes: Any) -> "GroupQuery":
        """Return the same search with other values, from its first page."""
        return replace(self, **{"page": 1, **changes})

    def pairs(self, default_distance: int) -> list[tuple[str, str]]:
        """Return the search as the parameters of an address, names and values, in a fixed order."""
        given: list[tuple[str, Any]] = [
            ("q", self.text),
            ("thema", self.theme),
            ("plaats", self.place),
            ("afstand", self.distance_km if self.distance_km != default_distance else ""),
            ("vorm", self.form),
            *(("dag", day) for day in self.weekdays),
            *(("dagdeel", part) for part in self.dayparts),
            *(("voor", code) for code in self.audience),
            *(("taal", code) for code in self.languages),
            ("toegankelijk", "1" if self.accessible else ""),
            ("plek", "1" if self.has_room else ""),
            ("volgorde", self.sort),
            ("p", self.page if self.page > 1 else ""),
            *(("keuze", key) for key in self.keys),
        ]
        return [(name, str(value)) for name, value in given if value]

    def parameters(self, default_distance: int) -> str:
        """Return the search as the query part of an address: short, and the same search always the same."""
        return urlencode(self.pairs(default_distance), safe=":/")

    def address(self, base: str, default_distance: int) -> str:
        """Return the address of this search on the page ``base``."""
        parameters = self.parameters(default_distance)
        return f"{base}?{parameters}" if parameters else base

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked: the bare page, in any order."""
        return not (self.text or self.theme or self.place or self.narrows)

    @property
    def narrows(self) -> bool:
        """Whether a filter is on, besides theme and distance."""
        return bool(
            self.form
            or self.weekdays
            or self.dayparts
            or self.audience
            or self.languages
            or self.accessible
            or self.has_room
        )

    def without_filters(self) -> "GroupQuery":
        """Return the same words, theme and place, and nothing else."""
        return GroupQuery(text=self.text, theme=self.theme, place=self.place, distance_km=self.distance_km)

    def listing_query(
        self, location: Location | None, *, region: str = HERE, offset: int = 0, limit: int = 20, counts: bool = True
    ) -> ListingQuery:
        """Return the search as the directory understands it.

        :param location: what ``place`` means, or None. For groups that meet online a distance says nothing.
        :param region: the region that asks, whose neighbours' groups within the distance are found too. Empty for the
            whole country.
        """
        near = location if self.form != Form.ONLINE else None
        return ListingQuery(
            plugin=PLUGIN,
            text=self.text,
            themes=(self.theme,) if self.theme else (),
            latitude=near.latitude if near else None,
            longitude=near.longitude if near else None,
            distance_km=float(self.distance_km) if near else None,
            region=region,
            neighbours=bool(region and near),
            forms=(self.form,) if self.form else (),
            audience=self.audience,
            languages=self.languages,
            weekdays=self.weekdays,
            dayparts=self.dayparts,
            accessible=self.accessible,
            has_room=self.has_room,
            sort=SORTS[self.order(near is not None)],
            offset=offset,
            limit=limit,
            counts=counts,
        )

    def order(self, is_near_a_place: bool) -> str:
        """Return the order of the results, a key of ``SORTS``: what was chosen if that says something, else what fits.

        Without a place nothing is nearest, and without words nothing fits best.
        """
        possible = sort_choices(self, is_near_a_place)
        return self.sort if self.sort in possible else possible[0]


def sort_choices(query: GroupQuery, is_near_a_place: bool) -> list[str]:
    """Return the orders that say something for a search, keys of ``SORTS``; the first is the usual one."""
    orders = ["dichtbij"] if is_near_a_place else []
    if query.text:
        orders.append("passend")
    return [*orders, "datum", "naam"]


def read_query(parameters: Mapping[str, str], default_distance: int = 15) -> GroupQuery:
    """Return the search that an address asks for. What cannot be understood is left out; nothing raises.

    :param parameters: ``request.GET`` or another mapping of texts.
    """
    form = parameters.get("vorm", "")
    sort = parameters.get("volgorde", "")
    days = [int(day) for day in _values(parameters, "dag") if day in {"1", "2", "3", "4", "5", "6", "7"}]
    return GroupQuery(
        text=clean_query(parameters.get("q", "")),
        theme=clean_query(parameters.get("thema", ""), 60),
        place=clean_query(parameters.get("plaats", ""), 80),
        distance_km=_number(parameters.get("afstand", ""), default_distance, MAX_DISTANCE),
        form=form if form in FORMS else "",
        weekdays=tuple(sorted(set(days))),
        dayparts=_known(_values(parameters, "dagdeel"), DAYPARTS),
        audience=_known(_values(parameters, "voor"), Audience.values),
        languages=_known(_values(parameters, "taal"), Language.values),
        accessible=parameters.get("toegankelijk", "") == "1",
        has_room=parameters.get("plek", "") == "1",
        sort=sort if sort in SORTS else "",
        page=_number(parameters.get("p", ""), 1, MAX_PAGE),
        keys=_keys(_values(parameters, "keuze")),
    )


def distance_choices(default_distance: int, chosen: int) -> list[int]:
    """Return the distances to choose from, with the region's own and the chosen one among them."""
    return sorted({*DISTANCES, default_distance, chosen})


def _values(parameters: Mapping[str, str], name: str) -> Sequence[str]:
    """All values of a parameter: a QueryDict has several, another mapping one."""
    getlist = getattr(parameters, "getlist", None)
    if getlist is not None:
        return list(getlist(name))
    return [parameters[name]] if name in parameters else []


def _known(given: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """The given values that we know, once, in our order."""
    chosen = set(given)
    return tuple(value for value in known if value in chosen)


def _keys(given: Iterable[str]) -> tuple[str, ...]:
    """The keys that can be one: "groups:12" or "twente/groups:12"."""
    return tuple(dict.fromkeys(key for key in given if KEY.fullmatch(key)))[:MAX_SELECTION]


def _number(text: str, default: int, most: int) -> int:
    """A whole number from 1 to ``most``, or the default when the text is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return default
    return min(max(int(text), 1), most)
