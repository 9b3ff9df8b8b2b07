"""Migrations that every region can follow, one after the other, forth and back, while visitors are served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation
from django_tenants.utils import tenant_context

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.contract.findings import Finding, NothingToCheck
from zelfregie_tenants.contract.locks import objections
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.models import Region

KEY = "migrations"
TITLE = "complete, in one line, reversible, without long locks"
#: Without conditions: PostgreSQL writes the same one otherwise after it was dumped, as in the template of a region.
SNAPSHOT = """
    SELECT table_name, column_name, data_type || coalesce(character_maximum_length::text, '') || is_nullable, ''
    FROM information_schema.columns WHERE table_schema = %(schema)s AND table_name LIKE %(tables)s
    UNION ALL
    SELECT conrelid::regclass::text, conname, CASE contype WHEN 'c' THEN '' ELSE pg_get_constraintdef(oid) END, ''
    FROM pg_constraint
    WHERE connamespace = %(schema)s::regnamespace AND conrelid::regclass::text LIKE %(tables)s
    UNION ALL
    SELECT tablename, indexname, '', split_part(indexdef, ' WHERE ', 1) FROM pg_indexes
    WHERE schemaname = %(schema)s AND tablename LIKE %(tables)s
    ORDER BY 1, 2, 3
"""


def check(subject: Subject) -> Iterator[Finding]:
    """Read the migrations; when they can be undone, undo and do them again in a region that is thrown away."""
    label = subject.config.label
    loader = MigrationLoader(None)
    own = sorted(key for key in loader.disk_migrations if key[0] == label)
    if not own:
        if not subject.models:
            raise NothingToCheck("it has no models")
        yield Finding(subject.app, "it has models and no migration", f"Run: zelfregie manage makemigrations {label}")
        return
    yield from _line(subject, loader, own)
    stuck = list(_stuck(loader, own))
    yield from stuck
    yield from _incomplete(subject, loader)
    yield from _dangers(loader, own)
    if not stuck:
        yield from _forth_and_back(label)


def _line(subject: Subject, loader: MigrationLoader, own: list[tuple[str, str]]) -> Iterator[Finding]:
    plugins = {apps.get_app_config(config.label).label: slug for slug, config in _plugin_configs().items()}
    for key in own:
        place = f"{key[0]}.{key[1]}"
        parents = [parent for parent in loader.disk_migrations[key].dependencies if parent[0] == key[0]]
        if len(parents) > 1:
            yield Finding(place, "it joins two lines of migrations", "Renumber: one migration after the other.")
        for parent in loader.disk_migrations[key].dependencies:
            if parent[0] != key[0] and parent[0] in plugins:
                yield Finding(
                    place,
                    f"it depends on the migrations of the plugin {plugins[parent[0]]}",
                    "Remove the dependency: that plugin may be uninstalled. Keep its key as a text, not a relation.",
                )
    ends = [leaf for leaf in loader.graph.leaf_nodes() if leaf[0] == subject.config.label]
    if len(ends) > 1:
        names = " and ".join(name for _label, name in ends)
        yield Finding(subject.config.label, f"there are several last migrations: {names}", "Let one follow the other.")


def _plugin_configs() -> dict:
    names = {get_plugins().app_of(slug): slug for slug in get_plugins().slugs()}
    return {names[config.name]: config for config in apps.get_app_configs() if config.name in names}


def _stuck(loader: MigrationLoader, own: list[tuple[str, str]]) -> Iterator[Finding]:
    for key in own:
        for operation in loader.disk_migrations[key].operations:
            if not operation.reversible:
                yield Finding(
                    f"{key[0]}.{key[1]}",
                    f"{operation.describe()}: it cannot be undone",
                    "Say how to go back; for a RunPython that needs nothing: migrations.RunPython.noop.",
                )


def _incomplete(subject: Subject, loader: MigrationLoader) -> Iterator[Finding]:
    label = subject.config.label
    with translation.override(None):  # as makemigrations does: a text is no change
        found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changes = found.changes(graph=loader.graph, trim_to_apps={label})
    for migration in changes.get(label, ()):
        for operation in migration.operations:
            yield Finding(
                subject.app,
                f"the models say what no migration does: {operation.describe()}",
                f"Run: zelfregie manage makemigrations {label}",
            )


def _dangers(loader: MigrationLoader, own: list[tuple[str, str]]) -> Iterator[Finding]:
    for key in own:
        migration = loader.disk_migrations[key]
        # A migration that was thought over says so itself: reviewed_locks = "why nobody has to wait".
        if migration.initial or getattr(migration, "reviewed_locks", ""):
            continue
        for sentence in objections(migration, loader.project_state([key], at_end=False)):
            yield Finding(
                f"{key[0]}.{key[1]}",
                sentence,
                'See docs/how-to/upgrade-the-fleet.md; if nobody has to wait, give the class reviewed_locks = "why".',
            )


def _forth_and_back(label: str) -> Iterator[Finding]:
    """Undo and do all migrations of the app in the schema of the hub; in a test, in a transaction of its own."""
    region = Region.objects.get(kind=Region.Kind.NATIONAL)
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        stack.enter_context(tenant_context(region))
        stack.callback(transaction.set_rollback, True)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        before = _tables(region, label)
        executor = MigrationExecutor(connection)
        ends = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == label]
        for where, targets in (("back to nothing", [(label, None)]), ("forth again", ends)):
            try:
                with transaction.atomic():
                    executor.migrate(targets)
            except Exception as error:
                yield Finding(label, f"{where}: {type(error).__name__}: {error}", "Repair the operation that fails.")
                return
            executor = MigrationExecutor(connection)
            if where == "back to nothing" and (left := _tables(region, label)):
                names = ", ".join(sorted({row[0] for row in left}))
                yield Finding(label, f"back to nothing: {names} is left", "Let the way back remove it.")
                return
        if (after := _tables(region, label)) != before:
            names = ", ".join(sorted({f"{row[0]}.{row[1]}" for row in set(before) ^ set(after)}))
            yield Finding(label, f"forth again the tables are others than before: {names}", "Repair the way back.")


def _tables(region: Region, label: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT, {"schema": region.schema_name, "tables": f"{label}\\_%"})
        return cursor.fetchall()
