"""The page on the hub that shows all regions."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from zelfregie_core.models import BodyMixin, PluginPage
from zelfregie_national.domain import page_context


class RegionsPage(BodyMixin, PluginPage):
    """All regions on one page, on a map and as a list, and which of them is yours."""

    template = "zelfregie_national/regions_page.html"
    max_count = 1
    content_panels = [*PluginPage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*PluginPage.search_fields, index.SearchField("intro"), index.SearchField("body")]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("overzicht van regio's")
        # Regions are rows of the platform, outside this site's tables; the right to see them needs a home here.
        permissions = [("view_regions", "Regio's naast elkaar bekijken")]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **page_context.for_regions(request)}
