"""The sections of bench/README.md: what was measured in each part, beside the goals and the alternatives."""

import os

from common import PLAIN, median
from sections_contract import contract_section
from sections_deploy import deploy_section
from sections_tenancy import rights_section, tenancy_section
from tables import (
    backup_rows,
    calendar_rows,
    directory_rows,
    export_rows,
    fault_rows,
    finder_rows,
    import_rows,
    isolation_rows,
    kill_rows,
    page_rows,
    upgrade_rows,
)


def launch_section(launch: dict) -> str:
    """Launching a region."""
    ours, theirs, schema = (median(launch[key]) for key in ("ours", "theirs", "schema"))
    few, many = median(launch["at_4"]), median(launch["at_many"])
    clone_few, clone_many = median(launch["clone_4"]), median(launch["clone_many"])
    return f"""\
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
| ours with {launch["many"]} regions in the database | {many:.2f} | {many / few:.2f} |
| CloneSchema, an empty region, with 4 regions | {clone_few:.2f} | {clone_few / schema:.1f} times our schema |
| CloneSchema with {launch["many"]} regions | {clone_many:.2f} | {clone_many / schema:.1f} times our schema |

The template is built once per release, in {launch["template"]:.1f} s. An empty region takes
{launch["size"] / 1e6:.1f} MB in {launch["tables"]:.0f} tables, and {launch["remembered"] / 1e6:.1f} MB of memory in a
connection that has used all of its tables.

Goals: at most 1.5 s with {launch["many"]} regions; at least 15 times faster; no slower than with 4 (ratio at most 1.2).

What the number of regions costs who visits one: milliseconds of answers one after the other, in one process.

| | p50 at 4 | p95 at 4 | p50 at {launch["many"]} | p95 at {launch["many"]} | p95, ratio |
|---|---|---|---|---|---|
{page_rows(launch["pages"])}

Goal: ratio at most 1.2."""


def upgrade_section(upgrade: dict) -> str:
    """Upgrading the fleet."""
    return f"""\
The whole command, from start to end, on the clock, and in brackets the seconds that it computed outside the database.
Theirs is `migrate_schemas --executor=multiprocessing` without Django's checks, measured with
{upgrade["their_regions"]} regions; what each more costs is taken from one region and from these. The column goes with
a data migration that fills it in every theme; the template of the release, built once, took
{upgrade["template"]["seconds"]:.0f} s and is not in it.

| {upgrade["regions"]} regions | ours | theirs | ratio |
|---|---|---|---|
{upgrade_rows(upgrade)}

Any command of Django with these apps takes {median([start["seconds"] for start in upgrade["start"]]):.1f} s before it
does anything (`django.setup()` alone). The one query that says how far all regions are takes
{upgrade["survey"]["query_ms"]:.0f} ms, the plan made of it {upgrade["survey"]["plan_ms"]:.0f} ms.

Goals: nothing to do within 3 s and at least 20 times faster; a column with a data migration at least 4 times faster."""


def backups_section(backups: dict) -> str:
    """Backup and restore of one region."""
    return f"""\
{backups["groups"]} groups, {backups["pages"]} pages, {backups["images"]} images in
{backups["files"]} files: an archive of {backups["archive"]:.0f} MB. The whole command, from start
to end, on the clock; the seconds that it computed outside the database; and what the home page of another region takes
meanwhile, asked by four visitors at once.

| | seconds | of computing | memory, MB | p95 of another region, ms | against quiet |
|---|---|---|---|---|---|
{backup_rows(backups)}

Goals: each at most 20 s; p95 at most 1.5 times that of a quiet moment."""


def isolation_section(isolation: dict) -> str:
    """Regions never see each other."""
    return f"""\
The sweep (`tests/isolation`) asks every address of the site, the admin and all modules, as a visitor, as each role and
as somebody who may do everything, in two regions whose rows have the same keys, and in the hub. The hammer
(`bench/isolation.py`) visits many regions at once on a real server: four connections to the database, one of which is
cut every second, while tasks of all regions are asked for and run all the time.

{isolation_rows(isolation)}

Goals: 0 leaks, 0 wrong answers. A request whose connection was cut may fail; it may not be answered with another
region's page."""


