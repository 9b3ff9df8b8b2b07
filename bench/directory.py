"""Search 1,000, 10,000 and 100,000 made-up groups of 400 regions in the directory. Prints JSON.

Run by bench/run.py in an empty database; bench/directory_wagtail.py is the same through Wagtail's own search and
through a sequential scan.
"""

import datetime as dt
import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

from common import processor_milliseconds, spread  # noqa: E402 -- after setup
from directory_rows import Group, Search, groups, regions, searches, themes  # noqa: E402 -- after setup
from django.db import connection  # noqa: E402 -- after setup
from django.utils import timezone  # noqa: E402 -- after setup

from zelfregie_core.plugins import Listing, ListingQuery  # noqa: E402 -- after setup
from zelfregie_core.search import Lexicon  # noqa: E402 -- after setup
from zelfregie_tenants.domain.directory import statement  # noqa: E402 -- after setup
from zelfregie_tenants.domain.directory.scope import Scope  # noqa: E402 -- after setup
from zelfregie_tenants.domain.directory.search import search_listings  # noqa: E402 -- after setup
from zelfregie_tenants.domain.directory.store import store_listings  # noqa: E402 -- after setup
from zelfregie_tenants.domain.schemas import prepare_platform  # noqa: E402 -- after setup
from zelfregie_tenants.models import Domain, PluginActivation, Region  # noqa: E402 -- after setup


def main() -> None:
    """Fill the directory step by step, and search at each size.

    Arguments: sizes and the number of searches, such as ``1000,10000 200``.
    """
    sizes, number = [int(size) for size in sys.argv[1].split(",")], int(sys.argv[2])
    prepare_platform()
    hub, made = make_regions()
    figures: dict[str, dict] = {}
    written = 0
    rows: list[Group] = list(groups(sizes[-1]))
    for size in sizes:
        started = time.perf_counter()
        write(made, rows[written:size])
        seconds = time.perf_counter() - started
        print(f"{size} rows written in {seconds:.0f} s", file=sys.stderr)
        written = size
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        figures[str(size)] = {"ours": measure(hub, searches(number))}
        print(size, figures[str(size)], file=sys.stderr)
    check_plan(hub)
    print(json.dumps(figures))


def check_plan(hub: Region) -> None:
    """Stop when the database reads the whole table for a search: then the figures say nothing."""
    search = searches(1)[0]
    scope = Scope(hub.pk, hub.slug, "", timezone.now())
    lexicon = Lexicon((theme["slug"], [theme["name"], *theme.get("synonyms", ())]) for theme in themes())
    sql, values = statement.statement(listing_query(search), scope, lexicon.read(search.text))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    base = plan.partition("CTE base")[2].partition("InitPlan")[
        0
    ]  # what comes after is only asked when nothing is found
    if "Seq Scan on zelfregie_tenants_listing" in base or "listing_vector" not in base:
        sys.exit(f"The search does not use its index:\n{plan}")


def make_regions() -> tuple[Region, list[Region]]:
    """The rows of 400 launched regions, without schemas, and of the hub."""
    now = timezone.now()
    launched = {"state": Region.State.LAUNCHED, "launched_at": now}
    rows = [
        Region(slug=f"regio-{number}", schema_name=f"region_regio_{number}", name=f"Regio {centre.name}", **launched)
        for number, centre in enumerate(regions())
    ]
    hub = Region(slug="land", schema_name="region_land", name="Landelijk", kind=Region.Kind.NATIONAL, **launched)
    made = Region.objects.bulk_create([*rows, hub])
    Domain.objects.bulk_create(Domain(domain=f"{region.slug}.test", tenant=region, is_primary=True) for region in made)
    PluginActivation.objects.bulk_create(PluginActivation(region=region, plugin="groups") for region in made[:-1])
    return made[-1], made[:-1]


def write(regions_: list[Region], rows: list[Group]) -> None:
    """Write rows as a plugin does, region by region."""
    by_region: dict[int, list[Listing]] = {}
    for row in rows:
        by_region.setdefault(row.region, []).append(listing(row))
    for number, found in by_region.items():
        store_listings(regions_[number], "groups", found, [])


def listing(row: Group) -> Listing:
    """A made-up group as the plugin lists it."""
    now = timezone.now()
    names = dict(zip(row.themes, row.theme_names, strict=True))
    words = [("A", row.title), *(("A", name) for name in row.theme_names), *(("B", word) for word in row.synonyms)]
    return Listing(
        key=f"groups:{row.number}",
        title=row.title,
        path=f"/groepen/groep-{row.number}/",
        summary=" ".join(row.description.split()[:30]),
        themes=row.themes,
        words=(*words, ("B", row.city), ("B", row.location), ("C", row.description)),
        city=row.city,
        latitude=row.latitude,
        longitude=row.longitude,
        form=row.form,
        status=row.status,
        audience=row.audience,
        languages=("nl",),
        weekdays=(row.weekday,),
        dayparts=(row.daypart,),
        accessible=row.accessible,
        upcoming=tuple(now + dt.timedelta(days=7 * week + row.weekday) for week in range(12)),
        card={"location_name": row.location, "schedules": [], "theme_names": names},
    )


def measure(hub: Region, wanted: list[Search]) -> dict:
    """Milliseconds per search as the caller waits and as the database computes, and how many were found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    search_listings(listing_query(wanted[0]), hub)  # reads the national list of themes
    waited, computed, totals = [], [], []
    for search in wanted:
        query = listing_query(search)
        started, before = time.perf_counter(), processor_milliseconds(pid)
        found = search_listings(query, hub)
        computed.append(processor_milliseconds(pid) - before)
        waited.append((time.perf_counter() - started) * 1000)
        totals.append(found.total)
    return {
        "waited": spread(waited),
        "computed": spread(computed),
        "found": sum(totals) / len(totals),
        "load": os.getloadavg()[0],
    }


def listing_query(search: Search) -> ListingQuery:
    """The search as the hub asks it."""
    return ListingQuery(
        plugin="groups",
        text=search.text,
        themes=(search.theme,),
        latitude=search.latitude,
        longitude=search.longitude,
        distance_km=search.distance_km,
        forms=(search.form,),
        has_room=search.has_room,
    )


if __name__ == "__main__":
    main()
