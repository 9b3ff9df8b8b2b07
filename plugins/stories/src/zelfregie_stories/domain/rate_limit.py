"""A limit on what one address can send in, without keeping the address.

The cache holds a keyed hash of the address for an hour and nothing else. Cache keys carry the region, so that regions
do not count each other's visitors.
"""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

WINDOW_SECONDS = 3600
PER_ADDRESS = 5
PER_REGION = 60


def may_submit(address: str) -> bool:
    """Count one attempt, and say whether it is within the limits.

    :param address: the visitor's network address; an empty one counts as one visitor.
    """
    hashed = salted_hmac("zelfregie_stories.rate_limit", address, algorithm="sha256").hexdigest()
    by_address = _count(f"stories:submit:{hashed}")
    # Somebody who is over the own limit does not use up the region's.
    return by_address <= PER_ADDRESS and _count("stories:submit:all") <= PER_REGION


def _count(key: str) -> int:
    if cache.add(key, 1, WINDOW_SECONDS):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it ended between the two calls
        cache.set(key, 1, WINDOW_SECONDS)
        return 1
