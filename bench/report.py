"""bench/README.md: the figures of one run as tables, beside the goals and the alternatives."""

import datetime as dt
import os
import platform

from common import PLAIN, median


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


def finder_rows(finder: dict) -> str:
    """The rows of the table about the finder of a region."""
    return "\n".join(
        f"| {int(groups):,} | {name} | {found['queries']} | {found['computed']['p50']:.0f} | "
        f"{found['took']['p50']:.0f} | {found['took']['p95']:.0f} |"
        for groups, figures in finder.items()
        for name, found in figures.items()
    )


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


def page_rows(pages: dict) -> str:
    """The rows of the table about pages with few and with many regions."""
    rows = []
    for kind, name in {"public": "home page", "admin": "home page of the admin"}.items():
        few, many = pages[f"{kind}_4"], pages[f"{kind}_many"]
        rows.append(
            f"| {name} | {few['p50']:.0f} | {few['p95']:.0f} | {many['p50']:.0f} | {many['p95']:.0f} | "
            f"{many['p95'] / few['p95']:.2f} |"
        )
    return "\n".join(rows)


def upgrade_rows(upgrade: dict) -> str:
    """The rows of the table about upgrading."""
    rows = []
    for kind, name in {"nothing": "nothing to do", "column": "a column with a data migration"}.items():
        clock, processor = upgrade[kind]["seconds"], upgrade[kind]["processor"]
        rows.append(
            f"| {name} | {clock['ours']:.1f} ({processor['ours']:.1f}) s | {clock['theirs']:.0f} "
            f"({processor['theirs']:.0f}) s | {clock['ratio']:.0f} ({processor['ratio']:.0f}) |"
        )
    return "\n".join(rows)


def backup_rows(backups: dict) -> str:
    """The rows of the table about one region's backup."""
    rows = [f"| nothing | | | | {backups['quiet']:.0f} | 1 |"]
    for kind, meanwhile in {"backup": "backing_up", "restore": "restoring"}.items():
        command, p95 = backups[kind], backups[meanwhile]
        rows.append(
            f"| {kind} | {command['seconds']:.1f} | {command['processor']:.1f} | {command['megabytes']:.0f} | "
            f"{p95:.0f} | {p95 / backups['quiet']:.2f} |"
        )
    return "\n".join(rows)


def isolation_rows(isolation: dict) -> str:
    """The two tables about isolation."""
    sweep, hammer = isolation["sweep"], isolation["hammer"]
    return (
        "| the sweep | addresses | x roles x regions | requests | seconds | leaks |\n|---|---|---|---|---|---|\n"
        f"| | {sweep['addresses']} | {sweep['combinations']:,} | {sweep['requests']:,} | {sweep['seconds']:.0f} "
        f"| {sweep['leaks']} |\n\n"
        "| the hammer | regions | threads | requests | answered well | failed or lost | connections cut | tasks "
        "| wrong answers |\n|---|---|---|---|---|---|---|---|---|\n"
        f"| | {hammer['regions']} | {hammer['threads']} | {hammer['requests']:,} | {hammer['good']:,} "
        f"| {hammer['failed'] + hammer['lost']:,} | {hammer['cut']} | {hammer['tasks']} | {hammer['wrong']} |"
    )


def fault_rows(faults: dict) -> str:
    """The rows of the table about faults."""
    rows = [
        f"| killed (-9) at random moments of {action} | {tried['rounds']} | whole or resumed, nothing left behind |"
        for action, tried in faults["killed"].items()
    ]
    for action, tally in faults["restarted"].items():
        tried = sum(tally.values())
        how = ", ".join(f"{count} {what}" for what, count in tally.items() if count)
        rows.append(
            f"| database stopped at once and restarted during {action} | {tried} | {how}; the next try succeeded |"
        )
    many = faults["one_of_many"]
    rows.append(
        f"| a migration that fails in 1 region of {many['regions']} | 1 | {many['upgraded at once']} upgraded, the "
        "one as before and named; upgraded by the next run |"
    )
    for action, said in faults["disk_full"].items():
        rows.append(f"| disk of the database full during {action} | 1 | “{said}” After making room it succeeded |")
    return "\n".join(rows)


