"""What is installed, which version, what each plugin contributes, and in which regions it is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps
from wagtail.models import Page

from zelfregie_core.plugins.calls import ANSWERED_TYPE, ANSWERED_TYPES
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.validation import CONTRIBUTED_TYPES
from zelfregie_tenants.models import PluginActivation


@dataclass(frozen=True)
class InstalledLine:
    """One plugin.

    Args:
        slug: its name.
        distribution: name and version of what was installed.
        numbers: what it contributes, such as "blocks", and how many.
        hooks: the hooks by which it answers per request.
        regions: where it is on, by slug.
    """

    slug: str
    distribution: str
    numbers: Mapping[str, int]
    hooks: Sequence[str]
    regions: Sequence[str]


def installed_overview() -> list[InstalledLine]:
    """Return a line for each plugin, by slug; the regions are read with one query."""
    plugins = get_plugins()
    on = PluginActivation.objects.filter(enabled=True).order_by("region__slug").values_list("plugin", "region__slug")
    regions: dict[str, list[str]] = {}
    for slug, region in on:
        regions.setdefault(slug, []).append(region)
    return [
        InstalledLine(slug, plugins.declared(slug).distribution, _numbers(slug), _hooks(slug), regions.get(slug, []))
        for slug in plugins.slugs()
    ]


def _numbers(slug: str) -> dict[str, int]:
    plugins = get_plugins()
    config = next((config for config in apps.get_app_configs() if config.name == plugins.app_of(slug)), None)
    models = list(config.get_models()) if config else []
    pages = sum(issubclass(model, Page) for model in models)
    counted = {"page types": pages, "models": len(models) - pages}
    for hook in CONTRIBUTED_TYPES:
        name = hook.removeprefix("register_").replace("_", " ")
        counted[name] = sum(entry.plugin == slug for entry in plugins.contributed(hook))
    return {name: number for name, number in counted.items() if number}


def _hooks(slug: str) -> list[str]:
    names = (*ANSWERED_TYPES, *ANSWERED_TYPE, "directory_listings", "region_export")
    return [name for name in names if get_plugins().implementation(name, slug) is not None]
