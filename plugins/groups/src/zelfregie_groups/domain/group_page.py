"""What the page of one group shows."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zelfregie_core.places import distance_km, locate
from zelfregie_groups.domain.addresses import first_time_url
from zelfregie_groups.domain.query import GroupQuery
from zelfregie_groups.domain.settings import groups_settings
from zelfregie_groups.domain.text import clean_query
from zelfregie_groups.models.group import Group


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
        "first_time_url": first_time_url(request),
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
