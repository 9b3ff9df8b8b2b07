"""What belongs to a group, without the cost of asking for it: a manager and a query set each time, for thousands."""

from collections.abc import Iterable
from typing import Any


def parts_of(group: Any, name: str) -> Iterable[Any]:
    """Return the ``themes``, ``schedules`` or ``exceptions`` of a group, as ``group.<name>.all()`` does.

    Parts that are fetched (or filled in, see ``at_hand``) are returned as they are, unless a form changed them since.
    """
    held = vars(group)
    fetched = held.get("_prefetched_objects_cache", {}).get(name)
    if fetched is None or name in held.get("_cluster_related_objects", ()):
        found: Iterable[Any] = getattr(group, name).all()
        return found
    return fetched._result_cache if fetched._result_cache is not None else fetched
