"""Which plugins are on, with their settings; and the files that they read from the folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from zelfregie_core.plugins import ImportReport, InstanceFile, PluginError
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.plan_items import Current, Orders, Wanted, digest_of
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.manifest import Manifest
from zelfregie_tenants.models import AppliedItem, PluginActivation, Region


class PluginsPart:
    """The switches. Someone may turn one by hand; then it stays so."""

    kind = "plugin"
    authoritative = False

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return one item per plugin that the folder names."""
        return [
            Wanted(
                choice.slug, _digest(choice.enabled, choice.settings), _shown(choice.enabled, choice.settings), choice
            )
            for choice in manifest.plugins
        ]

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return the region's rows."""
        rows = PluginActivation.objects.filter(region_id=region.pk)
        return {
            row.plugin: Current(_digest(row.enabled, row.settings), _shown(row.enabled, row.settings)) for row in rows
        }

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Turn the switches."""
        for _action, item in orders:
            choice = item.payload
            set_plugin_enabled(region, choice.slug, enabled=choice.enabled, settings=choice.settings)
        return {}


class FilesPart:
    """`groups.csv` and its like: read by their plugin, once for each version of the file."""

    kind = "file"
    authoritative = True

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
        return {key: Current(item.digest, "read before") for key, item in applied.items()}

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


def _digest(enabled: bool, settings: Mapping[str, object]) -> str:
    return digest_of([enabled, dict(settings)])


def _shown(enabled: bool, settings: Mapping[str, object]) -> str:
    words = ", ".join(f"{key} = {value}" for key, value in sorted(settings.items()))
    return ("on" if enabled else "off") + (f" ({words})" if words else "")
