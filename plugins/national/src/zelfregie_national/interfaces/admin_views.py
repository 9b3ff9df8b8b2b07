"""The coordinator's page in the admin: all regions side by side, with the figures and their date."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_national.domain.regions import RegionEntry, all_regions, headline_indicators

VIEW_REGIONS = "zelfregie_national.view_regions"


class RegionsView(PermissionRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """Regions as a table."""

    permission_required = VIEW_REGIONS
    raise_exception = True
    template_name = "zelfregie_national/admin/regions.html"
    page_title = _("Regio's")
    header_icon = "site"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keys = headline_indicators()
        labels = {
            (found.plugin, found.item.key): found.item for found in get_plugins().contributed("register_indicators")
        }
        rows = [(region, _values(region, keys)) for region in all_regions(self.request)]
        return super().get_context_data(columns=[labels[key] for key in keys], rows=rows, **kwargs)


class RegionsViewSet(ViewSet):
    """The page's address in the admin; its menu item comes from ``register_menu_items``."""

    name = "national_regions"
    icon = "site"

    @cached_property
    def menu_label(self) -> Any:
        return _("Regio's")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.construct_view(RegionsView), name="index")]


def _values(region: RegionEntry, keys: list[tuple[str, str]]) -> list[int | None]:
    """A region's figures in the order of the columns; None where the region has no such figure."""
    by_key = {(figure.plugin, figure.key): figure.value for figure in region.figures}
    return [by_key.get(key) for key in keys]
