"""What the finder and the sections on other pages show."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, When
from django.http import HttpRequest
from django.urls import reverse

from zelfregie_groups.domain import tiles
from zelfregie_groups.domain.addresses import start_a_group_url
from zelfregie_groups.domain.alternatives import alternatives, elsewhere, online_count, other_themes
from zelfregie_groups.domain.booklet import can_make_booklets
from zelfregie_groups.domain.cards import Card, card_of_group
from zelfregie_groups.domain.filters import filter_form
from zelfregie_groups.domain.finder import PER_PAGE, Found, find_groups
from zelfregie_groups.domain.query import read_query
from zelfregie_groups.domain.settings import groups_settings
from zelfregie_groups.models.choices import Form
from zelfregie_groups.models.group import Group

#: How many places are suggested before anything is typed.
MAX_CITIES = 60


@dataclass(frozen=True)
class Link:
    """A link with its text."""

    label: str
    url: str


def for_finder(request: HttpRequest, page: Any) -> dict[str, Any]:
    """Return the variables of the finder page, from the address of the request."""
    default = groups_settings(request).distance_km
    found = find_groups(read_query(request.GET, default), request)
    query = found.query
    base = page.get_url(request) or "/"

    def address(changed: Any) -> str:
        return str(changed.address(base, default))

    # The directory cut the page out already; the paginator only counts pages.
    pages = Paginator(range(found.total), PER_PAGE).get_page(query.page)
    form = filter_form(found, default)
    shown = {card.key for card in found.cards}
    off_the_map = sum(1 for card in found.cards if not card.has_point)
    context: dict[str, Any] = {
        "query": query,
        "found": found,
        "form": form,
        # After a search the script suggests places, while somebody types.
        "cities": cities_with_groups() if query.is_empty else [],
        "default_distance": default,
        "chips": [Link(chip.label, address(chip.without)) for chip in form.chips],
        "cards": found.cards,
        "pages": pages,
        "count": found.total,
        "off_the_map": off_the_map,
        "on_the_map": len(found.cards) - off_the_map,
        "finder_url": base,
        "group_query": _group_query(found, default),
        "online_count": online_count(found) if found.is_near_a_place else 0,
        "online_url": address(query.changed(form=Form.ONLINE.value, place="")),
        "similar_places": [Link(name, address(query.changed(place=name))) for name in found.similar_places],
        "namesakes": [Link(name, address(query.changed(place=name))) for name in found.namesakes],
        "canonical_url": address(query.changed(page=query.page, keys=())),
        # Search engines know the page itself and its themes; what somebody looked for is nobody's business.
        "is_indexed": not (query.text or query.place or query.narrows or query.sort or query.keys),
        "listed": [pair for pair in query.pairs(default) if pair[0] not in ("p", "keuze")],
        "elsewhere_chosen": [key for key in query.keys if key not in shown],
        **_addresses(found),
    }
    if not found.total:
        context["alternatives"] = [Link(offer.label, address(offer.query)) for offer in alternatives(found, request)]
        themes, near = other_themes(found, request)
        bare = query.without_filters().changed(text="", place=query.place if near else "")
        context["themes_are_near"] = near
        context["other_themes"] = [(theme, address(bare.changed(theme=theme.slug))) for theme in themes]
        context["elsewhere"] = elsewhere(found, request)
        context["start_a_group_url"] = start_a_group_url(request)
    return context


def cities_with_groups() -> list[str]:
    """Return the places where groups meet, those with most groups first, as suggestions. One query."""
    in_person = Group.objects.published().exclude(form=Form.ONLINE).exclude(city="")
    counted = in_person.values("city").annotate(number=Count("pk")).order_by("-number", "city")
    return [row["city"] for row in counted[:MAX_CITIES]]


def _addresses(found: Found) -> dict[str, str]:
    """Where the page leads to besides itself, and what its script asks."""
    calendar = reverse("groups:calendar")
    if found.theme and not found.query.without_filters().changed(theme="").parameters(found.query.distance_km):
        calendar = reverse("groups:theme_calendar", args=[found.theme.slug])
    return {
        "print_url": reverse("groups:print_list"),
        "booklet_url": reverse("groups:booklet") if can_make_booklets() else "",
        "agenda_url": calendar,
        "feed_url": reverse("groups:new_groups"),
        "places_url": reverse("groups:places"),
        "locate_url": reverse("groups:where_am_i"),
        "map_tiles": tiles.tiles_url(),
        "map_attribution": tiles.ATTRIBUTION,
        "map_zoom": f"{tiles.MIN_ZOOM},{tiles.MAX_ZOOM}",
    }


def _group_query(found: Found, default: int) -> str:
    """What the links to groups carry: the search, so that their pages say how far it is and lead back to it."""
    return found.query.changed(page=found.query.page, keys=()).parameters(default)


def cards_with_room(base: str, limit: int, theme_slug: str = "") -> list[Card]:
    """Return cards of the newest groups that have room, for other pages. Three queries.

    :param base: address of the finder.
    """
    groups = Group.objects.published().with_room().for_cards()
    if theme_slug:
        groups = groups.filter(themes__slug=theme_slug)
    return [card_of_group(group, base) for group in groups.order_by("-created_at", "-pk")[:limit]]


def cards_about(base: str, theme_slug: str, limit: int) -> list[Card]:
    """Return cards of groups about a theme: those with room first, the soonest at the top. Three queries.

    :param base: address of the finder.
    """
    # Those with room first; of the stored moments the first is the next.
    has_room = Case(When(status=Group.Status.ACTIVE, then=0), default=1)
    groups = Group.objects.published().for_cards().filter(themes__slug=theme_slug)
    groups = groups.order_by(has_room, F("upcoming__0").asc(nulls_last=True), "sort_name", "pk")
    return [card_of_group(group, base) for group in groups[:limit]]
