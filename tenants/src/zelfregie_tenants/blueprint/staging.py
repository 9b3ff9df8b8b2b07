"""Writing several files of a folder whole or not at all, also when the process is killed.

Not by renaming a copy of the folder: who updates “.” would stand in a folder that is gone, and a folder may hold more
than we know, such as a repository.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

STAGING = ".blueprint-update"
READY = "ready.json"


def is_cut_short(folder: Path) -> bool:
    """Whether an update of this folder was decided on and not completed."""
    return (folder / STAGING / READY).is_file()


def stage(folder: Path, texts: Mapping[str, str], gone: Collection[str]) -> None:
    """Put everything ready below the folder. From the moment that this returns, the update happens.

    Args:
        folder: the instance.
        texts: new texts by path, in the order in which they are put in place.
        gone: paths of files to remove.
    """
    staging = folder / STAGING
    shutil.rmtree(staging, ignore_errors=True)  # of a process that was killed before it was ready
    for path, text in texts.items():
        target = staging / "files" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, text)
    _write(staging / "draft.json", json.dumps({"write": list(texts), "remove": sorted(gone)}))
    (staging / "draft.json").replace(staging / READY)


def finish(folder: Path) -> None:
    """Put what is ready in its place. Can be done again after it was cut short."""
    staging = folder / STAGING
    plan = json.loads((staging / READY).read_text(encoding="utf-8"))
    for path in plan["write"]:
        source, target = staging / "files" / path, folder / path
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
    for path in plan["remove"]:
        (folder / path).unlink(missing_ok=True)
        parent = (folder / path).parent
        if parent != folder and parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
    (staging / READY).unlink()
    shutil.rmtree(staging)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
