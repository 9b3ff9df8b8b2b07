"""Core's own public views."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.contrib.sitemaps.views import sitemap as wagtail_sitemap
from wagtail.models import Site
from wagtail.views import serve as wagtail_serve

from zelfregie_core.domain.brand import brand_css as make_brand_css
from zelfregie_core.domain.page_context import theme_pages
from zelfregie_core.domain.site_search import search_site
from zelfregie_core.interfaces.sitemap import VisibleSitemap
from zelfregie_core.models import Branding

RESULTS_PER_PAGE = 20


@require_safe
@cache_control(public=True, max_age=3600)
def brand_css(request: HttpRequest) -> HttpResponse:
    """The region's colours as CSS custom properties; the page links to it with a version."""
    brand = Branding.load(request_or_site=request)
    return HttpResponse(make_brand_css(brand.primary, brand.accent), content_type="text/css; charset=utf-8")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search over the site."""
    outcome = search_site(request, request.GET.get("q", ""))
    page = Paginator(outcome.results, RESULTS_PER_PAGE).get_page(request.GET.get("p"))
    context = {"query": outcome.query, "results": page, "count": len(outcome.results)}
    if outcome.query and not outcome.results:
        context["theme_pages"] = theme_pages()
    return render(request, "zelfregie_core/search.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may index: everything public, nothing with a personal link."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /-/",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The pages of this region, for search engines."""
    return wagtail_sitemap(request, sitemaps={"pages": VisibleSitemap(request)})


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's own view of a page; on the way to another one, the home page is passed without reading its text."""
    site = Site.find_for_request(request)
    if site is not None and path:
        site.root_page.specific = site.root_page.specific_deferred
    return wagtail_serve(request, path)
