"""Baking: from answers to an instance folder, with cookiecutter, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

#: In every instance: each file as it was baked, the base with which a newer blueprint is compared.
BLUEPRINT_FILE = ".blueprint.json"
#: In a wheel the template lies beside this module; in the workspace it lies where people look for it.
PACKAGED = Path(__file__).parent
WORKSPACE = Path(__file__).parents[4] / "blueprint"
# What running a template's or an instance's own code leaves behind.
LITTER = ("__pycache__", ".pytest_cache", "*.pyc")


class BakeRefused(Exception):
    """The answers cannot be used, or the folder is not a template. `problems` says why, a sentence each.

    The sentences about answers are Dutch, because a region's own people give the answers.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def template_folder(kind: str = "region") -> Path:
    """Return a cookiecutter template of this release: of a `region`, or of a `plugin`."""
    return PACKAGED / kind if (PACKAGED / kind).is_dir() else WORKSPACE / kind


def template_version(template: Path | None = None) -> int:
    """Return the number of a template, by default of this release's.

    Raises:
        BakeRefused: the folder is no template of an instance.
    """
    folder = template or template_folder()
    try:
        version = json.loads((folder / "cookiecutter.json").read_text(encoding="utf-8"))["_blueprint"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{folder} is no blueprint: it has no cookiecutter.json with a number under “_blueprint”."
        raise BakeRefused((message,)) from error
    return int(version)


def bake(answers: Mapping[str, str], into: Path, *, template: Path | None = None) -> Path:
    """Make an instance folder.

    cookiecutter changes the working directory and Python's path while it runs, and loads the template's own code. So
    it runs in another process: this one may be serving visitors, or bake from two versions of the blueprint.

    Args:
        answers: to the questions, and to the choices with two underscores, in blueprint/region/cookiecutter.json;
            what is not given gets the blueprint's default.
        into: the folder in which the instance folder, named after the slug, is made.
        template: another template than this release's.

    Returns:
        the instance folder.

    Raises:
        BakeRefused: with every reason why nothing was made.
    """
    source = template or template_folder()
    template_version(source)
    with TemporaryDirectory(prefix="zelfregie-bake-") as scratch:
        copy = shutil.copytree(source, Path(scratch) / "region", ignore=shutil.ignore_patterns(*LITTER))
        order = {"template": str(copy), "answers": dict(answers), "into": str(into.resolve()), "scratch": scratch}
        done = subprocess.run(
            [sys.executable, "-m", "zelfregie_tenants.blueprint.bakery"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            check=False,
        )
    if done.returncode:
        found = [line.removeprefix("  - ") for line in done.stderr.splitlines() if line.startswith("  - ")]
        raise BakeRefused(tuple(found or done.stderr.strip().splitlines()[-1:] or ("cookiecutter failed.",)))
    return Path(done.stdout.splitlines()[-1])
