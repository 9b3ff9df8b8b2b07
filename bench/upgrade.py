"""Upgrading the fleet: with nothing to do, and adding a column with a data migration; ours against django-tenants' own.

Run by bench/run.py as a process of its own, with DATABASE_URL set to any database of the server. Prints JSON. Ours runs
on all regions. Theirs takes seconds per region and runs on fewer of them, in a database of its own; from one region and
from all of these follows what each more costs, and from that what all would take. Theirs goes without Django's checks.
Arguments: regions for ours, for theirs.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from common import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")
ROUNDS = 3
#: A release that adds a column to every theme of every region, and fills it.
COLUMN = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zelfregie_core", "{leaf}")]
    operations = [migrations.AddField("theme", "later", models.CharField(max_length=90, db_default="", default=""))]
"""
DATA = """\
from django.db import migrations


def fill(apps, editor):
    Theme = apps.get_model("zelfregie_core", "Theme")
    for theme in Theme.objects.all():
        theme.later = theme.name.upper()
        theme.save(update_fields=["later"])


class Migration(migrations.Migration):
    dependencies = [("zelfregie_core", "9001_column")]
    operations = [migrations.RunPython(fill)]
"""
SETTINGS = """\
from zelfregie_tenants.settings.development import *

MIGRATION_MODULES = {"zelfregie_core": "later_core_migrations"}
"""


def url(name: str) -> str:
    """The address of another database of the same server."""
    return re.sub(r"(//[^/]*/)[^?]*", rf"\g<1>{name}", os.environ["DATABASE_URL"], count=1)


def administer(statement: str) -> None:
    """Do something that no transaction may contain."""
    with psycopg.connect(url("postgres"), autocommit=True) as session:
        session.execute(statement)


def database(name: str, source: str = "template0") -> str:
    """Make a database anew and return its name."""
    administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return name


def fill(name: str, regions: int) -> None:
    """Prepare a platform and give it empty regions."""
    code = (
        "import django; django.setup()\n"
        "from django.db import connection, transaction\n"
        "from zelfregie_tenants.domain.schemas import create_schema\n"
        "from zelfregie_tenants.domain.upgrade import upgrade_fleet\n"
        "from zelfregie_tenants.models import Region\n"
        "upgrade_fleet()\n"
        f"for number in range({regions}):\n"
        "    with transaction.atomic():\n"
        "        create_schema(Region.objects.create(slug=f'vulling-{number}', name='Vulling'))\n"
        "connection.cursor().execute('ANALYZE')\n"
    )
    subprocess.run([sys.executable, "-c", code], env=os.environ | {"DATABASE_URL": url(name)}, check=True)


def later_release(folder: Path) -> dict[str, str]:
    """Write a release with a column and a data migration more; return the variables with which it runs."""
    import zelfregie_core.migrations

    package = folder / "later_core_migrations"
    here = Path(zelfregie_core.migrations.__file__).parent
    shutil.copytree(here, package, ignore=shutil.ignore_patterns("__pycache__"))
    leaf = max(path.stem for path in package.glob("0*.py"))
    (package / "9001_column.py").write_text(COLUMN.format(leaf=leaf), encoding="utf-8")
    (package / "9002_data.py").write_text(DATA, encoding="utf-8")
    (folder / "later_settings.py").write_text(SETTINGS, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    return {"DJANGO_SETTINGS_MODULE": "later_settings", "PYTHONPATH": path}


CLI = ("-m", "zelfregie_tenants.cli")
#: What every command of Django does first, ours and theirs.
START = ("-c", "import gc; gc.disable(); import django; django.setup()")


def run(
    name: str, *words: str, environment: dict[str, str] | None = None, program: tuple[str, ...] = CLI
) -> dict[str, float]:
    """Run the command on a database; return its seconds on the clock, and of the processor outside the server."""
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, *program, *words],
        env=os.environ | (environment or {}) | {"DATABASE_URL": url(name)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    seconds, after = time.perf_counter() - started, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return {"seconds": seconds, "processor": processor}


OURS = ("upgrade",)
THEIRS = ("manage", "migrate_schemas", "--tenant", "--executor=multiprocessing", "--verbosity=0", "--skip-checks")
ONE = ("manage", "migrate_schemas", "--tenant", "--schema=region_vulling_0", "--verbosity=0", "--skip-checks")


def survey(name: str) -> dict[str, float]:
    """How long the server needs to say how far all regions are, and how many bytes that is."""
    code = (
        "import json, time, django; django.setup()\n"
        "from zelfregie_tenants.domain.upgrade.plan import plan_fleet\n"
        "from zelfregie_tenants.domain.upgrade.survey import read_regions\n"
        "read_regions(); started = time.perf_counter(); read_regions(); read = time.perf_counter() - started\n"
        "started = time.perf_counter(); plan_fleet()\n"
        "print(json.dumps({'query_ms': read * 1000, 'plan_ms': (time.perf_counter() - started) * 1000}))\n"
    )
    environment = os.environ | {"DATABASE_URL": url(name)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def scaled(one: float, some: float, count: int, many: int) -> float:
    """What many would take, from one and some: each more costs the same."""
    return one + (some - one) / (count - 1) * (many - 1)


def main() -> None:
    """Measure and print."""
    many, few = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (400, 24)
    fill(database("vloot_veel"), many)
    fill(database("vloot_weinig"), few)
    figures: dict = {"regions": many, "their_regions": few, "survey": survey("vloot_veel")}
    run("vloot_veel", *OURS)  # loads the code
    with tempfile.TemporaryDirectory() as name:
        later = later_release(Path(name))
        nothing: dict = {"ours": []}
        figures["start"] = []
        for _round in range(ROUNDS):  # in turn, so that a slow moment of the machine hits both
            figures["start"].append(run("vloot_veel", program=START))
            nothing["ours"].append(run("vloot_veel", *OURS))
        nothing |= {"one": [run("vloot_weinig", *ONE)], "theirs": [run("vloot_weinig", *THEIRS)]}
        # The template of a release is made once, whatever the number of regions.
        template = run("vloot_veel", "template", "build", environment=later)
        database("vloot_een", "vloot_weinig")
        column = {"ours": [run("vloot_veel", *OURS, environment=later)]}
        column |= {"one": [run("vloot_een", *ONE, environment=later)]}
        column |= {"theirs": [run("vloot_weinig", *THEIRS, environment=later)]}
    for kind in (nothing, column):
        for unit in ("seconds", "processor"):
            ours = median([item[unit] for item in kind["ours"]])
            theirs = scaled(kind["one"][0][unit], kind["theirs"][0][unit], few, many)
            kind[unit] = {"ours": ours, "theirs": theirs, "ratio": theirs / ours}
    figures |= {"template": template}
    print(json.dumps(figures | {"nothing": nothing, "column": column}))


if __name__ == "__main__":
    main()
