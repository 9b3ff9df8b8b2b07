"""What an instance was baked from: its answers, and every file as the blueprint gave it then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .baking import BLUEPRINT_FILE

ANSWERS_FILE = ".cookiecutter.json"


class UpdateRefused(Exception):
    """The instance cannot be updated as it is. The message says why and what to do."""


@dataclass(frozen=True)
class Baseline:
    """The blueprint's version, the answers, and the baked files by path."""

    version: int
    answers: Mapping[str, str]
    files: Mapping[str, str]


def read_baseline(folder: Path) -> Baseline:
    """Return what this instance was baked from.

    Raises:
        UpdateRefused: the folder is no instance, or does not say it.
    """
    if not (folder / "region.toml").is_file():
        message = f"{folder} is no instance: it has no region.toml."
        raise UpdateRefused(message)
    kept, answers = _json(folder, BLUEPRINT_FILE), _json(folder, ANSWERS_FILE)
    try:
        files = {str(name): "\n".join(lines) for name, lines in kept["files"].items()}
        found = Baseline(int(kept["blueprint"]), dict(answers["answers"]), files)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{BLUEPRINT_FILE} or {ANSWERS_FILE} in {folder} was changed by hand and cannot be used. Put it back."
        raise UpdateRefused(message) from error
    outside = [name for name in files if Path(name).is_absolute() or ".." in Path(name).parts]
    if outside:
        message = f"{BLUEPRINT_FILE} names a file outside the instance: {outside[0]}. Put it back as it was."
        raise UpdateRefused(message)
    return found


def files_of(folder: Path) -> dict[str, str]:
    """Return the text files below a freshly baked folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _json(folder: Path, name: str) -> dict:
    try:
        found = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = (
            f"{folder} has no {name}, in which the blueprint notes what it gave. Put it back from a copy, or bake the "
            "same answers again from the same version elsewhere and copy the file from there."
        )
        raise UpdateRefused(message) from error
    except (OSError, ValueError) as error:
        message = f"{name} in {folder} cannot be read as JSON. Put it back from a copy."
        raise UpdateRefused(message) from error
    return found if isinstance(found, dict) else {}
