"""What every public template needs of the site: brand, details, navigation and footer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page

from zelfregie_core.domain.visible_pages import linked_pages
from zelfregie_core.models import Branding, LegalPage, SiteSettings

FOOTER_ORDER = [
    LegalPage.Kind.ABOUT,
    LegalPage.Kind.PRIVACY,
    LegalPage.Kind.ACCESSIBILITY,
    LegalPage.Kind.CRISIS,
]


@dataclass(frozen=True)
class Link:
    """A link in the navigation or the footer."""

    title: str
    url: str
    is_current: bool = False


def site(request: HttpRequest) -> dict[str, Any]:
    """Variables for public templates. All lazy: a template that does not use one costs no query.

    In the admin and where there is no site (the platform's own pages) there is none.
    """
    if request.path.startswith("/admin/") or not hasattr(request, "user"):
        return {}
    linked = SimpleLazyObject(lambda: linked_pages(request))
    legal = SimpleLazyObject(lambda: _legal_links(request, linked.legal))
    return {
        "brand": SimpleLazyObject(lambda: Branding.load(request_or_site=request)),
        "site_settings": SimpleLazyObject(lambda: SiteSettings.load(request_or_site=request)),
        "navigation": SimpleLazyObject(lambda: [_link(request, page) for page in linked.menu]),
        "footer_links": SimpleLazyObject(lambda: list(legal.values())),
        "crisis_url": SimpleLazyObject(lambda: _url_of(legal.get(LegalPage.Kind.CRISIS))),
        "search_url": reverse("zelfregie_core:search"),
        "is_demo": SimpleLazyObject(lambda: SiteSettings.load(request_or_site=request).is_demo),
    }


def _link(request: HttpRequest, page: Page) -> Link:
    """A link of the navigation: current on its page and on those below it."""
    url = page.get_url(request) or "/"
    return Link(page.title, url, request.path.startswith(url))


def _legal_links(request: HttpRequest, pages: Mapping[str, Page]) -> dict[str, Link]:
    links = {}
    for kind in FOOTER_ORDER:
        if page := pages.get(kind):
            url = page.get_url(request)
            links[kind] = Link(page.title, url or "/", request.path == url)
    return links


def _url_of(link: Link | None) -> str:
    return str(link.url) if link else ""
