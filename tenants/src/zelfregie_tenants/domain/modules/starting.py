"""The pages that a module starts with, for a region that got the module after its launch."""

from __future__ import annotations

from collections.abc import Collection

from django.apps import apps
from django.utils import translation
from django_tenants.utils import tenant_context
from wagtail.models import Page, Site

from zelfregie_core.plugins.contributions import StarterPage
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.models import Region


def missing_starters(region: Region, plugins: Collection[str]) -> list[StarterPage]:
    """Return the starter pages of these plugins that a region of this kind would have got, and has no page for.

    A page of the same type, wherever it stands and whoever made it, will do. Changes nothing.

    Args:
        region: for which; one without a schema or a home page misses none, its launch brings them.
        plugins: slugs of installed plugins.
    """
    wanted = [
        entry.item
        for entry in get_plugins().contributed("register_starter_content")
        if entry.plugin in plugins and region.kind in entry.item.kinds
    ]
    if not wanted or not schema_exists(region.schema_name):
        return []
    with tenant_context(region):
        if _home() is None:
            return []
        return [starter for starter in wanted if not apps.get_model(starter.model).objects.exists()]


def draft_starters(region: Region, plugins: Collection[str]) -> list[str]:
    """Write the starter pages that a region misses, as drafts below its home page: only an editor makes them public.

    Returns:
        the titles of these pages.
    """
    missing = missing_starters(region, plugins)
    # What visitors will read is in their language, whoever asks for it in another.
    with tenant_context(region), translation.override(region.default_language):
        home = _home() if missing else None
        return [_draft(starter, home) for starter in missing if home]


def _home() -> Page | None:
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    return site.root_page if site else None


def _draft(starter: StarterPage, home: Page) -> str:
    values = {name: str(value) for name, value in starter.fields.items()}
    page = apps.get_model(starter.model)(
        title=str(starter.title),
        slug=_free_slug(home, starter.slug),
        show_in_menus=starter.in_menu,
        live=False,
        **values,
    )
    home.add_child(instance=page)
    page.save_revision(log_action=True)
    return page.title


def _free_slug(home: Page, slug: str) -> str:
    """Return this slug, or with a number when a page of another type has it."""
    taken = set(home.get_children().filter(slug__startswith=slug).values_list("slug", flat=True))
    number = 1
    found = slug
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found
