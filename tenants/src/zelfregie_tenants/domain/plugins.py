"""Switching plugins on and off for one region, and answering whether one is on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, transaction
from django.utils import timezone

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.domain.directory.rebuild import rebuild_region
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.models import PluginActivation, Region

_CACHE = "_zelfregie_activations"


class UnknownPlugin(LookupError):
    """No installed plugin has this name. The message says which there are."""


def activations(region: Region) -> dict[str, PluginActivation]:
    """Return the region's rows by plugin.

    Read once per region object, which lives as long as one request, task or command; nothing is kept in the process, so
    a switch works at once in every process.
    """
    cached = region.__dict__.get(_CACHE)
    if cached is None:
        rows = PluginActivation.objects.filter(region_id=region.pk).order_by("plugin")  # without a join for the region
        rows = rows.defer("version", "changed_at")  # no request asks for them; the first may not be there yet
        cached = {row.plugin: row for row in rows}
        region.__dict__[_CACHE] = cached
    return cached


def keep_switches(region: Region, rows: Iterable[Mapping[str, Any]]) -> None:
    """Let `activations` answer with rows that were read along with the region, instead of asking for them."""
    region.__dict__[_CACHE] = {row["plugin"]: PluginActivation(region_id=region.pk, **row) for row in rows}


def is_plugin_enabled(region: Region, plugin: str) -> bool:
    """True iff the plugin is installed and switched on for the region."""
    row = activations(region).get(plugin)
    return row is not None and row.enabled and get_plugins().is_installed(plugin)


def plugin_settings(region: Region, plugin: str) -> Mapping[str, Any] | None:
    """Return what the region's manifest set for the plugin, or None when it set nothing."""
    row = activations(region).get(plugin)
    return row.settings if row is not None and row.settings else None


def set_plugin_enabled(
    region: Region, plugin: str, *, enabled: bool, settings: Mapping[str, Any] | None = None
) -> bool:
    """Switch a plugin on or off for a region; nothing is deleted. What it lists is found, or not, from then on.

    Args:
        region: for which.
        plugin: slug of an installed plugin.
        enabled: on or off.
        settings: replaces the plugin's settings when given.

    Returns:
        True when something changed.

    Raises:
        UnknownPlugin: no such plugin is installed.
    """
    if plugin not in get_plugins().slugs():
        known = ", ".join(get_plugins().slugs()) or "none"
        message = f"There is no plugin “{plugin}” here. Installed: {known}."
        raise UnknownPlugin(message)
    row = PluginActivation.objects.filter(region_id=region.pk, plugin=plugin).first()
    wanted = dict(settings) if settings is not None else (row.settings if row else {})
    if row is not None and row.enabled == enabled and row.settings == wanted:
        return False
    values = {"enabled": enabled, "settings": wanted, "changed_at": timezone.now()}
    with transaction.atomic():
        PluginActivation.objects.update_or_create(
            region_id=region.pk,
            plugin=plugin,
            defaults=values,
            create_defaults=values | {"version": get_plugins().declared(plugin).version},
        )
        forget(region)
        if enabled and not (row and row.enabled) and schema_exists(region.schema_name):
            # What changed while it was off is in the directory as well; this mends what a crash may have left.
            rebuild_region(region, [plugin])
    return True


def missing_plugins() -> list[str]:
    """Return a sentence for each plugin that regions have used and that is not installed any more.

    Its tables and its blocks are still in the regions' schemas and pages. Without the plugin's code Wagtail does not
    know those blocks, and drops them without a word when somebody saves such a page.
    """
    users: dict[str, list[str]] = {}
    rows = PluginActivation.objects.exclude(plugin__in=get_plugins().slugs()).order_by("plugin", "region__slug")
    # Only what is needed: an upgrade asks before the platform's tables have all columns of this release.
    for plugin, slug in rows.values_list("plugin", "region__slug"):
        users.setdefault(plugin, []).append(slug)
    return [
        f"The plugin “{plugin}” is not installed, and pages of {', '.join(slugs)} may hold its blocks: the next time "
        f"such a page is saved they would be lost. Install it again, or give it up with `zelfregie plugin forget "
        f"{plugin}`."
        for plugin, slugs in users.items()
    ]


def refuse_missing_plugins() -> None:
    """Stop the start of a server or a worker that would lose content of a plugin that is gone.

    Raises:
        ImproperlyConfigured: says which plugin, which regions and what to do.
    """
    try:
        sentences = missing_plugins()
    except ProgrammingError:  # not migrated yet: there are no regions that could lose anything
        return
    if sentences:
        raise ImproperlyConfigured(" ".join(sentences))


def refuse_installed(plugin: str) -> None:
    """Raise UnknownPlugin when a plugin cannot be given up, because it is installed: regions switch it off instead."""
    if plugin in get_plugins().slugs():
        message = f"“{plugin}” is installed. Switch it off per region, or uninstall it first."
        raise UnknownPlugin(message)


def forget_plugin(plugin: str) -> int:
    """Give up a plugin that is not installed any more: no region counts as having used it.

    Its tables stay in the schemas; its blocks go from a page when that page is next saved.

    Returns:
        the number of regions that had it.

    Raises:
        UnknownPlugin: it is installed; then regions switch it off instead.
    """
    refuse_installed(plugin)
    return PluginActivation.objects.filter(plugin=plugin).delete()[0]


def forget(region: Region) -> None:
    """Read the region's rows again at the next question, also in the context that is running now."""
    region.__dict__.pop(_CACHE, None)
    current = current_region()
    if current is not None and current.pk == region.pk:
        current.__dict__.pop(_CACHE, None)
