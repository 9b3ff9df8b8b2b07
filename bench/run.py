"""Measure everything in one run, side by side, and write bench/README.md. `make bench` runs it: about six minutes.

Figures differ from machine to machine; the ratios are what counts. Nothing here is ever a test.
"""

import datetime as dt
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import BENCH, ROOT, VAR, database, free_port, load, median, run_part, serve
from memory import proportional_megabytes, tree

HOST = "zuid-limburg.localhost"
PAGES = {"Home page": "/", "Finder": "/groepen/", "Finder with place and theme": "/groepen/?plaats=6411&q=rouw"}
PLAIN = "Plain Wagtail page"


def measure_launch(url: str) -> dict:
    """Launching, in an empty database."""
    print("Launching: ours against django-tenants' migrations, 4 regions against 100 ...", flush=True)
    environment = {"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")}
    return run_part("launching.py", environment=environment)


def measure_calendars(url: str) -> dict:
    """The calendar feed of a region, launched from the template that launching left."""
    print("Calendars: the feed of 100, 300 and 1,000 groups, and a year of dates by us and by another ...", flush=True)
    return run_part("calendars.py", environment={"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")})


def calendar_rows(calendars: dict) -> str:
    """The rows of the table about calendars."""
    rows = []
    for size, figures in calendars.items():
        milliseconds = median(figures["feed_ms"])
        rows.append(
            f"| {size} | {milliseconds:.0f} | {milliseconds / int(size):.2f} | {figures['queries']} | "
            f"{figures['kilobytes']:.0f} | {figures['ours_ms']:.0f} ({figures['ours']}) | "
            f"{figures['theirs_ms']:.0f} ({figures['theirs']}) |"
        )
    return "\n".join(rows)


def measure_imports(url: str) -> dict:
    """An import of 1,000 and 10,000 rows, each in a process of its own; and plain Django, row by row."""
    print("Imports: 1,000 and 10,000 rows, and save() for each row ...", flush=True)
    environment = {"DATABASE_URL": url, "ZELFREGIE_VAR": str(VAR / "launch")}
    run_part("imports.py", "prepare", environment=environment)
    sizes = {rows: run_part("imports.py", "measure", rows, environment=environment) for rows in ("1000", "10000")}
    return sizes | {"plain": run_part("imports.py", "plain", "1000", environment=environment)}


def import_rows(imports: dict) -> str:
    """The rows of the table about imports."""
    lines = []
    for rows, figures in imports.items():
        if rows == "plain":
            seconds, count = figures["seconds"], figures["rows"]
            lines.append(f"| plain Django, `save()` for each of {count:,} rows | | | {seconds:.1f} | | | |")
            continue
        took = figures["seconds"]
        total = took["read"] + took["preview"] + took["apply"]
        following = took["next_preview"] + took["next_apply"]
        lines.append(
            f"| ours, {int(rows):,} rows | {took['read'] + took['preview']:.1f} | {took['apply']:.1f} | {total:.1f} "
            f"| {following:.1f} | {took['undo']:.1f} | {figures['megabytes']:.0f} MB |"
        )
    return "\n".join(lines)


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


def export_rows(exports: dict) -> str:
    """The rows of the table about exports."""
    names = {"csv": "CSV", "xlsx": "Excel", "hsds_json": "HSDS, JSON", "hsds_zip": "HSDS, zip", "api_all": "API, all"}
    lines = []
    for groups, figures in exports.items():
        for name, label in names.items():
            file = figures["files"][name]
            lines.append(
                f"| {int(groups):,} | {label} | {file['seconds'] * 1000:.0f} | {file['megabytes']:.1f} | "
                f"{file['memory']:.0f} MB |"
            )
        lines.append(f"| {int(groups):,} | API, one group | {figures['one_ms']:.0f} | | |")
        lines.append(f"| {int(groups):,} | API, a page of 100 | {figures['page_ms']:.0f} | | |")
    return "\n".join(lines)


