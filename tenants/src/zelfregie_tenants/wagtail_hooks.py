"""What the platform adds to Wagtail's admin. Plugins speak to the admin through core; the platform is no plugin."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_tenants.interfaces.modules import wagtail_hooks as modules_hooks  # noqa: F401 -- registers itself
from zelfregie_tenants.interfaces.readiness import wagtail_hooks as readiness_hooks  # noqa: F401 -- registers itself
from zelfregie_tenants.interfaces.region_wizard.viewset import region_wizard_viewset


@hooks.register("register_admin_viewset")
def register_region_wizard() -> ViewSet:
    """Add the wizard; it answers in the national hub only."""
    return region_wizard_viewset
