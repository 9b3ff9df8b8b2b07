"""The check of our own migrations: what keeps visitors waiting, or breaks the release before, is named."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Now, Random

from zelfregie_tenants.contract import locks

INDEX = models.Index(fields=["icon"], name="theme_icon")
OWN = [migrations.CreateModel("Mood", [("id", models.BigAutoField(primary_key=True))])]


@pytest.fixture(scope="module")
def objections():
    """Return a function that gives the objections to operations on core's models."""
    state = MigrationLoader(None).project_state()

    def of(*operations, atomic=True):
        migration = migrations.Migration("9999_later", "zelfregie_core")
        migration.operations, migration.atomic = list(operations), atomic
        return [sentence.partition(": ")[2] for sentence in locks.objections(migration, state.clone())]

    return of


def add(field):
    return migrations.AddField("theme", "later", field)


def alter(name, field):
    return migrations.AlterField("theme", name, field)


@pytest.mark.parametrize(
    ("operation", "starts"),
    [
        (add(models.IntegerField(default=0)), "the release before, which still serves, writes rows without it"),
        (add(models.IntegerField(null=True, db_index=True)), "its index is made under a lock"),
        (add(models.FloatField(db_default=Random())), "a default that differs per row"),
        (
            add(models.GeneratedField(expression=models.F("id"), output_field=models.IntegerField(), db_persist=True)),
            "the whole table is written anew",
        ),
        (alter("name", models.IntegerField()), "from varchar(80) to integer the whole table is written anew"),
        (alter("name", models.CharField(max_length=40)), "from varchar(80) to varchar(40) the whole table"),
        (alter("name", models.CharField(max_length=80, db_index=True)), "its index is made under a lock"),
        (migrations.RemoveField("theme", "icon"), "the release before, which still serves, uses it"),
        (migrations.DeleteModel("Theme"), "the release before, which still serves, uses it"),
        (migrations.RenameField("theme", "icon", "sign"), "the release before, which still serves, uses it"),
        (migrations.AddIndex("theme", INDEX), "nobody can write while it is made"),
        (
            migrations.AddConstraint("theme", models.UniqueConstraint(fields=["icon"], name="one")),
            "all rows are read under a lock",
        ),
        (migrations.RunSQL("SELECT 1"), "it cannot be seen here what it locks"),
    ],
)
def test_danger_is_named(objections, operation, starts):
    (found,) = objections(operation)

    assert found.startswith(starts)


def test_index_that_locks_nobody_is_alone_in_its_migration(objections):
    assert objections(AddIndexConcurrently("theme", INDEX), atomic=False) == []
    (found,) = objections(AddIndexConcurrently("theme", INDEX), add(models.IntegerField(null=True)), atomic=False)
    assert found.startswith("in a migration with atomic = False it stays when a later step fails")


def test_what_keeps_nobody_waiting_is_fine(objections):
    assert (
        objections(
            add(models.IntegerField(db_default=0)),
            migrations.AddField("theme", "since", models.DateTimeField(db_default=Now())),
            alter("name", models.CharField("andere naam", max_length=120)),
            alter("icon", models.TextField()),
            alter("name", models.TextField()),
            migrations.RunPython(migrations.RunPython.noop),
            *OWN,
            migrations.AddField("mood", "note", models.CharField(max_length=9, default="", db_index=True)),
            migrations.AddIndex("mood", models.Index(fields=["note"], name="mood_note")),
        )
        == []
    )
