"""Groups as other modules see them: results of the site's search, and entries that a card can point at."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from zelfregie_core.plugins import DirectoryEntry, SearchResult
from zelfregie_groups.domain.finder import find_groups
from zelfregie_groups.domain.group_facts import group_facts, place_lines
from zelfregie_groups.domain.listings import PREFIX, group_ids
from zelfregie_groups.domain.merging import groups_by_key
from zelfregie_groups.domain.query import GroupQuery
from zelfregie_groups.domain.text import clean_query
from zelfregie_groups.models.group import Group

MAX_RESULTS = 20
MAX_ENTRIES = 50
SUMMARY_WORDS = 30


def search_results(query: str, request: HttpRequest) -> list[SearchResult]:
    """Return published groups for the search over the site, best first."""
    found = find_groups(GroupQuery(text=clean_query(query)), request, limit=MAX_RESULTS, counts=False)
    return [SearchResult(card.title, card.url, card.summary or card.where, _("Groep")) for card in found.cards]


def directory_entries(
    text: str, keys: Sequence[str] | None, base: str | None, request: HttpRequest
) -> list[DirectoryEntry]:
    """Return groups that others can point at.

    :param text: words; empty for all. Finds published groups only, those with room first.
    :param keys: when given, exactly these, also those that are no longer published or have no room. The key of a group
        that was merged into another means that other.
    :param base: address of the finder; None when there is none, and a group then has no page of its own.
    """
    if keys is not None:
        return _entries_of(group_ids(keys), base)
    return [_entry(group, base) for group in _matching(text, request)]


def summary(group: Group) -> str:
    """Return a group in one line: its description, or where it is."""
    return Truncator(" ".join(group.description.split())).words(SUMMARY_WORDS) or group.city


def place_of(group: Group) -> str:
    """Return where a group meets, in words."""
    known = ", ".join(place_lines(group))
    if not group.is_online:
        return known
    return _("%(place)s, ook online") % {"place": known} if known else _("Online")


def _entries_of(ids: Sequence[int], base: str | None) -> list[DirectoryEntry]:
    """Entries of these groups, each under the key that was asked for."""
    merged = groups_by_key(ids)
    asked: dict[int, list[int]] = {}
    for pk in ids:
        asked.setdefault(merged.get(pk, pk), []).append(pk)
    groups = Group.objects.filter(pk__in=asked).for_cards()[:MAX_ENTRIES]
    return [replace(_entry(group, base), key=f"{PREFIX}{pk}") for group in groups for pk in asked[group.pk]]


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


def _matching(text: str, request: HttpRequest) -> list[Group]:
    """The published groups that a text finds, those with room first, then the best. At most two searches."""
    query = GroupQuery(text=clean_query(text), sort="" if text else "naam")
    keys: dict[str, None] = {}
    for has_room in (True, False):
        if len(keys) < MAX_ENTRIES:
            found = find_groups(query.changed(has_room=has_room), request, limit=MAX_ENTRIES, counts=False)
            keys |= dict.fromkeys(card.key for card in found.cards)
    ids = group_ids(keys)[:MAX_ENTRIES]
    groups = {group.pk: group for group in Group.objects.published().filter(pk__in=ids).for_cards()}
    return [groups[pk] for pk in ids if pk in groups]
