"""Hold our migrations to what lets visitors be served while they run. `make lint` calls it; it needs no database.

Two dangers: a lock under which every row is read or written, while visitors wait; and a table that the processes of the
release before, which serve until they are restarted, do not know any more. What is wrong here is either put right, or
named with its reason in tools/reviewed_migrations.toml. See docs/how-to/upgrade-the-fleet.md, "Write a migration".

Not django-migration-linter: that reads the SQL of `sqlmigrate`, which asks the router whether an app has tables in the
schema at hand. In `public` ours have none, so it would find nothing to object to.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REVIEWED = Path(__file__).with_name("reviewed_migrations.toml")
OLD_CODE = "the release before, which still serves, uses it: first leave it out of the code, drop it a release later"


def main() -> int:
    """Check every migration of our own apps; return an exit code."""
    # Never connected to; named so that the settings of this machine do not start a server for nothing.
    os.environ["DATABASE_URL"] = "postgresql:///offline"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.test")
    import django  # noqa: PLC0415 -- settings first

    django.setup()
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 -- the same

    reviewed = tomllib.loads(REVIEWED.read_text(encoding="utf-8"))
    loader = MigrationLoader(None)
    found: dict[str, list[str]] = {}
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        if label.startswith("zelfregie_") and not migration.initial:
            before = loader.project_state([(label, name)], at_end=False)
            if sentences := list(objections(migration, before)):
                found[f"{label}.{name}"] = sentences
    lines = [f"{name}: {sentence}" for name in found if name not in reviewed for sentence in found[name]]
    stale = [name for name in reviewed if name not in found]
    lines += [f"{name}: nothing is wrong with it, or it is gone; take it out of {REVIEWED.name}" for name in stale]
    for line in lines:
        sys.stderr.write(f"{line}\n")
    return 1 if lines else 0


def objections(migration: Any, before: Any) -> Iterator[str]:
    """Yield what is dangerous about a migration.

    Args:
        migration: to be looked at.
        before: the state of all models before it; it is changed.
    """
    from django.contrib.postgres import operations as postgres  # noqa: PLC0415 -- needs settings
    from django.db.migrations import operations as plain  # noqa: PLC0415 -- the same

    harmless = (
        plain.AlterModelOptions, plain.AlterModelManagers, plain.AlterModelTableComment, plain.RemoveIndex,
        plain.RemoveConstraint, plain.RenameIndex, plain.AlterOrderWithRespectTo, postgres.AddConstraintNotValid,
    )  # fmt: skip
    polite = (postgres.AddIndexConcurrently, postgres.RemoveIndexConcurrently, postgres.ValidateConstraint)
    new: set[str] = set()
    for operation in migration.operations:
        model = (getattr(operation, "model_name", None) or getattr(operation, "name", "") or "").lower()
        what = operation.describe()
        if not migration.atomic and not isinstance(operation, polite):
            yield f"{what}: in a migration with atomic = False it stays when a later step fails; give it one of its own"
        if isinstance(operation, plain.CreateModel):
            new.add(model)
        elif isinstance(operation, (plain.RunPython, *polite, *harmless)) or model in new:
            pass
        elif isinstance(operation, plain.AddField):
            yield from (f"{what}: {reason}" for reason in adding(operation.field))
        elif isinstance(operation, plain.AlterField):
            old = before.models[migration.app_label, model].fields[operation.name]
            yield from (f"{what}: {reason}" for reason in altering(old, operation.field))
        elif isinstance(operation, (plain.RemoveField, plain.DeleteModel)):
            yield f"{what}: {OLD_CODE}"
        elif isinstance(operation, (plain.RenameField, plain.RenameModel, plain.AlterModelTable)):
            yield f"{what}: {OLD_CODE}; a rename is a new one, a copy, and a removal"
        elif isinstance(operation, plain.AddIndex):
            yield f"{what}: nobody can write while it is made; use AddIndexConcurrently in a migration of its own"
        elif isinstance(operation, (plain.AddConstraint, plain.AlterUniqueTogether, plain.AlterIndexTogether)):
            yield f"{what}: all rows are read under a lock; use AddConstraintNotValid, later ValidateConstraint"
        else:
            yield f"{what}: it cannot be seen here what it locks"
        operation.state_forwards(migration.app_label, before)


def adding(field: Any) -> Iterator[str]:
    """Yield what is dangerous about a new column of an existing table."""
    from django.db import models  # noqa: PLC0415 -- needs settings
    from django.db.models.functions import Now  # noqa: PLC0415 -- the same

    if field.many_to_many:
        return
    if isinstance(field, models.GeneratedField):
        yield "the whole table is written anew under a lock"
    elif not field.null and not field.has_db_default():
        yield "the release before, which still serves, writes rows without it: give it null=True or db_default="
    default = field.db_default if field.has_db_default() else None
    if hasattr(default, "resolve_expression") and not isinstance(default, (models.Value, Now)):
        yield "a default that differs per row writes the whole table anew under a lock"
    if field.unique or field.db_index:
        yield "its index is made under a lock; add the index with AddIndexConcurrently in a migration of its own"


def altering(old: Any, new: Any) -> Iterator[str]:
    """Yield what is dangerous about a change of a column."""
    from django.db import connection  # noqa: PLC0415 -- needs settings

    before, after = old.db_type(connection), new.db_type(connection)
    grows = old.max_length and new.max_length and new.max_length > old.max_length
    if before != after and not (grows and str(before).startswith("varchar")):
        yield f"from {before} to {after} the whole table is written anew under a lock"
    if old.null and not new.null:
        yield "all rows are read under a lock, and the release before may write empty ones"
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        yield "its index is made under a lock; use AddIndexConcurrently in a migration of its own"


if __name__ == "__main__":
    sys.exit(main())
