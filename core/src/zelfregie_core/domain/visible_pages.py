"""Which pages a visitor may come across: published, public, and of no plugin that is off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Page, Site, get_page_models

from zelfregie_core.domain.published import published
from zelfregie_core.models import PluginPage
from zelfregie_core.plugins.calls import plugin_is_enabled


def hidden_page_types(request: HttpRequest | None = None) -> list[type[Page]]:
    """The page types of plugins that are off in the current region."""
    return [
        model
        for model in get_page_models()
        if issubclass(model, PluginPage) and not plugin_is_enabled(model.plugin() or "", request)
    ]


def visible_pages(request: HttpRequest | None = None) -> QuerySet[Page]:
    """Published public pages, without those of plugins that are off. For menus, search and the sitemap."""
    pages = published(Page)
    for model in hidden_page_types(request):
        options = model._meta
        pages = pages.exclude(content_type__app_label=options.app_label, content_type__model=options.model_name)
    return pages


@dataclass(frozen=True)
class LinkedPages:
    """The pages that every page links to.

    :param menu: children of the home page that editors put in menus, in tree order.
    :param legal: kind of ``LegalPage`` to the published page of that kind.
    """

    menu: Sequence[Page] = ()
    legal: Mapping[str, Page] = field(default_factory=dict)


def linked_pages(request: HttpRequest) -> LinkedPages:
    """The pages of the main navigation and of the footer, with what a link needs and nothing more. One query."""
    site = Site.find_for_request(request)
    if site is None:
        return LinkedPages()
    visible = visible_pages(request)
    in_menu = Q(show_in_menus=True) & visible.child_of_q(site.root_page)
    linked = visible.annotate(
        in_menu=ExpressionWrapper(in_menu, output_field=BooleanField()), legal_kind=F("legalpage__kind")
    )
    wanted = linked.filter(Q(in_menu=True) | Q(legal_kind__isnull=False)).order_by("path")
    pages = list(wanted.only("path", "depth", "title", "slug", "url_path"))
    return LinkedPages(
        [page for page in pages if page.in_menu], {page.legal_kind: page for page in pages if page.legal_kind}
    )
