"""Which groups of the own region a feed holds, when its address carries a search of the finder."""

from django.http import HttpRequest

from zelfregie_groups.domain.finder import find_for_list
from zelfregie_groups.domain.query import read_query
from zelfregie_groups.domain.settings import groups_settings


def selected_groups(request: HttpRequest) -> tuple[list[int], str] | None:
    """Return the keys of the groups that the parameters of the address ask for, and the search in a few words.

    Groups of neighbouring regions are not in it: their own region tells what of them is cancelled or moved.

    :return: None when the address asks for nothing in particular.
    """
    query = read_query(request.GET, groups_settings(request).distance_km)
    if query.is_empty and not query.keys:
        return None
    found = find_for_list(query, request)
    keys = [int(card.key.rpartition(":")[2]) for card in found.cards if not card.region]
    chosen = (found.theme.name if found.theme else "", found.query.text, found.query.place if found.location else "")
    return keys, ", ".join(part for part in chosen if part)
