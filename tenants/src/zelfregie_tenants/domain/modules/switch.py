"""Switching a module on or off by hand: from the admin or the command line, with what it needs, and on record."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.life_cycle import log_event
from zelfregie_tenants.domain.modules.needs import Need, dependents, pulled_in
from zelfregie_tenants.domain.modules.starting import draft_starters
from zelfregie_tenants.domain.plugins import UnknownPlugin, forget, set_plugin_enabled
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.models import PluginActivation, Region, RegionEvent

PLUGIN_ON = str(RegionEvent.Action.PLUGIN_ON)
PLUGIN_OFF = str(RegionEvent.Action.PLUGIN_OFF)


@dataclass(frozen=True)
class Switched:
    """What `switch_on` did.

    Attributes:
        plugins: those that were switched on, in that order; none when it was on already.
        drafts: titles of the starter pages that the region had none of, and that now stand ready as drafts.
    """

    plugins: tuple[str, ...]
    drafts: tuple[str, ...] = ()


class SwitchRefused(Exception):
    """Other modules stand in the way. The message names them, and says what to do.

    Attributes:
        first: plugins to be switched on first; for a coordinator's own words.
        open_needs: needs for which there is nothing to switch on, or a choice to make.
        dependents: plugins that need the one that is to go off.
    """

    def __init__(
        self,
        message: str,
        *,
        first: tuple[str, ...] = (),
        open_needs: tuple[Need, ...] = (),
        others: tuple[str, ...] = (),
    ) -> None:
        """Keep what stands in the way."""
        super().__init__(message)
        self.first, self.open_needs, self.dependents = first, open_needs, others


def enabled_now(region: Region) -> list[str]:
    """Return the installed plugins that are on in a region, sorted; read anew."""
    rows = PluginActivation.objects.filter(region_id=region.pk, enabled=True, plugin__in=get_plugins().slugs())
    return sorted(rows.values_list("plugin", flat=True))


def switch_on(region: Region, plugin: str, *, operator: str, with_needed: bool = False) -> Switched:
    """Switch a plugin on, after what it needs.

    Args:
        region: for which.
        plugin: slug of an installed plugin.
        operator: login name, for the log of the region.
        with_needed: also switch on what it needs, where there is no choice to make.

    Raises:
        UnknownPlugin: it is not installed.
        SwitchRefused: something that it needs is off.
        RegionBusy: somebody is launching, restoring or closing this region.
    """
    refuse_unknown(plugin)
    with schema_context(get_public_schema_name()), region_lock(region.slug), transaction.atomic():
        enabled = enabled_now(region)
        first, open_needs = pulled_in(plugin, enabled)
        if plugin not in enabled and (open_needs or (first and not with_needed)):
            raise SwitchRefused(
                _needs_message(region, plugin, first, open_needs), first=tuple(first), open_needs=tuple(open_needs)
            )
        todo = [*first, plugin] if plugin not in enabled else []
        for slug in todo:
            set_plugin_enabled(region, slug, enabled=True)
            log_event(region.slug, PLUGIN_ON, operator=operator, reason=slug, before=region.state, after=region.state)
        forget(region)
        drafts = draft_starters(region, todo)
    forget(region)
    return Switched(tuple(todo), tuple(drafts))


def switch_off(region: Region, plugin: str, *, operator: str) -> bool:
    """Switch a plugin off. Nothing is deleted; on again, everything is as it was.

    Returns:
        True when it was on.

    Raises:
        UnknownPlugin: it is not installed.
        SwitchRefused: another plugin that is on needs it.
        RegionBusy: somebody is launching, restoring or closing this region.
    """
    refuse_unknown(plugin)
    with schema_context(get_public_schema_name()), region_lock(region.slug), transaction.atomic():
        enabled = enabled_now(region)
        changed = plugin in enabled
        if changed and (others := dependents(plugin, enabled)):
            message = (
                f"{', '.join(others)} needs {plugin}. Switch that off first: "
                + " and ".join(f"`zelfregie plugin disable {region.slug} {other}`" for other in others)
                + "."
            )
            raise SwitchRefused(message, others=tuple(others))
        if changed:
            set_plugin_enabled(region, plugin, enabled=False)
            log_event(
                region.slug, PLUGIN_OFF, operator=operator, reason=plugin, before=region.state, after=region.state
            )
    forget(region)
    return changed


def refuse_unknown(plugin: str) -> None:
    """Raise when no such plugin is installed.

    Raises:
        UnknownPlugin: says which there are.
    """
    if plugin not in get_plugins().slugs():
        known = ", ".join(get_plugins().slugs()) or "none"
        message = f"There is no plugin “{plugin}” here. Installed: {known}."
        raise UnknownPlugin(message)


def _needs_message(region: Region, plugin: str, first: list[str], open_needs: list[Need]) -> str:
    sentences = [need.sentence for need in open_needs]
    if first:
        sentences.append(
            f"{plugin} needs {' and '.join(first)} in {region.slug}. Switch on both: `zelfregie plugin enable "
            f"{region.slug} {plugin} --with-needed`."
        )
    elif any(len(need.providers) > 1 for need in open_needs):
        sentences.append(f"Choose one: `zelfregie plugin enable {region.slug} PLUGIN`.")
    return " ".join(sentences)
