"""The wheels of this commit install with plain pip, alone and together."""

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [
    ".",
    "core",
    "tenants",
    *sorted(str(p.parent.relative_to(ROOT)) for p in (ROOT / "plugins").glob("*/pyproject.toml")),
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheels")
    for folder in FOLDERS:
        command = [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(target),
            str(ROOT / folder),
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
    return target


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Path:
    """A fresh environment with `zelfregie[stories]` from the wheels.

    What others publish is borrowed from the environment of these tests, which needs no network; our own
    distributions come from the wheels only.
    """
    target = tmp_path_factory.mktemp("environment")
    venv.create(target, with_pip=False)
    python = target / "bin" / "python"
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    wanted = _closure(wheels, "zelfregie[stories]")
    paths = [str(next(wheels.glob(f"{name.replace('-', '_')}-*.whl"))) for name in wanted]
    result = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return target


def _closure(wheels: Path, requirement: str) -> set[str]:
    """Our own distributions that a requirement brings, by the metadata of the wheels, as a resolver would."""
    from packaging.requirements import Requirement

    metadata = {}
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            text = next(archive.read(n).decode() for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata[wheel.name.split("-")[0].replace("_", "-")] = [
            Requirement(line.split(": ", 1)[1]) for line in text.splitlines() if line.startswith("Requires-Dist: ")
        ]
    todo, found = [Requirement(requirement)], set()
    while todo:
        current = todo.pop()
        found.add(current.name)
        extras = current.extras or {""}
        for needed in metadata[current.name]:
            applies = needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras)
            if applies and needed.name.startswith("zelfregie") and needed.name not in found:
                todo.append(needed)
    return found


def test_wheel_of_the_root_carries_no_code(wheels: Path) -> None:
    with zipfile.ZipFile(next(wheels.glob("zelfregie-0*.whl"))) as archive:
        code = [name for name in archive.namelist() if ".dist-info/" not in name]

    assert code == []


def test_wheels_carry_templates_translations_and_migrations(wheels: Path) -> None:
    with zipfile.ZipFile(next(wheels.glob("zelfregie_core-*.whl"))) as archive:
        names = set(archive.namelist())

    wanted = {
        "zelfregie_core/templates/zelfregie_core/base.html",
        "zelfregie_core/migrations/0001_initial.py",
        "zelfregie_core/data/themes.toml",
        "zelfregie_core/locale/en/LC_MESSAGES/django.mo",
    }
    assert wanted - names == set()


@pytest.mark.parametrize("kind", ["region", "plugin"])
def test_wheel_of_tenants_carries_the_blueprints_as_they_stand_in_the_repository(wheels: Path, kind: str) -> None:
    source = ROOT / "blueprint" / kind
    wanted = {
        f"zelfregie_tenants/blueprint/{kind}/{path.relative_to(source).as_posix()}": path.read_bytes()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    with zipfile.ZipFile(next(wheels.glob("zelfregie_tenants-*.whl"))) as archive:
        prefix = f"zelfregie_tenants/blueprint/{kind}/"
        found = {name: archive.read(name) for name in archive.namelist() if name.startswith(prefix)}

    assert found == wanted


def test_stories_extra_brings_core_tenants_and_stories_and_nothing_else(environment: Path) -> None:
    script = "import importlib.metadata as m, json; print(json.dumps(sorted({d.name for d in m.distributions()})))"

    output = subprocess.run([environment / "bin" / "python", "-c", script], capture_output=True, text=True, check=True)

    assert json.loads(output.stdout) == [
        "zelfregie",
        "zelfregie-core",
        "zelfregie-stories",
        "zelfregie-tenants",
    ]


def test_discovery_finds_exactly_the_installed_plugin(environment: Path) -> None:
    script = (
        "import sys; sys.path += sys.argv[1:]\n"
        "from zelfregie_core.discovery import installed_plugins\n"
        "print([(plugin.slug, plugin.app) for plugin in installed_plugins()])"
    )

    output = subprocess.run(
        [environment / "bin" / "python", "-I", "-c", script], capture_output=True, text=True, check=True
    )

    assert output.stdout.strip() == "[('stories', 'zelfregie_stories')]"


def test_an_instance_is_baked_from_the_wheel_as_from_the_repository(environment: Path, tmp_path: Path) -> None:
    import os
    import sysconfig

    from zelfregie_tenants.blueprint import bake

    answers = {"region_name": "Parkstad", "municipalities": "Heerlen"}
    script = (
        "import json, sys; from pathlib import Path\n"
        "from zelfregie_tenants.blueprint import bake, template_folder\n"
        "bake(json.loads(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(template_folder())"
    )
    borrowed = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}

    command = [environment / "bin" / "python", "-c", script, json.dumps(answers), tmp_path / "wheel"]
    done = subprocess.run(command, env=borrowed, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(environment)
    assert _files(tmp_path / "wheel" / "parkstad") == _files(bake(answers, tmp_path / "repository"))


def test_a_plugin_is_baked_from_the_wheel_as_from_the_repository(environment: Path, tmp_path: Path) -> None:
    import os
    import sysconfig

    from zelfregie_tenants.blueprint.new_plugin import PluginBlueprint

    for folder in ("wheel", "repository"):
        (tmp_path / folder).mkdir()
    borrowed = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}

    command = [environment / "bin" / "zelfregie", "plugin", "new", "--defaults", "--into", tmp_path / "wheel"]
    done = subprocess.run(command, env=borrowed, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    made = PluginBlueprint().make({}, tmp_path / "repository")
    assert _files(tmp_path / "wheel" / "zelfregie-activities") == _files(made.folder)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
