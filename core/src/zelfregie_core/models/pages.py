"""The page types that every region has."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from zelfregie_core.domain import page_context
from zelfregie_core.domain.published import may_be_restricted
from zelfregie_core.fields import PluginStreamField
from zelfregie_core.models.theme import Theme
from zelfregie_core.plugins.calls import plugin_is_enabled
from zelfregie_core.plugins.manager import get_plugins


class PubliclyServed:
    """A page that is served with one query less: where nothing is restricted, none of the restrictions is read."""

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """The restrictions that hold for this page."""
        if may_be_restricted(self):
            return super().get_view_restrictions()
        return PageViewRestriction.objects.none()


class PluginPage(PubliclyServed, Page):
    """Base of page types that belong to a plugin: they exist only where the plugin is on.

    Where it is off the page cannot be created or served, and menus, search and the sitemap leave it out; the page
    itself stays as it was.
    """

    class Meta:
        abstract = True

    @classmethod
    def plugin(cls) -> str | None:
        """The slug of the plugin that this page type belongs to."""
        return get_plugins().owner_of(cls.__module__)

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        plugin = cls.plugin()
        return bool(plugin and plugin_is_enabled(plugin)) and super().can_create_at(parent)

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        plugin = self.plugin()
        if plugin is None or not plugin_is_enabled(plugin, request):
            raise Http404(f"plugin {plugin} is off in this region")
        return super().route(request, path_components)


class BodyMixin(PubliclyServed, models.Model):
    """A lead paragraph and a body of blocks."""

    intro = models.TextField(_("inleiding"), blank=True, help_text=_("Eén of twee zinnen, groter dan de rest."))
    body = PluginStreamField(verbose_name=_("inhoud"), blank=True)

    class Meta:
        abstract = True


class HomePage(BodyMixin, Page):
    """The region's front page: one sentence, one search, the themes, and what the plugins bring."""

    template = "zelfregie_core/home_page.html"
    max_count = 1
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    parent_page_types = ["wagtailcore.Page"]

    class Meta:
        verbose_name = _("voorpagina")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **page_context.for_home(request)}


class ContentPage(BodyMixin, Page):
    """A page of text."""

    template = "zelfregie_core/content_page.html"
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]

    class Meta:
        verbose_name = _("tekstpagina")


class ThemeIndexPage(BodyMixin, Page):
    """All themes of the region; the theme pages live below it."""

    template = "zelfregie_core/theme_index_page.html"
    max_count = 1
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    subpage_types = ["zelfregie_core.ThemePage"]

    class Meta:
        verbose_name = _("overzicht van thema's")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "theme_pages": page_context.theme_pages()}


class ThemePage(BodyMixin, Page):
    """One theme: what it is, tips, and the groups, stories and other things that the plugins know of it."""

    theme = models.OneToOneField(Theme, on_delete=models.PROTECT, related_name="page", verbose_name=_("thema"))

    template = "zelfregie_core/theme_page.html"
    content_panels = [*Page.content_panels, FieldPanel("theme"), FieldPanel("intro"), FieldPanel("body")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("intro"),
        index.SearchField("body"),
        index.RelatedFields("theme", [index.SearchField("name"), index.SearchField("synonyms")]),
    ]
    parent_page_types = ["zelfregie_core.ThemeIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("themapagina")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            **page_context.for_theme(request, self.theme),
        }


class LegalPage(BodyMixin, Page):
    """A page that every site must have; the footer links to it."""

    class Kind(models.TextChoices):
        CRISIS = "crisis", _("hulp bij crisis")
        PRIVACY = "privacy", _("privacy")
        ACCESSIBILITY = "accessibility", _("toegankelijkheid")
        ABOUT = "about", _("over deze site")

    kind = models.CharField(_("soort"), max_length=20, choices=Kind.choices, unique=True)

    template = "zelfregie_core/legal_page.html"
    content_panels = [*Page.content_panels, FieldPanel("kind"), FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("verplichte pagina")
