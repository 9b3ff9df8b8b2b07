"""Keeps in the instance what was baked, so that a newer blueprint can be compared with it: `zelfregie instance update`.

A copy and not only a version number: what the answers led to may depend on tables of that day, such as postcodes.
"""

import json
from pathlib import Path

NAME = ".blueprint.json"


def baked(folder: Path) -> dict[str, list[str]]:
    """Return the lines of every file below the folder, by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8").split("\n")
        for path in files
    }


if __name__ == "__main__":
    content = {"blueprint": {{ cookiecutter._blueprint }}, "files": baked(Path())}
    Path(NAME).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
