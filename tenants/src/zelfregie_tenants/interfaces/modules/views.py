"""The two sets of pages: of one's own region in its settings, and of each region in the national hub."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.modules.describe import label_of
from zelfregie_tenants.interfaces.modules.base import ListView, ModulesView, SwitchView
from zelfregie_tenants.interfaces.readiness.views import PERMISSION
from zelfregie_tenants.interfaces.region_wizard.base import is_hub, may_launch
from zelfregie_tenants.models import PluginActivation, Region

#: Regions with a site, whose modules can be switched.
STATES = (Region.State.PREPARED, Region.State.LAUNCHED, Region.State.SUSPENDED)
#: So many regions on one page; more are found by name.
SHOWN = 50


class OfOwnRegion(ModulesView):
    """A page of the region of the request, for its administrators."""

    def is_allowed(self) -> bool:
        """Who answers for the site's details answers for its modules."""
        return self.request.user.has_perm(PERMISSION)

    @cached_property
    def region(self) -> Region:
        """The region of the request, never another."""
        return self.request.region

    def address(self, plugin: str = "") -> str:
        """Return the address of another page of this region."""
        return reverse("modules:switch", args=[plugin]) if plugin else reverse("modules:index")


class OfOtherRegion(ModulesView):
    """A page in the hub about another region, for who may make regions."""

    def is_here(self) -> bool:
        """Only the hub has these pages, whoever asks."""
        return is_hub(self.request)

    def is_allowed(self) -> bool:
        """As the pages on which regions are made."""
        return may_launch(self.request.user)

    @cached_property
    def region(self) -> Region:
        """The region of the address."""
        return get_object_or_404(_regions(), slug=self.kwargs["region_slug"])

    def address(self, plugin: str = "") -> str:
        """Return the address of another page about this region."""
        slug = self.region.slug
        if plugin:
            return reverse("region_modules:switch", args=[slug, plugin])
        return reverse("region_modules:region", args=[slug])

    def get_page_subtitle(self) -> str:
        """Say whose modules these are: the hub's own page looks the same."""
        return self.region.name

    def trail(self) -> list[tuple[str, Any]]:
        """Begin with the list of regions."""
        return [(reverse("region_modules:index"), _("Modules per regio")), *super().trail()]


class OwnListView(OfOwnRegion, ListView):
    """The modules of this site."""


class OwnSwitchView(OfOwnRegion, SwitchView):
    """The switch of one of them."""


class RegionListView(OfOtherRegion, ListView):
    """The modules of another region."""


class RegionSwitchView(OfOtherRegion, SwitchView):
    """The switch of one of them."""


class RegionsView(OfOtherRegion):
    """All regions with the modules that they have on: two queries."""

    template_name = "zelfregie_tenants/modules/regions.html"
    page_title = gettext_lazy("Modules per regio")

    def get_page_subtitle(self) -> str:
        """Return nothing: the page is about all of them."""
        return ""

    def trail(self) -> list[tuple[str, Any]]:
        """Return nothing: this is the list of regions."""
        return []

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them by name, or those with a word in their name."""
        query = request.GET.get("q", "").strip()[:80]
        found = _regions().filter(Q(name__icontains=query) | Q(slug__icontains=query)).order_by("name")
        regions = list(found[: SHOWN + 1])
        installed = get_plugins().slugs()
        switched: dict[int, list[str]] = {}
        rows = PluginActivation.objects.filter(
            region_id__in=[region.pk for region in regions], enabled=True, plugin__in=installed
        )
        for pk, plugin in rows.order_by("plugin").values_list("region_id", "plugin"):
            switched.setdefault(pk, []).append(str(label_of(plugin)))
        shown = [
            (
                region,
                ", ".join(switched.get(region.pk, [])) or _("geen"),
                reverse("region_modules:region", args=[region.slug]),
            )
            for region in regions[:SHOWN]
        ]
        context = self.get_context_data(rows=shown, query=query, has_more=len(regions) > SHOWN)
        return self.render_to_response(context)


def _regions() -> QuerySet[Region]:
    return Region.objects.filter(state__in=STATES, erasing_since=None)


class OwnMenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for each request: the menu itself is made once per process."""
        return request.user.has_perm(PERMISSION)


class RegionsMenuItem(MenuItem):
    """Shown in the hub, to who may make regions."""

    def is_shown(self, request: HttpRequest) -> bool:
        """As above."""
        return is_hub(request) and may_launch(request.user)


class OwnModulesViewSet(ViewSet):
    """``/admin/modules/``."""

    name = "modules"
    url_prefix = "modules"
    icon = "cogs"

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list and the switch."""
        return [
            path("", OwnListView.as_view(), name="index"),
            path("<slug:plugin>/", OwnSwitchView.as_view(), name="switch"),
        ]


class RegionModulesViewSet(ViewSet):
    """``/admin/modules-per-regio/``, in the hub."""

    name = "region_modules"
    url_prefix = "modules-per-regio"
    icon = "cogs"
    menu_label = gettext_lazy("Modules per regio")
    menu_name = "region_modules"
    menu_order = 152
    add_to_admin_menu = True
    menu_item_class = RegionsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the regions, their modules and the switches."""
        return [
            path("", RegionsView.as_view(), name="index"),
            path("<slug:region_slug>/", RegionListView.as_view(), name="region"),
            path("<slug:region_slug>/<slug:plugin>/", RegionSwitchView.as_view(), name="switch"),
        ]


own_modules_viewset = OwnModulesViewSet()
region_modules_viewset = RegionModulesViewSet()


def settings_item() -> MenuItem:
    """Return the item below the settings."""
    return OwnMenuItem(gettext_lazy("Modules"), reverse("modules:index"), name="modules", icon_name="cogs", order=50)
