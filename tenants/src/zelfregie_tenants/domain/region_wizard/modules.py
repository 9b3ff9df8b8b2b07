"""The modules that a new region can choose from, with what each adds, as the installed plugins themselves say it."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps

from zelfregie_core.plugins.contributions import Text
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.modules.describe import is_of_use

KIND = "region"


@dataclass(frozen=True)
class Module:
    """An installed plugin as a coordinator sees it: its name, the pages that it makes, the figures that it counts."""

    slug: str
    label: Text
    pages: tuple[Text, ...]
    figures: tuple[Text, ...]
    files: tuple[str, ...]


def modules() -> list[Module]:
    """Return the plugins that are of use to a region; one whose pages are all for the national hub is not."""
    return [_module(slug) for slug in get_plugins().slugs() if is_of_use(slug, KIND)]


def _module(slug: str) -> Module:
    app = get_plugins().app_of(slug)
    return Module(
        slug,
        next((config.verbose_name for config in apps.get_app_configs() if config.name == app), slug),
        tuple(page.title for page in _contributed("register_starter_content", slug) if KIND in page.kinds),
        tuple(figure.label for figure in _contributed("register_indicators", slug)),
        tuple(file.name for file in _contributed("register_instance_files", slug)),
    )


def _contributed(hook: str, slug: str) -> list:
    return [found.item for found in get_plugins().contributed(hook) if found.plugin == slug]
