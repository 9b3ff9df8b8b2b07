"""Groups as other modules see them: results of the site's search, and entries that a card can point at."""

from collections.abc import Sequence

from django.db.models import Case, When
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from zelfregie_core.plugins import DirectoryEntry, SearchResult
from zelfregie_groups.domain.finder import find_groups
from zelfregie_groups.domain.group_page import group_facts
from zelfregie_groups.domain.query import GroupQuery
from zelfregie_groups.domain.text import clean_query
from zelfregie_groups.models.group import Group, GroupQuerySet

MAX_RESULTS = 20
MAX_ENTRIES = 50
SUMMARY_WORDS = 30
PREFIX = "groups:"


def search_results(query: str, base: str) -> list[SearchResult]:
    """Return published groups for the search over the site.

    :param base: address of the finder.
    """
    found = find_groups(GroupQuery(text=clean_query(query)))
    return [
        SearchResult(group.name, f"{base}{group.slug}/", summary(group), _("Groep"))
        for group in found.groups[:MAX_RESULTS]
    ]


def directory_entries(text: str, keys: Sequence[str] | None, base: str | None) -> list[DirectoryEntry]:
    """Return groups that others can point at.

    :param text: words; empty for all. Finds published groups only, those with room first.
    :param keys: when given, exactly these, also those that are no longer published or have no room.
    :param base: address of the finder; None when there is none, and a group then has no page of its own.
    """
    if keys is not None:
        groups = Group.objects.filter(pk__in=_ids(keys)).for_cards()
    else:
        groups = _matching(text).for_cards().order_by(_room_first(), "sort_name", "pk")
    return [_entry(group, base) for group in groups[:MAX_ENTRIES]]


def summary(group: Group) -> str:
    """Return a group in one line: its description, or where it is."""
    return Truncator(" ".join(group.description.split())).words(SUMMARY_WORDS) or group.city


def place_of(group: Group) -> str:
    """Return where a group meets, in words."""
    parts = [group.location_name, group.address, f"{group.postal_code} {group.city}".strip()]
    known = ", ".join(part for part in parts if part) if group.meets_in_person else ""
    if not group.is_online:
        return known
    return _("%(place)s, ook online") % {"place": known} if known else _("Online")


def _entry(group: Group, base: str | None) -> DirectoryEntry:
    facts = [(_("Waar"), place_of(group)), *((fact.label, fact.value) for fact in group_facts(group))]
    return DirectoryEntry(
        key=f"{PREFIX}{group.pk}",
        title=group.name,
        url=f"{base}{group.slug}/" if base and group.published else base or "/",
        summary=summary(group),
        facts=tuple(fact for fact in facts if fact[1]),
        is_open=group.published and group.has_room,
    )


def _matching(text: str) -> GroupQuerySet:
    found = find_groups(GroupQuery(text=clean_query(text)))
    return found.groups


def _room_first() -> Case:
    return Case(When(status=Group.Status.ACTIVE, then=0), When(status=Group.Status.FULL, then=1), default=2)


def _ids(keys: Sequence[str]) -> list[int]:
    numbers = [key.removeprefix(PREFIX) for key in keys if key.startswith(PREFIX)]
    # Longer than a database id is no id of ours; the database would refuse to compare it.
    return [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 19]
