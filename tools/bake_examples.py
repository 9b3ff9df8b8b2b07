"""Bake the example instances again from the blueprint, keeping the content of their own.

    .venv/bin/python tools/bake_examples.py [SLUG ...]

`blueprint/examples/answers/<slug>.json` holds the answers and the files (or folders, with a slash) that are the
example's own. Everything else comes from the blueprint; tests/test_blueprint.py holds the examples to that.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from zelfregie_tenants.blueprint import bake

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "blueprint" / "examples"
# What running an example's own tests leaves behind.
LITTER = {"__pycache__", ".pytest_cache"}


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not LITTER & set(path.relative_to(folder).parts)
    }


def is_own(name: str, own: Iterable[str]) -> bool:
    """Whether a file is the example's own: named itself, or below a folder that is."""
    return any(name == entry or (entry.endswith("/") and name.startswith(entry)) for entry in own)


def description(slug: str) -> tuple[dict[str, str], list[str]]:
    """Return the answers and the list of own files of an example."""
    found = json.loads((EXAMPLES / "answers" / f"{slug}.json").read_text(encoding="utf-8"))
    return found["answers"], found["own"]


def example_slugs() -> list[str]:
    """Return the slugs of all examples."""
    return sorted(path.stem for path in (EXAMPLES / "answers").glob("*.json"))


def rebake(slug: str) -> tuple[list[str], list[str]]:
    """Bring one example up to date; return the files that were written and those that were removed."""
    answers, own = description(slug)
    target = EXAMPLES / slug
    with TemporaryDirectory() as temporary:
        fresh = {name: data for name, data in files_of(bake(answers, Path(temporary))).items() if not is_own(name, own)}
    current = {name: data for name, data in files_of(target).items() if not is_own(name, own)}
    written = [name for name, data in fresh.items() if current.get(name) != data]
    for name in written:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(fresh[name])
    removed = sorted(set(current) - set(fresh))
    for name in removed:
        (target / name).unlink()
    return written, removed


def main(slugs: list[str]) -> int:
    """Re-bake the named examples, or all of them."""
    unknown = sorted(set(slugs) - set(example_slugs()))
    if unknown:
        print(f"No such example: {', '.join(unknown)}. There are: {', '.join(example_slugs())}.")
        return 2
    for slug in slugs or example_slugs():
        written, removed = rebake(slug)
        print(f"{slug}: {len(written)} written, {len(removed)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
