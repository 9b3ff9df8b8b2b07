"""Putting a group on the map, and telling an editor when a point cannot be right."""

from math import isfinite

from django.utils.translation import gettext as _

from zelfregie_core.places import locate, locate_address, nearest_place
from zelfregie_core.places.nearest import is_in_box
from zelfregie_groups.models.group import Group

#: No place in the Netherlands where people live is farther than this from a place of the table.
FARTHEST_FROM_A_PLACE_KM = 8.0


def place_group(group: Group) -> bool:
    """Set the coordinates of a group from its address, else from its postcode or its city; not saved.

    A group that is only online has none. An unknown place takes the coordinates away: no place is better than the
    wrong one.

    :return: whether the group has coordinates now.
    """
    found = None
    if group.meets_in_person and (group.postal_code or group.city):
        area = f"{group.postal_code} {group.city}".strip()
        found = locate_address(f"{group.address}, {area}" if group.address else area)
        found = found or locate(area) or locate(group.city)
    group.latitude, group.longitude = (found.latitude, found.longitude) if found else (None, None)
    return found is not None


def check_point(latitude: float, longitude: float) -> str | None:
    """Return what is wrong with a point as a sentence for an editor, or None when a group can be there."""
    if not (isfinite(latitude) and isfinite(longitude)) or abs(latitude) > 90 or abs(longitude) > 180:
        return _("Dit is geen plek op aarde. De breedtegraad is in Nederland 50 tot 54, de lengtegraad 3 tot 8.")
    if latitude == 0 and longitude == 0:
        return _("Breedte 0 en lengte 0 liggen in zee bij Afrika. Weet je de getallen niet? Laat ze dan leeg.")
    if not is_in_box(latitude, longitude) and is_in_box(longitude, latitude):
        return _(
            "De getallen lijken verwisseld: vul als breedtegraad %(latitude)s in en als lengtegraad %(longitude)s."
        ) % {"latitude": longitude, "longitude": latitude}
    nearest = nearest_place(latitude, longitude)
    if nearest is None:
        return _("Deze plek ligt niet in Nederland. Kijk de getallen na, of laat ze leeg.")
    place, away = nearest
    if away > FARTHEST_FROM_A_PLACE_KM:
        return _(
            "Deze plek ligt in zee of niet in Nederland: %(place)s is het dichtst bij, op %(distance)s km. "
            "Kijk de getallen na, of laat ze leeg."
        ) % {"place": place.name, "distance": round(away)}
    return None
