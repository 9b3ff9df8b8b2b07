"""The page on which visitors find a group, and the pages of the groups below it."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePage, path

from zelfregie_core.models import PluginPage
from zelfregie_groups.domain import group_page, page_context
from zelfregie_groups.models.group import Group


class GroupFinderPage(PluginPage, RoutablePage):
    """The finder, and at ``<slug>/`` each published group. Bases in this order: the plugin guard routes first."""

    intro = models.TextField(_("inleiding"), blank=True, help_text=_("Eén of twee zinnen boven het zoekformulier."))

    template = "zelfregie_groups/group_finder_page.html"
    content_panels = [*RoutablePage.content_panels, FieldPanel("intro")]
    parent_page_types = ["zelfregie_core.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = _("groepenzoeker")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **page_context.for_finder(request, self)}

    @path("<slug:slug>/", name="group")
    def group_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One group. Drafts are not there for visitors. An address from before leads to the one of now."""
        groups = Group.objects.published()
        group = groups.for_cards().prefetch_related("exceptions").filter(slug=slug).first()
        if group is None:
            moved = groups.filter(former_slugs__slug=slug).only("slug").first()
            if moved is None:
                raise Http404("no such group")
            query = request.META.get("QUERY_STRING", "")
            address = self.group_url(moved, request) + (f"?{query}" if query else "")
            return HttpResponsePermanentRedirect(address)
        # Not self.render(): that would run the finder's search as well.
        context = {**super().get_context(request), **group_page.for_group(request, self, group)}
        return TemplateResponse(request, "zelfregie_groups/group_page.html", context)

    def group_url(self, group: Group, request: HttpRequest | None = None) -> str:
        """Return the address of a group's page."""
        return f"{self.get_url(request) or '/'}{group.slug}/"

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> Iterator[dict[str, Any]]:
        """The finder and every published group."""
        yield from super().get_sitemap_urls(request)
        base = self.get_full_url(request)
        groups = Group.objects.published().values_list("slug", "changed_at")
        for slug, changed_at in groups.iterator():
            yield {"location": f"{base}{slug}/", "lastmod": changed_at}
