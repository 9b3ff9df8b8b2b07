"""What the finder and the sections on other pages show."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zelfregie_groups.domain.addresses import start_a_group_url
from zelfregie_groups.domain.alternatives import alternatives, count_found, other_themes
from zelfregie_groups.domain.finder import Found, find_groups
from zelfregie_groups.domain.query import distance_choices, read_query
from zelfregie_groups.domain.settings import groups_settings
from zelfregie_groups.models.group import Group

PER_PAGE = 20


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
        context["start_a_group_url"] = start_a_group_url(request)
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


def groups_with_room(limit: int, theme_slug: str = "") -> list[Group]:
    """Return the newest groups that have room, for cards on other pages. Three queries."""
    groups = Group.objects.published().with_room().for_cards()
    if theme_slug:
        groups = groups.filter(themes__slug=theme_slug)
    return list(groups.order_by("-created_at", "-pk")[:limit])
