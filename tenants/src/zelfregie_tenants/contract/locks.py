"""What is dangerous about a migration while visitors are served: locks, and tables that the old code still uses.

Two dangers: a lock under which every row is read or written, while visitors wait; and a table that the processes of the
release before, which serve until they are restarted, do not know any more.

Not django-migration-linter: that reads the SQL of `sqlmigrate`, which asks the router whether an app has tables in the
schema at hand. In `public` ours have none, so it would find nothing to object to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres import operations as postgres
from django.db import connection, models
from django.db.migrations import operations as plain
from django.db.models.functions import Now

OLD_CODE = "the release before, which still serves, uses it: first leave it out of the code, drop it a release later"


def objections(migration: Any, before: Any) -> Iterator[str]:
    """Yield what is dangerous about a migration.

    Args:
        migration: to be looked at.
        before: the state of all models before it; it is changed.
    """
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
    before, after = old.db_type(connection), new.db_type(connection)
    grows = old.max_length and new.max_length and new.max_length > old.max_length
    # A longer varchar, or text in its place, is the same on disk: PostgreSQL changes the description only.
    same_on_disk = str(before).startswith("varchar") and (grows or after == "text")
    if before != after and not same_on_disk:
        yield f"from {before} to {after} the whole table is written anew under a lock"
    if old.null and not new.null:
        yield "all rows are read under a lock, and the release before may write empty ones"
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        yield "its index is made under a lock; use AddIndexConcurrently in a migration of its own"