def faults_section(faults: dict) -> str:
    """Faults, each tried."""
    return f"""\
On a real server with real processes, (`bench/faults.py`). After each: every region is as
before or as wanted, no schema without a region, nothing half restored.

| fault | tried | outcome |
|---|---|---|
{fault_rows(faults)}"""


def kills_section(kills: dict) -> str:
    """Each action killed at random moments."""
    return f"""\
`kill -9` at random moments of each action, by the tests that do so with every change, asked for more rounds. After each
kill: whole as before, whole as wanted, or resumed by the next call; no schema, file or row without a region, nothing
that a visitor sees half.

| killed | times | minutes |
|---|---|---|
{kill_rows(kills)}"""


def kept_section(kept: dict) -> str:
    """Pages that are kept for visitors without cookies."""
    speeds = {name: [rate["per_second"] for rate in rates] for name, rates in kept["rates"].items()}
    anew = {"kept": "anew", "kept finder": "anew finder"}
    names = {
        "anew": "Home page, made anew", "kept": "Home page, kept", "anew finder": "Finder, made anew",
        "kept finder": "Finder, kept", "static": f"Static file of {kept['size'] / 1000:.0f} kB, by the same process",
    }  # fmt: skip
    rows = []
    for key, name in names.items():
        p95 = median([rate["p95_ms"] for rate in kept["rates"][key]])
        base = speeds.get(anew.get(key, ""))
        gain = f"{median([a / b for a, b in zip(speeds[key], base, strict=True)]):.1f}" if base else ""
        rows.append(f"| {name} | {median(speeds[key]):.0f} | {gain} | {p95:.0f} |")
    lines = "\n".join(rows)
    return f"""\
Zuid-Limburg of the demonstration, by granian with one worker and four threads, asked over four connections in turn,
without compression; the ratio is that of the same round. A kept page still costs the query that finds its region.

| | requests per second | times made anew | p95 ms |
|---|---|---|---|
{lines}

Goal: kept at least 5 times as many as made anew."""


def pages_section(pages: dict) -> str:
    """Pages."""
    plain = median([rate["per_second"] for rate in pages["rates"][PLAIN]])
    rows = []
    for name, rates in pages["rates"].items():
        speed, p95 = median([r["per_second"] for r in rates]), median([r["p95_ms"] for r in rates])
        queries = pages["queries"].get(name, "")
        rows.append(f"| {name} | {queries} | {speed:.0f} | {speed / plain:.2f} | {p95:.0f} |")
    lines = "\n".join(rows)
    return f"""\
Zuid-Limburg of the demonstration (60 groups or more), uncached, against a plain Wagtail 8 site with one page template
and no plugins, on the same database server, each served by granian with one worker and four threads, asked over four
connections in turn. Ours runs with the settings of the demonstration, with debugging off as in production.

| Page | queries | requests per second | against plain | p95 ms |
|---|---|---|---|---|
{lines}

Goals: at most 25 queries for the finder with 60 groups, at most 15 for the search through the whole country."""


def finder_section(finder: dict) -> str:
    """The finder of a region."""
    return f"""\
Uncached, by groups in the region: queries, milliseconds computed by Django and PostgreSQL together (the median), and
milliseconds that the answer took (the median, and what 19 of 20 stay below). A page shows the first twenty groups, the
counts beside every filter, and a point on the map for each group that has a place. As in production, debugging
is off and the process has answered before, so it knows its templates, icons and content types; what Django caches is
emptied before each answer, so the addresses of the site are looked up anew. Queries are counted in an answer apart.

| groups | page | queries | computes | takes p50 | p95 |
|---|---|---|---|---|---|
{finder_rows(finder)}

Goal: at most 20 queries and 60 ms with 300 groups."""


