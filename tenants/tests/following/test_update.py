"""An instance with changes of its own follows the blueprint from one version to the next, and so does its site."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from blueprint_versions import ANSWERS, INSTANCE, edit, folder, texts, versions  # noqa: F401 -- fixtures
from click.testing import CliRunner
from django_tenants.utils import tenant_context

from zelfregie_core.models import ContentPage, LegalPage
from zelfregie_tenants.blueprint import template_folder, template_version
from zelfregie_tenants.blueprint.staging import STAGING, is_cut_short, stage
from zelfregie_tenants.blueprint.update import update_instance
from zelfregie_tenants.cli import main
from zelfregie_tenants.cli.instance import instance as command
from zelfregie_tenants.cli.region import region as region_command
from zelfregie_tenants.domain.launch import launch_region
from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.domain.plan_items import Action, State
from zelfregie_tenants.manifest import BLUEPRINT_VERSION, ManifestError, read_manifest, reader

ROOT = Path(__file__).resolve().parents[3]


def _run(*arguments):
    return CliRunner().invoke(command, ["update", *map(str, arguments)])


def test_this_release_reads_what_its_own_blueprint_bakes():
    assert template_version() == BLUEPRINT_VERSION


def test_update_takes_what_is_new_and_keeps_what_is_ours(folder, versions):  # noqa: F811
    before = texts(folder)

    result = _run(folder, "--blueprint", versions[1])

    assert result.exit_code == 3, result.output
    assert result.output.splitlines() == [
        "+ brand/logo.svg.blueprint (yours stays; the blueprint's is beside it as logo.svg.blueprint)",
        "+ content/contact.md",
        "i content/over-deze-site.md (no longer in the blueprint; changed here, so it stays)",
        "X content/over-ons.md (1 place: choose, and remove the lines with markers)",
        "~ content/privacy.md",
        "~ content/veelgestelde-vragen.md",
        "i content/wat-is-zelfhulp.md (removed here, so it stays away; the blueprint changed it)",
        "~ region.toml",
        "- tests/test_instance.py",
        "? opening: a new question, answered with “maandag”",
        "",
        f"{folder} went from blueprint 1 to 2.",
        f"Choose in the files with X; then: zelfregie region plan {folder}",
        "! This release reads folders of blueprint 1: launch it with a release that reads 2. A template of your own "
        "keeps the number of the blueprint that it was made from.",
    ]
    after = texts(folder)
    same = {"eigen.txt", "brand/logo.svg", "brand/favicon.svg", "content/over-deze-site.md", "groups.csv"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert not (folder / "tests").exists()
    assert not (folder / "content" / "wat-is-zelfhulp.md").exists()
    toml = after["region.toml"].decode()
    assert ("blueprint = 2" in toml, "# codes van het CBS" in toml, 'phone = "045 123 45 67"' in toml) == (True,) * 3
    assert b"We zijn er op maandag." in after["content/contact.md"]
    privacy = after["content/privacy.md"].decode()
    assert ('intro: "Kort:"' in privacy, privacy.endswith("\nOnze eigen alinea.\n")) == (True, True)
    about = after["content/over-ons.md"].decode()
    assert '<<<<<<< this folder\ntitle: "Wij"\n=======\ntitle: "Wie zijn wij?" # was: ' in about
    assert json.loads(after[".blueprint.json"])["blueprint"] == 2
    assert json.loads(after[".cookiecutter.json"])["answers"]["__opening"] == "maandag"
    # Until somebody chose it cannot be launched.
    with pytest.raises(ManifestError) as refused:
        read_manifest(folder)
    assert [(problem.file, problem.message) for problem in refused.value.problems if "over-ons" in problem.file] == [
        ("content/over-ons.md", "holds two versions of a text, between <<<<<<< and >>>>>>>.")
    ]
    # Once more there is nothing to do, conflict or not.
    assert _run(folder, "--blueprint", versions[1]).output == f"{folder} follows blueprint 2.\n"
    assert texts(folder) == after


def test_looking_changes_nothing(folder, versions):  # noqa: F811
    before = texts(folder)

    check = _run(folder, "--blueprint", versions[1], "--check")
    dry = _run(folder, "--blueprint", versions[1], "--dry-run")

    assert (check.exit_code, check.output) == (3, f"{folder} follows blueprint 1; there is a newer one: 2.\n")
    assert (dry.exit_code, dry.output.splitlines()[-2]) == (3, f"{folder} would go from blueprint 1 to 2.")
    assert texts(folder) == before


def test_an_update_that_was_cut_short_is_completed_by_the_next(folder, versions, tmp_path):  # noqa: F811
    whole = shutil.copytree(folder, tmp_path / "whole")
    update_instance(whole, versions[1])
    wanted = texts(whole)
    gone = sorted(set(texts(folder)) - set(wanted))
    changed = {name: data.decode() for name, data in wanted.items() if texts(folder).get(name) != data}
    # Killed before everything was ready: as it was.
    (folder / STAGING / "files").mkdir(parents=True)
    assert not is_cut_short(folder)
    # Killed in the middle: half of the files are in place.
    stage(folder, changed, gone)
    for name in sorted(changed)[::2]:
        (folder / STAGING / "files" / name).replace(_made(folder / name))
    with pytest.raises(ManifestError, match="holds an update that was cut short"):
        read_manifest(folder)
    assert "was cut short" in _run(folder, "--dry-run").output

    _run(folder, "--blueprint", versions[1])

    assert texts(folder) == wanted


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_the_page_about_updating_shows_commands_that_do_what_it_says(versions, tmp_path, monkeypatch):  # noqa: F811
    shutil.copytree(versions[0], tmp_path / "parkstad")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "how-to" / "update-an-instance.md").read_text(encoding="utf-8")
    ran = []

    for words, output in re.findall(r"^\$ zelfregie (instance .+)\n((?:[^`$].*\n)*)", page, re.MULTILINE):
        result = CliRunner().invoke(main, shlex.split(words))
        assert result.exit_code == 0, (words, result.output)
        assert output in ("", result.output)
        ran.append(words)

    assert ran == ["instance update parkstad --check", "instance update parkstad", "instance blueprint"]
    assert Path(CliRunner().invoke(main, ["instance", "blueprint"]).output.strip()) == template_folder()
    # What needs a region is tried in test_launch_three_way.py; here, that the command knows these words.
    for words in re.findall(r"zelfregie region ((?:plan|launch) .+?)[`\n]", page):
        verb, *rest = shlex.split(words)
        region_command.commands[verb].make_context(verb, rest)


def test_what_is_no_instance_or_newer_or_damaged_is_refused(folder, versions, tmp_path):  # noqa: F811
    def refusal(*arguments):
        result = _run(*arguments)
        assert result.exit_code == 1
        return result.output.removeprefix("Error: ")

    update_instance(folder, versions[1])
    assert refusal(folder).startswith(f"{folder} was baked from blueprint 2, and this one is 1. Upgrade Zelfregie")
    assert refusal(tmp_path).startswith(f"{tmp_path} is no instance: it has no region.toml.")
    assert refusal(folder, "--blueprint", tmp_path).startswith(f"{tmp_path} is no blueprint")
    (folder / ".blueprint.json").write_text('{"blueprint": 2, "files": {"../x": []}}', encoding="utf-8")
    assert refusal(folder).startswith(".blueprint.json names a file outside the instance: ../x.")
    (folder / ".blueprint.json").write_text("[]", encoding="utf-8")
    assert "was changed by hand and cannot be used. Put it back." in refusal(folder)
    (folder / ".blueprint.json").write_text("{", encoding="utf-8")
    assert "cannot be read as JSON" in refusal(folder)
    (folder / ".blueprint.json").unlink()
    assert "has no .blueprint.json, in which the blueprint notes what it gave" in refusal(folder)


@pytest.mark.django_db
def test_the_site_follows_where_nobody_changed_it_by_hand(folder, versions, monkeypatch):  # noqa: F811
    region = launch_region(folder, invite=False).region
    with tenant_context(region):
        about = ContentPage.objects.get(slug="over-ons")
        about.title = "Dit zijn wij"
        about.save_revision().publish()
        privacy = LegalPage.objects.get(kind="privacy")
        privacy.title = "Jouw gegevens"
        privacy.save_revision().publish()
    update_instance(folder, versions[1])
    merged = (folder / "content" / "over-ons.md").read_text(encoding="utf-8")
    start, rest = merged.split("<<<<<<< this folder\n")
    _ours, theirs = rest.split("=======\n")
    (folder / "content" / "over-ons.md").write_text(start + theirs.replace(">>>>>>> blueprint 2\n", ""), "utf-8")
    monkeypatch.setattr(reader, "BLUEPRINT_VERSION", 2)  # the release that brings this blueprint

    plan = plan_region(folder)

    told = {item.name: (item.action, item.state) for item in plan.items if item.action is not Action.KEEP}
    assert told == {
        "page page:contact": (Action.CREATE, State.NEW),
        "page page:over-ons": (Action.CONFLICT, State.CONFLICT),
        "page legal:privacy": (Action.UPDATE, State.MERGE),
        "page page:veelgestelde-vragen": (Action.UPDATE, State.FOLDER),
    }
    assert launch_region(folder, invite=False).plan == plan
    assert [item.name for item in plan_region(folder).items if item.action is not Action.KEEP] == [
        "page page:over-ons",
        "page legal:privacy",
    ]
    with tenant_context(region):
        assert ContentPage.objects.get(slug="contact").live
        assert ContentPage.objects.get(slug="over-ons").title == "Dit zijn wij"
        privacy = LegalPage.objects.get(kind="privacy")
        assert (privacy.title, privacy.intro) == ("Jouw gegevens", "Kort:")
