"""Groups that are in memory with everything that belongs to them, so that the same transaction need not read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model, QuerySet

from zelfregie_core.models import Theme
from zelfregie_groups.models.group import Group
from zelfregie_groups.models.schedule import Schedule, ScheduleException

#: Ids that were asked for, and those of them that exist. Of this thread only.
_listed: ContextVar[tuple[frozenset[int], Mapping[int, Group]] | None] = ContextVar("zelfregie_groups_at_hand")


def fill_parts(
    group: Group, themes: Sequence[Theme], schedules: Sequence[Schedule], exceptions: Sequence[ScheduleException]
) -> None:
    """Give a new group its parts as if they had been prefetched, in the order in which the database gives them.

    The parts come in the order in which they are written, and need no keys yet.
    """
    ordered = sorted(schedules, key=lambda one: (one.weekdays, one.start_time is None, one.start_time or 0))
    group._prefetched_objects_cache = {
        "themes": _fetched(Theme, themes),
        "schedules": _fetched(Schedule, ordered),
        "exceptions": _fetched(ScheduleException, sorted(exceptions, key=lambda one: one.date)),
    }


@contextmanager
def at_hand(ids: Iterable[int], groups: Iterable[Group]) -> Iterator[None]:
    """Let ``groups_at_hand`` answer with these groups inside the block.

    :param ids: the groups that are meant; those that ``groups`` lacks do not exist.
    :param groups: locked or made by this transaction, derived, with their themes and schedules fetched.
    """
    token = _listed.set((frozenset(ids), {group.pk: group for group in groups}))
    try:
        yield
    finally:
        _listed.reset(token)


def groups_at_hand(ids: Sequence[int]) -> list[Group] | None:
    """Return these groups in order of their ids; None when not all of them are at hand."""
    found = _listed.get(None)
    if found is None or not found[0].issuperset(ids):
        return None
    return [found[1][pk] for pk in sorted(set(ids)) if pk in found[1]]


def _fetched(model: type[Model], rows: Iterable[Any]) -> QuerySet:
    known: QuerySet = QuerySet(model)
    known._result_cache = list(rows)
    return known