def report(figures: dict[str, dict], loops: list[float], *, goes_on: bool = False) -> str:
    """The report, in Markdown, of the figures of all parts by their names.

    :param loops: ``loop_seconds`` from the first part to the last, which tell how fast the machine was meanwhile.
    :param goes_on: whether a run before did some of the parts.
    """
    one_run = "Everything below comes from one run."
    if goes_on:
        one_run = "The first parts come from a run that stopped, the others from one that went on, on the same machine."
    launch, pages, demo = figures["launch"], figures["pages"], figures["demo"]
    upgrade = figures["upgrade"]
    ours, theirs, schema = (median(launch[key]) for key in ("ours", "theirs", "schema"))
    few, many = median(launch["at_4"]), median(launch["at_many"])
    clone_few, clone_many = median(launch["clone_4"]), median(launch["clone_many"])
    plain = median([rate["per_second"] for rate in pages["rates"][PLAIN]])
    rows = []
    for name, rates in pages["rates"].items():
        speed, p95 = median([r["per_second"] for r in rates]), median([r["p95_ms"] for r in rates])
        queries = pages["queries"].get(name, "")
        rows.append(f"| {name} | {queries} | {speed:.0f} | {speed / plain:.2f} | {p95:.0f} |")
    cpu = os.cpu_count()
    return f"""# Measurements

Written by `make bench` on {dt.datetime.now(tz=dt.UTC):%d %B %Y}: Python {platform.python_version()}, {cpu} cores,
{platform.system()}. {one_run} Figures differ from machine to machine; look at the
ratios. Medians unless it says otherwise. How fast this machine was: a loop of ten million additions in Python took it
{min(loops):.2f} to {max(loops):.2f} s in the course of the run.

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

Goal: ratio at most 1.2.

## Upgrading the fleet

The whole command, from start to end, on the clock, and in brackets the seconds that it computed outside the database.
Theirs is `migrate_schemas --executor=multiprocessing` without Django's checks, measured with
{upgrade["their_regions"]} regions; what each more costs is taken from one region and from these. The column goes with
a data migration that fills it in every theme; the template of the release, built once, took
{upgrade["template"]["seconds"]:.0f} s and is not in it.

| {upgrade["regions"]} regions | ours | theirs | ratio |
|---|---|---|---|
{upgrade_rows(upgrade)}

The one query that says how far all of them are takes {upgrade["survey"]["query_ms"]:.0f} ms, the plan made of it
{upgrade["survey"]["plan_ms"]:.0f} ms.

Goals: nothing to do within 3 s and at least 20 times faster; a column with a data migration at least 4 times faster.

## Backup and restore of one region

{figures["backups"]["groups"]} groups, {figures["backups"]["pages"]} pages, {figures["backups"]["images"]} images in
{figures["backups"]["files"]} files: an archive of {figures["backups"]["archive"]:.0f} MB. The whole command, from start
to end, on the clock; the seconds that it computed outside the database; and what the home page of another region takes
meanwhile, asked by four visitors at once.

| | seconds | of computing | memory, MB | p95 of another region, ms | against quiet |
|---|---|---|---|---|---|
{backup_rows(figures["backups"])}

Goals: each at most 20 s; p95 at most 1.5 times that of a quiet moment.

## Regions never see each other

The sweep (`tests/isolation`) asks every address of the site, the admin and all modules, as a visitor, as each role and
as somebody who may do everything, in two regions whose rows have the same keys, and in the hub. The hammer
(`bench/isolation.py`) visits many regions at once on a real server: four connections to the database, one of which is
cut every second, while the worker runs a task in each region.

{isolation_rows(figures["isolation"])}

Goals: 0 leaks, 0 wrong answers. A request whose connection was cut may fail; it may not be answered with another
region's page.

## Faults, each tried

On a real server with real processes, in the end of the same run (`bench/faults.py`). After each: every region is as
before or as wanted, no schema without a region, nothing half restored.

| fault | tried | outcome |
|---|---|---|
{fault_rows(figures["faults"])}

## Pages

Zuid-Limburg of the demonstration (60 groups or more), uncached, against a plain Wagtail 8 site with one page template
and no plugins, on the same database server, each served by granian with one worker and four threads, asked over four
connections in turn. Ours runs with the settings of the demonstration, with debugging off as in production.

| Page | queries | requests per second | against plain | p95 ms |
|---|---|---|---|---|
{chr(10).join(rows)}

Goals: at most 25 queries for the finder with 60 groups, at most 15 for the search through the whole country.

## The finder of a region

Uncached, by groups in the region: queries, milliseconds computed by Django and PostgreSQL together (the median), and
milliseconds that the answer took (the median, and what 19 of 20 stay below). A page shows the first twenty groups, the
counts beside every filter, and a point on the map for each group that has a place. As in production, debugging
is off and the process has answered before, so it knows its templates, icons and content types; what Django caches is
emptied before each answer, so the addresses of the site are looked up anew. Queries are counted in an answer apart.

| groups | page | queries | computes | takes p50 | p95 |
|---|---|---|---|---|---|
{finder_rows(figures["finder"])}

Goal: at most 20 queries and 60 ms with 300 groups.

## Calendars

The calendar of a region: half of the groups weekly, the others every two weeks or monthly, all with a summer stop, a
quarter with a moved meeting. The feed is what a calendar program fetches, over HTTP; the last two columns are the dates
of one year of all groups (and how many), by our own computation and by recurring-ical-events from the feed. Both must
find the same.

| groups | feed, ms | ms per group | queries | kB | a year, ours, ms | a year, recurring-ical-events, ms |
|---|---|---|---|---|---|---|
{calendar_rows(figures["calendars"])}

Goal: at most 500 ms for 300 groups; per group no more at 1,000 than at 100.

## Imports

A made-up list of groups as regions have them: twelve columns, texts, several days in a cell. Seconds: read and
preview, apply (with history and the directory), the two together; then the next version of the list with every tenth
group changed, and undoing the first. The memory is the most that reading, previewing and applying took beyond what the
process had. The alternative parses the same rows and saves each, without preview, history and undo.

| | preview | apply | together | next version | undo | memory |
|---|---|---|---|---|---|---|
{import_rows(figures["imports"])}

Goal: 10,000 rows with preview within 30 s; memory that does not grow with the rows.

## Exports

Every file and the read API over HTTP, at two sizes of the region. The memory is the most that the process took up to
and with that file, beyond what it had after a first page of the API; one process for each size.

| groups | what | milliseconds | MB | memory |
|---|---|---|---|---|
{export_rows(figures["exports"])}

Goal: memory that does not grow with the groups; one group within 50 ms.

## Searching the whole country

Made-up groups of 400 regions, from one seed: words, a theme, a place with a distance and two filters, 200 searches
around places where people live. Ours is what the hub asks, in one query: the first twenty with their distance, how many
there are, and the counts beside every filter. Wagtail's search finds words in a square around the place with the same
theme and filters, and counts them. Milliseconds that the database computes for a search, and that its caller waits;
the load is the number of processes that wanted one of the {cpu} cores meanwhile.

| groups | search | computes p50 | p95 | waits p50 | p95 | found | load |
|---|---|---|---|---|---|---|---|
{directory_rows(figures["directory"])}

Goal: p95 at most 40 ms in the database with 100,000 groups.

## The demonstration

| | | goal |
|---|---|---|
| `make demo` on a fresh clone, warm package cache | {demo["cold"]:.0f} s | at most 90 s |
| `make demo` again | {median(demo["warm"]):.1f} s | at most 6 s |
| web, worker and database together, after load | {demo["megabytes"]:.0f} MB | at most 700 MB |
"""
