"""Which regions lack which migrations, and which cannot be upgraded."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.domain.synced_rows import rows_digest
from zelfregie_tenants.domain.upgrade.survey import Name, RegionSchema, read_applied, read_regions, table_exists
from zelfregie_tenants.models import Region


class Standing(StrEnum):
    """Where a region stands."""

    CURRENT = "current"
    BEHIND = "behind"
    #: A draft: its schema comes with its launch.
    NO_SCHEMA = "no schema yet"
    #: Upgraded by a newer release than this one.
    NEWER = "newer"
    BROKEN = "broken"


@dataclass(frozen=True)
class Kind:
    """What all regions have in common that have the same migrations on record.

    Attributes:
        pending: what they lack, in the order in which it is applied.
        newer: what they have and this release does not know.
        left: apps that are not installed any more and have left tables.
        fault: why Django cannot work with this record; empty when it can.
    """

    pending: tuple[Name, ...] = ()
    newer: tuple[Name, ...] = ()
    left: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class PlannedRegion:
    """A region, where it stands, and what it lacks or what is wrong with it."""

    region: RegionSchema
    standing: Standing
    pending: tuple[Name, ...] = ()
    note: str = ""

    @property
    def slug(self) -> str:
        """Its slug."""
        return self.region.slug


@dataclass(frozen=True)
class FleetPlan:
    """What an upgrade would do."""

    platform: tuple[Name, ...]
    regions: list[PlannedRegion]
    #: App that is gone to the slugs of the regions with its tables.
    left: dict[str, list[str]] = field(default_factory=dict)

    def standing(self, *wanted: Standing) -> list[PlannedRegion]:
        """Return the regions that stand there."""
        return [planned for planned in self.regions if planned.standing in wanted]

    @property
    def behind(self) -> list[PlannedRegion]:
        """The regions with something to do."""
        return self.standing(Standing.BEHIND)

    @property
    def refused(self) -> list[PlannedRegion]:
        """The regions that this release cannot upgrade."""
        return self.standing(Standing.NEWER, Standing.BROKEN)

    def steps(self) -> Iterator[tuple[tuple[Name, ...], list[str]]]:
        """Yield each different list of migrations with the slugs of the regions that lack exactly these."""
        found: dict[tuple[Name, ...], list[str]] = {}
        for planned in self.behind:
            found.setdefault(planned.pending, []).append(planned.slug)
        yield from found.items()


def plan_fleet(only: Collection[str] = ()) -> FleetPlan:
    """Compare what every region has on record with the migrations of this release. Changes nothing.

    Args:
        only: slugs; all regions when empty.
    """
    with schema_context(get_public_schema_name()):
        regions = read_regions(only)
        kinds: dict[frozenset[Name], Kind] = {}
        planned: list[PlannedRegion] = []
        left: dict[str, list[str]] = {}
        for region in regions:
            if region.applied is not None and region.applied not in kinds:
                kinds[region.applied] = _kind(region)
            kind = kinds.get(region.applied) if region.applied is not None else None
            planned.append(_place(region, kind))
            for label in kind.left if kind else ():
                left.setdefault(label, []).append(region.slug)
        return FleetPlan(platform_pending(), planned, left)


def platform_pending() -> tuple[Name, ...]:
    """Return the migrations that the platform's own tables, in `public`, lack."""
    public = get_public_schema_name()
    labels = {config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS}
    # Without the table of migrations in `public` there is nothing on record.
    is_prepared = table_exists("django_migrations")
    if is_prepared and {name for name in names_on_disk() if name[0] in labels} <= read_applied(public)[0]:
        return ()
    with schema_context(public):
        loader = MigrationLoader(connection if is_prepared else None)
    return tuple(
        name for name in sorted(loader.graph.nodes) if name[0] in labels and name not in loader.applied_migrations
    )


def ordered_plan(executor: MigrationExecutor) -> list:
    """Return the migrations that are not on record where the connection is, in the order of a fresh schema."""
    targets = executor.loader.graph.leaf_nodes()
    todo = {migration for migration, _backwards in executor.migration_plan(targets)}
    everything = executor.migration_plan(targets, clean_start=True)
    return [migration for migration, _backwards in everything if migration in todo]


