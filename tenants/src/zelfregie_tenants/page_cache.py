"""Public pages, made once and served many times to visitors without cookies (ADR 21).

A page is kept under everything that it depends on: the region with its switches and row, the version of its pages, the
release, the day, the language and the whole address. What changes any of these makes another key, in the same moment;
the page of before is never asked for again, and goes when its time is up.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import cc_delim_re

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.package_versions import versions_of
from zelfregie_tenants.domain.plugins import activations
from zelfregie_tenants.models import Region
from zelfregie_tenants.monitoring.groups import PAGE_VIEW, view_group

#: A page larger than this is not kept.
LARGEST = 1024 * 1024
#: An answer that depends on anything else that the browser says is not kept. Cookies: who has one gets no kept page.
VARY = frozenset({"accept-encoding", "cookie"})
#: What an answer says that nobody may keep.
NOT_KEPT = ("no-store", "no-cache", "private", "max-age=0")
TEXT = ("text/html", "text/plain", "text/css", "text/calendar", "application/xml", "application/json")
#: Views whose answers are for everybody when they do not say otherwise; of others only those that say `public`.
PAGES = frozenset({PAGE_VIEW, "zelfregie_core:robots", "zelfregie_core:sitemap"})
#: What django-csp reads from an answer, and keeps on it.
POLICY = ("_csp_update", "_csp_replace", "_csp_config", "_csp_exempt")


class PageCacheMiddleware:
    """Serves pages that are kept, and keeps what may be. Stands right inside `RegionMiddleware`, before sessions."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the rest of the chain.

        Raises:
            MiddlewareNotUsed: no pages are kept here.
        """
        if settings.ZELFREGIE_PAGE_CACHE_SECONDS <= 0:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from the cache, or ask and keep the answer."""
        if not may_be_served(request):
            return self.get_response(request)
        versions = request.region.page_versions
        key, kept_pages = page_key(request), caches["pages"]
        kept = kept_pages.get(key)
        if kept is not None and kept["others"] in {None, versions.get("public", 0)}:
            request.view_group, request.page_cache = kept["group"], "hit"
            return _answer(kept)
        request.page_cache = "miss"
        connection = connections[DEFAULT_DB_ALIAS]
        connection.has_read_others = False
        response = self.get_response(request)
        if may_be_kept(request, response):
            others = versions.get("public", 0) if connection.has_read_others else None
            kept_pages.set(key, _kept(request, response, others), settings.ZELFREGIE_PAGE_CACHE_SECONDS)
        return response


def may_be_served(request: HttpRequest) -> bool:
    """True iff the answer is the same for every visitor, as far as the request tells."""
    region = getattr(request, "region", None)
    return (
        region is not None
        and hasattr(region, "page_versions")
        and region.state == Region.State.LAUNCHED
        and request.method in {"GET", "HEAD"}
        and not request.META.get("QUERY_STRING")
        # A cookie with the token of forms says nothing about who somebody is, and a kept page has no form.
        and set(request.COOKIES) <= {settings.CSRF_COOKIE_NAME}
        and "HTTP_AUTHORIZATION" not in request.META
        and not getattr(request, "is_dummy", False)
        and not request.path_info.startswith(("/admin/", "/media/", "/documenten/", "/.well-known/"))
    )


def may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    """True iff the answer may be given to other visitors as well."""
    if (
        request.method != "GET"
        or response.status_code != 200
        or response.streaming
        or response.cookies
        # A nonce in the page belongs to this answer's own policy. The token of a form comes with a cookie.
        or getattr(request, "_csp_nonce", None)
        or getattr(request, "is_preview", False)
        or getattr(getattr(request, "user", None), "is_authenticated", False)
        or len(response.content) > LARGEST
        or not response.headers.get("Content-Type", "").startswith(TEXT)
    ):
        return False
    vary = {word.lower() for word in cc_delim_re.split(response.headers.get("Vary", "")) if word}
    control = response.headers.get("Cache-Control", "").lower()
    if vary - VARY or any(word in control for word in NOT_KEPT):
        return False
    match = request.resolver_match
    return "public" in control or (match is not None and match.view_name in PAGES)


def page_key(request: HttpRequest) -> str:
    """Return the name under which the page is kept; every cache puts the region's schema in front."""
    region = request.region
    row = [str(getattr(region, field.attname)) for field in region._meta.concrete_fields]
    switches = [(row.plugin, row.enabled, str(row.settings)) for row in activations(region).values()]
    parts = (
        release(), region.schema_number, region.page_versions.get(region.schema_name, 0), row, switches,
        timezone.localdate().isoformat(), translation.get_language(), request.scheme, request.get_host(), request.path,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def release() -> str:
    """Return what tells this release from others: versions, where it is installed, and its static files."""
    packages = ("zelfregie_core", "zelfregie_tenants", *get_plugins().slugs())
    files = getattr(staticfiles_storage, "manifest_hash", "")
    return repr((sorted(versions_of(packages).items()), sys.prefix, files))


def _kept(request: HttpRequest, response: HttpResponse, others: int | None) -> dict[str, Any]:
    return {
        "body": response.content,
        "headers": dict(response.headers),
        "policy": {name: getattr(response, name) for name in POLICY if hasattr(response, name)},
        "group": view_group(request),
        "others": others,
    }


def _answer(kept: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(kept["body"], headers=kept["headers"])
    for name, value in kept["policy"].items():
        setattr(response, name, value)
    return response
