"""The tutorial works: every command in a `console` block is run, and its output is what the page says."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest
from tutorials import blocks, commands, empty_database, environment

ROOT = Path(__file__).parent.parent
TUTORIAL = ROOT / "docs" / "tutorial" / "launch-your-first-region.md"
COMMANDS = [command for block in blocks(TUTORIAL) if block.language == "console" for command in commands(block)]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_tutorial_commands_do_what_the_page_says(tmp_path):
    (tmp_path / "blueprint").symlink_to(ROOT / "blueprint")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    with empty_database("tutorial") as database:
        for command in COMMANDS:
            command.run(tmp_path, environment(database, programs, tmp_path / "home"))


def test_tutorial_uses_commands_that_exist_here():
    programs = {shlex.split(command.line)[0] for command in COMMANDS}

    assert programs == {"zelfregie", "cookiecutter", "ls", "grep", "printf", "python"}