def measure_directory(url: str, sizes: str = "1000,10000,100000") -> dict:
    """Searching 100,000 groups of 400 regions: ours, Wagtail's own search, and a sequential scan; at three sizes."""
    print("Directory: 1,000, 10,000 and 100,000 groups, ours against Wagtail's search and a scan ...", flush=True)
    import psycopg

    parts = {}
    for part, searches in {"directory": "200", "directory_wagtail": "100"}.items():
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(f"CREATE DATABASE {part}")
        environment = {"DATABASE_URL": re.sub(r"///[^?]*", f"///{part}", url), "ZELFREGIE_VAR": str(VAR / part)}
        parts[part] = run_part(f"{part}.py", sizes, searches, environment=environment)
    return {size: parts["directory"][size] | parts["directory_wagtail"][size] for size in parts["directory"]}


def directory_rows(figures: dict) -> str:
    """The figures of the directory as rows of a table."""
    names = {
        "ours": "ours, with counts and distance",
        "wagtail": "Wagtail's database search",
        "scan": "ILIKE on all rows",
    }
    return "\n".join(
        f"| {int(size):,} | {names[name]} | {found[name]['computed']['p50']:.0f} | "
        f"{found[name]['computed']['p95']:.0f} | {found[name]['waited']['p50']:.0f} | "
        f"{found[name]['waited']['p95']:.0f} | {found[name]['found']:.1f} | {found[name]['load']:.1f} |"
        for size, found in figures.items()
        for name in names
    )


def measure_pages() -> dict:
    """Queries and requests per second: a region of the demonstration and a plain Wagtail site, same server."""
    print("Pages: queries, and requests per second against plain Wagtail ...", flush=True)
    var = VAR / "demo"
    with RunningDemo(ROOT, var) as demo:
        environment = {
            "ZELFREGIE_VAR": str(var),
            "DATABASE_URL": demo.database_url,
            "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.development",
        }
        queries = run_part("pages.py", HOST, *PAGES.values(), environment=environment)
        plain_url = demo.new_database("plain")
        plain = {"DATABASE_URL": plain_url, "DJANGO_SETTINGS_MODULE": "plain.settings"}
        run_part("plain_site.py", environment=plain)
        rates: dict[str, list[dict]] = {name: [] for name in [*PAGES, PLAIN]}
        with (
            serve("zelfregie_tenants.embedded.web:application", environment, HOST) as ours,
            serve("plain.wsgi:application", plain | {"PYTHONPATH": str(BENCH)}, "localhost") as theirs,
        ):
            for _round in range(3):  # in turn, so that a slow moment of the machine hits all
                for name, path in PAGES.items():
                    rates[name].append(load(ours, HOST, path))
                rates[PLAIN].append(load(theirs, "localhost", "/"))
    return {"queries": {name: queries[path] for name, path in PAGES.items()}, "rates": rates}


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
        import psycopg

        with psycopg.connect(self.database_url, autocommit=True) as session:
            session.execute(f"DROP DATABASE IF EXISTS {name}")
            session.execute(f"CREATE DATABASE {name}")
        return re.sub(r"///[^?]*", f"///{name}", self.database_url)


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


