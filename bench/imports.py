"""Importing a list: preview, applying, the next version and undoing it, at 1,000 and 10,000 rows; and plain Django.

Run by bench/run.py as processes of their own, with DATABASE_URL set to an empty database: ``imports.py prepare``, then
``imports.py measure ROWS`` for each size (a new process, as memory is the most it ever used), and ``imports.py plain
ROWS``. Each prints JSON.
"""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

from common import instance  # noqa: E402 -- after setup
from django.db import connection  # noqa: E402 -- after setup

from zelfregie_core.domain.tables import Row  # noqa: E402 -- after setup
from zelfregie_core.models import Theme  # noqa: E402 -- after setup
from zelfregie_core.places.tables import places  # noqa: E402 -- after setup
from zelfregie_groups.domain.changes import collected_changes  # noqa: E402 -- after setup
from zelfregie_groups.domain.importing.group_values import make_schedules, set_values  # noqa: E402 -- after setup
from zelfregie_groups.domain.importing.records import read_record  # noqa: E402 -- after setup
from zelfregie_groups.domain.importing.runs import (  # noqa: E402 -- after setup
    apply_run,
    guess_mapping,
    preview_run,
    start_run,
    undo_run,
)
from zelfregie_groups.domain.importing.theme_names import site_themes  # noqa: E402 -- after setup
from zelfregie_groups.models import Group, ImportSource  # noqa: E402 -- after setup
from zelfregie_tenants.domain.launch import launch_region  # noqa: E402 -- after setup
from zelfregie_tenants.domain.schemas import prepare_platform  # noqa: E402 -- after setup
from zelfregie_tenants.models import Region  # noqa: E402 -- after setup

SLUG = "lijsten"
COLUMNS = {
    "Nr": "source_id", "Naam groep": "name", "Thema": "themes", "Omschrijving": "description", "Adres": "address",
    "Plaats": "city", "Dag(en)": "weekday", "Tijd": "start_time", "Hoe vaak": "frequency", "E-mail": "host_email",
    "Rolstoel": "wheelchair", "Laatst gecontroleerd": "confirmed_on",
}  # fmt: skip
WORDS = ("Licht", "Moed", "Rust", "Samen", "Kracht", "Hoop", "Ruimte", "Adem", "Anker", "Zon", "Maan", "Berg", "Bron")
TEXT = "We drinken koffie, praten over hoe het gaat en luisteren naar elkaar. Je hoeft niets te zeggen. " * 4


def rows(count: int, *, changed: bool = False) -> Iterator[tuple[int, dict[str, str]]]:
    """A list as regions have them; in its next version every tenth group meets at another time."""
    towns = [place.name for _folded, place in places()[:300]]
    themes = list(Theme.objects.order_by("pk").values_list("name", flat=True))
    for number in range(count):
        time_of = f"{18 + (number + (changed and number % 10 == 0)) % 4}.30 uur"
        yield (
            number + 2,
            {
                "Nr": f"B{number}",
                "Naam groep": f"{WORDS[number % 13]} en {WORDS[number // 13 % 13].lower()} {number}",
                "Thema": themes[number % len(themes)],
                "Omschrijving": TEXT,
                "Adres": f"Dorpsstraat {number}",
                "Plaats": towns[number % len(towns)],
                "Dag(en)": ("maandag", "di en do", "woensdag", "vrijdag")[number % 4],
                "Tijd": time_of,
                "Hoe vaak": ("elke week", "om de week", "eerste dinsdag van de maand")[number % 3],
                "E-mail": f"host{number}@voorbeeld.nl",
                "Rolstoel": ("ja", "nee", "")[number % 3],
                "Laatst gecontroleerd": "3-3-2026",
            },
        )


def prepare() -> dict[str, Any]:
    """A region with pages and themes, and no groups."""
    prepare_platform()
    with tempfile.TemporaryDirectory(prefix="zr-") as name:
        launch_region(instance(Path(name), SLUG, lists=False), invite=False)
    return {}


def measure(count: int) -> dict[str, Any]:
    """Seconds of each step, and how much memory the import took beyond what the process had."""
    source = ImportSource.objects.create(name=f"Lijst van {count}")
    list(rows(1))  # the table of places is read
    before = peak_megabytes()
    seconds: dict[str, float] = {}
    run = timed(seconds, "read", lambda: start_run(source, "lijst.xlsx", list(COLUMNS), rows(count), None))
    mapping = guess_mapping(run.columns, {})
    if mapping != COLUMNS:
        sys.exit(f"The mapping was not guessed: {mapping}")
    timed(seconds, "preview", lambda: preview_run(run, mapping, {}))
    timed(seconds, "apply", lambda: apply_run(run, None))
    if run.counts["created"] != count:
        sys.exit(f"Not all rows were applied: {run.counts}")
    took = peak_megabytes() - before
    newer = start_run(source, "lijst.xlsx", list(COLUMNS), rows(count, changed=True), None)
    timed(seconds, "next_preview", lambda: preview_run(newer, mapping, {}))
    timed(seconds, "next_apply", lambda: apply_run(newer, None))
    updated = newer.counts["updated"]
    timed(seconds, "undo_next", lambda: undo_run(newer, None))
    timed(seconds, "undo", lambda: undo_run(run, None))
    if Group.objects.exists():
        sys.exit("Undoing left groups behind.")
    return {"rows": count, "seconds": seconds, "megabytes": took, "updated": updated}


def plain(count: int) -> dict[str, Any]:
    """The same groups with ``save()`` for each row: no preview, no history, no undo; derived once, at the end."""
    themes, ids = site_themes(), dict(Theme.objects.values_list("slug", "pk"))
    started = time.perf_counter()
    with collected_changes():
        for number, cells in rows(count):
            record = read_record(Row(number, {COLUMNS[name]: cell for name, cell in cells.items()}), themes)
            group = Group(source_id=record.source_id)
            set_values(group, record.values)
            group.save()
            group.themes.set([ids[slug] for slug in record.values["themes"]])
            for schedule in make_schedules(group, record.values["schedules"]):
                schedule.save()
    seconds = time.perf_counter() - started
    with collected_changes():
        Group.objects.all().delete()
    return {"rows": count, "seconds": seconds}


def timed(seconds: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    """Do something and note how long it took."""
    started = time.perf_counter()
    outcome = work()
    seconds[name] = time.perf_counter() - started
    print(f"{name}: {seconds[name]:.2f} s", file=sys.stderr, flush=True)
    return outcome


def peak_megabytes() -> float:
    """The most memory that this process ever used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Arguments: what, and how many rows."""
    what, *count = sys.argv[1:]
    if what != "prepare":
        connection.set_tenant(Region.objects.get(slug=SLUG))
    outcome = {"prepare": prepare, "measure": measure, "plain": plain}[what](*map(int, count))
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
