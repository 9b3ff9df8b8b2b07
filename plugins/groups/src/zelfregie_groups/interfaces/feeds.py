"""Feeds: calendars and new groups. For programs, so the addresses and what is in them stay the same."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Site

from zelfregie_core.models import Branding, Theme
from zelfregie_groups.domain.addresses import finder_url
from zelfregie_groups.domain.calendar_feed import Feed, calendar_of
from zelfregie_groups.domain.calendar_links import calendar_url
from zelfregie_groups.domain.feed_selection import selected_groups
from zelfregie_groups.domain.new_groups_feed import NEWEST, new_groups_feed
from zelfregie_groups.models import FormerSlug, Group

#: Seconds in which a program need not ask again; what is taken off the site is gone after it.
FRESH = 300


@require_safe
def region_calendar(request: HttpRequest) -> HttpResponse:
    """The meetings of all groups of the region, or of those that a search of the finder finds."""
    groups, name = Group.objects.published(), _("Bijeenkomsten: %(site)s") % {"site": _site_name(request)}
    selected = selected_groups(request)
    if selected is not None:
        keys, words = selected
        groups = groups.filter(pk__in=keys)
        name = f"{name} ({words})" if words else name
    return _calendar(request, groups, name, "bijeenkomsten")


@require_safe
def theme_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings of the groups about one theme."""
    theme = get_object_or_404(Theme, slug=slug)
    name = _("%(theme)s: %(site)s") % {"theme": theme.name, "site": _site_name(request)}
    return _calendar(request, Group.objects.published().about(theme), name, theme.slug)


@require_safe
def group_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings of one group."""
    group = Group.objects.published().filter(slug=slug).first()
    if group is None:
        former = FormerSlug.objects.filter(slug=slug, group__published=True).select_related("group").first()
        if former is None:
            raise Http404("no such group")
        return HttpResponsePermanentRedirect(calendar_url(former.group))
    return _calendar(request, Group.objects.filter(pk=group.pk), group.name, group.slug)


@require_safe
def new_groups(request: HttpRequest) -> HttpResponse:
    """The newest groups, as RSS."""
    newest = Group.objects.published().for_cards().order_by("-created_at", "-pk")[:NEWEST]
    body = new_groups_feed(
        newest,
        site_name=_site_name(request),
        site_url=request.build_absolute_uri("/"),
        feed_url=request.build_absolute_uri(request.path),
        page_url=_page_url(request),
    )
    return _answer(request, body, "application/rss+xml; charset=utf-8")


def _calendar(request: HttpRequest, groups: Any, name: str, file_name: str) -> HttpResponse:
    site = Site.find_for_request(request)
    feed = Feed(
        name=name,
        # The region's main host, also when somebody reads the feed at another: an event has one key.
        host=site.hostname if site else request.get_host(),
        page_url=_page_url(request),
        url=request.build_absolute_uri(finder_url(request)),
    )
    body = calendar_of(groups.for_cards().prefetch_related("exceptions").order_by("pk"), feed)
    response = _answer(request, body, "text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file_name}.ics"'
    return response


def _page_url(request: HttpRequest) -> Callable[[Any], str]:
    """From a group to the absolute address of its page.

    :raises Http404: the region has no finder, so its groups have no pages.
    """
    path = finder_url(request)
    if path is None:
        raise Http404("no finder")
    base = request.build_absolute_uri(path)
    return lambda group: f"{base}{group.slug}/"


def _site_name(request: HttpRequest) -> str:
    return Branding.load(request_or_site=request).site_name


def _answer(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    """An answer that a program need not fetch again while it is the same."""
    response = HttpResponse(body, content_type=content_type)
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=FRESH)
    return get_conditional_response(request, etag=etag, response=response)
