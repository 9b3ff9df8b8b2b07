"""Measure everything in one run, side by side, and write bench/README.md. `make bench` runs it: more than an hour,
most of it for the kills. After a part that failed, ``run.py --continue`` does the others; ``run.py upgrade faults``
measures these anew and leaves the rest of the page as it is.

Figures differ from machine to machine; the ratios are what counts. Nothing here is ever a test.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

from common import BENCH, PLAIN, ROOT, VAR, database, free_port, load, loop_seconds, new_database, run_part, serve
from memory import proportional_megabytes, tree
from report import report

HOST = "zuid-limburg.localhost"
PAGES = {"Home page": "/", "Finder": "/groepen/", "Finder with place and theme": "/groepen/?plaats=6411&q=rouw"}
HUB = "landelijk.localhost"
COUNTRY = {"Search through the country": "/zoek-een-groep/?q=rouw&thema=rouw&plaats=6411&vorm=in_person"}


def measure_launch(url: str) -> dict:
    """Launching, in an empty database."""
    print("Launching: ours against django-tenants' migrations and copies, 4 regions against 400 ...", flush=True)
    environment = {"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")}
    return run_part("launching.py", environment=environment)


def measure_upgrade(url: str) -> dict:
    """Upgrading 400 regions, in databases of their own on the same server, with the template that launching left."""
    print("Upgrade: nothing to do, and a column with a data migration, against migrate_schemas ...", flush=True)
    return run_part("upgrade.py", environment={"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")})


def measure_backups(url: str) -> dict:
    """Backing up and restoring a region while another is visited, in a database of their own."""
    print("Backup and restore: 300 groups, 500 pages, 200 images, while another region is visited ...", flush=True)
    environment = {"DATABASE_URL": new_database(url, "backups"), "ZELFREGIE_VAR": str(VAR / "launch")}
    return run_part("backups.py", "300", "500", "200", "3", environment=environment)


def measure_faults(_url: str) -> dict:
    """Faults, on servers of their own: restarted, no room, one region of a hundred that fails."""
    print("Faults: the database restarted, a full disk, one region of a hundred that fails ...", flush=True)
    return run_part("faults.py", "others", "5", "100", environment={})


def measure_kills(_url: str) -> dict:
    """Each action killed 50 times, on servers of their own."""
    print("Kills: 50 of each action ...", flush=True)
    return run_part("faults.py", "kills", "50", environment={})


def measure_isolation(url: str) -> dict:
    """Regions that never see each other: the sweep, and many visitors of 100 regions at once."""
    print("Isolation: every address as every role, and 32 visitors of 100 regions for two minutes ...", flush=True)
    environment = {"DATABASE_URL": new_database(url, "isolation"), "ZELFREGIE_VAR": str(VAR / "launch")}
    return run_part("isolation.py", "100", "32", "120", environment=environment)


def measure_tenancy(url: str) -> dict:
    """What regions and plugins cost a request, in a database of their own."""
    print("Tenancy: the same pages on one site, and in a region with 0, 3 and 20 plugins ...", flush=True)
    environment = {"DATABASE_URL": new_database(url, "tenancy"), "ZELFREGIE_VAR": str(VAR / "tenancy")}
    return run_part("tenancy.py", "12", "20", environment=environment)


def measure_rights(url: str) -> dict:
    """What a role of the database for each region costs, in a database of its own."""
    print("Rights: requests and launching with a role for each region and without, 400 regions ...", flush=True)
    environment = {"DATABASE_URL": new_database(url, "rights"), "ZELFREGIE_VAR": str(VAR / "launch")}
    return run_part("rights.py", "400", "60", environment=environment)


def measure_calendars(url: str) -> dict:
    """The calendar feed of a region, launched from the template that launching left."""
    print("Calendars: the feed of 100, 300 and 1,000 groups, and a year of dates by us and by another ...", flush=True)
    return run_part("calendars.py", environment={"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")})


def measure_imports(url: str) -> dict:
    """An import of 1,000 and 10,000 rows, each in a process of its own; and plain Django, row by row."""
    print("Imports: 1,000 and 10,000 rows, and save() for each row ...", flush=True)
    environment = {"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")}
    run_part("imports.py", "prepare", environment=environment)
    sizes = {rows: run_part("imports.py", "measure", rows, environment=environment) for rows in ("1000", "10000")}
    return sizes | {"plain": run_part("imports.py", "plain", "1000", environment=environment)}


def measure_exports(url: str) -> dict:
    """Each export at 1,000 and 10,000 groups, each size in a process of its own, in the region of the imports."""
    print("Exports: every file and the read API at 1,000 and 10,000 groups ...", flush=True)
    environment = {"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")}
    sizes = {}
    for groups in ("1000", "10000"):
        run_part("exports.py", "fill", groups, environment=environment)
        sizes[groups] = run_part("exports.py", "measure", environment=environment)
    run_part("exports.py", "clear", environment=environment)
    return sizes


def measure_finder(url: str) -> dict:
    """The finder of a region with 30, 300 and 3,000 groups, in the region of the imports."""
    print("Finder: 30, 300 and 3,000 groups, uncached ...", flush=True)
    environment = {"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")}
    return run_part("finder.py", "30,300,3000", environment=environment)


def measure_directory(url: str, sizes: str = "1000,10000,100000") -> dict:
    """Searching 100,000 groups of 400 regions: ours, Wagtail's own search, and a sequential scan; at three sizes."""
    print("Directory: 1,000, 10,000 and 100,000 groups, ours against Wagtail's search and a scan ...", flush=True)
    parts = {}
    for part, searches in {"directory": "200", "directory_wagtail": "100"}.items():
        environment = {"DATABASE_URL": new_database(url, part), "ZELFREGIE_VAR": str(VAR / part)}
        parts[part] = run_part(f"{part}.py", sizes, searches, environment=environment)
    return {size: parts["directory"][size] | parts["directory_wagtail"][size] for size in parts["directory"]}


