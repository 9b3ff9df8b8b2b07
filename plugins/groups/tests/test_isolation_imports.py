"""Lists, imports, tasks and feeds of two regions whose rows have the same numbers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from zelfregie_groups.domain.importing import lists, runs
from zelfregie_groups.models import Group, ImportRun, ImportRunRow, ImportSource
from zelfregie_groups.tasks import apply_import_task, preview_import_task, refresh_feeds_task
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db
BASE = "/admin/groepen-importeren/"


class _Handler(BaseHTTPRequestHandler):
    """Answers with a list of the region that the path names."""

    server: Any

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        body = json.dumps(
            [{"name": f"Groep van {self.path[1:]}", "slug": "a", "day": 2, "time": "19:00", "region": "Heerlen"}]
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def feed(settings: Any) -> Iterator[Any]:
    settings.ZELFREGIE_FEEDS_FROM_LOOPBACK = True
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.asked = []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def both(noord: Any, zuid: Any, in_region: Any, same_numbers: Any) -> tuple[Any, Any]:
    """A list with an import that waits in both regions; equal numbers everywhere."""
    for model in (ImportSource, ImportRun, ImportRunRow, Group):
        same_numbers(model)
    for region in (noord, zuid):
        with in_region(region):
            source = ImportSource(name="Lijst", defaults={"themes": "rouw"})
            data = f"Naam;Dag;Plaats\nGroep van {region.slug};di;Heerlen\n".encode()
            run = lists.take_in(source, data, f"{region.slug}.csv", None)
            source.mapping = {"Naam": "name", "Dag": "weekday", "Plaats": "city"}
            source.save()
            if not User.objects.filter(username="els").exists():
                User.objects.create_superuser("els", "els@voorbeeld.nl", "x")
    assert run.pk
    return noord, zuid


def state(in_region: Any, region: Any) -> tuple[str, list[str]]:
    """How far the import of a region is, and its groups."""
    with in_region(region):
        return ImportRun.objects.get(file_name__startswith=region.slug).state, [
            group.name for group in Group.objects.filter(name__startswith="Groep van")
        ]


def test_the_rows_have_the_same_numbers(both, in_region):
    numbers = []
    for region in both:
        with in_region(region):
            numbers.append((ImportSource.objects.get(name="Lijst").pk, ImportRun.objects.get().pk))

    assert numbers[0] == numbers[1]


def test_pages_show_only_the_regions_own_lists_and_rows(both, region_client, in_region):
    shown = {}
    for region in both:
        client = region_client(region)
        with in_region(region):
            client.force_login(User.objects.get(username="els"))
            run, source = ImportRun.objects.get(), ImportSource.objects.get(name="Lijst")
            lists.preview(run)
        pages = [f"import/{run.pk}/", f"import/{run.pk}/kolommen/", f"lijst/{source.pk}/"]
        text = "".join(client.get(f"{BASE}{page}").content.decode() for page in pages)
        shown[region.slug] = [slug for slug in ("noord", "zuid") if f"{slug}.csv" in text or f"van {slug}" in text]

    assert shown == {"noord": ["noord"], "zuid": ["zuid"]}


def test_applying_and_undoing_in_one_region_leaves_the_other_alone(both, region_client, in_region):
    noord, _zuid = both
    client = region_client(noord)
    with in_region(noord):
        client.force_login(User.objects.get(username="els"))
        run = ImportRun.objects.get()
        lists.preview(run)

    client.post(f"{BASE}import/{run.pk}/verwerken/")
    applied = [state(in_region, region) for region in both]
    client.post(f"{BASE}import/{run.pk}/terugdraaien/")
    undone = [state(in_region, region)[0] for region in both]

    assert applied == [("applied", ["Groep van noord"]), ("uploaded", [])]
    assert undone == ["undone", "uploaded"]


def test_tasks_work_in_the_region_that_enqueued_them(both, in_region, task_queue):
    _noord, zuid = both
    with in_region(zuid):
        run = ImportRun.objects.get()
        preview_import_task.enqueue(run.pk)
    task_queue()
    previewed = [state(in_region, region)[0] for region in both]
    with in_region(zuid):
        apply_import_task.enqueue(run.pk, User.objects.get(username="els").pk)
    task_queue()

    assert previewed == ["uploaded", "previewed"]
    assert [state(in_region, region) for region in both] == [("uploaded", []), ("applied", ["Groep van zuid"])]


def test_feeds_are_fetched_for_their_own_region(noord, zuid, in_region, same_numbers, feed, task_queue):
    for model in (ImportSource, ImportRun, Group):
        same_numbers(model)
    for region in (noord, zuid):
        with in_region(region):
            source = ImportSource.objects.create(
                name="Landelijk", format="meeting_guide", url=f"{feed.url}/{region.slug}", defaults={"themes": "rouw"}
            )
            ImportRun.objects.create(source=source, state=ImportRun.State.APPLIED)
    with in_region(noord):
        refresh_feeds_task.enqueue()

    task_queue()

    outcome = {}
    for region in (noord, zuid):
        with in_region(region):
            checked = ImportSource.objects.get(name="Landelijk").checked_at is not None
            outcome[region.slug] = (checked, [group.name for group in Group.objects.filter(source_id="a")])
    assert outcome == {"noord": (True, ["Groep van noord"]), "zuid": (False, [])}
    assert feed.asked == ["/noord"]


def test_everything_hides_where_the_plugin_is_off(both, region_client, in_region):
    noord, _zuid = both
    statuses = {}
    set_plugin_enabled(noord, "groups", enabled=False)
    for region in both:
        client = region_client(region)
        with in_region(region):
            client.force_login(User.objects.get(username="els"))
            run = ImportRun.objects.get()
        statuses[region.slug] = [client.get(f"{BASE}{page}").status_code for page in ("", f"import/{run.pk}/kolommen/")]

    assert statuses == {"noord": [404, 404], "zuid": [200, 200]}


def test_cells_are_not_readable_in_the_database(both, in_region):
    with in_region(both[0]), connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM zelfregie_groups_importrunrow")
        stored = [row[0] for row in cursor.fetchall()]
        readable = [json.loads(row.cells)["Naam"] for row in ImportRunRow.objects.all()]

    assert readable == ["Groep van noord"]
    assert ["Groep van" in cell for cell in stored] == [False]


def test_undo_of_another_regions_number_is_refused(both, in_region):
    noord, zuid = both
    with in_region(noord):
        run = ImportRun.objects.get()
        lists.preview(run)
        runs.apply_run(run, User.objects.get(username="els"))
    with in_region(zuid):
        there = ImportRun.objects.get(pk=run.pk)

        with pytest.raises(runs.ImportProblem):
            runs.undo_run(there)

    assert state(in_region, noord)[0] == "applied"
