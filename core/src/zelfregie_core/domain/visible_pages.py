"""Which pages a visitor may come across: published, public, and of no plugin that is off."""

from django.db.models import QuerySet
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


def menu_pages(request: HttpRequest) -> list[Page]:
    """The pages of the main navigation: children of the home page that editors put in menus, in tree order."""
    site = Site.find_for_request(request)
    if site is None:
        return []
    return list(visible_pages(request).filter(show_in_menus=True).child_of(site.root_page).order_by("path"))
