"""Who may see details of the machine: only callers of our own networks, and never through a proxy."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

Network = IPv4Network | IPv6Network
#: What a proxy adds. A request with one of these came from outside, even when the proxy is on this machine.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_VIA")


def is_ours(request: HttpRequest) -> bool:
    """True iff the request comes straight from one of `ZELFREGIE_MONITOR_NETWORKS`."""
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in networks(tuple(settings.ZELFREGIE_MONITOR_NETWORKS)))


@lru_cache(maxsize=8)
def networks(words: tuple[str, ...]) -> tuple[Network, ...]:
    """Return the networks that these words mean.

    Raises:
        ImproperlyConfigured: one is no network.
    """
    try:
        return tuple(ip_network(word) for word in words)
    except ValueError as error:
        message = f"ZELFREGIE_MONITOR_NETWORKS: {error}; give networks with commas, such as 127.0.0.0/8, 10.0.3.0/24."
        raise ImproperlyConfigured(message) from error