def calendars_section(calendars: dict) -> str:
    """Calendars."""
    return f"""\
The calendar of a region: half of the groups weekly, the others every two weeks or monthly, all with a summer stop, a
quarter with a moved meeting. The feed is what a calendar program fetches, over HTTP; the last two columns are the dates
of one year of all groups (and how many), by our own computation and by recurring-ical-events from the feed. Both must
find the same.

| groups | feed, ms | ms per group | queries | kB | a year, ours, ms | a year, recurring-ical-events, ms |
|---|---|---|---|---|---|---|
{calendar_rows(calendars)}

Goal: at most 500 ms for 300 groups; per group no more at 1,000 than at 100."""


def imports_section(imports: dict) -> str:
    """Imports."""
    return f"""\
A made-up list of groups as regions have them: twelve columns, texts, several days in a cell. Seconds: read and
preview, apply (with history and the directory), the two together; then the next version of the list with every tenth
group changed, and undoing the first. The memory is the most that reading, previewing and applying took beyond what the
process had. The alternative parses the same rows and saves each, without preview, history and undo.

| | preview | apply | together | next version | undo | memory |
|---|---|---|---|---|---|---|
{import_rows(imports)}

Goal: 10,000 rows with preview within 30 s; memory that does not grow with the rows."""


def exports_section(exports: dict) -> str:
    """Exports."""
    return f"""\
Every file and the read API over HTTP, at two sizes of the region. The memory is the most that the process took up to
and with that file, beyond what it had after a first page of the API; one process for each size.

| groups | what | milliseconds | MB | memory |
|---|---|---|---|---|
{export_rows(exports)}

Goal: memory that does not grow with the groups; one group within 50 ms."""


def directory_section(directory: dict) -> str:
    """Searching the whole country."""
    return f"""\
Made-up groups of 400 regions, from one seed: words, a theme, a place with a distance and two filters, 200 searches
around places where people live. Ours is what the hub asks, in one query: the first twenty with their distance, how many
there are, and the counts beside every filter. Wagtail's search finds words in a square around the place with the same
theme and filters, and counts them. Milliseconds that the database computes for a search, and that its caller waits;
the load is the number of processes that wanted one of the {os.cpu_count()} cores meanwhile.

| groups | search | computes p50 | p95 | waits p50 | p95 | found | load |
|---|---|---|---|---|---|---|---|
{directory_rows(directory)}

Goal: p95 at most 40 ms in the database with 100,000 groups."""


def demo_section(demo: dict) -> str:
    """The demonstration."""
    return f"""| | | goal |
|---|---|---|
| `make demo` on a fresh clone, warm package cache | {demo["cold"]:.0f} s | at most 90 s |
| `make demo` again | {median(demo["warm"]):.1f} s | at most 6 s |
| web, worker and database together, after load | {demo["megabytes"]:.0f} MB | at most 700 MB |"""


#: Part: its heading and what writes it, in the order of the page.
SECTIONS = {
    "launch": ("Launching a region", launch_section),
    "upgrade": ("Upgrading the fleet", upgrade_section),
    "backups": ("Backup and restore of one region", backups_section),
    "isolation": ("Regions never see each other", isolation_section),
    "tenancy": ("What regions and plugins cost a request", tenancy_section),
    "rights": ("What a role for each region costs", rights_section),
    "contract": ("From making a plugin to its green check", contract_section),
    "faults": ("Faults, each tried", faults_section),
    "kills": ("Killed at any moment", kills_section),
    "pages": ("Pages", pages_section),
    "kept": ("Kept pages", kept_section),
    "finder": ("The finder of a region", finder_section),
    "calendars": ("Calendars", calendars_section),
    "imports": ("Imports", imports_section),
    "exports": ("Exports", exports_section),
    "directory": ("Searching the whole country", directory_section),
    "demo": ("The demonstration", demo_section),
    "deploy": ("A server", deploy_section),
}
