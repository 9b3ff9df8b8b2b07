"""What the finder, a group's page and the sections on other pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Site

from zelfregie_core.domain.published import published
from zelfregie_core.models import ContentPage
from zelfregie_core.places import distance_km, locate
from zelfregie_groups.domain.alternatives import alternatives, count_found, other_themes
from zelfregie_groups.domain.finder import Found, find_groups
from zelfregie_groups.domain.query import GroupQuery, distance_choices, read_query
from zelfregie_groups.domain.settings import groups_settings
from zelfregie_groups.domain.text import clean_query
from zelfregie_groups.models.group import Group

PER_PAGE = 20
#: Slugs under which a region may have a page about the first time in a group.
FIRST_TIME_SLUGS = ("de-eerste-keer", "wat-gebeurt-er-de-eerste-keer", "eerste-keer")
START_A_GROUP_SLUG = "een-groep-beginnen"


@dataclass(frozen=True)
class Fact:
    """One thing that decides whether a group fits; see core's component ``facts.html``."""

    icon: str
    label: str
    value: str


@dataclass(frozen=True)
class Crumb:
    """A step on the way back; see core's component ``breadcrumbs.html``."""

    title: str
    url: str


@dataclass(frozen=True)
class Link:
    """A link with its text."""

    label: str
    url: str


def for_finder(request: HttpRequest, page: Any) -> dict[str, Any]:
    """Return the variables of the finder page, from the address of the request."""
    default = groups_settings(request).distance_km
    query = read_query(request.GET, default)
    found = find_groups(query)
    count, online = count_found(found)
    paginator = Paginator(found.groups, PER_PAGE)
    paginator.count = count  # counted already, together with the groups that meet online
    results = paginator.get_page(request.GET.get("p"))
    base = page.get_url(request) or "/"

    def address(changed: Any) -> str:
        parameters = changed.parameters(default)
        return f"{base}?{parameters}" if parameters else base

    context: dict[str, Any] = {
        "query": query,
        "chosen": chosen_filters(found),
        "found": found,
        "results": results,
        "count": count,
        "finder_url": base,
        "distances": distance_choices(default, query.distance_km),
        "online_count": online if found.is_near_a_place else 0,
        "online_url": address(query.changed(form=Group.Form.ONLINE.value, place="")),
        "similar_places": [Link(name, address(query.changed(place=name))) for name in found.similar_places],
        "canonical_url": address(query),
    }
    if not count:
        context["alternatives"] = [Link(offer.label, address(offer.query)) for offer in alternatives(found, online)]
        themes, near = other_themes(found)
        elsewhere = query.changed(text="", form="", has_room=False, place=query.place if near else "")
        context["themes_are_near"] = near
        context["other_themes"] = [(theme, address(elsewhere.changed(theme=theme.slug))) for theme in themes]
        context["start_a_group_url"] = _url_of_content(request, (START_A_GROUP_SLUG,))
    return context


def chosen_filters(found: Found) -> list[str]:
    """Return what a visitor searched for as short texts, in the order of the form."""
    query = found.query
    near_by = query.place
    if found.location is not None and query.form != Group.Form.ONLINE:
        near_by = _("%(place)s, tot %(distance)s km") % {"place": query.place, "distance": query.distance_km}
    forms = {Group.Form.IN_PERSON: _("Bij elkaar"), Group.Form.ONLINE: _("Online")}
    chosen = [
        f"“{query.text}”" if query.text else "",
        found.theme.name if found.theme else query.theme,
        near_by,
        forms.get(query.form, ""),
        _("Met plek") if query.has_room else "",
    ]
    return [text for text in chosen if text]


def for_group(request: HttpRequest, page: Any, group: Group) -> dict[str, Any]:
    """Return the variables of a group's page. ``?plaats=`` tells how far it is; it comes from the search results."""
    place = clean_query(request.GET.get("plaats", ""), 80)
    location = locate(place) if place else None
    distance = None
    if location is not None and group.has_point and group.meets_in_person:
        distance = distance_km(location.latitude, location.longitude, group.latitude, group.longitude)
    base = page.get_url(request) or "/"
    back = GroupQuery(place=place, distance_km=groups_settings(request).distance_km)
    return {
        "group": group,
        "finder_url": base,
        "back_url": f"{base}?{back.parameters(back.distance_km)}" if place else base,
        "group_crumbs": [Crumb(page.title, base)],
        "canonical_url": page.group_url(group, request),
        "location": location,
        "distance": distance,
        "facts": group_facts(group),
        "first_time_url": _url_of_content(request, FIRST_TIME_SLUGS),
    }


def group_facts(group: Group) -> list[Fact]:
    """Return what decides about a group in the order in which people ask: when, for whom, language, cost, host."""
    facts = [Fact("calendar-event", _("Wanneer"), line.text) for line in group.schedules.all() if line.text]
    facts.append(Fact("users", _("Voor wie"), ", ".join(group.audience_labels)))
    if not group.speaks_only_dutch:
        facts.append(Fact("language", _("Taal"), ", ".join(group.language_labels)))
    facts.append(Fact("coin-euro", _("Kosten"), group.cost or _("gratis")))
    facts.append(Fact("user-heart", _("Begeleider"), group.host_name))
    return [fact for fact in facts if fact.value]


def groups_with_room(limit: int, theme_slug: str = "") -> list[Group]:
    """Return the newest groups that have room, for cards on other pages. Three queries."""
    groups = Group.objects.published().with_room().for_cards()
    if theme_slug:
        groups = groups.filter(themes__slug=theme_slug)
    return list(groups.order_by("-created_at", "-pk")[:limit])


def finder_url(request: HttpRequest) -> str | None:
    """Return the address of the finder, or None when the region has no published one. One query per request."""
    if not hasattr(request, "_groups_finder_url"):
        from zelfregie_groups.models.finder_page import GroupFinderPage  # noqa: PLC0415 -- it imports this module

        page = None
        if Site.find_for_request(request) is not None:
            page = published(GroupFinderPage).first()
        request._groups_finder_url = page.get_url(request) if page else None  # type: ignore[attr-defined]
    return request._groups_finder_url  # type: ignore[attr-defined]


def start_a_group_url(request: HttpRequest) -> str:
    """Return the address of the region's page about starting a group, or an empty string."""
    return _url_of_content(request, (START_A_GROUP_SLUG,))


def _url_of_content(request: HttpRequest, slugs: Sequence[str]) -> str:
    page = published(ContentPage).filter(slug__in=slugs).first()
    return (page.get_url(request) or "") if page else ""
