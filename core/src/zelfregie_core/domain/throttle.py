"""A brake on guessing and on sending in too much, without keeping who visited.

What is kept is a keyed hash of the visitor's address, in the region's cache, for as long as the limit lasts: nobody can
turn it back into an address, and the cache keeps each region's entries apart.
"""

import math
import time
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from zelfregie_core.domain.client_address import client_address


@dataclass(frozen=True)
class Limit:
    """How often something may be tried in a window, which starts at the first try.

    :param name: of what is tried, with the plugin in front: ``stories:submit``.
    :param shared: counts all visitors of the region together.
    """

    name: str
    tries: int
    seconds: int
    shared: bool = False


def allow(request: HttpRequest, *limits: Limit) -> bool:
    """Count one try, and say whether it is within every limit. A limit that comes later is spared when one says no."""
    for limit in limits:
        if is_used_up(request, limit):
            return False
        note(request, limit)
    return True


def is_used_up(request: HttpRequest, limit: Limit) -> bool:
    """True iff this visitor has no tries left."""
    tries, _until = _read(_key(request, limit), limit)
    return tries >= limit.tries


def seconds_left(request: HttpRequest, limit: Limit) -> int:
    """Return after how many seconds this visitor has tries again, for ``Retry-After``."""
    _tries, until = _read(_key(request, limit), limit)
    return max(1, math.ceil(until - time.time()))


def note(request: HttpRequest, limit: Limit) -> None:
    """Count one try.

    Not ``cache.incr``: most backends give the entry a new, default lifetime with it. Two tries at the same instant may
    count as one; that does not help who guesses a code or sends in a heap.
    """
    key = _key(request, limit)
    tries, until = _read(key, limit)
    cache.set(key, (tries + 1, until), max(1, until - time.time()))


def _read(key: str, limit: Limit) -> tuple[int, float]:
    """Tries so far, and when the window ends."""
    tries, until = cache.get(key) or (0, time.time() + limit.seconds)
    return tries, until


def _key(request: HttpRequest, limit: Limit) -> str:
    if limit.shared:
        return f"{limit.name}:all"
    digest = salted_hmac("zelfregie_core.throttle", client_address(request), algorithm="sha256").hexdigest()
    return f"{limit.name}:{digest[:32]}"
