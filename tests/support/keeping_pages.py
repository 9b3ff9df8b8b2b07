"""Regions with pages that may be kept, and visitors who see whether one was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django_tenants.utils import tenant_context
from wagtail.models import Page

from zelfregie_core.models import ContentPage, HomePage
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.models import Group, GroupFinderPage
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Region
from zelfregie_tenants.testing.client import RegionClient


def make_pages(regions: tuple[Region, ...], same_numbers: Callable[[type[Page]], int]) -> dict[str, ContentPage]:
    """Make a page with the same key at the same address in each region, and a finder with a group."""
    same_numbers(Page)
    made = {}
    for region in regions:
        set_plugin_enabled(region, "groups", enabled=True)
        with tenant_context(region):
            home = HomePage.objects.get()
            page = home.add_child(instance=ContentPage(title=f"Rouw in {region.slug}", slug="rouw"))
            page.save_revision().publish()
            home.add_child(instance=GroupFinderPage(title="Groepen", slug="groepen", show_in_menus=True))
            with collected_changes():
                Group.objects.create(name=f"Rouwcafé {region.slug}")
            made[region.slug] = page
        RegionClient(region).get("/")  # the first visitor of a new site makes rows of settings
    assert len({page.pk for page in made.values()}) == 1
    return made


def visit(region: Region, path: str, **extra: Any) -> tuple[HttpResponse, bool]:
    """Return the answer, and whether it is a kept page."""
    visitor = extra.pop("visitor", None) or RegionClient(region)
    answer = visitor.get(path, **extra)
    return answer, getattr(answer.wsgi_request, "page_cache", "off") == "hit"


def is_kept(region: Region, path: str, **extra: Any) -> bool:
    """True iff the second of two visits in a row gets a kept page."""
    visit(region, path, **extra)
    return visit(region, path, **extra)[1]
