"""Finding groups: by theme, words, distance, form and room."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from zelfregie_core.models import Theme
from zelfregie_core.places import Location, find_places, locate
from zelfregie_groups.domain.geo import with_distance, within_box
from zelfregie_groups.domain.query import GroupQuery
from zelfregie_groups.domain.text import NOISE, fold_words, search_words
from zelfregie_groups.models.group import Group, GroupQuerySet

SEARCH_CONFIG = "dutch"

#: From this length the beginning of a word counts as the word: "diabe" for "diabetes".
WORD_PART = 4
#: From this length a word is also looked for inside others: "kanker" in "borstkanker", but no "rouw" in "vrouwen".
WORD_INSIDE = 6


@dataclass(frozen=True)
class Found:
    """The outcome of a search.

    :param groups: a lazy queryset for cards, sorted; with ``distance_km`` when a place was given.
    :param themes: all themes of the region, for the form and for suggestions.
    :param theme: the chosen theme, or None.
    :param location: the place that was meant, or None.
    :param unknown_place: True when a place was given that we do not know; the search then left it out.
    :param similar_places: names of places that look like an unknown one.
    """

    query: GroupQuery
    groups: GroupQuerySet
    themes: Sequence[Theme]
    theme: Theme | None = None
    location: Location | None = None
    unknown_place: bool = False
    similar_places: tuple[str, ...] = ()

    @property
    def is_near_a_place(self) -> bool:
        """Whether the search looks around a place: not without one, nor for groups that meet online."""
        return self.location is not None and self.query.form != Group.Form.ONLINE


def find_groups(query: GroupQuery, themes: Sequence[Theme] | None = None) -> Found:
    """Find published groups. Sorted by distance when a known place is given, else by name.

    Costs one query for the themes; the groups themselves are fetched when they are used.

    :param themes: all themes, when the caller has them already.
    """
    themes = list(Theme.objects.all()) if themes is None else themes
    theme = next((known for known in themes if known.slug == query.theme), None)
    location = locate(query.place) if query.place else None
    groups = matching_groups(query, themes)
    if location is not None and query.form != Group.Form.ONLINE:
        # For groups that meet online a distance says nothing.
        groups = within_box(groups, location.latitude, location.longitude, query.distance_km)
        groups = with_distance(groups, location.latitude, location.longitude)
        groups = groups.filter(distance_km__lte=query.distance_km).order_by("distance_km", "sort_name", "pk")
    else:
        groups = groups.order_by("sort_name", "pk")
    unknown = bool(query.place) and location is None
    return Found(
        query=query,
        groups=groups.for_cards(),
        themes=themes,
        theme=theme,
        location=location,
        unknown_place=unknown,
        similar_places=_similar_places(query.place) if unknown else (),
    )


def matching_groups(query: GroupQuery, themes: Sequence[Theme]) -> GroupQuerySet:
    """Return the published groups that a search asks for, wherever they are; not sorted."""
    groups = Group.objects.published()
    if query.theme:
        # An unknown theme finds nothing: a mistyped address must not pretend that all groups are about it.
        groups = groups.filter(pk__in=_groups_about([t.pk for t in themes if t.slug == query.theme]))
    if query.form == Group.Form.ONLINE:
        groups = groups.exclude(form=Group.Form.IN_PERSON)
    elif query.form == Group.Form.IN_PERSON:
        groups = groups.exclude(form=Group.Form.ONLINE)
    if query.has_room:
        groups = groups.with_room()
    return matching_text(groups, query.text, themes)


def matching_text(groups: GroupQuerySet, text: str, themes: Sequence[Theme]) -> GroupQuerySet:
    """Narrow groups to those that every word of a text points at: in a theme, a synonym or the group's own words.

    Case and accents do not matter; the Dutch stem of a word counts as the word.
    """
    phrase = fold_words(text)
    if not phrase:
        # Only punctuation or emoji: look for it as it stands in a name.
        return groups.filter(name__icontains=text) if text else groups
    meant, words = _read_text(text, themes)
    wanted = Q()
    for ids in meant:
        wanted &= Q(pk__in=_groups_about(ids))
    for word in words:
        # A folded word holds no characters of a pattern.
        in_text = Q(search_text__contains=word) if len(word) >= WORD_INSIDE else Q(search_text__regex=rf"\m{word}")
        stemmed = Q(vector=SearchQuery(word, config=SEARCH_CONFIG))
        about = [theme.pk for theme in themes if _points_at(word, theme)]
        wanted &= in_text | stemmed | Q(pk__in=_groups_about(about))
    return groups.annotate(vector=SearchVector("search_text", config=SEARCH_CONFIG)).filter(wanted)


def themes_with_groups(groups: QuerySet[Group]) -> QuerySet[Theme]:
    """Return the themes that some of these groups are about, by name."""
    return Theme.objects.filter(groups__in=groups.order_by().values("pk")).distinct().order_by("name")


def _groups_about(themes: Sequence[int]) -> QuerySet[Group]:
    return Group.themes.through.objects.filter(theme_id__in=themes).values("group_id")


def _read_text(text: str, themes: Sequence[Theme]) -> tuple[list[list[int]], tuple[str, ...]]:
    """Split a text into themes that it names in several words ("stress op het werk") and the words that are left.

    :return: per phrase the themes it can mean, and words.
    """
    phrase = f" {fold_words(text)} "
    by_name: dict[str, list[int]] = {}
    for theme in themes:
        for name in _names(theme):
            by_name.setdefault(name, []).append(theme.pk)
    meant = []
    for name in sorted(by_name, key=lambda name: (-len(name), name)):
        if " " in name and f" {name} " in phrase:
            meant.append(by_name[name])
            phrase = phrase.replace(f" {name} ", " ")
    words = search_words(phrase)
    if meant and all(word in NOISE for word in words):
        words = ()
    return meant, words


def _names(theme: Theme) -> set[str]:
    return {fold_words(name) for name in (theme.name, *theme.synonyms)} - {""}


def _points_at(word: str, theme: Theme) -> bool:
    """Whether a word means a theme: a name or the beginning of one, or a compound such as "rouwgroep".

    Of a synonym of several words no single word counts: "meer" is not yet "geen energie meer".
    """
    parts = [*fold_words(theme.name).split(), *(name for name in _names(theme) if " " not in name)]
    return any(
        word == part
        or (len(word) >= WORD_PART and part.startswith(word))
        or (len(part) >= WORD_PART and part not in NOISE and word.startswith(part))
        for part in parts
    )


def _similar_places(place: str) -> tuple[str, ...]:
    """Names that begin as an unknown place does: the longest beginning that any place has."""
    letters = fold_words(place)
    for length in range(min(len(letters), 20), 2, -1):
        found = find_places(letters[:length], limit=3)
        if found:
            return tuple(dict.fromkeys(place.name for place in found))
    return ()
