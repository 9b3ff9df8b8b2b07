"""Searching the whole country from the hub: groups of all regions, each with the way to its region's own site."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_core.domain import directory
from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_core.domain.themes import standard_themes
from zelfregie_core.places import Location, country_abroad, find_places, locate, namesakes
from zelfregie_core.plugins import ListingHit, ListingResults
from zelfregie_national.domain.country_query import DISTANCES, PER_PAGE, CountryQuery, read_query

MAX_SUGGESTIONS = 4
MAX_THEMES = 12


@dataclass(frozen=True)
class Link:
    """A link with its text."""

    label: str
    url: str


@dataclass(frozen=True)
class Choice:
    """A value of a filter, with how many groups it would give; None when that is not known."""

    value: str
    label: str
    is_chosen: bool
    count: int | None = None


@dataclass(frozen=True)
class CountryCard:
    """A group of some region as a card shows it."""

    hit: ListingHit
    themes: str
    first_theme: str
    where: str


def for_country_search(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of the page. One search; two when it finds nothing."""
    query = read_query(request.GET)
    plugin = settings_of("national").search_in
    location = locate(query.place) if query.place else None
    others = namesakes(query.place) if location else []
    results = None if query.is_empty else directory.search(query.listing_query(plugin, location), request)
    context: dict[str, Any] = {"query": query, "location": location, "results": results}
    context["namesakes"] = [Link(other.label, query.changed(place=other.label).address()) for other in others]
    if query.place and location is None:
        context["abroad"] = country_abroad(query.place)
        context["similar_places"] = _similar_places(query)
    context["choices"] = _choices(query, location, results)
    if results is not None:
        context["cards"] = [_card(hit) for hit in results.hits]
        context["pages"] = Paginator(range(results.total), PER_PAGE).get_page(query.page)
        context["themes_meant"] = _themes_meant(query, results)
        if not results.total:
            context["alternatives"] = list(_alternatives(query, location, results))
            context["near_themes"] = _near_themes(query, plugin, location, request)
    return context


def _choices(query: CountryQuery, location: Location | None, results: ListingResults | None) -> dict[str, list[Choice]]:
    """The filters with their counts."""
    counts = results.counts if results else {}

    def number(name: str, value: Any) -> int | None:
        return counts.get(name, {}).get(value, 0) if results else None

    forms = {"": _("Maakt niet uit"), "in_person": _("Bij elkaar"), "online": _("Online")}
    distances = sorted({*DISTANCES, query.distance_km})
    return {
        "forms": [
            Choice(form, label, query.form == form, number("forms", form) if form else None)
            for form, label in forms.items()
        ],
        "distances": [
            Choice(
                str(km),
                _("tot %(distance)s km") % {"distance": km},
                query.distance_km == km,
                number("distance_km", km) if location and query.form != "online" and km in DISTANCES else None,
            )
            for km in distances
        ],
        "has_room": [Choice("1", _("Er is plek"), query.has_room, number("has_room", True))],
    }


def _card(hit: ListingHit) -> CountryCard:
    listing = hit.listing
    names = listing.card.get("theme_names") or {}
    place = listing.city or listing.card.get("location_name") or ""
    if listing.form == "online":
        where = _("Online")
    elif listing.form == "hybrid":
        where = _("%(place)s, ook online") % {"place": place} if place else _("Bij elkaar en online")
    else:
        where = place
    themes = ", ".join(names.get(slug, slug) for slug in listing.themes)
    return CountryCard(hit, themes, listing.themes[0] if listing.themes else "", where)


def _themes_meant(query: CountryQuery, results: ListingResults) -> list[str]:
    """The names of the themes that were searched for: chosen, or meant by the words."""
    slugs = [query.theme] if query.theme else list(results.themes)
    return [standard_themes()[slug].name for slug in slugs if slug in standard_themes()]


def _similar_places(query: CountryQuery) -> list[Link]:
    """Places that begin as an unknown one does."""
    letters = query.place
    for length in range(min(len(letters), 20), 2, -1):
        found = find_places(letters[:length], limit=MAX_SUGGESTIONS)
        if found:
            names = dict.fromkeys(place.name for place in found)
            return [Link(name, query.changed(place=name).address()) for name in names]
    return []


def _alternatives(query: CountryQuery, location: Location | None, results: ListingResults) -> Iterator[Link]:
    """Searches near one that found nothing, which do find something."""
    near = results.counts.get("distance_km", {})
    for distance in DISTANCES:
        if location and distance > query.distance_km and near.get(distance):
            label = ngettext(
                "%(count)s groep binnen %(distance)s km", "%(count)s groepen binnen %(distance)s km", near[distance]
            )
            numbers = {"count": near[distance], "distance": distance}
            yield Link(label % numbers, query.changed(distance_km=distance).address())
            break
    online = results.counts.get("forms", {}).get("online", 0)
    if online and query.form != "online":
        label = ngettext("%(count)s groep die online bijeenkomt", "%(count)s groepen die online bijeenkomen", online)
        yield Link(label % {"count": online}, query.changed(form="online", place="").address())
    if query.has_room or query.form:
        yield Link(_("Zoek ook groepen zonder plek, en in elke vorm"), query.changed(has_room=False, form="").address())
    if query.place and (query.text or query.theme):
        yield Link(_("Zoek hiernaar in het hele land"), query.changed(place="", form="", has_room=False).address())


def _near_themes(query: CountryQuery, plugin: str, location: Location | None, request: HttpRequest) -> list[Link]:
    """Themes of which there are groups near the place, or else in the country; those with most groups first."""
    bare = CountryQuery(place=query.place if location else "", distance_km=query.distance_km)
    asked = replace(bare.listing_query(plugin, location, limit=0), theme_counts=True)
    found = directory.search(asked, request).counts.get("themes", {})
    ranked = sorted(found, key=lambda slug: (-found[slug], slug))
    known = [slug for slug in ranked if slug in standard_themes()][:MAX_THEMES]
    return [Link(standard_themes()[slug].name, bare.changed(theme=slug).address()) for slug in known]
