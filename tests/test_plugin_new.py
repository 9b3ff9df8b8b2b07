"""`zelfregie plugin new`: a plugin that works from six answers, or a sentence and nothing made."""

from __future__ import annotations

import ast
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from zelfregie_tenants.blueprint.new_plugin import PluginBlueprint
from zelfregie_tenants.cli import main
from zelfregie_tenants.cli.plugin_new import new

#: Dutch plurals with an apostrophe are everyday words.
PHOTOS = ["--title=Foto's", "--singular=foto", "--title-en=Photos", "--singular-en=photo"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command as from a shell in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, answers: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(main, ["plugin", "new", *arguments], input=answers)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def test_every_question_is_also_an_option():
    questions = [question.key for question in PluginBlueprint().questions]

    assert questions == [parameter.name for parameter in new.params[: len(questions)]]
    assert all(isinstance(parameter, click.Option) for parameter in new.params)
    assert len(questions) <= 6


def test_bad_answer_is_asked_again_and_the_plugin_is_made_whole(run, tmp_path):
    code, output = run(answers="Foto's\nfoto\nPhotos\nSection\nFoto's!\nadmin\n\nSection\nPhoto\n")

    folder = tmp_path / "zelfregie-photos"
    assert code == 0, output
    assert "“Foto's!” cannot be the name of a plugin" in output
    assert "“admin” is taken by Python or by the platform" in output
    assert "“Section” is used by the plugin itself" in output
    assert output.splitlines()[-5:] == [
        f"zelfregie-photos is made: a plugin that works, in {sum(p.is_file() for p in folder.rglob('*'))} files. Next:",
        "  pip install -e zelfregie-photos",
        "  pytest zelfregie-photos",
        "  zelfregie plugin check photos",
        "Then make it yours, beginning with zelfregie-photos/src/zelfregie_photos/hooks.py.",
    ]
    assert list(tmp_path.iterdir()) == [folder]
    assert 'slug="fotos"' in (folder / "src/zelfregie_photos/hooks.py").read_text(encoding="utf-8")
    assert (folder / "src/zelfregie_photos/locale/en/LC_MESSAGES/django.mo").is_file()
    assert [path for path in folder.rglob("*") if path.is_file() and b"cookiecutter" in path.read_bytes()] == []
    assert _names_for_a_model(_imported_classes(folder)) == {"Photo", "PhotoIndexPage"}


def _imported_classes(folder: Path) -> set[str]:
    """What the modules import, and so the model may not be called; reading them also holds that they are Python."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("src/**/*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in nodes for alias in node.names if alias.name[:1].isupper()}


def _names_for_a_model(names: set[str]) -> set[str]:
    blueprint = PluginBlueprint()
    question = next(question for question in blueprint.questions if question.key == "model")
    return {name for name in names if blueprint.problem(question, name) is None}


def test_answers_may_be_options_and_a_folder_that_exists_is_left_alone(run, tmp_path):
    (tmp_path / "mijn modules").mkdir()

    first = run(*PHOTOS, "--defaults", "--into", "mijn modules")
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    second = run(*PHOTOS, "--defaults", "--into", "mijn modules")

    assert first[0] == 0
    assert "  pip install -e 'mijn modules/zelfregie-photos'\n" in first[1]
    assert second == (
        1,
        f"Error: There is a zelfregie-photos in {tmp_path / 'mijn modules'} already. Choose another name, or another "
        "folder with --into.\n",
    )
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == kept


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        (["--slug=Open dagen", "--model=open_dag"], ["“Open dagen” cannot be the name of", "“open_dag” cannot be"]),
        (["--slug=class"], ["“class” is taken by Python or by the platform"]),
        (["--slug=region"], ["“region” is taken by Python or by the platform"]),
        (["--slug=stories"], ["There is a plugin “stories” here already, of zelfregie-stories"]),
        (["--title=", "--singular=日本"], ["“” (title) cannot be used", "“日本” (singular) cannot be used"]),
        (['--title="; DROP'], ['“"; DROP” (title) cannot be used']),
    ],
)
def test_answers_that_cannot_be_used_are_refused_with_a_sentence_each(run, tmp_path, arguments, problems):
    code, output = run(*arguments, "--defaults")

    assert code == 1
    lines = output.removeprefix("Error: ").splitlines()
    assert [line[: len(text)] for line, text in zip(lines, problems, strict=True)] == problems
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there_is_a_usage_error(run):
    code, output = run("--defaults", "--into", "nergens")

    assert code == 2
    assert "nergens" in output
