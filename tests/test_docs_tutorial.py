"""The tutorial works: every command in a `console` block is run, and its output is what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).parent.parent
TUTORIAL = ROOT / "docs" / "tutorial" / "launch-your-first-region.md"
QUESTION = re.compile(r"\s*(\[\d/\d\] .*\(.*\):) ?(.*)")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _commands() -> list[tuple[str, list[str]]]:
    """Return each command of the page with the lines that it says come out."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


@pytest.fixture
def environment(tmp_path):
    """An empty database, and the commands of this environment."""
    parameters = connection.get_connection_params()
    where = {key: str(parameters[key]) for key in ("host", "port", "user", "password") if parameters.get(key)}
    name = f"zelfregie_test_run_{os.getpid()}_tutorial"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as session:
        session.execute(drop)
        session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(tmp_path / "home"),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "200",
            "DATABASE_URL": f"postgresql:///{name}?{urlencode(where)}",
            "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test",
        }
        session.execute(drop)


def test_tutorial_commands_do_what_the_page_says(tmp_path, environment):
    (tmp_path / "blueprint").symlink_to(ROOT / "blueprint")

    for command, lines in _commands():
        answers = [found.group(2) for line in lines if (found := QUESTION.fullmatch(line))]
        expected = [found.group(1) if (found := QUESTION.fullmatch(line)) else line for line in lines]

        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            input="\n".join([*answers, ""]),
            capture_output=True,
            text=True,
            check=False,
        )

        output = done.stdout + done.stderr
        told = re.search(r"# exit code (\d)", command)
        assert done.returncode == (int(told[1]) if told else 0), f"{command}\n{output}"
        assert re.search(_pattern(expected), output, re.DOTALL), f"{command}\n{output}"


def test_tutorial_uses_commands_that_exist_here():
    programs = {shlex.split(command)[0] for command, _lines in _commands()}

    assert programs == {"zelfregie", "cookiecutter", "ls", "grep", "printf", "python"}


def _pattern(lines: list[str]) -> str:
    """Return what the output must look like: these lines in this order; `…` stands for anything."""
    return r"\s*".join(re.escape(line.strip()).replace("…", ".*") for line in lines)
