"""Migrations made ready once, to be applied to many schemas.

Django's own executor reads all migrations, works out the state of all models and renders their classes for every
schema again; that is nearly all of its time. Here it is done once for all regions that have the same migrations on
record, and what is left per region are the statements.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.postgres import operations as postgres_operations
from django.core.management.sql import emit_pre_migrate_signal
from django.db import connection, models, router, transaction
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django_tenants.utils import schema_context

from zelfregie_tenants.domain.upgrade.plan import ordered_plan
from zelfregie_tenants.domain.upgrade.survey import Name

#: What may change which models there are, or their permissions. An operation that is not known here may do anything.
HARMLESS = (
    operations.AddField, operations.RemoveField, operations.AlterField, operations.RenameField, operations.AddIndex,
    operations.RemoveIndex, operations.RenameIndex, operations.AddConstraint, operations.RemoveConstraint,
    operations.AlterUniqueTogether, operations.AlterIndexTogether, operations.AlterOrderWithRespectTo,
    operations.AlterModelManagers, operations.AlterModelTable, operations.AlterModelTableComment,
    postgres_operations.AddIndexConcurrently, postgres_operations.RemoveIndexConcurrently,
)  # fmt: skip
#: What waits for others without making anybody wait for it.
POLITE = (
    postgres_operations.AddIndexConcurrently,
    postgres_operations.RemoveIndexConcurrently,
    postgres_operations.ValidateConstraint,
)


@dataclass(frozen=True)
class Change:
    """One operation between the states of the models before and after it."""

    operation: Operation
    before: ProjectState
    after: ProjectState


@dataclass(frozen=True)
class Step:
    """One migration. Of one that is not a region's own, but the platform's, a region only has the record."""

    migration: Migration
    changes: tuple[Change, ...]
    is_own: bool = True

    @property
    def label(self) -> str:
        """Its app and name."""
        return f"{self.migration.app_label}.{self.migration.name}"

    @property
    def is_atomic(self) -> bool:
        """Whether it can be undone as a whole."""
        return self.migration.atomic or not self.changes

    @property
    def is_polite(self) -> bool:
        """Whether nobody ever waits for its locks, so that it may wait long for those of others."""
        return all(isinstance(change.operation, POLITE) for change in self.changes)

    def names(self) -> list[Name]:
        """Return what is put on record for it."""
        return list(self.migration.replaces) or [(self.migration.app_label, self.migration.name)]

    def apply(self) -> None:
        """Do it in the schema that the connection is in, and put it on record."""
        if self.changes:
            with connection.schema_editor(atomic=self.migration.atomic) as editor:
                for change in self.changes:
                    self._apply(change, editor)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", self.names()
            )
        if self.changes and self.is_atomic:
            # As the commit between two migrations would: check what was deferred, or PostgreSQL refuses to alter a
            # table with checks that are still to come.
            connection.check_constraints()

    def _apply(self, change: Change, editor: Any) -> None:
        operation, label = change.operation, self.migration.app_label
        wants_atomic = operation.atomic or (self.migration.atomic and operation.atomic is not False)
        if not editor.atomic_migration and wants_atomic:
            with transaction.atomic():
                operation.database_forwards(label, editor, change.before, change.after)
        else:
            operation.database_forwards(label, editor, change.before, change.after)


@dataclass(frozen=True)
class Prepared:
    """Everything that regions with one and the same record lack.

    Attributes:
        steps: in order.
        before: the models as these regions have them.
        after: the models as they will have them.
        signalled: the apps that Django is to tell that they were migrated.
    """

    steps: tuple[Step, ...]
    before: ProjectState | None = None
    after: ProjectState | None = None
    signalled: tuple[Any, ...] = ()

    def segments(self) -> Iterable[tuple[Step, ...]]:
        """Yield the steps that go in one transaction; a migration that cannot be undone is alone."""
        together: list[Step] = []
        for step in self.steps:
            if step.is_atomic:
                together.append(step)
            else:
                if together:
                    yield tuple(together)
                yield (step,)
                together = []
        if together:
            yield tuple(together)

    def forget_content_types(self) -> None:
        """Forget which number a model had in the last region: the historical models outlive it."""
        states = [
            change.before
            for step in self.steps
            for change in step.changes
            if isinstance(change.operation, operations.RunPython)
        ]
        for state in [*states, *([self.after] if self.after else [])]:
            state.apps.get_model("contenttypes", "ContentType").objects.clear_cache()


def prepare(schema: str) -> Prepared:
    """Make ready what a region lacks, and with it every region that has the same on record.

    Args:
        schema: of the region.
    """
    with schema_context(schema):
        executor = MigrationExecutor(connection)
        todo = ordered_plan(executor)
        if not todo:
            return Prepared(())
        alias = connection.alias
        here = [migration for migration in todo if router.allow_migrate(alias, migration.app_label)]
        if not here:
            return Prepared(tuple(Step(migration, (), is_own=False) for migration in todo))
        loader = executor.loader
        before = loader.project_state([name for name in loader.applied_migrations if name in loader.graph.nodes])
        _ = before.apps  # rendered once; from here on only what changes
        # Django puts a rename of content types behind a rename of a model by this signal. These are fresh objects.
        emit_pre_migrate_signal(0, False, alias, apps=before.apps, plan=[(item, False) for item in todo])
        state, steps = before, []
        for migration in todo:
            changes = []
            for operation in migration.operations:
                if isinstance(operation, operations.RunPython):
                    _render(state)
                after = state.clone()
                operation.state_forwards(migration.app_label, after)
                changes.append(Change(operation, state, after))
                state = after
            own = migration in here
            steps.append(Step(migration, tuple(changes) if own else (), own))
        state.clear_delayed_apps_cache()
        return Prepared(tuple(steps), before, state, _signalled(here))


def _render(state: ProjectState) -> None:
    """Make the classes of all models now. Django would make them anew each time that a function asks for them."""
    state.clear_delayed_apps_cache()
    _ = state.apps
    state.is_delayed = False


def _signalled(migrations: list[Migration]) -> tuple[Any, ...]:
    """Return the apps that must hear that they were migrated, so that content types and permissions are made.

    Django tells all apps in every schema. It matters for an app whose models changed, for one that listens for its
    own name, and for all when somebody listens whom we do not know.
    """
    changed = {
        migration.app_label
        for migration in migrations
        if not all(isinstance(operation, (*HARMLESS, operations.RunPython)) for operation in migration.operations)
    }
    configs = [config for config in apps.get_app_configs() if config.models_module is not None]
    own, everyone = _listeners(configs)
    if everyone:
        return tuple(configs)
    return tuple(config for config in configs if config.label in changed or config.label in own)


def _listeners(configs: list[Any]) -> tuple[set[str], bool]:
    """Return the apps that somebody listens to by name, and whether somebody unknown listens to all."""
    known = {create_contenttypes, create_permissions}
    silent = object()
    general = models.signals.post_migrate._live_receivers(silent)[0]
    everyone = any(
        receiver not in known and getattr(receiver, "__module__", "") != "wagtail.signal_handlers"
        for receiver in general
    )
    own = {
        config.label
        for config in configs
        if any(receiver not in general for receiver in models.signals.post_migrate._live_receivers(config)[0])
    }
    return own, everyone
