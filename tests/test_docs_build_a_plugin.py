"""The tutorial about a plugin works: its commands, its changes and its tests, and the plugin is seen in one region."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

import psycopg
import pytest
from tutorials import blocks, change, commands, environment

from zelfregie_tenants.embedded import postgres

ROOT = Path(__file__).parent.parent
TUTORIAL = ROOT / "docs" / "tutorial" / "build-a-plugin.md"
#: What people read besides `console` blocks, and does not run here: the environment of these tests stands in for it.
PREPARE = "make env-dev\nsource .venv/bin/activate\n"
DEMO = "zelfregie demo\n"
#: What the page lets an editor of Twente do, and where it says that the walk is seen.
EDITOR = """
import datetime, json, sys
import django
django.setup()
from django.test.utils import setup_test_environment
from django_tenants.utils import tenant_context
from zelfregie_core.models import Theme
from zelfregie_tenants.models import Region
from zelfregie_tenants.testing.client import RegionClient

setup_test_environment()
region = Region.objects.get(slug="twente")
with tenant_context(region):
    theme = Theme.objects.get(slug="rouw").pk
editor = RegionClient(region)
editor.login(username=sys.argv[1], password=sys.argv[2])
day = datetime.date.today() + datetime.timedelta(days=1)
form = {"title": "Rondje Lonneker", "day": day, "kilometres": 5, "guide_email": "gids@example.org", "theme": theme}
answers = [editor.post("/admin/walks_items/new/", form)]
paths = ("/wandelingen/", "/wandelingen/rondje-lonneker/", "/", "/themas/rouw/")
answers += [RegionClient(region).get(path) for path in paths]
words = ("Rondje Lonneker", "5 kilometer", "gids@example.org")
print(json.dumps([[answer.status_code, *(word in answer.text for word in words)] for answer in answers]))
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with the commands of a newcomer's environment, in which pip may install something.

    It borrows the packages of this environment, so nothing is downloaded and nothing is left behind. There is no
    browser in it, which other tests have open: bench/contract.py lets axe look at a baked plugin.
    """
    target = tmp_path / "environment"
    venv.create(target, with_pip=False)
    own = Path(sysconfig.get_path("purelib", vars={"base": str(target), "platbase": str(target)}))
    borrowed = sysconfig.get_path("purelib")
    (own / "borrowed.pth").write_text(f"import site; site.addsitedir({borrowed!r})\n", encoding="utf-8")
    for name, code in {
        "zelfregie": "from zelfregie_tenants.cli import main; main()",
        "pip": "import runpy; runpy.run_module('pip', run_name='__main__')",
        "pytest": "import pytest, sys; sys.exit(pytest.main())",
    }.items():
        script = target / "bin" / name
        script.write_text(f"#!{target / 'bin' / 'python'}\n{code}\n", encoding="utf-8")
        script.chmod(0o755)
    (target / "bin" / "cp").symlink_to(shutil.which("cp"))
    return target / "bin"


def test_tutorial_makes_a_plugin_that_keeps_the_contract_and_is_seen_in_one_region(tmp_path, programs):
    (tmp_path / "blueprint").symlink_to(ROOT / "blueprint")
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "twente").symlink_to(ROOT / "blueprint" / "examples" / "twente")
    last: Path | None = None

    # A server of its own: what the check and the plugin's tests keep there has a plugin that no other test has.
    with postgres.start(tmp_path / "postgres", tmp_path / "run") as server:
        with psycopg.connect(server.dsn, autocommit=True) as session:
            session.execute("ALTER SYSTEM SET fsync = off")
            session.execute("SELECT pg_reload_conf()")
        shell = environment(server.dsn, str(programs), tmp_path / "home")
        shell |= {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "ZELFREGIE_VAR": str(tmp_path / "var")}
        for block in blocks(TUTORIAL):
            if block.language == "console":
                for command in commands(block):
                    command.run(tmp_path, shell)
            elif block.content == DEMO:
                _prepare_demonstration(tmp_path, shell)
            elif block.language == "sh":
                assert block.content == PREPARE
            else:
                last = change(block, tmp_path, last)
        seen = _visit_as_editor(tmp_path, shell)

    assert seen == [[302, False, False, False], *([[200, True, True, False]] * 4)]


def _prepare_demonstration(folder: Path, shell: dict[str, str]) -> None:
    """What `zelfregie demo` does before it serves, with one of its regions."""
    command = ["python", "-m", "zelfregie_tenants.embedded.preparation", "examples", "demonstration.json"]
    done = subprocess.run(command, cwd=folder, env=shell, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _visit_as_editor(folder: Path, shell: dict[str, str]) -> list[list]:
    """Add a walk as the editor whom the demonstration names; return what came back, and what visitors see then."""
    logins = json.loads((folder / "demonstration.json").read_text(encoding="utf-8"))["logins"]
    editor = next(login for login in logins if login["role"] == "editor")
    command = ["python", "-c", EDITOR, editor["email"], editor["password"]]
    done = subprocess.run(command, cwd=folder, env=shell, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])
