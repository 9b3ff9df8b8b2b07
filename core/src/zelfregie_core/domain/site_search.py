"""Search over one region's site: pages and whatever the plugins find."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Page

from zelfregie_core.domain.themes import themes_named
from zelfregie_core.domain.visible_pages import visible_pages
from zelfregie_core.plugins.calls import call_plugins_flat
from zelfregie_core.plugins.contributions import SearchResult

MAX_LENGTH = 100
MAX_PAGES = 50
SUMMARY_WORDS = 30


@dataclass(frozen=True)
class SearchOutcome:
    """What was searched for and found.

    :param query: as the visitor typed it, trimmed and cut.
    :param results: plugins' results first, because people come for groups; then pages.
    """

    query: str
    results: list[SearchResult]


def search_site(request: HttpRequest, query: str) -> SearchOutcome:
    """Search the current region. An empty query finds nothing.

    Themes are found by synonym as well: who types "overspannen" finds the page on burn-out.
    """
    query = " ".join(query.replace("\x00", "").split())[:MAX_LENGTH]
    if not query:
        return SearchOutcome("", [])
    found = call_plugins_flat("search_results", request, query=query)
    ranked = [page.pk for page in Page.objects.live().search(query, operator="or")[:MAX_PAGES]]
    visible = {page.pk: page for page in visible_pages(request).filter(pk__in=ranked).specific()}
    pages = [visible[pk] for pk in ranked if pk in visible]
    themes = themes_named(query)
    by_theme = visible_pages(request).filter(themepage__theme__in=themes).specific() if themes else []
    seen: set[int] = set()
    for page in [*by_theme, *pages]:
        if page.pk in seen or not page.get_url(request):
            continue
        seen.add(page.pk)
        summary = Truncator(strip_tags(getattr(page, "intro", "") or page.search_description)).words(SUMMARY_WORDS)
        found.append(SearchResult(page.title, page.get_url(request), summary, _("Pagina")))
    return SearchOutcome(query, found)
