"""The contract of plugins: our own keep it, and each check can be red. (One that was just made: `make contract`.)"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection, migrations
from django.http import HttpResponse

from zelfregie_core.middleware import PluginGuardMiddleware
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_national import samples as national_samples
from zelfregie_national.models import RegionsPage
from zelfregie_stories.domain import published
from zelfregie_stories.models import Story
from zelfregie_tenants.blueprint.baking import BakeRefused, bake, template_folder
from zelfregie_tenants.contract import running
from zelfregie_tenants.contract.catalog import Entry, append, compile_catalog, read_catalog
from zelfregie_tenants.contract.subject import find_subject

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_REGIONS = ("imports", "naming", "personal-data")


def found(slug: str, *keys: str, folder: Path | None = None) -> dict[str, list[str]]:
    """Return what each check finds: place and problem in one line."""
    subject = find_subject(slug)
    if folder is not None:
        subject.__dict__["folder"] = folder  # a damaged copy of the package
    return {
        result.key: [f"{finding.place}: {finding.problem}" for finding in result.findings]
        for result in running.run(subject, keys)
    }


def copy_of(slug: str, tmp_path: Path) -> Path:
    return shutil.copytree(find_subject(slug).folder, tmp_path / f"zelfregie_{slug}")


@pytest.mark.parametrize("slug", ["groups", "national", "referrals", "stories"])
def test_our_own_plugins_keep_what_code_alone_tells(slug):
    """All of the contract takes minutes: `make contract`, which continuous integration runs too."""
    assert found(slug, *WITHOUT_REGIONS) == {key: [] for key in WITHOUT_REGIONS}


def test_forbidden_import_is_red(tmp_path):
    folder = copy_of("national", tmp_path)
    (folder / "stiekem.py").write_text(
        "from django_tenants.utils import tenant_context\nimport zelfregie_groups.models\n"
    )

    assert found("national", "imports", folder=folder)["imports"][:2] == [
        "zelfregie_national/stiekem.py:1: it imports django_tenants.utils, which is the platform's",
        "zelfregie_national/stiekem.py:2: it imports zelfregie_groups.models, of the plugin groups",
    ]


def test_template_of_somebody_else_is_red(tmp_path):
    folder = copy_of("national", tmp_path)
    (folder / "templates" / "zelfregie_core").mkdir()

    (problem,) = found("national", "naming", folder=folder)["naming"]

    assert problem.startswith("zelfregie_national/templates/zelfregie_core: it stands outside templates/")


@pytest.mark.django_db
def test_wrong_answer_of_a_hook_is_red(monkeypatch):
    hook = get_plugins().implementation("home_sections", "national")
    monkeypatch.setattr(hook, "function", lambda request: ["tekst"])

    assert found("national", "hooks")["hooks"] == ["home_sections: it returned a str in its list, not a Section"]


@pytest.mark.django_db
def test_migrations_that_cannot_be_undone_or_lack_something_are_red(monkeypatch):
    first = importlib.import_module("zelfregie_stories.migrations.0001_initial").Migration
    stuck = migrations.RunPython(lambda apps, editor: None)
    kept = [operation for operation in first.operations if getattr(operation, "name", "") != "ErasedStory"]
    monkeypatch.setattr(first, "operations", [*kept, stuck])

    problems = found("stories", "migrations")["migrations"]

    assert [problem.partition(": ")[0] for problem in problems] == [
        "zelfregie_stories.0001_initial",
        "zelfregie_stories",
    ]
    assert "it cannot be undone" in problems[0]
    assert "Create model ErasedStory" in problems[1]


@pytest.mark.django_db
def test_words_of_another_region_are_red(monkeypatch):
    remembered: list[str] = []  # as a variable of a module does

    def serve(page, request, *args, **kwargs):
        remembered.append(page.title)
        return HttpResponse(" ".join(remembered))

    monkeypatch.setattr(RegionsPage, "serve", serve)

    problems = found("national", "isolation")["isolation"]

    assert problems[0].startswith("/regios/: in zuid, the answer has words of noord: Regio's noorderkraai")
    assert {problem.partition(":")[0] for problem in problems} == {"/regios/"}


@pytest.mark.django_db
def test_query_per_row_and_view_that_answers_where_it_is_off_are_red(monkeypatch):
    def lazily(theme=None):
        return Story.objects.published()

    monkeypatch.setattr(published, "published_stories", lazily)
    monkeypatch.setattr(PluginGuardMiddleware, "process_view", lambda self, request, view, args, kwargs: None)

    problems = found("stories", "queries", "switching")

    queries = [problem for problem in problems["queries"] if "it asks once per row" in problem]
    assert [problem.partition(":")[0] for problem in queries] == ["/verhalen/"]
    assert "/-/stories/insturen/: it answers with status 200 where the plugin is off" in problems["switching"]


@pytest.mark.django_db
def test_undeclared_personal_data_are_red(monkeypatch):
    monkeypatch.setitem(get_plugins()._items["stories"], "register_personal_data", [])
    monkeypatch.setattr(get_plugins(), "_derived", {})  # what was worked out with them

    problems = found("stories", "personal-data")["personal-data"]

    assert (
        "zelfregie_stories.Story.contact_email: "
        "it looks as if it holds something about a person, and nobody said what" in problems
    )


@pytest.mark.django_db
def test_texts_that_stay_dutch_are_red(tmp_path):
    folder = copy_of("national", tmp_path)
    page = folder / "templates" / "zelfregie_national" / "nieuw.html"
    page.write_text('{% load i18n %}<p title="Zomaar">{% translate "Nog niet vertaald" %}</p>')
    (folder / "locale/en/LC_MESSAGES/django.mo").unlink()

    problems = found("national", "translations", folder=folder)["translations"]

    place = "zelfregie_national/templates/zelfregie_national/nieuw.html"
    assert problems == [
        f"{place}: people read “Zomaar”, and it cannot be translated",
        f"{place}: “Nog niet vertaald” has no translation in zelfregie_national/locale/en/LC_MESSAGES/django.po",
        "zelfregie_national/locale/en/LC_MESSAGES/django.mo: "
        "it is not there, or not made from the catalog as it is now",
    ]


@pytest.mark.django_db
def test_samples_that_fail_are_red(monkeypatch):
    def make_samples(mark):
        raise ValueError("geen thema")

    monkeypatch.setattr(national_samples, "make_samples", make_samples)

    (problem,) = found("national", "switching")["switching"]

    assert problem.endswith("raised ValueError: geen thema")


@pytest.mark.django_db
def test_no_browser_is_no_green(monkeypatch):
    monkeypatch.setenv("PATH", "")

    (result,) = running.run(find_subject("national"), ["accessibility"])

    assert (result.colour, result.findings) == ("skipped", ())
    assert "is not installed here" in result.skipped


def test_plugin_that_does_not_load_is_red_and_says_why(tmp_path):
    package = tmp_path / "zelfregie_kapot"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "apps.py").write_text(
        "from zelfregie_core import plugin_app\n\n\nclass C(plugin_app.PluginConfig):\n    name = 'zelfregie_kapot'\n"
    )
    (package / "hooks.py").write_text(
        "from zelfregie_core.plugins import hookimpl\n\n\n@hookimpl\ndef home_section(request):\n    return []\n"
    )
    metadata = tmp_path / "zelfregie_kapot-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: zelfregie-kapot\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[zelfregie.plugins]\nkapot = zelfregie_kapot.hooks\n")

    done = check_in_shell("kapot", tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    (loads,) = json.loads(done.stdout)["checks"]
    assert (loads["key"], loads["colour"]) == ("loads", "red")
    assert "home_section" in loads["findings"][0]["problem"]


def test_cookiecutter_refuses_what_cannot_be_used_as_well(tmp_path):
    with pytest.raises(BakeRefused) as refused:
        bake({"slug": "stories", "title": '"; DROP'}, tmp_path, template=template_folder("plugin"))

    assert [problem.split("”")[0] for problem in refused.value.problems] == ['“"; DROP', "There is a plugin “stories"]
    assert list(tmp_path.iterdir()) == []


def test_blueprint_refuses_the_commands_of_the_platform():
    specification = importlib.util.spec_from_file_location(
        "extension", template_folder("plugin") / "plugin_extension.py"
    )
    extension = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(extension)
    from zelfregie_core.discovery import HOUSE
    from zelfregie_tenants.cli.root import COMMANDS

    assert {*COMMANDS, *HOUSE} <= extension.TAKEN


def test_catalog_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "django.po"
    entries = [
        Entry(id='Zeg "ja"\nof nee'),
        Entry(id="%(n)s dag", plural="%(n)s dagen"),
        Entry(id="mei", context="maand"),
    ]

    append(path, "zelfregie_proef", "en", entries)
    path.write_text(path.read_text().replace('msgid "mei"\nmsgstr ""', 'msgid "mei"\nmsgstr "May"'))
    compile_catalog(path)

    import gettext

    with path.with_suffix(".mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)
    assert [(entry.context, entry.id, entry.plural) for entry in read_catalog(path)[1:]] == [
        (entry.context, entry.id, entry.plural) for entry in entries
    ]
    assert (catalog.pgettext("maand", "mei"), catalog.gettext("mei")) == ("May", "mei")


def test_catalog_with_a_text_twice_is_refused_with_both_places(tmp_path):
    path = tmp_path / "django.po"
    append(path, "zelfregie_proef", "en", [Entry(id="dag"), Entry(id="dag", context="groet"), Entry(id="nacht")])
    path.write_text(path.read_text() + '\nmsgid "dag"\nmsgstr "day"\n')
    lines = [number for number, line in enumerate(path.read_text().splitlines(), start=1) if line == 'msgid "dag"']

    with pytest.raises(ValueError, match="“dag” stands twice") as refused:
        read_catalog(path)

    assert str(refused.value) == f"django.po: “dag” stands twice, in lines {lines[0]} and {lines[-1]}; keep one"


def check_in_shell(slug: str, packages: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command as from a shell, with packages that only it sees, on the server of the tests."""
    parameters = connection.get_connection_params()
    where = {key: str(parameters[key]) for key in ("host", "port", "user", "password") if parameters.get(key)}
    environment = {
        **os.environ,
        "PYTHONPATH": str(packages),
        "DATABASE_URL": f"postgresql:///postgres?{urlencode(where)}",
        "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test",
        "ZELFREGIE_VAR": str(packages.parent / "var"),
    }
    command = [sys.executable, "-m", "zelfregie_tenants.cli", "plugin", "check", slug, "--json", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
