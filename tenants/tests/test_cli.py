"""The command: quick, and errors are one sentence."""

import datetime as dt
import subprocess
import sys

import click
import psycopg
import pytest
from django.db import OperationalError, connection

from zelfregie_core.plugins import Command, hookimpl
from zelfregie_tenants.cli.errors import as_sentence
from zelfregie_tenants.domain.plugins import is_plugin_enabled
from zelfregie_tenants.models import Region


@pytest.fixture
def proef(temporary_plugin, monkeypatch):
    """A plugin with a command, on in noord."""

    @click.command("tel")
    @click.argument("woord")
    @click.option("--keer", default=1)
    def tel(woord, keer):
        click.echo(f"{connection.schema_name}: {woord * keer}")

    @hookimpl
    def register_commands():
        return [Command(tel)]

    temporary_plugin("proef", register_commands=register_commands)
    from zelfregie_core.discovery import InstalledPlugin, installed_plugins
    from zelfregie_tenants.cli import root

    found = [*installed_plugins(), InstalledPlugin("proef", "zelfregie_proef", "zelfregie_proef.hooks", "a test")]
    monkeypatch.setattr(root, "installed_plugins", lambda: found)


def test_help_loads_neither_django_nor_a_database():
    code = (
        "import sys; from zelfregie_tenants.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(','.join(name for name in ('django', 'wagtail', 'psycopg') if name in sys.modules) or 0)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Make, check, list and switch plugins." in done.stdout


def test_unknown_command_is_a_usage_error(run):
    assert run("weg")[0] == 2


def test_regions_are_listed_with_state_and_address(run, zuid):
    Region.objects.filter(pk=zuid.pk).update(state="suspended")

    assert run("region", "list") == (
        0,
        "landelijk  launched   http://landelijk.test\n"
        "noord      launched   http://noord.test\n"
        "zuid       suspended  http://zuid.test\n",
    )


def test_region_is_shown(run, zuid):
    Region.objects.filter(pk=zuid.pk).update(launched_at=dt.datetime(2026, 3, 3, 9, 30, tzinfo=dt.UTC))

    code, output = run("region", "show", "zuid")

    assert code == 0
    assert output.splitlines()[:7] == [
        "name:           Zelfregie Zuid",
        "slug:           zuid",
        "kind:           region",
        "state:          launched",
        "schema:         region_zuid",
        "languages:      nl",
        "addresses:      http://zuid.test",
    ]


def test_unknown_region_is_named_with_those_that_exist(run):
    assert run("region", "show", "oost") == (
        1,
        "Error: There is no region “oost”. Regions: landelijk, noord, zuid.\n",
    )


def test_plugin_is_switched_and_listed(run, proef, noord, zuid):
    first = run("plugin", "enable", "zuid", "proef")
    again = run("plugin", "enable", "zuid", "proef")
    off = run("plugin", "disable", "noord", "proef")

    nothing = "proef in zuid: It has nothing there yet.\n"
    missed = "proef in noord: It has nothing there that anybody would miss.\n"
    assert first == (0, f"{nothing}proef is now on in zuid.\n")
    assert again == (0, f"{nothing}proef is already on in zuid.\n")
    assert off == (0, f"{missed}proef is now off in noord.\n")
    assert (is_plugin_enabled(noord, "proef"), is_plugin_enabled(zuid, "proef")) == (False, True)
    assert "proef: off\n" in run("plugin", "list", "noord")[1]


def test_unknown_plugin_is_a_sentence(run):
    code, output = run("plugin", "enable", "noord", "weg")

    assert (code, output.splitlines()[0].split(" Installed")[0]) == (1, "Error: There is no plugin “weg” here.")


def test_command_of_a_plugin_runs_inside_its_region(run, proef, noord):
    assert run("proef", "tel", "a", "--keer", "3", "--region", "noord") == (0, "region_noord: aaa\n")
    assert connection.schema_name == "region_noord"


def test_command_of_a_plugin_is_refused_where_it_is_off(run, proef):
    code, output = run("proef", "tel", "a", "--region", "zuid")

    assert (code, output.splitlines()[0].split(".")[0]) == (1, "Error: The plugin proef is off in zuid")


@pytest.mark.parametrize(("arguments", "code"), [(["--region", "oost"], 1), ([], 2)])
def test_command_of_a_plugin_needs_a_region_that_exists(run, proef, arguments, code):
    assert run("proef", "tel", "a", *arguments)[0] == code


def test_worker_runs_what_is_ready(run, task_queue, noord, tmp_path, monkeypatch):
    from zelfregie_tenants.testing import example_tasks

    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    example_tasks.note_region.enqueue(str(tmp_path))

    status = run("tasks", "status")
    done = run("worker", "--batch")

    assert status == (0, "region_noord  ready       1\n")
    assert done == (0, "Tasks run: 1.\n")


def test_due_tasks_are_enqueued(run, task_queue, noord):
    assert run("tasks", "enqueue-due")[0] == 0


def test_database_that_does_not_answer_is_a_sentence(tmp_path):
    code = "from zelfregie_tenants.cli import main; main(['region', 'list'])"
    environment = {
        "PATH": "/usr/bin",
        "DATABASE_URL": "postgresql:///weg?host=/nergens",
        "ZELFREGIE_VAR": str(tmp_path),
    }

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("Error: The database does not answer (")


def test_full_disk_of_the_database_is_a_sentence():
    error = OperationalError("could not extend file: No space left on device\nHINT:  Check free disk space.")
    error.__cause__ = psycopg.errors.DiskFull()

    said = as_sentence(error)

    assert said == (
        "The disk of the database is full (could not extend file: No space left on device). "
        "Make room there, and give the same command again."
    )
