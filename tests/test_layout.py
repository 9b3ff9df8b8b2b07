"""The naming rule, the direction of files, and what must never be committed."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = sorted(path.name for path in (ROOT / "plugins").iterdir() if (path / "pyproject.toml").exists())
DISTRIBUTIONS = {".": "zelfregie", "core": "zelfregie-core", "tenants": "zelfregie-tenants"} | {
    f"plugins/{name}": f"zelfregie-{name}" for name in PLUGINS
}


def project(folder: str) -> dict:
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text())


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would add; every file when this is no checkout."""
    result = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in result.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize(("folder", "name"), DISTRIBUTIONS.items())
def test_distribution_is_named_after_its_folder(folder: str, name: str) -> None:
    assert project(folder)["project"]["name"] == name


@pytest.mark.parametrize("name", PLUGINS)
def test_plugin_has_one_name_everywhere(name: str) -> None:
    package = f"zelfregie_{name}"

    entry_points = project(f"plugins/{name}")["project"]["entry-points"]["zelfregie.plugins"]
    apps = (ROOT / "plugins" / name / "src" / package / "apps.py").read_text()

    assert entry_points == {name: f"{package}.hooks"}
    assert sorted(path.name for path in (ROOT / "plugins" / name / "src").iterdir()) == [package]
    assert re.findall(r"^    name = \"(\w+)\"", apps, re.MULTILINE) == [package]
    assert re.findall(r"^    label = \"(\w+)\"", apps, re.MULTILINE) in ([], [package])


@pytest.mark.parametrize("name", PLUGINS)
def test_plugin_depends_on_core_only(name: str) -> None:
    dependencies = project(f"plugins/{name}")["project"]["dependencies"]

    house = [dependency for dependency in dependencies if dependency.startswith("zelfregie")]

    assert [re.split(r"[=<>]", dependency)[0] for dependency in house] == ["zelfregie-core"]


def test_versions_move_in_lockstep() -> None:
    versions = {folder: project(folder)["project"]["version"] for folder in DISTRIBUTIONS}

    assert set(versions.values()) == {versions["."]}, versions


def test_house_dependencies_are_pinned_to_the_same_version() -> None:
    version = project(".")["project"]["version"]
    wrong = []
    for folder in DISTRIBUTIONS:
        data = project(folder)["project"]
        extras = [item for extra in data.get("optional-dependencies", {}).values() for item in extra]
        wrong += [
            (folder, item)
            for item in [*data["dependencies"], *extras]
            if item.startswith("zelfregie-") and not item.endswith(f"=={version}")
        ]

    assert wrong == []


def test_every_plugin_is_an_extra_of_the_root() -> None:
    extras = project(".")["project"]["optional-dependencies"]

    assert sorted(set(extras) - {"all"}) == PLUGINS
    assert extras["all"] == [f"zelfregie[{','.join(name for name in extras if name != 'all')}]"]


def test_only_tenants_imports_django_tenants() -> None:
    pattern = re.compile(r"^\s*(from|import) django_tenants", re.MULTILINE)

    importers = {
        path.relative_to(ROOT).parts[0]
        for path in tracked("core/*.py", "tenants/*.py", "plugins/*.py")
        if pattern.search(path.read_text())
    }

    assert importers == {"tenants"}


def test_every_table_that_is_written_goes_through_the_guard_against_formulas() -> None:
    writes = re.compile(r"csv\.(?:writer|DictWriter)\(|Workbook\(")
    # Tables for programs only, which would be wrong with an apostrophe; docs/reference/api.md says so.
    exact = {"hsds_tables.py"}

    found = [path for path in tracked("core/src/*.py", "plugins/*/src/*.py", "tenants/src/*.py")
             if writes.search(path.read_text()) and path.name not in exact]  # fmt: skip

    assert {path.name for path in found} == {"writing.py", "run_views.py", "excel.py"}
    assert [path.name for path in found if "neutralised(" not in path.read_text()] == []


def test_no_file_names_this_machine_or_a_registry() -> None:
    # Written in pieces, so that this file does not contain what it looks for.
    address = re.compile(
        "|".join(
            [
                "https?://[^ \"']*/" + "(simple|packages)/",
                "pypi" + r"\.org",
                "pythonhosted" + r"\.org",
                "/ro" + "ot/",
            ]
        )
    )

    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".toml", ".txt", ".in", ".md", ".yml", ".sh", ".cfg", ".json"}
        or path.name == "Makefile"
        if "vendor" not in path.parts and address.search(path.read_text(errors="replace"))
    ]

    assert found == []


def test_python_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 500
    }

    assert long == {}
