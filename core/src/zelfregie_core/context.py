"""What every public template needs of the site: brand, details, navigation and footer."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from zelfregie_core.domain.published import published
from zelfregie_core.domain.visible_pages import menu_pages
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
    legal = SimpleLazyObject(lambda: _legal_links(request))
    return {
        "brand": SimpleLazyObject(lambda: Branding.load(request_or_site=request)),
        "site_settings": SimpleLazyObject(lambda: SiteSettings.load(request_or_site=request)),
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "footer_links": SimpleLazyObject(lambda: list(legal.values())),
        "crisis_url": SimpleLazyObject(lambda: _url_of(legal.get(LegalPage.Kind.CRISIS))),
        "search_url": reverse("zelfregie_core:search"),
        "is_demo": SimpleLazyObject(lambda: SiteSettings.load(request_or_site=request).is_demo),
    }


def _navigation(request: HttpRequest) -> list[Link]:
    return [
        Link(page.title, page.get_url(request) or "/", request.path.startswith(page.get_url(request) or "/"))
        for page in menu_pages(request)
    ]


def _legal_links(request: HttpRequest) -> dict[str, Link]:
    pages = {page.kind: page for page in published(LegalPage)}
    if Site.find_for_request(request) is None:
        return {}
    return {
        kind: Link(
            pages[kind].title,
            pages[kind].get_url(request) or "/",
            request.path == pages[kind].get_url(request),
        )
        for kind in FOOTER_ORDER
        if kind in pages
    }


def _url_of(link: Link | None) -> str:
    return str(link.url) if link else ""
