"""Finding groups: one search, in the directory across regions, for the finder, the lists and the feeds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from zelfregie_core.domain import directory
from zelfregie_core.models import Theme
from zelfregie_core.places import Location, country_abroad, find_places, locate, namesakes
from zelfregie_core.plugins import HERE, Correction, ListingQuery, ListingResults
from zelfregie_groups.domain.cards import Card, card_of_hit
from zelfregie_groups.domain.merging import current_keys
from zelfregie_groups.domain.query import PLUGIN, GroupQuery
from zelfregie_groups.domain.text import fold_words

PER_PAGE = 20
#: A list on paper holds at most so many groups.
MAX_ON_PAPER = 500


@dataclass(frozen=True)
class Found:
    """The outcome of a search.

    :param query: the search as it was understood: the name of a theme has become that theme, and the key of a group
        that was merged into another the key of that other.
    :param cards: the groups of the asked page.
    :param total: how many there are on all pages.
    :param themes: all themes of the region, for the form and for suggestions.
    :param theme: the chosen theme, or None.
    :param location: the place that was meant, or None.
    :param unknown_place: True when a place was given that we do not know; the search then left it out.
    :param similar_places: names of places that look like an unknown one.
    :param abroad: ``be`` or ``de`` when an unknown place lies there.
    :param namesakes: other places of the same name, as ``locate`` takes them.
    """

    query: GroupQuery
    results: ListingResults
    cards: tuple[Card, ...]
    themes: Sequence[Theme]
    theme: Theme | None = None
    location: Location | None = None
    unknown_place: bool = False
    similar_places: tuple[str, ...] = ()
    abroad: str = ""
    namesakes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.results.total

    @property
    def corrections(self) -> tuple[Correction, ...]:
        return self.results.corrections

    @property
    def is_part(self) -> bool:
        """Whether nothing fits all the words, and these groups fit a part of them."""
        return self.results.is_part

    @property
    def is_near_a_place(self) -> bool:
        """Whether the search looks around a place: not without one, nor for groups that meet online."""
        return self.location is not None and self.query.form != "online"


def find_groups(
    query: GroupQuery,
    request: HttpRequest | None,
    *,
    region: str = HERE,
    limit: int = PER_PAGE,
    counts: bool = True,
) -> Found:
    """Find published groups of a region, and near a place those of its neighbours as well.

    :param request: the current request, or None in a task or command.
    :param region: slug of another region than the one that asks; empty for the whole country.
    :param limit: groups per page; ``query.page`` says which page.
    """
    themes = list(Theme.objects.all())
    query = _with_theme(_with_current_keys(query), themes)
    location = locate(query.place) if query.place else None
    asked = query.listing_query(location, region=region, offset=(query.page - 1) * limit, limit=limit, counts=counts)
    results = directory.search(asked, request)
    if query.page > 1 and not results.hits and results.total:
        # A page that is no longer there: the last one that is.
        query = query.changed(page=-(-results.total // limit))
        return find_groups(query, request, region=region, limit=limit, counts=counts)
    unknown = bool(query.place) and location is None
    icons = {theme.slug: theme.icon for theme in themes}
    return Found(
        query=query,
        results=results,
        cards=tuple(card_of_hit(hit, icons) for hit in results.hits),
        themes=themes,
        theme=next((known for known in themes if known.slug == query.theme), None),
        location=location,
        unknown_place=unknown,
        similar_places=_similar_places(query.place) if unknown else (),
        abroad=(country_abroad(query.place) or "") if unknown else "",
        namesakes=tuple(place.label for place in namesakes(query.place)) if location else (),
    )


def find_for_list(query: GroupQuery, request: HttpRequest | None, *, most: int = MAX_ON_PAPER) -> Found:
    """Find what a list on paper or a feed holds: the groups that were ticked, or else all that the search finds.

    :param most: no more than so many.
    """
    if not query.keys:
        return find_groups(query.changed(), request, limit=most, counts=False)
    query = _with_current_keys(query)
    themes = list(Theme.objects.all())
    icons = {theme.slug: theme.icon for theme in themes}
    location = locate(query.place) if query.place else None
    asked = ListingQuery(
        plugin=PLUGIN,
        latitude=location.latitude if location else None,
        longitude=location.longitude if location else None,
        region=HERE,
        keys=query.keys,
        limit=most,
        counts=False,
    )
    results = directory.search(asked, request)
    return Found(
        query=query,
        results=results,
        cards=tuple(card_of_hit(hit, icons) for hit in results.hits),
        themes=themes,
        theme=next((known for known in themes if known.slug == query.theme), None),
        location=location,
        unknown_place=bool(query.place) and location is None,
    )


def _with_theme(query: GroupQuery, themes: Iterable[Theme]) -> GroupQuery:
    """The same search, with the theme whose whole name was typed: one box serves for a theme and for words."""
    if query.theme or not query.text:
        return query
    typed = fold_words(query.text)
    for theme in themes:
        if typed and typed == fold_words(theme.name):
            return query.changed(theme=theme.slug, text="", page=query.page)
    return query


def _with_current_keys(query: GroupQuery) -> GroupQuery:
    """The same search, with the group that a merged one became where that one was ticked. One query, if any was."""
    return query.changed(keys=current_keys(query.keys), page=query.page) if query.keys else query


def _similar_places(place: str) -> tuple[str, ...]:
    """Names that begin as an unknown place does: the longest beginning that any place has."""
    letters = fold_words(place)
    for length in range(min(len(letters), 20), 2, -1):
        found = find_places(letters[:length], limit=3)
        if found:
            return tuple(dict.fromkeys(place.name for place in found))
    return ()
