"""The finder of a region with 30, 300 and 3,000 groups, uncached: queries and milliseconds. Prints JSON.

Run by bench/run.py after imports.py, in the region that it launched: ``finder.py 30,300,3000``. It leaves the region
without groups.
"""

import json
import sys
import time
from typing import Any

from common import processor_milliseconds, spread
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from exports import clear, fill
from imports import SLUG

from zelfregie_tenants.models import Region

HOST = f"{SLUG}.localhost"
PATHS = {"All groups": "/groepen/", "Words, a place and a filter": "/groepen/?q=rouw&plaats=6411&dagdeel=evening"}
ROUNDS = 40


def main() -> None:
    """Fill the region step by step, and measure at each size. Argument: the sizes."""
    if settings.DEBUG:
        sys.exit("Debugging is on: unset ZELFREGIE_DEBUG to measure what a server does.")
    region = Region.objects.get(slug=SLUG)
    client = Client(SERVER_NAME=HOST)
    figures = {}
    for size in sys.argv[1].split(","):
        connection.set_tenant(region)
        fill(int(size))
        figures[size] = {name: measure(client, path) for name, path in PATHS.items()}
        print(size, figures[size], file=sys.stderr)
    connection.set_tenant(region)
    clear()
    print(json.dumps(figures))


def measure(client: Client, path: str) -> dict[str, Any]:
    """Queries of a page, and per answer the milliseconds it took and those that were computed, by us and in PostgreSQL.

    Caches are emptied before each; code and templates were loaded by the first.
    """
    ask(client, path)
    with CaptureQueriesContext(connection) as queries:
        ask(client, path)
    # Counted at once: the next request empties the list.
    number = sum(1 for query in queries if not query["sql"].startswith("SET search_path"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    took, computed = [], []
    for _round in range(ROUNDS):
        before = time.process_time() * 1000 + processor_milliseconds(pid)
        took.append(ask(client, path))
        computed.append(time.process_time() * 1000 + processor_milliseconds(pid) - before)
    return {
        "queries": number,
        "took": spread(took),
        "computed": spread(computed),
    }


def ask(client: Client, path: str) -> float:
    """The milliseconds of one answer."""
    for cache in caches.all():
        cache.clear()
    connection.set_schema_to_public()
    started = time.perf_counter()
    response = client.get(path)
    if response.status_code != 200:
        sys.exit(f"{path} answered {response.status_code}")
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
