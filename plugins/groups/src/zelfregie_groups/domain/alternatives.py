"""What to offer when a search finds nothing, or little: a search that does find groups. Never a dead end."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_core.models import Theme
from zelfregie_groups.domain.finder import Found, matching_groups, themes_with_groups
from zelfregie_groups.domain.geo import with_distance, within_box
from zelfregie_groups.domain.query import DISTANCES, GroupQuery
from zelfregie_groups.models.group import Group

#: How many other themes are offered.
MAX_THEMES = 12


@dataclass(frozen=True)
class Alternative:
    """Another search that finds something.

    :param label: what a visitor gets, with the number of groups.
    """

    label: str
    query: GroupQuery


def count_found(found: Found) -> tuple[int, int]:
    """Return how many groups a search found, and how many of the same search meet online, near or not. One query."""
    query, location = found.query, found.location
    groups = matching_groups(query.changed(form=""), found.themes)
    wanted = Q()
    if query.form == Group.Form.ONLINE:
        wanted &= ~Q(form=Group.Form.IN_PERSON)
    elif query.form == Group.Form.IN_PERSON:
        wanted &= ~Q(form=Group.Form.ONLINE)
    if found.is_near_a_place and location is not None:
        groups = with_distance(groups, location.latitude, location.longitude)
        wanted &= Q(distance_km__lte=query.distance_km)
    counts = groups.aggregate(found=Count("pk", filter=wanted), online=Count("pk", filter=~Q(form="in_person")))
    return counts["found"], counts["online"]


def alternatives(found: Found, online: int) -> list[Alternative]:
    """Return searches near one that found nothing, the nearest first. At most two queries.

    :param online: what ``count_found`` returned.
    """
    query = found.query
    offered = []
    if found.is_near_a_place:
        offered += _farther(found)
    if online and query.form != Group.Form.ONLINE:
        label = ngettext("%(count)s groep die online bijeenkomt", "%(count)s groepen die online bijeenkomen", online)
        offered.append(Alternative(label % {"count": online}, query.changed(form=Group.Form.ONLINE.value, place="")))
    if not offered and (query.has_room or query.form):
        wider = query.changed(has_room=False, form="")
        count = matching_groups(wider, found.themes).count()
        if count:
            label = ngettext(
                "%(count)s groep als je ook groepen zonder plek of met een andere vorm bekijkt",
                "%(count)s groepen als je ook groepen zonder plek of met een andere vorm bekijkt",
                count,
            )
            offered.append(Alternative(label % {"count": count}, wider.changed(place="")))
    return offered


def other_themes(found: Found) -> tuple[Sequence[Theme], bool]:
    """Return themes with groups near the place that was given, or anywhere when there are none. At most two queries.

    :return: themes, and whether they have a group near the place.
    """
    groups = Group.objects.published()
    if found.location is not None:
        near = within_box(groups, found.location.latitude, found.location.longitude, found.query.distance_km)
        themes = list(themes_with_groups(near)[:MAX_THEMES])
        if themes:
            return themes, True
    return list(themes_with_groups(groups)[:MAX_THEMES]), False


def _farther(found: Found) -> list[Alternative]:
    """The smallest distance on offer within which there is a group, or no distance at all."""
    location = found.location
    assert location is not None  # noqa: S101 -- the caller asks only with a location
    groups = matching_groups(found.query, found.themes).filter(latitude__isnull=False)
    distances = list(
        with_distance(groups, location.latitude, location.longitude)
        .order_by("distance_km")
        .values_list("distance_km", flat=True)[:200]
    )
    if not distances:
        return []
    for distance in DISTANCES:
        if distance > found.query.distance_km and distances[0] <= distance:
            count = sum(1 for known in distances if known <= distance)
            label = ngettext(
                "%(count)s groep binnen %(distance)s km", "%(count)s groepen binnen %(distance)s km", count
            )
            return [
                Alternative(label % {"count": count, "distance": distance}, found.query.changed(distance_km=distance))
            ]
    label = _("groepen die verder weg zijn; de dichtstbijzijnde is op %(distance)s km")
    return [Alternative(label % {"distance": round(distances[0])}, found.query.changed(place=""))]