def names_on_disk() -> frozenset[Name]:
    """Return the migrations of all apps by their files, as Django finds them, without importing one.

    Where exactly these are on record there is nothing to do, whatever is in them; importing some three hundred modules
    and joining them to a graph would take longer than all the rest. Where the two differ, Django says what is lacking.
    """
    found: set[Name] = set()
    for config in apps.get_app_configs():
        module, _explicit = MigrationLoader.migrations_module(config.label)
        try:
            places = import_module(module).__path__ if module else ()
        except ModuleNotFoundError:  # an app without migrations
            continue
        found |= {
            (config.label, name)
            for _finder, name, is_package in pkgutil.iter_modules(places)
            if not is_package and name[0] not in "_~"
        }
    return frozenset(found)


def _kind(region: RegionSchema) -> Kind:
    if region.applied == names_on_disk():
        return Kind()
    with schema_context(region.schema):
        executor = MigrationExecutor(connection)
        loader = executor.loader
        unknown = _unknown(region.applied or frozenset(), loader)
        installed = {config.label for config in apps.get_app_configs()}
        left = tuple(sorted({label for label, _name in unknown if label not in installed}))
        newer = newer_than_disk(region.applied or frozenset(), loader)
        if newer:
            return Kind(newer=newer, left=left)
        try:
            loader.check_consistent_history(connection)
        except InconsistentMigrationHistory as error:
            return Kind(left=left, fault=str(error))
        # A region also has those of the platform's apps on record, but no tables of them: alone they are no reason.
        own = {config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS}
        todo = [migration for migration in ordered_plan(executor) if migration.app_label in own]
        pending = tuple((migration.app_label, migration.name) for migration in todo)
        return Kind(pending=pending, left=left)


def newer_than_disk(applied: Collection[Name], loader: MigrationLoader) -> tuple[Name, ...]:
    """Return the migrations on record of installed apps that come after all that are installed, sorted."""
    installed = {config.label for config in apps.get_app_configs()}
    return tuple(sorted(name for name in _unknown(applied, loader) if name[0] in installed and _is_newer(name, loader)))


def _unknown(applied: Collection[Name], loader: MigrationLoader) -> set[Name]:
    """Return what is on record and neither on disk nor replaced by something on disk."""
    replaced = {tuple(name) for migration in loader.disk_migrations.values() for name in migration.replaces}
    return set(applied) - set(loader.disk_migrations) - replaced


def _is_newer(name: Name, loader: MigrationLoader) -> bool:
    """True iff a migration that is not on disk comes after those that are.

    One with a lower number was squashed and then removed, as releases of other people's apps do.
    """
    known = [number for label, other in loader.disk_migrations if label == name[0] for number in _numbers(other)]
    own = _numbers(name[1])
    squashed = any("squashed" in other for label, other in loader.disk_migrations if label == name[0])
    if not own or not known:
        return True
    return own[-1] > max(known) or (own[-1] == max(known) and not squashed)


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"(?:^|_)(\d{4})(?=_|$)", name)]


def _place(region: RegionSchema, kind: Kind | None) -> PlannedRegion:
    if not region.has_schema:
        if Region.State(region.state) is Region.State.DRAFT:
            return PlannedRegion(region, Standing.NO_SCHEMA, note="its schema comes when it is launched")
        note = f"it is {region.state} and its schema {region.schema} is gone; restore a backup"
        return PlannedRegion(region, Standing.BROKEN, note=note)
    if kind is None or not region.applied:
        return PlannedRegion(
            region, Standing.BROKEN, note=f"{region.schema} has no record of migrations; restore a backup"
        )
    if kind.newer:
        names = ", ".join(".".join(name) for name in kind.newer[:3])
        more = f" and {len(kind.newer) - 3} more" if len(kind.newer) > 3 else ""
        note = f"a newer release was here ({names}{more}); install that release, or restore a backup of before it"
        return PlannedRegion(region, Standing.NEWER, note=note)
    if kind.fault:
        return PlannedRegion(region, Standing.BROKEN, note=kind.fault)
    if kind.pending or region.rows != rows_digest():
        return PlannedRegion(region, Standing.BEHIND, kind.pending)
    return PlannedRegion(region, Standing.CURRENT)
