"""Putting a group on the map."""

from zelfregie_core.places import locate
from zelfregie_groups.models.group import Group


def place_group(group: Group) -> bool:
    """Set the coordinates of a group from its postcode, else from its city; not saved.

    A group that is only online has none. An unknown place takes the coordinates away: no place is better than the
    wrong one.

    :return: whether the group has coordinates now.
    """
    found = None
    if group.meets_in_person and (group.postal_code or group.city):
        found = locate(f"{group.postal_code} {group.city}".strip()) or locate(group.city)
    group.latitude, group.longitude = (found.latitude, found.longitude) if found else (None, None)
    return found is not None
