"""A broken plugin stops the start of a real process: a distribution on the path, and ``python -m django check``."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.slow

APPS = """
from zelfregie_core import plugin_app

class KapotConfig(plugin_app.PluginConfig):
    name = "zelfregie_kapot"
"""
PLAIN_APPS = """
from django.apps import AppConfig

class KapotConfig(AppConfig):
    name = "zelfregie_kapot"
"""
MODELS = """
from django.db import models

class Thing(models.Model):
    name = models.CharField()
    class Meta:
        managed = False
        app_label = "zelfregie_kapot"
"""
GOOD_HOOKS = "from zelfregie_core.plugins import hookimpl\n"


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., SimpleNamespace]:
    """Install a plugin "kapot" from these files and run ``python -m django check``; what it says."""

    def run(
        entry_point: str = "kapot = zelfregie_kapot.hooks",
        command: tuple[str, ...] = ("django", "check"),
        **files: str,
    ) -> SimpleNamespace:
        package = tmp_path / "zelfregie_kapot"
        for name, text in {"__init__": "", "apps": APPS, "hooks": GOOD_HOOKS, **files}.items():
            (package / f"{name}.py").parent.mkdir(parents=True, exist_ok=True)
            (package / f"{name}.py").write_text(text)
        info = tmp_path / "zelfregie_kapot-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zelfregie-kapot\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[zelfregie.plugins]\n{entry_point}\n")
        result = subprocess.run(
            [sys.executable, "-m", *command],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")])),
                "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test",
                "DATABASE_URL": "postgresql:///nergens?host=/nergens",
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        return SimpleNamespace(code=result.returncode, last=result.stderr.strip().rsplit("\n", 1)[-1])

    return run


PREFIX = "zelfregie_core.plugin_errors.PluginError: Plugin 'kapot': "


def test_good_plugin_starts(start: Callable[..., SimpleNamespace]) -> None:
    assert start().code == 0


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"hooks": "import bestaat_niet"},
            "zelfregie_kapot.hooks of zelfregie-kapot 1.0 could not be imported: ModuleNotFoundError: "
            "No module named 'bestaat_niet'. Repair or uninstall this distribution.",
        ),
        (
            {"models": MODELS + "1 / 0\n"},
            "the models of zelfregie_kapot could not be imported: ZeroDivisionError: division by zero. "
            "Repair or uninstall the plugin.",
        ),
        (
            {"apps": PLAIN_APPS},
            "zelfregie_kapot of zelfregie-kapot 1.0 has no app configuration that is a PluginConfig. "
            "Derive the class in its apps.py from zelfregie_core.plugin_app.PluginConfig.",
        ),
        (
            {"entry_point": "kapot = zelfregie_weg.hooks"},
            "zelfregie-kapot 1.0 declares the app zelfregie_weg, which cannot be found. "
            "Install or uninstall this distribution again.",
        ),
    ],
    ids=["import", "models", "config", "missing"],
)
def test_broken_plugin_stops_the_start(
    start: Callable[..., SimpleNamespace], files: dict[str, str], message: str
) -> None:
    result = start(**files)

    assert (result.code, result.last) == (1, PREFIX + message)


def test_slug_that_another_distribution_has_stops_the_start(start: Callable[..., SimpleNamespace]) -> None:
    result = start(entry_point="stories = zelfregie_kapot.hooks")

    assert result.code == 1
    assert result.last.startswith("zelfregie_core.plugin_errors.PluginError: Plugin 'stories': two distributions use")
    assert result.last.endswith("Uninstall one of them.")


@pytest.mark.parametrize(
    ("migration", "problem"),
    [
        ("class Migration(", "SyntaxError: '(' was never closed (0001_initial.py, line 1)"),
        ("from nergens import migrations", "ModuleNotFoundError: No module named 'nergens'"),
    ],
)
def test_migration_that_cannot_be_read_is_a_sentence_with_the_plugin(
    start: Callable[..., SimpleNamespace], migration: str, problem: str
) -> None:
    files = {"migrations/__init__": "", "migrations/0001_initial": migration}

    result = start(command=("zelfregie_tenants.cli", "manage", "makemigrations", "--dry-run"), **files)

    assert (result.code, result.last) == (
        1,
        f"Error: Plugin 'kapot': its migration zelfregie_kapot.migrations.0001_initial cannot be read: {problem}. "
        "Nothing was changed. Repair or uninstall the plugin.",
    )
