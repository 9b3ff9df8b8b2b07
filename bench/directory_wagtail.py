"""The same groups and searches through Wagtail's own database search, and through a sequential scan. Prints JSON.

Wagtail finds words in a square around the place, with the same theme and filters, best first, and counts them. It
knows no distance, no synonyms, no mistakes and no counts beside the filters, so it does less than ours.
"""

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "plain.search_settings"

import django

django.setup()

from common import processor_milliseconds, spread  # noqa: E402 -- after setup
from directory_rows import Group, Search, groups, searches  # noqa: E402 -- after setup
from django.core.management import call_command  # noqa: E402 -- after setup
from django.db import connection, transaction  # noqa: E402 -- after setup
from plain.models import PlainGroup  # noqa: E402 -- after setup
from wagtail.search.backends import get_search_backend  # noqa: E402 -- after setup

SCAN = """
SELECT id, count(*) OVER () FROM plain_plaingroup
WHERE (title || ' ' || theme_words || ' ' || city || ' ' || description) ILIKE %s AND %s = ANY(themes)
AND form <> 'online' AND status = 'active' AND 12742.0176 * asin(least(1, sqrt(
  power(sin((radians(latitude) - radians(%s)) / 2), 2)
  + cos(radians(%s)) * cos(radians(latitude)) * power(sin((radians(longitude) - radians(%s)) / 2), 2)))) <= %s
ORDER BY title LIMIT 20
"""


def main() -> None:
    """Argument: sizes and the number of searches, such as ``1000,10000 200``."""
    sizes, number = [int(size) for size in sys.argv[1].split(",")], int(sys.argv[2])
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    rows, written, figures = list(groups(sizes[-1])), 0, {}
    for size in sizes:
        write(rows[written:size])
        written = size
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        wanted = searches(number)
        figures[str(size)] = {"wagtail": measure(wagtail, wanted), "scan": measure(scan, wanted)}
    print(json.dumps(figures))


def write(rows: list[Group]) -> None:
    """Store and index rows, in chunks."""
    backend = get_search_backend()
    for start in range(0, len(rows), 1000):
        made = PlainGroup.objects.bulk_create(
            PlainGroup(
                title=row.title,
                description=row.description,
                theme_words=" ".join([*row.theme_names, *row.synonyms]),
                themes=list(row.themes),
                city=row.city,
                latitude=row.latitude,
                longitude=row.longitude,
                form=row.form,
                status=row.status,
            )
            for row in rows[start : start + 1000]
        )
        backend.add_bulk(PlainGroup, made)


def wagtail(search: Search) -> int:
    """Words, theme, square and two filters through Wagtail's search: the first twenty, and how many."""
    height = search.distance_km / 111
    width = height / 0.61
    rows = PlainGroup.objects.filter(
        themes__contains=[search.theme],
        form__in=["in_person", "hybrid"],
        status="active",
        latitude__range=(search.latitude - height, search.latitude + height),
        longitude__range=(search.longitude - width, search.longitude + width),
    )
    found = get_search_backend().search(search.text, rows)
    list(found[:20])
    return found.count()


def scan(search: Search) -> int:
    """The same through ILIKE on every row, with the exact distance."""
    with transaction.atomic(), connection.cursor() as cursor:
        values = [f"%{search.text}%", search.theme, search.latitude, search.latitude, search.longitude]
        # In one process, so that what it computes can be compared.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(SCAN, [*values, search.distance_km])
        rows = cursor.fetchall()
    return rows[0][1] if rows else 0


def measure(ask, wanted: list[Search]) -> dict:
    """Milliseconds per search as the caller waits and as the database computes, and how many were found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    waited, computed, total = [], [], 0
    for search in wanted:
        started, before = time.perf_counter(), processor_milliseconds(pid)
        total += ask(search)
        computed.append(processor_milliseconds(pid) - before)
        waited.append((time.perf_counter() - started) * 1000)
    return {
        "waited": spread(waited),
        "computed": spread(computed),
        "found": total / len(wanted),
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    main()
