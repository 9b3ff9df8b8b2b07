"""The addresses of the wizard and its item in the menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_tenants.domain.region_wizard import steps
from zelfregie_tenants.interfaces.region_wizard import launch_views, overview, preview, step_views
from zelfregie_tenants.interfaces.region_wizard.base import is_hub, may_launch


class WizardMenuItem(MenuItem):
    """Shown in the hub, to who may make regions."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for each request: the menu itself is made once per process."""
        return is_hub(request) and may_launch(request.user)


class RegionWizardViewSet(ViewSet):
    """``/admin/regios-beheren/``: all pages of the wizard."""

    name = "region_wizard"
    url_prefix = "regios-beheren"
    icon = "site"
    menu_label = _("Regio's beheren")
    menu_name = "region_wizard"
    menu_order = 151
    add_to_admin_menu = True
    menu_item_class = WizardMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return every page."""
        pages: list[tuple[str, Any, str]] = [
            ("", overview.OverviewView, "index"),
            ("nieuw/", step_views.NewView, "new"),
            ("regio/<int:region>/openen/", overview.OpenView, "open"),
            (f"<int:pk>/stap/{steps.CHECK}/", launch_views.CheckView, "check"),
            ("<int:pk>/stap/<slug:step>/", step_views.StepView, "step"),
            ("<int:pk>/voorbeeld/", preview.PreviewView, "preview"),
            ("<int:pk>/voorbeeld.css", preview.PreviewStyleView, "preview_css"),
            ("<int:pk>/oordeel/", preview.VerdictView, "verdict"),
            ("<int:pk>/map.zip", launch_views.DownloadView, "download"),
            ("<int:pk>/stand/", launch_views.StateView, "state"),
            ("<int:pk>/weggooien/", overview.DeleteView, "delete"),
        ]
        return [path(route, view.as_view(), name=name) for route, view, name in pages]


region_wizard_viewset = RegionWizardViewSet()
