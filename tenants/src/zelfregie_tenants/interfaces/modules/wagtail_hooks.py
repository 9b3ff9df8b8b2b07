"""Registers the pages and their menu items with Wagtail; imported by the app's `wagtail_hooks`."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_tenants.interfaces.modules import views


@hooks.register("register_admin_viewset")
def register_modules() -> list[ViewSet]:
    """Add the pages."""
    return [views.own_modules_viewset, views.region_modules_viewset]


@hooks.register("register_settings_menu_item")
def register_settings_item() -> MenuItem:
    """Add the item below the settings."""
    return views.settings_item()
