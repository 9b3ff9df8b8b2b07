"""The page on the hub that searches the whole country."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from zelfregie_core.models import PluginPage
from zelfregie_national.domain import country_search


class CountrySearchPage(PluginPage):
    """Groups of all regions: one box for a theme or words, one for a place."""

    intro = models.TextField(_("inleiding"), blank=True, help_text=_("Eén of twee zinnen boven het zoekformulier."))

    template = "zelfregie_national/country_search_page.html"
    max_count = 1
    content_panels = [*PluginPage.content_panels, FieldPanel("intro")]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("zoeken in het hele land")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **country_search.for_country_search(request)}
