"""Launching regions: ours against django-tenants' own create, and at 4 regions against 100.

Run by bench/run.py as a process of its own, with DATABASE_URL set to an empty database. Prints JSON.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

from django.db import connection  # noqa: E402 -- after setup
from django.test import Client  # noqa: E402 -- after setup

from zelfregie_tenants.domain.launch import launch_region  # noqa: E402 -- after setup
from zelfregie_tenants.domain.schemas import create_schema, prepare_platform  # noqa: E402 -- after setup
from zelfregie_tenants.domain.template import ensure_template  # noqa: E402 -- after setup
from zelfregie_tenants.models import Region  # noqa: E402 -- after setup

EXAMPLE = Path(__file__).resolve().parent.parent / "blueprint" / "examples" / "twente"
ROUNDS = 7


def instance(target: Path, slug: str, *, lists: bool) -> Path:
    """The example under another slug and domain; without its lists it is what the blueprint bakes."""
    folder = target / slug
    shutil.copytree(EXAMPLE, folder)
    if not lists:
        for name in ("stories.csv", "practices.csv"):
            (folder / name).unlink(missing_ok=True)
        header = (folder / "groups.csv").read_text(encoding="utf-8").splitlines()[0]
        (folder / "groups.csv").write_text(header + "\n", encoding="utf-8")
    text = (folder / "region.toml").read_text(encoding="utf-8")
    text = text.replace('slug = "twente"', f'slug = "{slug}"').replace("twente.localhost", f"{slug}.localhost")
    (folder / "region.toml").write_text(text, encoding="utf-8")
    cookies = folder / ".cookiecutter.json"
    if cookies.exists():
        cookies.write_text(cookies.read_text(encoding="utf-8").replace('"twente"', f'"{slug}"'), encoding="utf-8")
    return folder


def launch(folder: Path) -> float:
    """Seconds from a folder to the first home page."""
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
    started = time.perf_counter()
    region.create_schema(check_if_exists=True, sync_schema=True, verbosity=0)
    seconds = time.perf_counter() - started
    connection.set_schema_to_public()
    return seconds


def replay(slug: str) -> float:
    """Seconds that ours needs for the schema alone."""
    region = Region.objects.create(slug=slug, name=slug)
    started = time.perf_counter()
    create_schema(region)
    return time.perf_counter() - started


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
    figures: dict[str, list[float]] = {"ours": [], "theirs": [], "schema": [], "lists": [], "at_4": [], "at_100": []}
    with tempfile.TemporaryDirectory() as name:
        target = Path(name)
        for number in range(4):  # these stay; the first also loads the code
            launch(instance(target, f"vast-{number}", lists=False))
        copy_database(many, few)
        use_database(many)
        for number in range(96):
            replay(f"vulling-{number}")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # or autovacuum does it in the middle of a measurement
        for number in range(ROUNDS):
            use_database(many)
            figures["at_100"].append(launch(instance(target, f"veel-{number}", lists=False)))
            use_database(few)
            figures["at_4"].append(launch(instance(target, f"weinig-{number}", lists=False)))
        for number in range(3):
            figures["theirs"].append(migrate_create(f"hun-{number}"))
            figures["ours"].append(launch(instance(target, f"ons-{number}", lists=False)))
            figures["schema"].append(replay(f"kaal-{number}"))
            figures["lists"].append(launch(instance(target, f"vol-{number}", lists=True)))
        use_database(many)
        size, tables = size_of_empty_regions()
    print(json.dumps(figures | {"template": template, "size": size, "tables": tables}))


if __name__ == "__main__":
    main()