def measure_contract() -> dict:
    """From making a plugin to its green check, on a server of its own on which nothing was made before."""
    print("Contract: a plugin from nothing to green ...", flush=True)
    return run_part("contract.py", environment={})


def of_demo(demo: "RunningDemo", var: Path) -> dict[str, str]:
    """What a process needs to work with a running demonstration."""
    return {
        "ZELFREGIE_VAR": str(var),
        "DATABASE_URL": demo.database_url,
        "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.development",
    }


def measure_pages() -> dict:
    """Queries and requests per second: a region of the demonstration and a plain Wagtail site, same server."""
    print("Pages: queries, and requests per second against plain Wagtail ...", flush=True)
    var = VAR / "demo"
    with RunningDemo(ROOT, var) as demo:
        environment = of_demo(demo, var)
        queries = run_part("pages.py", HOST, *PAGES.values(), environment=environment)
        queries |= run_part("pages.py", HUB, *COUNTRY.values(), environment=environment)
        plain_url = demo.new_database("plain")
        plain = {"DATABASE_URL": plain_url, "DJANGO_SETTINGS_MODULE": "plain.settings"}
        run_part("plain_site.py", environment=plain)
        rates: dict[str, list[dict]] = {name: [] for name in [*PAGES, *COUNTRY, PLAIN]}
        with (
            serve("zelfregie_tenants.embedded.web:application", environment, HOST) as ours,
            serve("plain.wsgi:application", plain | {"PYTHONPATH": str(BENCH)}, "localhost") as theirs,
        ):
            for _round in range(3):  # in turn, so that a slow moment of the machine hits all
                for name, path in PAGES.items():
                    rates[name].append(load(ours, HOST, path))
                for name, path in COUNTRY.items():
                    rates[name].append(load(ours, HUB, path))
                rates[PLAIN].append(load(theirs, "localhost", "/"))
    return {"queries": {name: queries[path] for name, path in (PAGES | COUNTRY).items()}, "rates": rates}


def measure_kept() -> dict:
    """A kept page against the same page made anew, and against a static file of the same size, by our own server."""
    print("Kept pages: kept, made anew, and a static file of the same size ...", flush=True)
    var = VAR / "demo"
    with RunningDemo(ROOT, var) as demo:
        environment = of_demo(demo, var)
        page = urllib.request.Request(f"http://127.0.0.1:{demo.port}/", headers={"Host": HOST})
        size = len(urllib.request.urlopen(page, timeout=60).read())
        (var / "static" / "same-size.html").write_text("x" * size, encoding="ascii")
        wanted = {"kept": "/", "anew": "/", "kept finder": "/groepen/", "anew finder": "/groepen/"}
        rates: dict[str, list[dict]] = {name: [] for name in (*wanted, "static")}
        application = "zelfregie_tenants.wsgi:application"
        with (
            serve(application, environment | {"ZELFREGIE_PAGE_CACHE_SECONDS": "300"}, HOST) as keeping,
            serve(application, environment, HOST) as making,
        ):
            for _round in range(3):  # in turn, so that a slow moment of the machine hits all
                for name, path in wanted.items():
                    rates[name].append(load(keeping if name.startswith("kept") else making, HOST, path))
                rates["static"].append(load(keeping, HOST, "/static/same-size.html"))
    return {"size": size, "rates": rates}


