"""After every change of groups: what is derived from them is computed again, and the directory follows at once.

``groups_changed`` is called by every way of writing groups. What a save of Django's does by itself is noticed by
signals (``signal_handlers.py``), so that a way of writing that forgot to call it still keeps the directory true;
``collected_changes`` makes one call of many.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.utils.timezone import localdate

from zelfregie_core.domain.directory import listings_changed, rebuild_listings
from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_groups.domain.at_hand import at_hand
from zelfregie_groups.domain.bulk import update_rows
from zelfregie_groups.domain.completeness import completeness_score
from zelfregie_groups.domain.listings import CHUNK, listing_key
from zelfregie_groups.domain.recurrence import Upcoming
from zelfregie_groups.models.group import Group

PLUGIN = "groups"

#: The groups that changed inside `collected_changes`; None outside it. Of this thread only.
_collected: ContextVar[dict[int, Group | None] | None] = ContextVar("zelfregie_groups_collected", default=None)
#: Whether the figures must be counted at the end of `counted_once`; None outside it.
_must_count: ContextVar[list[bool] | None] = ContextVar("zelfregie_groups_must_count", default=None)


def groups_changed(ids: Iterable[int], made: Mapping[int, Group | None] | None = None) -> None:
    """Bring everything that is derived from these groups up to date, in the same transaction.

    The next meetings and the score are computed and stored, the directory gets the published ones and loses the
    others, and the region's figures are counted again after the commit. In chunks, each with a fixed number of
    queries; call it once with all ids, or once per chunk.

    :param ids: of groups that were made, changed or removed.
    :param made: those of them that this transaction made, derived and with their parts: they are not read again.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return
    with transaction.atomic():
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            groups = _derive(chunk, made or {})
            with at_hand(chunk, groups):
                listings_changed(PLUGIN, [listing_key(pk) for pk in chunk])
    later = _must_count.get()
    if later is None:
        indicators_changed()
    else:
        later.append(True)


def refresh_groups() -> int:
    """Compute everything that is derived from the region's groups anew, also where nothing changed but the date.

    What a crash or a mistake left in the directory is mended as well.

    :return: the number of groups in the directory.
    """
    last = 0
    while ids := list(Group.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            _derive(ids, {})
        last = ids[-1]
    with transaction.atomic():
        return rebuild_listings(PLUGIN)


@contextmanager
def collected_changes() -> Iterator[None]:
    """Let several saves inside the block count as one change, at its end, in one transaction with them.

    After an error nothing is written: the saves are rolled back too. Inside another such block it adds to that one.
    """
    if _collected.get() is not None:
        yield
        return
    groups: dict[int, Group | None] = {}
    token = _collected.set(groups)
    try:
        with transaction.atomic():
            yield
            _collected.set(None)
            groups_changed(groups, groups)
    finally:
        _collected.reset(token)


@contextmanager
def counted_once() -> Iterator[None]:
    """Let the region's figures be counted once for all changes inside the block, not once for each of its chunks."""
    later: list[bool] = []
    token = _must_count.set(later)
    try:
        yield
    finally:
        _must_count.reset(token)
    if later:
        indicators_changed()


def group_was_written(pk: int, group: Group | None = None) -> None:
    """Note that a group, or something that belongs to it, was saved or removed. For signals.

    :param group: the group with its parts in memory (``fill_parts``) and derived, when this transaction made it.
    """
    collected = _collected.get()
    if collected is None:
        groups_changed([pk])
    else:
        collected[pk] = group


def _derive(ids: list[int], made: Mapping[int, Group | None]) -> list[Group]:
    """Return these groups, and store the next meetings and the score of these groups where they differ.

    The rows are locked until the end of the transaction: who else writes one of these groups at this moment waits, and
    then lists what is there by then.
    """
    known = [group for pk in ids if (group := made.get(pk)) is not None]
    unknown = sorted({*ids} - {group.pk for group in known})
    groups = Group.objects.filter(pk__in=unknown).order_by("pk").select_for_update(of=("self",), no_key=True)
    if unknown:
        known += groups.prefetch_related("themes", "schedules", "exceptions")
    changed = derive(group for group in known if made.get(group.pk) is None)
    if changed:
        update_rows(Group, changed, ["upcoming", "completeness"])
    return known


def derive(groups: Iterable[Group]) -> list[Group]:
    """Compute the next meetings and the score of groups with their parts in memory; return those that differ."""
    changed = []
    coming, today = Upcoming(), localdate()
    for group in groups:
        upcoming, score = coming.of(group), completeness_score(group, today)
        if (group.upcoming, group.completeness) != (upcoming, score):
            group.upcoming, group.completeness = upcoming, score
            changed.append(group)
    return changed
