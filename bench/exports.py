"""What leaves the house: each export and the read API over HTTP, at 1,000 and 10,000 groups.

Run by bench/run.py after imports.py, in the region that it launched: ``exports.py fill GROUPS``, then ``exports.py
measure`` (a new process, as memory is the most it ever used), and ``exports.py clear``. Each prints JSON.
"""

import json
import statistics
import sys
import time
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from imports import COLUMNS, SLUG, peak_megabytes, rows

from zelfregie_core.domain.tables import Row
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.domain.importing.records import read_record
from zelfregie_groups.domain.importing.theme_names import site_themes
from zelfregie_groups.domain.importing.write import CHUNK, Change, Writer
from zelfregie_groups.models import Group, ImportSource
from zelfregie_tenants.models import Region

HOST = f"{SLUG}.localhost"
NAME = "Metingen van de export"
FILES = {
    "csv": "/-/groups/export/groepen.csv",
    "xlsx": "/-/groups/export/groepen.xlsx",
    "hsds_json": "/-/groups/export/hsds.json",
    "hsds_zip": "/-/groups/export/hsds.zip",
    "api_all": "/-/groups/hsds/services?format=ndjson",
}
PAGE = "/-/groups/hsds/services?per_page=100"
ROUNDS = 9


def fill(count: int) -> dict[str, Any]:
    """Make groups until there are so many."""
    source, _made = ImportSource.objects.get_or_create(name=NAME)
    writer, themes = Writer(source), site_themes()
    first = Group.objects.count()
    changes = []
    for number, cells in rows(count):
        if number - 2 < first:
            continue
        record = read_record(Row(number, {COLUMNS[name]: cell for name, cell in cells.items()}), themes)
        key = f"id:{record.source_id}"
        changes.append(Change(None, record.values, key, record.values, number=record.source_id, is_new=True))
        if len(changes) == CHUNK or number - 1 == count:
            with transaction.atomic():
                if writer.write(changes):
                    sys.exit("The database refused a group.")
            changes = []
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"groups": Group.objects.count()}


def measure() -> dict[str, Any]:
    """Seconds and size of each file, milliseconds of the API, and the memory beyond what the process had."""
    client = Client(SERVER_NAME=HOST)
    cache.clear()  # who measures twice in ten minutes may
    page = json.loads(read(client, PAGE))
    before = peak_megabytes()
    figures: dict[str, Any] = {}
    for name, path in FILES.items():
        started = time.perf_counter()
        size = sum(map(len, client.get(path)))
        figures[name] = {"seconds": time.perf_counter() - started, "megabytes": size / 1e6}
        figures[name]["memory"] = peak_megabytes() - before
        print(name, figures[name], file=sys.stderr, flush=True)
    # The one that comes last is the one that is found last.
    whole = read(client, "/-/groups/hsds/services?format=ndjson").splitlines()
    one = f"/-/groups/hsds/services/{json.loads(whole[-1])['id']}"
    return {
        "groups": page["total_items"],
        "files": figures,
        "one_ms": milliseconds(client, one),
        "page_ms": milliseconds(client, PAGE),
    }


def milliseconds(client: Client, path: str) -> float:
    """The median of some requests."""
    took = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        read(client, path)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def read(client: Client, path: str) -> bytes:
    """The whole of an answer."""
    response = client.get(path)
    if response.status_code != 200:
        sys.exit(f"{path}: {response.status_code}")
    return b"".join(response)


def clear() -> dict[str, Any]:
    """Leave the region without groups, and without a list that remembers them."""
    with collected_changes():
        Group.objects.all().delete()
    ImportSource.objects.filter(name=NAME).delete()
    return {}


def main() -> None:
    """Arguments: what, and how many groups."""
    what, *count = sys.argv[1:]
    connection.set_tenant(Region.objects.get(slug=SLUG))
    print(json.dumps({"fill": fill, "measure": measure, "clear": clear}[what](*map(int, count))))


if __name__ == "__main__":
    main()
