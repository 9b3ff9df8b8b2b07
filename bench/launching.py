"""Launching regions: ours against django-tenants' own create and its copy of a schema, and at 4 regions against 400.

Run by bench/run.py as a process of its own, with DATABASE_URL set to an empty database. Prints JSON. With an argument:
so many regions instead of 400.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

from common import instance, spread  # noqa: E402 -- after setup
from django.contrib.auth import get_user_model  # noqa: E402 -- after setup
from django.db import connection  # noqa: E402 -- after setup
from django.test import Client  # noqa: E402 -- after setup
from django_tenants.clone import CloneSchema  # noqa: E402 -- after setup
from django_tenants.utils import tenant_context  # noqa: E402 -- after setup

from zelfregie_tenants.domain.launch import launch_region  # noqa: E402 -- after setup
from zelfregie_tenants.domain.schemas import create_schema, prepare_platform  # noqa: E402 -- after setup
from zelfregie_tenants.domain.template import ensure_template  # noqa: E402 -- after setup
from zelfregie_tenants.models import Region  # noqa: E402 -- after setup

ROUNDS = 7
MANY = int(sys.argv[1]) if len(sys.argv) > 1 else 400
#: Asked of one region, as a visitor and as an editor.
PAGES = {"public": "/", "admin": "/admin/"}
REQUESTS = 40


def settle() -> None:
    """Let the server write what it still has to, so that no measurement pays for the one before."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


def launch(folder: Path) -> float:
    """Seconds from a folder to the first home page."""
    settle()
    started = time.perf_counter()
    launch_region(folder, invite=False)
    connection.set_schema_to_public()
    response = Client().get("/", SERVER_NAME=f"{folder.name}.localhost")
    if response.status_code != 200:
        sys.exit(f"{folder.name} answered {response.status_code}")
    return time.perf_counter() - started


def migrate_create(slug: str) -> float:
    """Seconds that django-tenants itself needs for a schema: CREATE SCHEMA and all migrations. No content at all."""
    region = Region.objects.create(slug=slug, name=slug)
    settle()
    started = time.perf_counter()
    region.create_schema(check_if_exists=True, sync_schema=True, verbosity=0)
    seconds = time.perf_counter() - started
    connection.set_schema_to_public()
    return seconds


def replay(slug: str) -> float:
    """Seconds that ours needs for the schema alone."""
    region = Region.objects.create(slug=slug, name=slug)
    settle()
    started = time.perf_counter()
    create_schema(region)
    return time.perf_counter() - started


def clone(number: int) -> float:
    """Seconds that django-tenants' CloneSchema needs to copy a region that django-tenants made.

    Not one of ours: CloneSchema copies the rights of a region's role by the names that sequences once had, and fails.
    """
    settle()
    started = time.perf_counter()
    CloneSchema().clone_schema("region_hun_0", f"region_kopie_{number}")
    return time.perf_counter() - started


def answers(client: Client, path: str) -> list[float]:
    """Milliseconds of answers of a page, one after the other."""
    found = []
    for _request in range(REQUESTS):
        started = time.perf_counter()
        response = client.get(path, SERVER_NAME="vast-0.localhost")
        found.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200:
            sys.exit(f"{path} answered {response.status_code}")
    return found


def editor() -> Client:
    """A browser in which an administrator of the first region is logged in."""
    client = Client()
    with tenant_context(Region.objects.get(slug="vast-0")):
        client.force_login(get_user_model().objects.create_superuser("meting", "meting@example.nl", "meting"))
    connection.set_schema_to_public()
    return client


def remembered_bytes(regions: int) -> float:
    """What a connection to the database keeps in memory of each region that it has served, on average."""

    def used() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(used_bytes) FROM pg_backend_memory_contexts")
            return int(cursor.fetchone()[0])

    connection.close()
    before = used()
    for number in range(regions):
        with tenant_context(Region.objects.get(slug=f"vulling-{number}")), connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [f"region_vulling_{number}"])
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 -- names of the catalogue
    connection.set_schema_to_public()
    return (used() - before) / regions


def use_database(name: str) -> None:
    """Go on in another database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = name


def copy_database(name: str, source: str) -> None:
    """Make a database as a copy of the one in use."""
    use_database("template1")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    use_database(source)


def size_of_empty_regions() -> tuple[float, float]:
    """Bytes and tables of a region without content, on average."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT avg(size), avg(tables) FROM (SELECT n.nspname, sum(pg_total_relation_size(c.oid)) AS size, "
            "count(*) AS tables FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname LIKE 'region_vulling%' AND c.relkind = 'r' GROUP BY n.nspname) AS sizes"
        )
        size, tables = cursor.fetchone()
    return float(size), float(tables)


def main() -> None:
    """Measure everything in one process, in turn, so that a slow moment of the machine hits all; print it."""
    few = connection.settings_dict["NAME"]
    many = f"{few}_many"
    prepare_platform()
    started = time.perf_counter()
    ensure_template(lambda message: None)
    template = time.perf_counter() - started
    kinds = ("ours", "theirs", "schema", "lists", "at_4", "at_many", "clone_4", "clone_many")
    figures: dict[str, list[float]] = {kind: [] for kind in kinds}
    pages: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        target = Path(name)
        for number in range(4):  # these stay; the first also loads the code
            launch(instance(target, f"vast-{number}", lists=False))
        browsers = {"public": Client(), "admin": editor()}
        copy_database(many, few)
        use_database(many)
        for number in range(MANY - 4):
            replay(f"vulling-{number}")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # or autovacuum does it in the middle of a measurement
        for number in range(ROUNDS):
            for database, size in ((many, "many"), (few, "4")):
                use_database(database)
                folder = instance(target, f"nieuw-{size}-{number}", lists=False)
                figures[f"at_{size}"].append(launch(folder))
                for kind, path in PAGES.items():
                    pages.setdefault(f"{kind}_{size}", []).extend(answers(browsers[kind], path))
        for number in range(3):
            figures["theirs"].append(migrate_create(f"hun-{number}"))
            figures["ours"].append(launch(instance(target, f"ons-{number}", lists=False)))
            figures["schema"].append(replay(f"kaal-{number}"))
            figures["lists"].append(launch(instance(target, f"vol-{number}", lists=True)))
            figures["clone_4"].append(clone(number))
        use_database(many)
        migrate_create("hun-0")
        figures["clone_many"] = [clone(number) for number in range(3)]
        size, tables = size_of_empty_regions()
        remembered = remembered_bytes(min(20, MANY - 4))
    spreads = {kind: spread(values) for kind, values in pages.items()}
    figures |= {"many": MANY, "pages": spreads, "remembered": remembered}
    print(json.dumps(figures | {"template": template, "size": size, "tables": tables}))


if __name__ == "__main__":
    main()