class RunningDemo:
    """`zelfregie demo` (or `make demo`) in a folder, until it says that it is ready."""

    def __init__(self, folder: Path, var: Path, *, make: bool = False, port: int = 0) -> None:
        self.folder, self.var, self.make = folder, var, make
        self.port = port or free_port()

    def __enter__(self) -> "RunningDemo":
        command = ["make", "demo"] if self.make else [str(ROOT / ".venv/bin/zelfregie"), "demo"]
        environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "VIRTUAL_ENV"}}
        environment |= {"PORT": str(self.port), "ZELFREGIE_VAR": str(self.var)}
        started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that it can be stopped as Ctrl-C does: make and what it started
        )
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Stop with Ctrl-C"):
                break
        else:
            sys.exit("The demonstration did not start:\n" + "".join(said))
        self.seconds = time.perf_counter() - started
        return self

    def __exit__(self, *_error: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.communicate(timeout=60)

    @property
    def database_url(self) -> str:
        """The address of the demonstration's database, as its web server was given it."""
        for pid in tree(self.process.pid):
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            for item in environment:
                if item.startswith(b"DATABASE_URL="):
                    return item.partition(b"=")[2].decode()
        sys.exit("The demonstration has no process with a DATABASE_URL.")

    def new_database(self, name: str) -> str:
        """Make an empty database on the same server."""
        return new_database(self.database_url, name)


def measure_demo() -> dict:
    """`make demo` on a fresh clone with a warm package cache, then again; and what it all weighs."""
    print("make demo: a fresh clone, then again ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="zr-") as name:
        clone = Path(name) / "zelfregie"
        port = free_port()  # the same each time: addresses are stored with it
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        with RunningDemo(clone, clone / "var", make=True, port=port) as demo:
            cold = demo.seconds
        warm = []
        for _round in range(3):
            with RunningDemo(clone, clone / "var", make=True, port=port) as demo:
                warm.append(demo.seconds)
                for path in PAGES.values():
                    load(demo.port, HOST, path, 2)
                weight = proportional_megabytes(tree(demo.process.pid))
        shutil.rmtree(clone, ignore_errors=True)
    return {"cold": cold, "warm": warm, "megabytes": weight}


def measure_deploy() -> dict:
    """A server on a booted host, by the tests of the playbooks; needs what they need (root on Debian)."""
    print("A server: from bare Debian to two regions, an upgrade under load, pages through Caddy ...", flush=True)
    subprocess.run(["make", "-C", str(ROOT), "test-deploy"], check=True)
    found = sorted((ROOT / "var" / "bed-figures").glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in found}


#: What is measured on a database server of its own, in this order: later parts use regions of earlier ones.
PARTS = {
    "launch": measure_launch,
    "calendars": measure_calendars,
    "upgrade": measure_upgrade,
    "backups": measure_backups,
    "imports": measure_imports,
    "exports": measure_exports,
    "finder": measure_finder,
    "directory": measure_directory,
    "isolation": measure_isolation,
    "rights": measure_rights,
    "tenancy": measure_tenancy,
    "faults": measure_faults,
    "kills": measure_kills,
}
#: What needs no server, or starts its own.
ALONE = {
    "contract": measure_contract,
    "pages": measure_pages,
    "kept": measure_kept,
    "demo": measure_demo,
    "deploy": measure_deploy,
}


def kept(name: str) -> dict:
    """What was measured of a part, when, and how fast the machine was; nothing when no run came to it."""
    path = VAR / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def measure(name: str, measuring: Callable[[], dict]) -> None:
    """Measure a part, and leave the raw figures in var/bench, for who wants to look closer."""
    before = loop_seconds()
    figures = measuring()
    measured = f"{dt.datetime.now(tz=dt.UTC):%d %B %Y}"
    found = {"measured": measured, "loops": [before, loop_seconds()], "figures": figures}
    (VAR / f"{name}.json").write_text(json.dumps(found), encoding="utf-8")


def main() -> None:
    """Measure and write the report; a part that is not measured keeps its section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--continue", action="store_true", dest="goes_on", help="what no run came to yet")
    parser.add_argument("parts", nargs="*", help=f"measure only these, anew: {', '.join((*PARTS, *ALONE))}")
    options = parser.parse_args()
    if unknown := {*options.parts} - {*PARTS, *ALONE}:
        parser.error(f"There is no part {', '.join(sorted(unknown))}; see --help.")
    if not options.goes_on and not options.parts:
        shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True, exist_ok=True)
    wanted = options.parts or [name for name in (*PARTS, *ALONE) if not (options.goes_on and kept(name))]
    if "launch" in wanted:  # in an empty database, of which the others use what it leaves
        for folder in ("postgres", "launch"):
            shutil.rmtree(VAR / folder, ignore_errors=True)
    if on_server := [name for name in PARTS if name in wanted]:
        with database() as url:
            for name in on_server:
                measure(name, partial(PARTS[name], url))
    for name in ALONE:
        if name in wanted:
            measure(name, ALONE[name])
    page = BENCH / "README.md"
    text = report({name: found for name in (*PARTS, *ALONE) if (found := kept(name))}, page.read_text(encoding="utf-8"))
    page.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
