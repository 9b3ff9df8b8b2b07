"""The directory across regions: what a plugin lists in it, how it is searched, and what comes back. Plain, frozen data.

A *listing* is something published that people look for by theme, words and place, such as a group (HSDS: a service at
a location). The platform keeps the listings of all regions together; one search answers the finder of a region, with
its neighbours, and the search over the whole country. Codes (``form``, ``status``, ...) are those of the plugin.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: ``ListingQuery.region`` for the region that searches, whichever that is; no slug of a region looks like this. On the
#: national hub it means the whole country.
HERE = "."


@dataclass(frozen=True)
class Listing:
    """Something published that can be found in every region.

    :param key: stable within the region, ``<slug>:<id>``; the same as in ``DirectoryEntry``.
    :param path: of its page on the region's site, such as ``/groepen/rouw-in-heerlen/``.
    :param themes: slugs of themes.
    :param words: everything it can be found by, most telling first: (weight, text), weight ``A`` (name, names of
        themes), ``B`` (city, location) or ``C`` (description). Never anything personal that the page does not show.
    :param latitude: degrees (WGS 84), or None when it has no place; likewise ``longitude``.
    :param form: ``in_person``, ``online`` or ``hybrid``.
    :param status: ``active``, ``waiting_list``, ``full`` or ``paused``.
    :param audience: for whom: ``self``, ``relative``, ``bereaved``.
    :param languages: codes of ISO 639.
    :param weekdays: ISO 8601, 1 (Monday) to 7.
    :param dayparts: ``morning`` (before 12.00), ``afternoon`` (before 18.00), ``evening``.
    :param accessible: usable with a wheelchair; False when not, or not known.
    :param upcoming: the next moments it meets, soonest first, aware; empty when not known.
    :param card: what else its card in a list shows, in forms that JSON knows.
    """

    key: str
    title: str
    path: str
    summary: str = ""
    themes: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None
    form: str = "in_person"
    status: str = "active"
    audience: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    dayparts: tuple[str, ...] = ()
    accessible: bool = False
    upcoming: tuple[dt.datetime, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ListingQuery:
    """A search in the directory. Empty values do not narrow. Several values of one filter mean: any of these.

    :param plugin: whose listings.
    :param text: what a visitor typed: themes, synonyms, words, with mistakes.
    :param themes: slugs of themes that were chosen.
    :param latitude: where to search around (with ``longitude``); listings that only meet online have no distance and
        are found only when ``forms`` asks for ``online``, or without a place.
    :param distance_km: how far around that point.
    :param region: slug of one region, or ``HERE`` for the one that searches; empty for the whole country.
    :param neighbours: with ``region`` and a point: other regions' listings within the distance as well.
    :param forms: ``in_person`` and ``online``; a hybrid one counts for both.
    :param sort: ``best`` (how well the words fit, then nearest), ``nearest``, ``soonest``, ``name``.
    :param keys: exactly these listings, in this order, whatever the filters; for a selection. ``<key>`` of ``region``,
        or of the region that searches when that is empty; ``<slug of a region>/<key>`` of another one.
    :param limit: at most so many hits, from ``offset``; 0 for none (only the counts).
    :param counts: whether to count the values of the filters as well.
    :param theme_counts: with ``counts``: those of the themes too. They cost more than all others together where the
        words are common and a theme was chosen, so only who shows them asks for them.
    """

    plugin: str
    text: str = ""
    themes: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    distance_km: float | None = None
    region: str = ""
    neighbours: bool = False
    forms: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    dayparts: tuple[str, ...] = ()
    accessible: bool = False
    has_room: bool = False
    sort: str = "best"
    keys: tuple[str, ...] = ()
    offset: int = 0
    limit: int = 20
    counts: bool = True
    theme_counts: bool = False


@dataclass(frozen=True)
class ListingHit:
    """A listing that was found, with where it lives.

    :param region: slug of its region.
    :param region_name: as people know it.
    :param url: absolute address of its page for another region's listing, a path for one of the own region.
    :param is_own: whether it belongs to the region that searches.
    :param distance_km: as the crow flies, or None.
    :param next_at: the first moment in ``listing.upcoming`` that is still to come, or None.
    """

    listing: Listing
    region: str
    region_name: str
    url: str
    is_own: bool
    distance_km: float | None = None
    next_at: dt.datetime | None = None


@dataclass(frozen=True)
class Correction:
    """A word that was searched for as another: ``typed`` "diabtes", ``meant`` "diabetes"."""

    typed: str
    meant: str


@dataclass(frozen=True)
class ListingResults:
    """The outcome of a search.

    :param total: how many were found, whatever the limit.
    :param counts: filter (``themes`` when asked for, ``forms``, ``audience``, ``languages``, ``weekdays``,
        ``dayparts``, ``accessible``, ``has_room``, ``distance_km``) to value to how many would be found when that
        value were chosen and the other filters stay; values that would find nothing are left out. The value of
        ``accessible`` and ``has_room`` is True; of ``distance_km`` 5, 10, 15, 25, 50 and 100, with a point. Empty when
        the search did not ask for counts.
    :param themes: slugs of the themes that the words meant.
    :param corrections: words that were not known and what was searched for instead.
    :param unknown: words that no listing has and that look like no word that one has.
    :param is_part: True when nothing fits all the words, and the hits fit a part of them: the themes that they name,
        or else some of the words.
    """

    total: int
    hits: tuple[ListingHit, ...]
    counts: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    unknown: tuple[str, ...] = ()
    is_part: bool = False
