"""What to offer when a search finds nothing, or little: a search that does find groups. Never a dead end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_core.domain import directory
from zelfregie_core.domain.themes import standard_themes
from zelfregie_core.models import Theme
from zelfregie_core.plugins import ListingResults
from zelfregie_groups.domain.cards import Card, card_of_hit
from zelfregie_groups.domain.finder import Found
from zelfregie_groups.domain.query import GroupQuery
from zelfregie_groups.models.choices import Form

#: How many other themes are offered.
MAX_THEMES = 12
#: How many groups of other regions are shown.
MAX_ELSEWHERE = 3


@dataclass(frozen=True)
class Alternative:
    """Another search that finds something.

    :param label: what a visitor gets, with the number of groups.
    """

    label: str
    query: GroupQuery


@dataclass(frozen=True)
class Elsewhere:
    """Groups of other regions that a search finds in the whole country: how many, and the first."""

    total: int
    cards: tuple[Card, ...]


def online_count(found: Found) -> int:
    """Return how many groups of the same search meet online, near or not."""
    return int((found.results.counts.get("forms") or {}).get(Form.ONLINE.value, 0))


def alternatives(found: Found, request: HttpRequest | None) -> list[Alternative]:
    """Return searches near one that found nothing, the nearest first. At most two searches."""
    query = found.query
    offered = []
    if found.is_near_a_place:
        offered += _farther(found, request)
    online = online_count(found)
    if online and query.form != Form.ONLINE:
        label = ngettext("%(count)s groep die online bijeenkomt", "%(count)s groepen die online bijeenkomen", online)
        offered.append(Alternative(label % {"count": online}, query.changed(form=Form.ONLINE.value, place="")))
    if not offered and query.narrows:
        wider = query.without_filters()
        count = _count(wider, found, request)
        if not count and wider.place:
            wider = wider.changed(place="")
            count = _count(wider, found, request)
        if count:
            label = ngettext(
                "%(count)s groep als je de filters weghaalt", "%(count)s groepen als je de filters weghaalt", count
            )
            offered.append(Alternative(label % {"count": count}, wider))
    return offered


def other_themes(found: Found, request: HttpRequest | None) -> tuple[Sequence[Theme], bool]:
    """Return themes with groups near the place that was given, or anywhere when there are none. At most two searches.

    Themes that lie near what was looked for come first, by the national list.

    :return: themes, and whether they have a group near the place.
    """
    bare = GroupQuery(place=found.query.place, distance_km=found.query.distance_km)
    if found.location is not None:
        themes = _themes_of(_search(bare, found, request), found)
        if themes:
            return themes, True
    return _themes_of(_search(bare.changed(place=""), found, request), found), False


def elsewhere(found: Found, request: HttpRequest | None) -> Elsewhere:
    """Return groups of other regions that fit: nearest first when there is a place. One search."""
    query = found.query.listing_query(found.location, region="", limit=MAX_ELSEWHERE, counts=False)
    # However far: what lies within the distance was looked for already.
    results = directory.search(replace(query, distance_km=None), request)
    icons = {theme.slug: theme.icon for theme in found.themes}
    cards = tuple(card_of_hit(hit, icons) for hit in results.hits if not hit.is_own)
    return Elsewhere(results.total, cards) if cards else Elsewhere(0, ())


def _farther(found: Found, request: HttpRequest | None) -> list[Alternative]:
    """The smallest distance on offer within which there is a group, or the nearest at any distance."""
    query = found.query
    within = found.results.counts.get("distance_km") or {}
    for distance, count in sorted(within.items()):
        if distance > query.distance_km and count:
            label = ngettext(
                "%(count)s groep binnen %(distance)s km", "%(count)s groepen binnen %(distance)s km", count
            )
            return [
                Alternative(
                    label % {"count": count, "distance": round(distance)}, query.changed(distance_km=round(distance))
                )
            ]
    asked = query.listing_query(found.location, limit=1, counts=False)
    hits = directory.search(replace(asked, distance_km=None, neighbours=False, sort="nearest"), request).hits
    if not hits or hits[0].distance_km is None:
        return []
    label = _("groepen die verder weg zijn; de dichtstbijzijnde is op %(distance)s km")
    return [Alternative(label % {"distance": round(hits[0].distance_km)}, query.changed(place=""))]


def _themes_of(results: ListingResults, found: Found) -> list[Theme]:
    """The themes that have groups in a result, those related to the search first, then by name."""
    counted = results.counts.get("themes") or {}
    meant = {found.query.theme, *found.results.themes} - {""}
    near = {slug for one in meant if one in standard_themes() for slug in standard_themes()[one].related}
    themes = [theme for theme in found.themes if counted.get(theme.slug) and theme.slug not in meant]
    return sorted(themes, key=lambda theme: (theme.slug not in near, theme.name))[:MAX_THEMES]


def _count(query: GroupQuery, found: Found, request: HttpRequest | None) -> int:
    location = found.location if query.place else None
    return directory.search(query.listing_query(location, limit=0, counts=False), request).total


def _search(query: GroupQuery, found: Found, request: HttpRequest | None) -> ListingResults:
    location = found.location if query.place else None
    return directory.search(replace(query.listing_query(location, limit=0), theme_counts=True), request)
