"""What the page of one group shows, in the order in which people decide: when, where, for whom, the first time."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from zelfregie_core.models import Branding, SiteSettings
from zelfregie_core.places import distance_km, locate
from zelfregie_groups.domain.addresses import first_time_url
from zelfregie_groups.domain.cards import Card, card_of_group
from zelfregie_groups.domain.completeness import is_recently_confirmed
from zelfregie_groups.domain.first_time import first_time_answers
from zelfregie_groups.domain.group_facts import Fact, access_facts, group_facts, place_lines, unknown_access
from zelfregie_groups.domain.meeting_dates import coming_changes
from zelfregie_groups.domain.query import read_query
from zelfregie_groups.domain.recurrence import next_meetings
from zelfregie_groups.domain.settings import groups_settings
from zelfregie_groups.domain.structured_data import as_script, linked_data
from zelfregie_groups.models.group import Group

__all__ = ["Crumb", "Fact", "for_group", "group_facts"]

#: How many of the next meetings are named.
MEETINGS = 3
#: How many other groups are offered when this one has no room.
ALTERNATIVES = 3
SUMMARY_LENGTH = 155


@dataclass(frozen=True)
class Crumb:
    """A step on the way back; see core's component ``breadcrumbs.html``."""

    title: str
    url: str


@dataclass(frozen=True)
class Calendar:
    """Addresses of a group's calendar feed: to subscribe to, and to fetch once."""

    subscribe_url: str
    download_url: str


def for_group(request: HttpRequest, page: Any, group: Group) -> dict[str, Any]:
    """Return the variables of a group's page.

    The parameters of the finder tell how far the group is and lead back to the search that the visitor came from.
    """
    default = groups_settings(request).distance_km
    query = read_query(request.GET, default)
    location = locate(query.place) if query.place else None
    distance = None
    if location is not None and group.has_point and group.meets_in_person:
        distance = distance_km(location.latitude, location.longitude, group.latitude, group.longitude)
    base = page.get_url(request) or "/"
    meetings = next_meetings(group, limit=MEETINGS)
    address = request.build_absolute_uri(page.group_url(group, request))
    back_url = query.address(base, default)
    return {
        "group": group,
        "finder_url": base,
        "back_url": back_url,
        "has_search": back_url != base,
        "group_crumbs": [Crumb(page.title, back_url)],
        "canonical_url": address,
        "summary": summary(group),
        "location": location,
        "distance": distance,
        "place_lines": place_lines(group),
        "schedule_lines": [line.text for line in group.schedules.all() if line.text],
        "meetings": meetings,
        "changes": coming_changes(group),
        "calendar": calendar_of(request, group) if meetings else None,
        "facts": group_facts(group, with_schedule=False),
        "access_facts": access_facts(group),
        "unknown_access": unknown_access(group),
        "map_url": map_url(group),
        "answers": first_time_answers(group),
        "first_time_url": first_time_url(request),
        "is_recently_confirmed": is_recently_confirmed(group.confirmed_on),
        "confirmed_on": date_format(group.confirmed_on, "j F Y") if group.confirmed_on else "",
        "alternatives": () if group.has_room else alternatives_to(group, base),
        "structured_data": as_script(linked_data(group, address, organiser_name(request), meetings)),
    }


def summary(group: Group) -> str:
    """Return a group in one or two lines, for search engines and shared links."""
    words = " ".join(group.description.split())
    if words:
        return Truncator(words).chars(SUMMARY_LENGTH)
    where = _("Online") if not group.meets_in_person else group.city or group.location_name
    when = next((line.text for line in group.schedules.all() if line.text), "")
    known = ", ".join(part for part in (group.name, where, when) if part)
    return _("Zelfhulpgroep: %(known)s.") % {"known": known}


def organiser_name(request: HttpRequest) -> str:
    """Return the name of the organisation that runs the region's site. Both are read once per request."""
    settings = SiteSettings.load(request_or_site=request)
    return settings.organisation_name or Branding.load(request_or_site=request).site_name


def alternatives_to(group: Group, base: str) -> list[Card]:
    """Return groups that do have room, on a theme of this one: the nearest first, else by name. At most four queries.

    :param base: address of the finder.
    :return: with the distance to this group where both have a place.
    """
    themes = [theme.pk for theme in group.themes.all()]
    about = Group.themes.through.objects.filter(theme_id__in=themes).values("group_id")
    others = Group.objects.published().with_room().filter(pk__in=about).exclude(pk=group.pk)
    distances: dict[int, float | None] = {}
    for pk, latitude, longitude in others.order_by("sort_name", "pk").values_list("pk", "latitude", "longitude"):
        distances[pk] = _distance(group, latitude, longitude)
    # Sorted by name already: Python keeps the order of equals.
    nearest = sorted(distances, key=lambda pk: (distances[pk] is None, distances[pk] or 0.0))[:ALTERNATIVES]
    found = Group.objects.filter(pk__in=nearest).for_cards().in_bulk() if nearest else {}
    return [replace(card_of_group(found[pk], base), distance_km=distances[pk]) for pk in nearest if pk in found]


def _distance(group: Group, latitude: float | None, longitude: float | None) -> float | None:
    """How far a point is from a group, when people meet there and both have a place."""
    if not (group.has_point and group.meets_in_person) or latitude is None or longitude is None:
        return None
    return distance_km(group.latitude, group.longitude, latitude, longitude)


def map_url(group: Group) -> str:
    """Return where a visitor sees the place on a map, or an empty string. A link: nothing is fetched from there.

    Without an address there is none: a point in the middle of a place would send people to the wrong door.
    """
    if not (group.has_point and group.meets_in_person and group.address):
        return ""
    point = {"latitude": f"{group.latitude:.5f}", "longitude": f"{group.longitude:.5f}"}
    return "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}".format(
        **point
    )


def calendar_of(request: HttpRequest, group: Group) -> Calendar | None:
    """Return where a calendar program finds this group's meetings."""
    try:
        path = reverse("groups:group_calendar", kwargs={"slug": group.slug})
    except NoReverseMatch:
        return None
    address = request.build_absolute_uri(path)
    return Calendar(f"webcal://{address.partition('://')[2]}", path)
