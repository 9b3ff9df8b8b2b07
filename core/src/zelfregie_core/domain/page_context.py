"""What the pages show besides their own text: themes and what the plugins bring."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from zelfregie_core.domain.published import published
from zelfregie_core.plugins.calls import call_plugins, call_plugins_flat


def for_home(request: HttpRequest) -> dict[str, Any]:
    """Variables of the home page: theme pages, sections and actions of plugins, and where the search form goes."""
    finder = next((path for _plugin, path in call_plugins("finder_path", request)), None)
    return {
        "theme_pages": theme_pages(),
        "sections": sorted(
            (section for section in call_plugins_flat("home_sections", request) if not section.is_empty),
            key=lambda section: section.order,
        ),
        "actions": sorted(call_plugins_flat("home_actions", request), key=lambda action: action.order),
        "finder_url": finder or reverse("zelfregie_core:search"),
    }


def for_theme(request: HttpRequest, theme: Any) -> dict[str, Any]:
    """Variables of a theme page: the theme and the sections of plugins, in order."""
    sections = sorted(call_plugins_flat("theme_sections", request, theme=theme), key=lambda section: section.order)
    return {"theme": theme, "sections": sections, "all_empty": all(section.is_empty for section in sections)}


def theme_pages() -> Any:
    """The published theme pages with their theme, by title. One query."""
    from zelfregie_core.models import ThemePage  # noqa: PLC0415 -- the models import this module

    return published(ThemePage).select_related("theme").order_by("title")
