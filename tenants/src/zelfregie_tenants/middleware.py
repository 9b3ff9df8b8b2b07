"""From the host of a request to the region that answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils import translation
from django_tenants.utils import tenant_context

from zelfregie_tenants.domain.domains import hub_address
from zelfregie_tenants.domain.host_lookup import find_domain
from zelfregie_tenants.domain.rights import region_rights
from zelfregie_tenants.models import Domain, Region
from zelfregie_tenants.views_public import render_outside_region

RETRY_AFTER_SECONDS = 3600
#: What the admin itself shows of a site: its brand and its static files. And which region it is, seen from outside.
OPEN_BEFORE_THE_START = ("/media/merk/", "/static/", "/.well-known/zelfregie")


class RegionMiddleware:
    """Enters the region whose domain the request names, and always leaves it again.

    It takes the place of django-tenants' TenantMainMiddleware and sets `request.tenant` as that does. What was
    current before the request is current after it, whatever happens inside. Wagtail's preview runs a second request
    inside the first; django-tenants' own middleware leaves the connection where that second one ended. All the while
    the database lets the connection reach only the region that it is in.

    An unknown host, and the host of a region that visitors may not see yet, get the same honest 404.
    """

    sync_capable = True
    # The ORM in an asynchronous view runs in a thread with its own connection, and that one is in `public`.
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request inside its region, or as the platform when there is none."""
        before = connection.tenant
        with region_rights():
            try:
                # Wagtail marks the made-up request of a preview; its host is a guess when the Site's is wrong.
                if getattr(request, "is_dummy", False) and isinstance(before, Region):
                    return self._answer_in(before, request)
                connection.set_schema_to_public()
                return self._answer(request)
            finally:
                connection.set_tenant(before)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            host = host_name(request)
        except DisallowedHost:
            return render_outside_region("zelfregie_core/no_region.html", {"host": ""}, 404)
        domain = find_domain(host)
        if domain is None or domain.tenant.state == Region.State.DRAFT:
            return self._answer_as_platform(request)
        region: Region = domain.tenant
        if region.state == Region.State.SUSPENDED:
            response = render_outside_region("zelfregie_core/region_unavailable.html", {"region": region}, 503)
            response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return response
        if region.state == Region.State.ARCHIVED:
            elsewhere = {"region": region, "hub": hub_address(except_for=region)}
            return render_outside_region("zelfregie_core/region_archived.html", elsewhere, 410)
        if request.method in {"GET", "HEAD"} and not (domain.is_primary and domain.domain == host):
            primary = Domain.objects.filter(tenant_id=region.pk, is_primary=True).first()
            if primary is not None:
                return HttpResponseRedirect(_at_host(request, primary.domain))
        region.domain_url = host
        return self._answer_in(region, request)

    def _answer_in(self, region: Region, request: HttpRequest) -> HttpResponseBase:
        request.tenant = request.region = region
        connection.set_tenant(region)
        with translation.override(region.default_language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        return _keep_in_region(response, region)

    def _answer_as_platform(self, request: HttpRequest) -> HttpResponseBase:
        """Answer without the rest of the chain: sessions and users exist only inside a region."""
        view, arguments, keywords = resolve(request.path_info, settings.PUBLIC_SCHEMA_URLCONF)
        with translation.override(settings.LANGUAGE_CODE):
            return view(request, *arguments, **keywords)


class NotOpenYetMiddleware:
    """Shows a region that is prepared only to those who work on it; everybody else reads that it opens soon.

    The admin stays reachable, with its login and the links of invitations, and so do the logo and the stylesheets:
    without them nobody could make the site ready.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or say that the site is not open yet."""
        region = getattr(request, "region", None)
        if region is None or region.state != Region.State.PREPARED or self._may_see(request):
            return self.get_response(request)
        response = render_outside_region("zelfregie_core/region_not_open_yet.html", {"region": region}, 503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    @staticmethod
    def _may_see(request: HttpRequest) -> bool:
        always = (reverse("wagtailadmin_home"), *OPEN_BEFORE_THE_START)
        return request.path_info.startswith(always) or request.user.has_perm("wagtailadmin.access_admin")


def host_name(request: HttpRequest) -> str:
    """Return the host of a request in its one spelling: lower case, without port and closing dot.

    Raises:
        DisallowedHost: it is no host name at all.
    """
    return request.get_host().rsplit("]", 1)[-1].split(":", 1)[0].rstrip(".").lower()


def _at_host(request: HttpRequest, host: str) -> str:
    """Return the address of the request at another host, with its path, query and port."""
    _name, _colon, port = request.get_host().partition(":")
    return f"{request.scheme}://{host}{':' + port if port else ''}{request.get_full_path()}"


def _keep_in_region(response: HttpResponseBase, region: Region) -> HttpResponseBase:
    """Make a response that is still being written read from its own region, after the request has left it.

    Wagtail streams its exports straight from the database. A file needs no database and keeps the server's fast path.
    """
    if response.streaming and not isinstance(response, FileResponse) and not response.is_async:
        response.streaming_content = _chunks_in_region(iter(response.streaming_content), region)
    return response


def _chunks_in_region(chunks: Iterator[bytes], region: Region) -> Iterator[bytes]:
    """Yield chunk by chunk, each made inside the region; between two chunks the connection is where it was."""
    while True:
        with region_rights(), tenant_context(region):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
