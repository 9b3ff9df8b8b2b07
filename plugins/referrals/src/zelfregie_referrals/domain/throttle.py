"""A brake on guessing, without keeping who visited.

What is kept is a keyed hash of the visitor's address, in the region's cache, for a quarter of an hour: nobody can turn
it back into an address, and the cache keeps each region's entries apart.
"""

import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WINDOW_SECONDS = 15 * 60
#: Wrong tries per window. High enough for a waiting room or a care home behind one address.
MAX_WRONG_CODES = 20
MAX_LINK_REQUESTS = 5


def too_many(request: HttpRequest, what: str, limit: int) -> bool:
    """True iff this visitor used up the tries for ``what``."""
    tries, _until = _read(_key(request, what))
    return tries >= limit


def note(request: HttpRequest, what: str) -> None:
    """Count one try; the window starts at the first.

    Not ``cache.incr``: most backends give the entry a new, default lifetime with it. Two tries at the same instant may
    count as one; that does not help who guesses at 33 bits.
    """
    key = _key(request, what)
    tries, until = _read(key)
    cache.set(key, (tries + 1, until), max(1, until - time.time()))


def _read(key: str) -> tuple[int, float]:
    """Tries so far, and when the window ends."""
    return cache.get(key) or (0, time.time() + WINDOW_SECONDS)


def _key(request: HttpRequest, what: str) -> str:
    address = request.META.get("REMOTE_ADDR", "")
    digest = salted_hmac("zelfregie_referrals.throttle", address, algorithm="sha256").hexdigest()
    return f"referrals:{what}:{digest[:32]}"
