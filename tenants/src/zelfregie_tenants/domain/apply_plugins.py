"""Which plugins are on, with their settings; and the files that they read from the folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.apps import apps

from zelfregie_core.discovery import installed_plugins
from zelfregie_core.plugins import ImportReport, InstanceFile, PluginError
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.plan_items import Current, Orders, Wanted, digest_of
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.manifest import Manifest, PluginChoice
from zelfregie_tenants.models import AppliedItem, PluginActivation, Region

#: Before the name of a plugin's setting, among the fields of its switch.
SETTING = "settings."


class PluginsPart:
    """The switches. Someone may turn one by hand; then it stays so. Off, or out of the folder, never deletes data."""

    kind = "plugin"
    authoritative = False
    removes = False

    def __init__(self) -> None:
        """Start without choices; `wanted` finds them."""
        self._choices: dict[str, PluginChoice] = {}

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return one item per plugin that the folder names."""
        self._choices = {choice.slug: choice for choice in manifest.plugins}
        return [
            Wanted(
                choice.slug,
                _digest(choice.enabled, choice.settings),
                _shown(choice.enabled, choice.settings),
                choice,
                _fields(choice.enabled, choice.settings),
            )
            for choice in manifest.plugins
        ]

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return the region's rows, with how much data a plugin keeps that is switched off or not named any more."""
        found = {}
        for row in PluginActivation.objects.filter(region_id=region.pk):
            choice = self._choices.get(row.plugin)
            left = remark = ""
            if choice is None and row.plugin in applied:
                state = "on: write enabled = false to switch it off" if row.enabled else "off"
                left = f"no longer in the folder; stays {state} ({_kept(row.plugin)})"
            elif choice is not None and row.enabled and not choice.enabled:
                remark = f"switched off; loses nothing ({_kept(row.plugin)})"
            found[row.plugin] = Current(
                _digest(row.enabled, row.settings),
                _shown(row.enabled, row.settings),
                fields=_fields(row.enabled, row.settings),
                left=left,
                remark=remark,
            )
        return found

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Turn the switches; a setting that is not asked for stays as somebody made it."""
        rows = {row.plugin: row for row in PluginActivation.objects.filter(region_id=region.pk)}
        for _action, item in orders:
            choice: PluginChoice = item.payload
            row = rows.get(choice.slug)
            enabled, settings = choice.enabled, dict(choice.settings)
            if row is not None and item.only is not None:
                enabled = choice.enabled if item.asks("enabled") else row.enabled
                settings = {key: value for key, value in row.settings.items() if not item.asks(SETTING + key)}
                settings |= {key: value for key, value in choice.settings.items() if item.asks(SETTING + key)}
            set_plugin_enabled(region, choice.slug, enabled=enabled, settings=settings)
        return {}


class FilesPart:
    """`groups.csv` and its like: read by their plugin, once for each version of the file."""

    kind = "file"
    authoritative = True
    removes = False

    def __init__(self) -> None:
        """Start without reports; `write` fills them."""
        self.reports: dict[str, ImportReport] = {}

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return one item per file that a plugin reads, of the plugins that are on."""
        found = []
        for plugin, declared in instance_files():
            path = manifest.files.get(declared.name)
            if path is None or plugin not in manifest.enabled_plugins:
                continue
            data = path.read_bytes()
            # The blueprint gives a file with column names only: nothing to read yet, and nothing wrong.
            if len([line for line in data.splitlines() if line.strip()]) > 1:
                digest = hashlib.sha256(data).hexdigest()
                found.append(Wanted(declared.name, digest, f"read by {plugin}", (plugin, declared, path)))
        return found

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return the files as they were last read; one with bad rows has no digest, and is read again."""
        left = "no longer in the folder; what was read from it stays"
        return {key: Current(item.digest, "read before", left=left) for key, item in applied.items()}

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Let the plugins read their files; keep what they report.

        Raises:
            PluginError: a plugin fails on its file as a whole. That undoes the launch.
        """
        for _action, item in orders:
            plugin, declared, path = item.payload
            try:
                self.reports[item.key] = declared.load(path)
            except Exception as error:
                message = f"it failed on {item.key} with {type(error).__name__}: {error}. Nothing was launched."
                raise PluginError(plugin, message) from error
        return {}


def instance_files() -> list[tuple[str, InstanceFile]]:
    """Return (plugin, file) for every file that an installed plugin reads from an instance folder."""
    return [(entry.plugin, entry.item) for entry in get_plugins().contributed("register_instance_files")]


def _kept(plugin: str) -> str:
    """Return how much of a plugin's data this region has. Runs inside the region's schema."""
    app = next((found.app for found in installed_plugins() if found.slug == plugin), "")
    config = next((config for config in apps.get_app_configs() if config.name == app), None)
    if config is None:
        return "not installed here"
    rows = sum(model._base_manager.count() for model in config.get_models() if not model._meta.proxy)
    return f"it keeps {rows} row{'' if rows == 1 else 's'}"


def _fields(enabled: bool, settings: Mapping[str, object]) -> dict[str, object]:
    return {"enabled": enabled, **{SETTING + key: value for key, value in settings.items()}}


def _digest(enabled: bool, settings: Mapping[str, object]) -> str:
    return digest_of([enabled, dict(settings)])


def _shown(enabled: bool, settings: Mapping[str, object]) -> str:
    words = ", ".join(f"{key} = {value}" for key, value in sorted(settings.items()))
    return ("on" if enabled else "off") + (f" ({words})" if words else "")
