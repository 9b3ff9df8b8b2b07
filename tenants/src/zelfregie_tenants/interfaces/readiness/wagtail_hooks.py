"""Registers the page, its menu items and the panels with Wagtail; imported by the app's `wagtail_hooks`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_tenants.interfaces.readiness import panels, views


@hooks.register("register_admin_viewset")
def register_readiness() -> ViewSet:
    """Add the page."""
    return views.readiness_viewset


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """Add the item of the main menu."""
    return views.menu_item()


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Add the item below the reports."""
    return views.report_item()


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, found: list[Component]) -> None:
    """Put our panels on the dashboard."""
    panels.add_panels(request, found)


@hooks.register("insert_global_admin_css")
def link_css(**_ignored: Any) -> str:
    """Link the stylesheet of the page and the panels."""
    return format_html('<link rel="stylesheet" href="{}">', static("zelfregie_tenants/readiness.css"))
