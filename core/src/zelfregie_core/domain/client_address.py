"""The network address of who visits, also behind reverse proxies."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address of the visitor; an empty string when the server tells none.

    Each proxy adds the address that called it to the end of ``X-Forwarded-For``. So with
    ``settings.ZELFREGIE_TRUSTED_PROXIES`` of them in front, the entry that many places from the end was written by the
    outermost one; what stands before it was sent by the visitor and may be made up. With none in front, all of it may.
    """
    caller: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.ZELFREGIE_TRUSTED_PROXIES
    entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
    if proxies < 1 or not entries:
        return caller
    return _address(entries[-min(proxies, len(entries))]) or caller


def _address(entry: str) -> str:
    """An entry without the port that some proxies add; empty when it is no address."""
    host = entry
    if entry.startswith("["):
        host = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        host = entry.partition(":")[0]
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
