"""Which version of a plugin wrote a region's data: an older one may not take its place."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, transaction
from django.db.migrations.loader import MigrationLoader

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.upgrade.plan import newer_than_disk
from zelfregie_tenants.domain.upgrade.survey import read_regions
from zelfregie_tenants.models import PluginActivation

logger = logging.getLogger("zelfregie.plugins")

#: A version as Python's packages have it: numbers, and maybe what says that it is not final yet, or a repair of it.
VERSION = re.compile(r"v?(\d+(?:\.\d+)*)(?:[._-]?(dev|a|b|rc|post)[._-]?(\d*))?")
STAGES = {"dev": -4, "a": -3, "b": -2, "rc": -1, None: 0, "post": 1}
#: So many regions are named in a message.
NAMED = 5


@dataclass(frozen=True)
class Downgrade:
    """A plugin that is installed in an older version than the one that last worked in some regions.

    Attributes:
        plugin: its slug.
        installed: the version that is installed.
        wrote: the highest version that worked in one of these regions; empty when that is not on record.
        regions: slugs, sorted.
        migrations: what regions have on record and this version does not know; empty when only the version differs.
    """

    plugin: str
    installed: str
    wrote: str
    regions: tuple[str, ...]
    migrations: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        named = ", ".join(self.regions[:NAMED])
        more = f" and {len(self.regions) - NAMED} more" if len(self.regions) > NAMED else ""
        wrote = f"Version {self.wrote}" if self.wrote else "A newer version"
        if self.migrations:
            known = ", ".join(self.migrations[:3])
            return (
                f"{wrote} of the plugin “{self.plugin}” wrote the data of {named}{more}, and {self.installed} is "
                f"installed, which does not know their tables ({known}). Install the newer version again, or restore "
                "a backup of before it."
            )
        remedy = f"`zelfregie plugin forget {self.plugin} --version`"
        return (
            f"{wrote} of the plugin “{self.plugin}” worked in {named}{more}, and {self.installed} is installed. "
            f"Install {self.wrote} again, or say that the older one may go on with {remedy}."
        )


class VersionNeeded(Exception):
    """A region's tables are those of a newer version. The message says which, and what to do."""


def sort_key(version: str) -> tuple[tuple[int, ...], int, int]:
    """Return what puts versions in order: "1.2rc1", "1.2", "1.10"; what is no version comes first."""
    match = VERSION.match(version.strip().lower())
    if match is None:
        return (), 0, 0
    numbers = tuple(int(number) for number in match[1].split("."))
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers or (0,), STAGES[match[2]], int(match[3] or 0)


def note_versions() -> int:
    """Note for every region which version of each installed plugin may write its data from now on.

    Called when a server or a worker starts, after it was seen that nothing was downgraded. A version only goes up.

    Returns:
        how many rows changed.
    """
    changed = 0
    pairs = PluginActivation.objects.order_by().values_list("plugin", "version").distinct()
    for plugin, noted in sorted(pairs):
        installed = _installed(plugin)
        if installed and sort_key(installed) > sort_key(noted):
            changed += PluginActivation.objects.filter(plugin=plugin, version=noted).update(version=installed)
    return changed


def downgraded() -> list[Downgrade]:
    """Return the plugins of which a region knew a newer version, by what is on record of versions: one query."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = PluginActivation.objects.exclude(version="").filter(plugin__in=get_plugins().slugs())
    for plugin, noted, slug in rows.order_by("plugin", "region__slug").values_list("plugin", "version", "region__slug"):
        installed = _installed(plugin)
        if installed and sort_key(noted) > sort_key(installed):
            found.setdefault(plugin, []).append((noted, slug))
    return [
        Downgrade(
            plugin,
            _installed(plugin),
            max((noted for noted, _slug in seen), key=sort_key),
            tuple(slug for _noted, slug in seen),
        )
        for plugin, seen in found.items()
    ]


def downgraded_tables() -> list[Downgrade]:
    """Return the plugins of which regions have migrations that the installed version does not know.

    All schemas are read in one query, as an upgrade does.
    """
    loader = MigrationLoader(None)
    kinds: dict[frozenset[tuple[str, str]], tuple[tuple[str, str], ...]] = {}
    regions: dict[str, list[str]] = {}
    names: dict[str, set[str]] = {}
    owners = _owners()
    for region in read_regions():
        if region.applied is None:
            continue
        if region.applied not in kinds:
            kinds[region.applied] = newer_than_disk(region.applied, loader)
        ahead = [(owners[label], name) for label, name in kinds[region.applied] if label in owners]
        for plugin in sorted({plugin for plugin, _name in ahead}):
            regions.setdefault(plugin, []).append(region.slug)
        for plugin, name in ahead:
            names.setdefault(plugin, set()).add(name)
    wrote = {found.plugin: found.wrote for found in downgraded()}
    return [
        Downgrade(plugin, _installed(plugin), wrote.get(plugin, ""), tuple(slugs), tuple(sorted(names[plugin])))
        for plugin, slugs in sorted(regions.items())
    ]


def downgrade_sentences() -> list[str]:
    """Return a sentence for each plugin that was downgraded; where tables differ that is what counts."""
    tables = downgraded_tables()
    told = {found.plugin for found in tables}
    return [found.sentence for found in [*tables, *(each for each in downgraded() if each.plugin not in told)]]


def start_with_versions() -> None:
    """Refuse to start a server or a worker whose plugins do not know a region's tables; else note the versions.

    An older version that knows all tables may serve, so that a release can be taken back; it is logged, and the system
    check says so until somebody decides. The tables are only read when a version went down.

    Raises:
        ImproperlyConfigured: says which plugin, which regions and what to do.
    """
    try:
        # In a block of its own: a missing column may not spoil a transaction around it.
        with transaction.atomic():
            older = downgraded()
            tables = downgraded_tables() if older else []
            if not older:
                note_versions()
    except ProgrammingError:  # not migrated yet: `zelfregie upgrade` looks at the tables themselves
        return
    if tables:
        raise ImproperlyConfigured(" ".join(found.sentence for found in tables))
    for found in older:
        logger.error("%s", found.sentence)


def forget_version(plugin: str) -> int:
    """Let the installed, older version of a plugin go on with the data of a newer one; its tables must be the same.

    Returns:
        the number of regions in which a newer version was on record.

    Raises:
        VersionNeeded: the tables of regions are those of a newer version.
    """
    for found in downgraded_tables():
        if found.plugin == plugin:
            raise VersionNeeded(found.sentence)
    numbers = [len(found.regions) for found in downgraded() if found.plugin == plugin]
    PluginActivation.objects.filter(plugin=plugin).update(version=_installed(plugin))
    return sum(numbers)


def _installed(plugin: str) -> str:
    plugins = get_plugins()
    return plugins.declared(plugin).version if plugin in plugins.slugs() else ""


def _owners() -> dict[str, str]:
    """Return app label to plugin, of the installed plugins."""
    plugins = get_plugins()
    slugs = {plugins.app_of(slug): slug for slug in plugins.slugs()}
    return {config.label: slugs[config.name] for config in apps.get_app_configs() if config.name in slugs}
