"""From `zelfregie plugin new` to a green check: how long a developer waits, before the first line of their own.

Run by bench/run.py as a process of its own, on a new server. Every step is a command as a developer gives it, in a new
environment that borrows the packages of this one, so that nothing is downloaded. The first check makes a database with
the plugin's tables; the second copies it, as after a change that is no migration. Prints JSON. Arguments: the checks to
run, for who tries this out; without any, all.
"""

import json
import os
import re
import resource
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from pathlib import Path

from zelfregie_tenants.embedded import postgres

#: What is baked; the answers are the blueprint's own.
FOLDER, SLUG = "zelfregie-activities", "activities"


def environment(folder: Path) -> Path:
    """Make an environment with the packages of this one, in which something may be installed; return its Python."""
    venv.create(folder, with_pip=False)
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    borrowed = sysconfig.get_path("purelib")
    (own / "borrowed.pth").write_text(f"import site; site.addsitedir({borrowed!r})\n", encoding="utf-8")
    return folder / "bin" / "python"


def timed(command: list[str], folder: Path, settings: dict[str, str]) -> tuple[dict[str, float], str]:
    """Run a command; return its seconds on the clock and of computing outside the database, and what it said."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=os.environ | settings, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    computed = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "processor": computed}, done.stdout


def main() -> None:
    """Do all steps once; print the figures."""
    with tempfile.TemporaryDirectory(prefix="zr-") as name:
        folder = Path(name)
        python = str(environment(folder / "environment"))
        zelfregie = [python, "-m", "zelfregie_tenants.cli", "plugin"]
        install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "-e", FOLDER]
        check = [*zelfregie, "check", SLUG, "--json", *(f"--only={key}" for key in sys.argv[1:])]
        steps, said = {}, {}
        with postgres.start(folder / "postgres", folder / "run") as server:
            settings = {
                "DATABASE_URL": server.dsn,
                "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test",
                "ZELFREGIE_VAR": str(folder / "var"),
            }
            for step, command in {
                "new": [*zelfregie, "new", "--defaults"],
                "install": install,
                "check": check,
                "again": check,
                "tests": [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", FOLDER],
            }.items():
                steps[step], said[step] = timed(command, folder, settings)
    checks = [(check["key"], check["colour"]) for check in json.loads(said["check"])["checks"]]
    figures = {
        "steps": steps,
        "green": [key for key, colour in checks if colour == "green"],
        "skipped": [key for key, colour in checks if colour == "skipped"],
        "tests": int(re.search(r"(\d+) passed", said["tests"])[1]),
        "files": int(re.search(r"in (\d+) files", said["new"])[1]),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