def report(
    launch: dict, directory: dict, pages: dict, calendars: dict, imports: dict, exports: dict, demo: dict
) -> str:
    """The report, in Markdown."""
    ours, theirs, schema = (median(launch[key]) for key in ("ours", "theirs", "schema"))
    few, many = median(launch["at_4"]), median(launch["at_100"])
    plain = median([rate["per_second"] for rate in pages["rates"][PLAIN]])
    rows = []
    for name, rates in pages["rates"].items():
        speed, p95 = median([r["per_second"] for r in rates]), median([r["p95_ms"] for r in rates])
        queries = pages["queries"].get(name, "")
        rows.append(f"| {name} | {queries} | {speed:.0f} | {speed / plain:.2f} | {p95:.0f} |")
    cpu = os.cpu_count()
    return f"""# Measurements

Written by `make bench` on {dt.datetime.now(tz=dt.UTC):%d %B %Y}: Python {platform.python_version()}, {cpu} cores,
{platform.system()}. Everything below comes from one run. Figures differ from machine to machine;
look at the ratios. Medians unless it says otherwise.

## Launching a region

From an instance folder to the first answer of its home page: schema, pages, themes, roles, people, brand, domain. The
alternative is what django-tenants does by itself, with the same apps: create the schema and run all migrations, and
nothing else.

| | seconds | ratio |
|---|---|---|
| django-tenants: schema by migrations, no content | {theirs:.2f} | {theirs / ours:.1f} times ours |
| ours: folder to first home page | {ours:.2f} | 1 |
| of which the schema, replayed from the template | {schema:.2f} | {theirs / schema:.1f} times faster than migrations |
| ours with the example's lists (34 groups or more, stories, practices) | {median(launch["lists"]):.2f} | |
| ours with 4 regions in the database | {few:.2f} | 1 |
| ours with 100 regions in the database | {many:.2f} | {many / few:.2f} |

The template is built once per release, in {launch["template"]:.1f} s. An empty region takes
{launch["size"] / 1e6:.1f} MB in {launch["tables"]:.0f} tables.

Goals: at least 10 times faster; no slower at 100 regions than at 4 (ratio at most 1.2).

## Pages

Zuid-Limburg of the demonstration (60 groups or more), uncached, against a plain Wagtail 8 site with one page template
and no plugins, on the same database server, each served by granian with one worker and four threads, asked over four
connections in turn. Ours runs with the settings of the demonstration (development).

| Page | queries | requests per second | against plain | p95 ms |
|---|---|---|---|---|
{chr(10).join(rows)}

Goal: at most 25 queries for the finder with 60 groups.

## Calendars

The calendar of a region: half of the groups weekly, the others every two weeks or monthly, all with a summer stop, a
quarter with a moved meeting. The feed is what a calendar program fetches, over HTTP; the last two columns are the dates
of one year of all groups (and how many), by our own computation and by recurring-ical-events from the feed. Both must
find the same.

| groups | feed, ms | ms per group | queries | kB | a year, ours, ms | a year, recurring-ical-events, ms |
|---|---|---|---|---|---|---|
{calendar_rows(calendars)}

Goal: at most 500 ms for 300 groups; per group no more at 1,000 than at 100.

## Imports

A made-up list of groups as regions have them: twelve columns, texts, several days in a cell. Seconds: read and
preview, apply (with history and the directory), the two together; then the next version of the list with every tenth
group changed, and undoing the first. The memory is the most that reading, previewing and applying took beyond what the
process had. The alternative parses the same rows and saves each, without preview, history and undo.

| | preview | apply | together | next version | undo | memory |
|---|---|---|---|---|---|---|
{import_rows(imports)}

Goal: 10,000 rows with preview within 30 s; memory that does not grow with the rows.

## Exports

Every file and the read API over HTTP, at two sizes of the region. The memory is the most that the process took up to
and with that file, beyond what it had after a first page of the API; one process for each size.

| groups | what | milliseconds | MB | memory |
|---|---|---|---|---|
{export_rows(exports)}

Goal: memory that does not grow with the groups; one group within 50 ms.

## Searching the whole country

Made-up groups of 400 regions, from one seed: words, a theme, a place with a distance and two filters, 200 searches
around places where people live. Ours is what the hub asks, in one query: the first twenty with their distance, how many
there are, and the counts beside every filter. Wagtail's search finds words in a square around the place with the same
theme and filters, and counts them. Milliseconds that the database computes for a search, and that its caller waits;
the load is the number of processes that wanted one of the {cpu} cores meanwhile.

| groups | search | computes p50 | p95 | waits p50 | p95 | found | load |
|---|---|---|---|---|---|---|---|
{directory_rows(directory)}

Goal: p95 at most 40 ms in the database with 100,000 groups.

## The demonstration

| | | goal |
|---|---|---|
| `make demo` on a fresh clone, warm package cache | {demo["cold"]:.0f} s | at most 90 s |
| `make demo` again | {median(demo["warm"]):.1f} s | at most 6 s |
| web, worker and database together, after load | {demo["megabytes"]:.0f} MB | at most 700 MB |
"""


def keep(name: str, figures: dict) -> dict:
    """Leave the raw figures of a part in var/bench, for who wants to look closer."""
    (VAR / f"{name}.json").write_text(json.dumps(figures), encoding="utf-8")
    return figures


def main() -> None:
    """Measure and write the report."""
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    with database() as url:
        launch = keep("launch", measure_launch(url))
        calendars = keep("calendars", measure_calendars(url))
        imports = keep("imports", measure_imports(url))
        exports = keep("exports", measure_exports(url))
        directory = keep("directory", measure_directory(url))
    pages = keep("pages", measure_pages())
    demo = keep("demo", measure_demo())
    text = report(launch, directory, pages, calendars, imports, exports, demo)
    (BENCH / "README.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
