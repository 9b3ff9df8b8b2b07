"""Making one group of two, so that no link, no line of a list and nothing of the history is lost."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from zelfregie_groups.domain import audit
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.domain.editing import lock, refuse_stale, written
from zelfregie_groups.domain.history import content_now, record_changes, remember
from zelfregie_groups.domain.listings import group_ids, listing_key
from zelfregie_groups.models.former_slug import DistinctPair, FormerKey, FormerSlug
from zelfregie_groups.models.group import Group
from zelfregie_groups.models.import_run import ImportRunRow
from zelfregie_groups.models.imported_row import ImportedRow
from zelfregie_groups.models.schedule import Schedule, ScheduleException

#: What is chosen as one: half an address of each group would be nobody's.
PARTS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "description": ("description",),
    "audience": ("audience",),
    "gender": ("gender",),
    "age": ("age_from", "age_to"),
    "languages": ("languages",),
    "cost": ("cost",),
    "size": ("size",),
    "joining": ("joining",),
    "status": ("status",),
    "published": ("published",),
    "confirmed_on": ("confirmed_on",),
    "form": ("form",),
    "place": ("location_name", "address", "postal_code", "city", "latitude", "longitude"),
    "public_transport": ("public_transport",),
    "parking": ("parking",),
    "wheelchair": ("wheelchair",),
    "accessible_toilet": ("accessible_toilet",),
    "induction_loop": ("induction_loop",),
    "bring_someone": ("bring_someone",),
    "speaking": ("speaking",),
    "welcomed_by": ("welcomed_by",),
    "contact_first": ("contact_first",),
    "first_time_note": ("first_time_note",),
    "host_name": ("host_name",),
    "host_email": ("host_email",),
}


@dataclass(frozen=True)
class MergeChoice:
    """What becomes of two groups.

    :param taken: the parts (keys of ``PARTS``) that come from the group that goes; the others stay.
    :param themes: keys of the themes of the merged group.
    :param schedules: keys of the schedules, of either group, that the merged group has.
    :param exceptions: the same for exceptions.
    """

    taken: Collection[str]
    themes: Collection[int]
    schedules: Collection[int]
    exceptions: Collection[int]


def merge_groups(
    kept_id: int, removed_id: int, choice: MergeChoice, user: Any = None, *, seen: str | None = None
) -> Group:
    """Make one group of two. The address, the key and the lines of lists of the removed one lead to the kept one.

    :param seen: ``version_token`` of both, the smallest key first, when the choice was made; None: nobody looked.
    :raises LookupError: one of them is no longer there.
    :raises StaleVersionError: one of them changed since.
    :raises ValueError: they are the same group.
    """
    if kept_id == removed_id:
        raise ValueError("a group cannot be merged with itself")
    with collected_changes():
        if len(lock([kept_id, removed_id])) != 2:
            raise LookupError("one of the groups is gone")
        refuse_stale(seen, *sorted([kept_id, removed_id]))
        remember([kept_id, removed_id])
        kept, removed = Group.objects.get(pk=kept_id), Group.objects.get(pk=removed_id)
        content = content_now(removed)
        email_changes = "host_email" in choice.taken and kept.host_email != removed.host_email
        _take(kept, removed, choice)
        _repoint(kept, removed)
        _unite_lines(kept, removed, choice)
        removed.delete()
        kept.save()
        kept.themes.set(choice.themes)
        FormerSlug.objects.update_or_create(slug=content["slug"], defaults={"group": kept})
        FormerKey.objects.create(former_id=removed_id, group=kept, name=content["name"], content=content)
        secret = ["host_email"] if email_changes else []
        record_changes([kept_id], audit.MERGE, user, data={"name": content["name"], "merged": removed_id},
                       secret=secret, always=True)  # fmt: skip
        written([kept_id, removed_id])
    return Group.objects.get(pk=kept_id)


def groups_by_key(keys: Collection[int]) -> dict[int, int]:
    """Return for each key of a group that was merged into another the key of that other."""
    return dict(FormerKey.objects.filter(former_id__in=keys).values_list("former_id", "group_id"))


def current_keys(keys: Collection[str]) -> tuple[str, ...]:
    """Return keys of groups with the group that a merged one became in its place; in their order, each once.

    A key of another region stays as it is: only that region knows what became of its groups.
    """
    own = {key: pk for key in keys for pk in group_ids([key])}
    became = groups_by_key(own.values())
    moved = {key: listing_key(became[pk]) for key, pk in own.items() if pk in became}
    return tuple(dict.fromkeys(moved.get(key, key) for key in keys))


def _take(kept: Group, removed: Group, choice: MergeChoice) -> None:
    for part in choice.taken:
        for name in PARTS[part]:
            setattr(kept, name, getattr(removed, name))
    if removed.source_id and not kept.source_id:
        # The next version of the list must find the merged group by the number it knows.
        kept.source_id, kept.imported_from_id = removed.source_id, removed.imported_from_id


def _repoint(kept: Group, removed: Group) -> None:
    for model in (ImportedRow, ImportRunRow, FormerSlug, FormerKey):
        model._default_manager.filter(group=removed).update(group=kept)
    # Of what an editor said is another group than the one that goes, nobody is asked again whether it is the kept one.
    for pair in DistinctPair.objects.filter(Q(first=removed) | Q(second=removed)).exclude(
        Q(first=kept) | Q(second=kept)
    ):
        first, second = sorted((kept.pk, pair.second_id if pair.first_id == removed.pk else pair.first_id))
        DistinctPair.objects.get_or_create(first_id=first, second_id=second)


def _unite_lines(kept: Group, removed: Group, choice: MergeChoice) -> None:
    for model, chosen in ((Schedule, choice.schedules), (ScheduleException, choice.exceptions)):
        lines = model._default_manager.filter(group__in=[kept, removed])
        lines.exclude(pk__in=chosen).delete()
        model._default_manager.filter(group__in=[kept, removed], pk__in=chosen).update(group=kept)
