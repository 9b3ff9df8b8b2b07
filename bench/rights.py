"""What a role for each region costs: a request, entering a region, launching; with and without roles in turn.

Run by bench/run.py, with DATABASE_URL set to an empty database on this machine: ``rights.py 400 60``. Prints JSON.
Arguments: how many regions, and how many requests of a kind in a round.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

from common import instance, processor_milliseconds  # noqa: E402 -- after setup
from django.db import connection, transaction  # noqa: E402 -- after setup
from django.test import Client  # noqa: E402 -- after setup
from django.test.utils import CaptureQueriesContext  # noqa: E402 -- after setup
from django_tenants.utils import tenant_context  # noqa: E402 -- after setup

from zelfregie_tenants.domain import schemas  # noqa: E402 -- after setup
from zelfregie_tenants.domain.database_roles import grant_schema, make_role  # noqa: E402 -- after setup
from zelfregie_tenants.domain.launch import launch_region  # noqa: E402 -- after setup
from zelfregie_tenants.domain.rights import region_rights  # noqa: E402 -- after setup
from zelfregie_tenants.domain.template import ensure_template  # noqa: E402 -- after setup
from zelfregie_tenants.models import Region  # noqa: E402 -- after setup

MANY = int(sys.argv[1]) if len(sys.argv) > 1 else 400
REQUESTS = int(sys.argv[2]) if len(sys.argv) > 2 else 60
ROUNDS = 5
PAGES = {"home": "/", "finder": "/groepen/"}


def server_seconds() -> float:
    """CPU that the database has used for this connection."""
    connection.ensure_connection()
    return processor_milliseconds(connection.connection.info.backend_pid) / 1000


def spent(work: Callable[[], object], times: int) -> float:
    """Milliseconds of CPU for one piece of work, of this process and the database together."""
    own, database = time.process_time(), server_seconds()
    for _time in range(times):
        work()
    return (time.process_time() - own + server_seconds() - database) * 1000 / times


def visit(path: str) -> None:
    """Ask for a page of the first region."""
    response = Client().get(path, SERVER_NAME="vast.localhost")
    if response.status_code != 200:
        sys.exit(f"{path} answered {response.status_code}")


def enter() -> None:
    """Go into the region and ask the least that can be asked, as often as a request would."""
    region = Region.objects.get(slug="vast")
    with region_rights(), tenant_context(region), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def schema(slug: str) -> None:
    """Make a schema, and take it back."""
    with transaction.atomic():
        schemas.create_schema(Region.objects.create(slug=slug, name=slug))
        transaction.set_rollback(True)


def in_turn(role: str) -> dict[str, dict[str, list[float]]]:
    """Measure requests and entering, each round with the role of the region and without."""
    found: dict[str, dict[str, list[float]]] = {}
    for number in range(ROUNDS):
        for kind in ("with", "without") if number % 2 else ("without", "with"):
            Region.objects.filter(slug="vast").update(database_role=role if kind == "with" else "")
            for name, path in PAGES.items():
                visit(path)
                found.setdefault(name, {}).setdefault(kind, []).append(spent(lambda path=path: visit(path), REQUESTS))
            found.setdefault("enter", {}).setdefault(kind, []).append(spent(enter, REQUESTS * 20))
    Region.objects.filter(slug="vast").update(database_role=role)
    return found


def summary(found: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, float]]:
    """The medians, and what one is of the other, round by round."""
    return {
        name: {kind: round(statistics.median(values), 3) for kind, values in kinds.items()}
        | {"ratio": round(statistics.median(a / b for a, b in zip(kinds["with"], kinds["without"], strict=True)), 3)}
        for name, kinds in found.items()
    }


def statements(path: str) -> int:
    """How many statements a page takes, when what is kept between requests is there."""
    visit(path)
    with CaptureQueriesContext(connection) as queries:
        visit(path)
    return len(queries)


def main() -> None:
    """Measure everything in one process, in turn, so that a slow moment of the machine hits all; print it."""
    schemas.prepare_platform()
    ensure_template(lambda message: None)
    with tempfile.TemporaryDirectory() as name:
        launch_region(instance(Path(name), "vast", lists=False), invite=False)
    connection.set_schema_to_public()
    region = Region.objects.get(slug="vast")
    role, made = region.database_role, schemas.make_role
    figures: dict[str, object] = {"statements": {}}
    for kind in ("with", "without"):
        Region.objects.filter(slug="vast").update(database_role=role if kind == "with" else "")
        figures["statements"][kind] = {name: statements(path) for name, path in PAGES.items()}
    figures["one region"] = summary(in_turn(role))
    launching: dict[str, list[float]] = {"with": [], "without": []}
    for number in range(9):
        for kind in ("with", "without") if number % 2 else ("without", "with"):
            schemas.make_role = made if kind == "with" else lambda region: ""
            launching[kind].append(spent(lambda number=number: schema(f"proef-{number}"), 1))
    figures |= summary({"schema": launching})
    schemas.make_role = made
    figures["mend"] = round(spent(lambda: grant_schema(region), 5), 1)
    started = time.process_time(), server_seconds()
    for number in range(MANY - 1):
        make_role(Region.objects.create(slug=f"vulling-{number}", name="Vulling"))
    seconds = time.process_time() - started[0] + server_seconds() - started[1]
    figures["make_role"] = round(seconds * 1000 / max(1, MANY - 1), 2)
    figures["many regions"] = {"many": MANY} | summary(in_turn(role))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = %s::regrole",
            [role],
        )
        figures["dependencies"] = cursor.fetchone()[0]
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
