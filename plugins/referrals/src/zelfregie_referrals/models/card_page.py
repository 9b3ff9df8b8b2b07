"""The page with the short address that is printed on every card."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from zelfregie_core.models import BodyMixin, PluginPage
from zelfregie_referrals.forms import CodeForm


class CardPage(BodyMixin, PluginPage):
    """Where a visitor types the code of a card: ``/kaart/``, short enough to copy from paper."""

    template = "zelfregie_referrals/card_page.html"
    max_count = 1
    content_panels = [*PluginPage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*PluginPage.search_fields, index.SearchField("intro"), index.SearchField("body")]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("pagina voor verwijskaarten")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "form": CodeForm()}
