"""Migrations of a release that does not exist yet, for tests of upgrading: real files, in place of those of core."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import zelfregie_core.migrations

HEAD = """\
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
"""
BODY = """\
class Migration(migrations.Migration):
    dependencies = [("zelfregie_core", "{before}")]
    operations = [{operations}]
"""
#: One that adds a column with an index and a table; one that fills both, so that PostgreSQL has checks in store; one
#: that then alters both tables; and one that renames the new model.
MULTI_STEP = {
    "0901_add": (
        "",
        """
        migrations.AddField("theme", "weight", models.IntegerField(null=True, db_index=True)),
        migrations.CreateModel(
            "Mood",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("theme", models.ForeignKey("zelfregie_core.theme", models.CASCADE)),
            ],
        ),
        """,
    ),
    "0902_fill": (
        """
def fill(apps, editor):
    Theme, Mood = apps.get_model("zelfregie_core", "Theme"), apps.get_model("zelfregie_core", "Mood")
    kind = apps.get_model("contenttypes", "ContentType").objects.get_for_model(Theme)
    for theme in Theme.objects.order_by("pk"):
        theme.weight = kind.pk
        theme.save()
        Mood.objects.create(theme=theme)
""",
        "migrations.RunPython(fill)",
    ),
    "0903_alter": (
        "",
        """
        migrations.AlterField("theme", "weight", models.IntegerField(default=0)),
        migrations.AddField("mood", "note", models.CharField(max_length=20, default="")),
        """,
    ),
    "0904_rename": ("", 'migrations.RenameModel("Mood", "Feeling")'),
}
BREAKS = {
    "0905_break": (
        """
def refuse(apps, editor):
    if apps.get_model("zelfregie_core", "Theme").objects.filter(slug="kapot").exists():
        raise ValueError("anna@voorbeeld.nl is not a theme")
""",
        "migrations.RunPython(refuse)",
    ),
}
CONCURRENTLY = {
    "0905_index": (
        "",
        'AddIndexConcurrently("theme", models.Index(fields=["icon"], name="theme_icon"))',
    ),
}


@pytest.fixture
def install_release(tmp_path: Path, settings, monkeypatch) -> Iterator[Callable[[dict[str, tuple[str, str]]], None]]:
    """Return a function that puts a later release of core in place: its migrations are these, after today's."""
    names = []

    def install(migrations: dict[str, tuple[str, str]]) -> None:
        name = f"later_release_{len(names)}"
        folder = tmp_path / name
        shutil.copytree(
            Path(zelfregie_core.migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__")
        )
        before = max(path.stem for path in folder.glob("0*.py"))
        for stem, (code, operations) in migrations.items():
            atomic = "    atomic = False\n" if "Concurrently" in operations else ""
            text = HEAD + code + "\n\n" + BODY.format(before=before, operations=operations) + atomic
            (folder / f"{stem}.py").write_text(text, encoding="utf-8")
            before = stem
        monkeypatch.syspath_prepend(tmp_path)
        names.append(name)
        settings.MIGRATION_MODULES = {"zelfregie_core": name}

    yield install
    for module in [module for module in sys.modules if module.startswith(tuple(names) or ("-",))]:
        del sys.modules[module]
