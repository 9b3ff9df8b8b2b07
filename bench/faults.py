"""Faults, each on a real server with real processes, and what was there afterwards.

Run by bench/run.py as a process of its own. Prints JSON. It stops with what was found when something is not as it
should be: half a region, a schema that belongs to nothing, an error that is no sentence, a second try that fails.
Arguments: `kills` and how often each action is killed; or `others`, how often the database is restarted in each, and
regions of which one fails.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import psycopg
from common import ROOT, VAR, instance
from upgrade import later_release

from zelfregie_tenants.embedded import binaries, postgres

FOLDER = VAR / "faults"
PATIENCE = 300
#: What is killed -9: the tests that do so, asked for more rounds.
KILLED = {
    "launch": "tenants/tests/test_launch_killed.py",
    "upgrade": "tenants/tests/test_upgrade_killed.py",
    "backup and restore": "tenants/tests/test_backup_killed.py",
    "erase": "tenants/tests/test_erase_killed.py",
    "import": "tenants/tests/test_import_killed.py",
    "update of an instance": "tenants/tests/following/test_update_killed.py",
}
#: A disk on which the server, its log of changes and a few regions fit.
SMALL_DISK = "420m"
LEFT_MEGABYTES = 4


class Server:
    """A database server of its own, and the command on it."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None) -> None:
        """Start it in this folder, with an empty platform."""
        self.folder = folder
        self.used = postgres.start(folder / "postgres", folder / "run")
        self.environment = os.environ | {
            "DATABASE_URL": self.used.dsn,
            "ZELFREGIE_VAR": str(FOLDER / "var"),
            **(environment or {}),
        }
        self.must("upgrade")

    def begin(self, *words: str) -> subprocess.Popen:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "zelfregie_tenants.cli", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str]:
        """Run a command; its exit code, and what it said."""
        process = self.begin(*words)
        said, _none = process.communicate(timeout=PATIENCE)
        return process.returncode, said

    def must(self, *words: str) -> str:
        """Run a command that has to succeed."""
        code, said = self.run(*words)
        expect(code == 0, f"{' '.join(words)} ended with {code}:\n{said}")
        return said

    def restart(self) -> None:
        """Stop the server without any goodbye, as a power cut does, and start it again."""
        words = ["-w", "-m", "immediate", "-D", str(self.folder / "postgres"), "-l", str(self.used.log_path), "restart"]
        done = binaries.run("pg_ctl", words)
        expect(done.returncode == 0, done.stderr + done.stdout)

    def query(self, text: str) -> list[tuple]:
        """Ask the database itself."""
        with psycopg.connect(self.used.dsn, autocommit=True) as session:
            cursor = session.execute(text)
            return cursor.fetchall() if cursor.description else []

    def states(self) -> dict[str, str]:
        """Every region and its state; stops when a region has no schema or a schema no region."""
        regions = dict(self.query("SELECT schema_name, state FROM zelfregie_tenants_region"))
        # `fresh...` is the scratch of the template, which no visitor sees and the next build removes.
        schemas = {name for (name,) in self.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'region%'")}
        whole = {name for name, state in regions.items() if state != "draft"}
        expect(schemas == whole, f"schemas {sorted(schemas)}, regions {regions}")
        return regions


def expect(is_so: bool, otherwise: str) -> None:
    """Stop the measurements when something is not as it should be."""
    if not is_so:
        sys.exit(otherwise)


def killed(rounds: int) -> dict[str, dict[str, float]]:
    """Kill each action so often, two kinds at a time; the tests that do it say what must hold afterwards."""
    environment = os.environ | {"ZELFREGIE_KILL_ROUNDS": str(rounds)}
    environment = {key: value for key, value in environment.items() if key != "DATABASE_URL"}
    environment["DJANGO_SETTINGS_MODULE"] = "zelfregie_tenants.settings.test"

    def kill(action: str) -> tuple[str, dict[str, float]]:
        started = time.perf_counter()
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", KILLED[action]]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        expect(done.returncode == 0, f"{action}, killed:\n{done.stdout[-6000:]}")
        return action, {"rounds": rounds, "seconds": time.perf_counter() - started}

    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(pool.map(kill, KILLED))


def restarted(rounds: int) -> dict[str, dict[str, int]]:
    """Restart the server in the middle of each action; then do the action again."""
    found: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        server = Server(FOLDER, {"ZELFREGIE_BACKUP_DIR": str(here / "backups")})
        folders = [str(instance(here, f"proef-{number}", lists=False)) for number in range(rounds + 1)]
        server.must("region", "launch", folders[-1], "--no-invite")
        keep = f"proef-{rounds}"
        saved = str(here / "saved.zip")
        server.must("region", "backup", keep, "--to", saved)

        def erase(number: int) -> list[str]:
            slug = f"proef-{number}"
            return ["region", "erase", slug, "--yes-erase", slug, "--without-backup", slug]

        actions: dict[str, Callable[[int], list[str]]] = {
            "launch": lambda number: ["region", "launch", folders[number], "--no-invite"],
            "backup": lambda number: ["region", "backup", keep, "--to", str(here / f"{number}.zip")],
            "restore": lambda number: ["region", "restore", saved, "--replace", keep],
            "erase": erase,
        }
        for action, words in actions.items():
            tally = {"done at once": 0, "ended with a sentence": 0}
            for number in range(rounds):
                process = server.begin(*words(number))
                time.sleep(random.uniform(1.5, 6))
                server.restart()
                said, _none = process.communicate(timeout=PATIENCE)
                expect("Traceback" not in said, f"{action}:\n{said}")
                tally["ended with a sentence" if process.returncode else "done at once"] += 1
                if process.returncode:
                    server.run("region", "tidy")
                    code, again = server.run(*words(number))
                    gone = action == "erase" and "no region" in again
                    expect(code == 0 or gone, f"{action}, again:\n{said}\n{again}")
                server.states()
                left = server.query("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(restoring|replaced)_'")
                expect(left == [], f"{action} left {left}")
            found[action] = tally
        found["upgrade"] = _restarted_upgrade(server, rounds)
        server.used.stop()
    return found


def _restarted_upgrade(server: Server, rounds: int) -> dict[str, int]:
    """Restart the server while a release with migrations reaches a few regions."""
    tally = {"done at once": 0, "ended with a sentence": 0}
    with tempfile.TemporaryDirectory() as name:
        before = server.environment
        server.environment = before | later_release(Path(name))
        for _round in range(rounds):
            process = server.begin("upgrade", "--jobs", "2")
            time.sleep(random.uniform(3, 8))
            server.restart()
            said, _none = process.communicate(timeout=PATIENCE)
            expect("Traceback" not in said, f"upgrade:\n{said}")
            tally["ended with a sentence" if process.returncode else "done at once"] += 1
            server.must("upgrade", "--jobs", "2")
            for schema, state in server.states().items():
                if state != "draft":
                    server.query(f"ALTER TABLE {schema}.zelfregie_core_theme DROP COLUMN later")
                    server.query(f"DELETE FROM {schema}.django_migrations WHERE name LIKE '900%'")  # noqa: S608 -- ours
        server.environment = before
    return tally


def one_of_many(regions: int) -> dict[str, int]:
    """A release that fails in one region of a hundred: the others get it, and the one is put right afterwards."""
    server = Server(FOLDER / "many")
    code = (
        "import django; django.setup()\n"
        "from django.db import transaction\n"
        "from zelfregie_tenants.domain.schemas import create_schema\n"
        "from zelfregie_tenants.models import Region\n"
        f"for number in range({regions}):\n"
        "    with transaction.atomic():\n"
        "        create_schema(Region.objects.create(slug=f'r-{number}', name='R', state='prepared'))\n"
    )
    subprocess.run([sys.executable, "-c", code], env=server.environment, check=True)
    server.query("ALTER TABLE region_r_7.zelfregie_core_theme ADD COLUMN later integer")
    with tempfile.TemporaryDirectory() as name:
        server.environment |= later_release(Path(name))
        status, said = server.run("upgrade")
        upgraded = server.query(_upgraded(regions))[0][0]
        expect((status, upgraded) == (1, regions - 1), f"{upgraded} of {regions}, exit {status}:\n{said}")
        expect("  r-7: zelfregie_core.9001_column" in said, said)
        server.query("ALTER TABLE region_r_7.zelfregie_core_theme DROP COLUMN later")
        server.must("upgrade")
        expect(server.query(_upgraded(regions))[0][0] == regions, "the one region did not follow")
    server.used.stop()
    return {"regions": regions, "upgraded at once": upgraded}


def _upgraded(regions: int) -> str:
    records = " UNION ALL ".join(
        f"SELECT count(*) = 2 AS done FROM region_r_{number}.django_migrations WHERE name LIKE '900%'"  # noqa: S608 -- ours
        for number in range(regions)
    )
    return f"SELECT count(*) FROM ({records}) AS regions WHERE done"  # noqa: S608 -- ours


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A disk of a few hundred megabytes; None where this process may not make one."""
    folder = Path(tempfile.mkdtemp(prefix="zr-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)
        folder.rmdir()


def disk_full() -> dict[str, str]:
    """Fill the disk of the server; what is asked of it meanwhile fails with a sentence, and succeeds afterwards."""
    found: dict[str, str] = {}
    with small_disk() as disk, tempfile.TemporaryDirectory() as name:
        if disk is None:
            return {"not tried": "this machine does not let a small disk be made"}
        disk.chmod(0o755)
        here = Path(name)
        server = Server(disk)
        for slug in ("vast", "nieuw"):
            instance(here, slug, lists=False)
        server.must("region", "launch", str(here / "vast"), "--no-invite")
        saved = str(here / "saved.zip")
        server.must("region", "backup", "vast", "--to", saved)
        for action, words in {
            "launch": ["region", "launch", str(here / "nieuw"), "--no-invite"],
            "restore": ["region", "restore", saved, "--as", "terug", "--domain", "terug.localhost"],
        }.items():
            with (disk / "filler").open("wb") as filler:
                status = os.statvfs(disk)
                filler.write(b"\0" * (status.f_bavail * status.f_frsize - LEFT_MEGABYTES * 1024 * 1024))
            code, said = server.run(*words)
            (disk / "filler").unlink()
            expect(code != 0 and "Traceback" not in said, f"{action} on a full disk ended with {code}:\n{said}")
            found[action] = said.strip().splitlines()[-1]
            _wait_for(server)
            expect(server.states()["region_vast"] == "launched", "the region that was there is not as it was")
            server.run("region", "tidy")
            server.must(*words)
        server.used.stop()
    return found


def _wait_for(server: Server) -> None:
    """Wait until the server, which ends itself when its log of changes has no room, is back; start it if it is not."""
    for _try in range(40):
        try:
            server.query("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.5)
        else:
            return
    server.restart()


def main() -> None:
    """Try and print."""
    kind, *numbers = sys.argv[1:] or ["others", "5", "100"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    if kind == "kills":
        figures: dict = killed(int(numbers[0]))
    else:
        restarts, regions = map(int, numbers)
        # Regions of a run before would be ahead of this one.
        shutil.rmtree(FOLDER, ignore_errors=True)
        figures = {
            "restarted": restarted(restarts),
            "one_of_many": one_of_many(regions),
            "disk_full": disk_full(),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
