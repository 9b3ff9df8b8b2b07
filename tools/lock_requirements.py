"""Write the hash-locked requirements from their .in files and the workspace's own pyproject files.

    make lock              bring the locks in line with their inputs, changing no more versions than needed
    make lock UPGRADE=1    take the newest versions that the inputs allow

No address is written: whoever installs uses the index that pip is configured with.
"""

import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path

import make_env

ROOT = make_env.ROOT
# The order matters: each lock is held to the versions of the ones before it.
LOCKS = ("bootstrap", "demo", "dev", "server", "deploy")
# These share nothing with the workspace's packages, and are held to no other lock.
APART = ("bootstrap", "deploy")
HEADER = "# Made by `make lock`; do not edit.\n# inputs: sha256:{digest}\n"


def inputs(name: str, root: Path = ROOT) -> list[Path]:
    """The files that decide what the lock `name` holds."""
    folder = root / "requirements"
    files = [folder / f"{name}.in"]
    if name not in APART:
        files += [folder / "demo.in", *(root / pyproject for pyproject in pyprojects())]
    return sorted(set(files))


def pyprojects() -> list[str]:
    """The workspace's packages, as paths from the root."""
    return [f"{package.split('[')[0]}/pyproject.toml" for package in make_env.PACKAGES]


def digest(name: str, root: Path = ROOT) -> str:
    """A digest of the lock's inputs, written in its head and compared by a test.

    Of a pyproject only what it requires counts, so that changing a lint rule asks for no new lock.
    """
    import tomllib  # noqa: PLC0415 -- make_env, which shares this folder's rules, must load in older Pythons

    total = hashlib.sha256()
    for path in inputs(name, root):
        text = path.read_text()
        if path.suffix == ".toml":
            project = tomllib.loads(text)["project"]
            keys = ("name", "version", "requires-python", "dependencies", "optional-dependencies")
            text = repr([(key, project.get(key)) for key in keys])
        total.update(f"{path.relative_to(root)}\n{text}\n".encode())
    return total.hexdigest()


def lock(name: str, upgrade: bool) -> None:
    """Resolve one lock for all systems and Pythons at once and put it in its place."""
    folder = ROOT / "requirements"
    target = folder / f"{name}.txt"
    command = [str(ROOT / ".venv" / "tools" / "bin" / "uv"), "pip", "compile", "--quiet", "--universal"]
    command += ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--python-version", f"{make_env.OLDEST[0]}.{make_env.OLDEST[1]}"]
    for pyproject in pyprojects():
        project = (ROOT / pyproject).read_text().split('name = "', 1)[1].split('"', 1)[0]
        command += ["--no-emit-package", project]
    for earlier in () if name in APART else LOCKS[: LOCKS.index(name)]:
        command += ["--constraint", f"requirements/{earlier}.txt"]
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "lock.txt"
        if target.exists() and not upgrade:
            output.write_text(target.read_text())  # uv keeps the versions it finds here
        command += ["--output-file", str(output), f"requirements/{name}.in"]
        make_env.run(command, {**os.environ, **make_env.index_settings()})
        text = output.read_text()
    if "://" in text:
        raise make_env.Obstacle(f"The lock {name} would hold an address; require packages by name only.")
    if alone := [package.split()[0] for package in re.split(r"\n(?=\S)", text) if package.count("--hash=") == 1]:
        raise make_env.Obstacle(
            f"The index in use knows one file only of {', '.join(alone)}: other Pythons could not install {name}. "
            "Lock with an index that lists every published file."
        )
    target.write_text(HEADER.format(digest=digest(name)) + text)
    print(f"requirements/{name}.txt: {text.count('==')} packages")


def main(arguments: list[str]) -> int:
    """Write all locks; return the exit code."""
    os.chdir(ROOT)  # the locks name their inputs by the path from here
    try:
        for name in LOCKS:
            lock(name, upgrade="--upgrade" in arguments)
    except make_env.Obstacle as obstacle:
        print(f"The locks were not made. {obstacle}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
