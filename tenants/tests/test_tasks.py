"""Every task runs in its own region, is tried again when it fails, and is refused where it may not run."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import tenant_context
from wagtail.models import Page, ReferenceIndex
from wagtail.tasks import delete_file_from_storage_task

from zelfregie_core.plugins import ScheduledTask, hookimpl
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Region, ScheduledRun, TaskEnvelope
from zelfregie_tenants.tasks.schedule import enqueue_due_tasks
from zelfregie_tenants.tasks.worker import Presence, RegionWorker
from zelfregie_tenants.testing import example_tasks

HOUR = dt.timedelta(hours=1)


def last_task():
    return DBTaskResult.objects.order_by("-enqueued_at").first()


def make_ready():
    """Let the delay of a retry pass."""
    DBTaskResult.objects.update(run_after=timezone.now() - HOUR)


def test_task_runs_in_the_region_that_enqueued_it(task_queue, noord, zuid, tmp_path):
    example_tasks.note_region.enqueue(str(tmp_path))
    with tenant_context(zuid):
        example_tasks.note_region.enqueue(str(tmp_path))

    count = task_queue()

    assert count == 2
    assert (tmp_path / "gelopen.txt").read_text() == "region_noord Zelfregie Noord\nregion_zuid Zelfregie Zuid\n"
    assert sorted(TaskEnvelope.objects.values_list("schema_name", "task__status")) == [
        ("region_noord", "SUCCESSFUL"),
        ("region_zuid", "SUCCESSFUL"),
    ]


def test_worker_is_in_public_between_tasks(task_queue, noord, tmp_path):
    example_tasks.note_region.enqueue(str(tmp_path))

    RegionWorker(batch=True).run()

    assert connection.schema_name == "public"


def test_task_and_envelope_belong_to_the_transaction_of_the_caller(task_queue, noord, tmp_path):
    with transaction.atomic():
        example_tasks.note_region.enqueue(str(tmp_path))
        transaction.set_rollback(True)

    assert (DBTaskResult.objects.count(), TaskEnvelope.objects.count()) == (0, 0)


def test_callback_after_commit_enqueues_for_the_region_that_asked(
    task_queue, noord, zuid, tmp_path, django_capture_on_commit_callbacks
):
    """A launch fills a region inside one transaction of `public`; its callbacks run when that has ended."""
    connection.set_schema_to_public()

    with django_capture_on_commit_callbacks(execute=True), tenant_context(zuid):
        transaction.on_commit(lambda: example_tasks.note_region.enqueue(str(tmp_path)))

    assert list(TaskEnvelope.objects.values_list("schema_name", flat=True)) == ["region_zuid"]
    assert connection.schema_name == "public"


def test_failing_task_is_tried_again_with_growing_delays_and_then_given_up(task_queue, noord):
    example_tasks.fail.enqueue("help")
    delays = []

    for _attempt in range(5):
        make_ready()
        before = timezone.now()
        assert task_queue() == 1
        row = last_task()
        delays.append(round((row.run_after - before).total_seconds() / 30) if row.status == "READY" else row.status)

    assert delays == [1, 4, 16, 64, "FAILED"]
    assert task_queue() == 0


def test_task_that_keeps_killing_its_worker_is_given_up(task_queue, noord):
    example_tasks.die.enqueue()
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["a", "b", "c", "d", "e"])
    worker = RegionWorker()

    with Presence(worker.worker_id) as presence:
        worker.release_orphans(presence)

    assert (last_task().status, last_task().traceback) == ("FAILED", "its worker ended while running it, 5 times.\n")


def test_task_waits_for_its_delay(task_queue, noord):
    example_tasks.fail.enqueue("help")
    task_queue()

    assert task_queue() == 0


def test_task_that_succeeds_later_is_done(task_queue, noord):
    example_tasks.fail_twice.enqueue()

    for _attempt in range(3):
        make_ready()
        task_queue()

    assert (last_task().status, last_task().return_value) == ("SUCCESSFUL", 3)


def test_words_of_a_visitor_are_not_kept_with_the_failure(task_queue, noord, caplog):
    example_tasks.fail.enqueue("mijn naam is Anna")
    for _attempt in range(5):
        make_ready()
        task_queue()

    row = last_task()

    assert row.exception_class_path == "builtins.ValueError"
    assert "example_tasks.py" in row.traceback
    assert "Anna" not in row.traceback
    assert "Anna" not in "".join(record.getMessage() for record in caplog.records)


def test_task_of_a_region_out_of_use_is_refused(task_queue, noord, tmp_path):
    example_tasks.note_region.enqueue(str(tmp_path))
    Region.objects.filter(pk=noord.pk).update(state="archived")

    task_queue()

    assert (last_task().status, last_task().traceback) == ("FAILED", "region noord is archived.\n")
    assert list(tmp_path.iterdir()) == []


def test_task_of_a_region_that_is_gone_is_refused(task_queue, noord, tmp_path):
    example_tasks.note_region.enqueue(str(tmp_path))
    TaskEnvelope.objects.update(schema_name="region_weg")

    task_queue()

    assert (last_task().status, last_task().traceback) == ("FAILED", "there is no region region_weg any more.\n")


def test_task_without_region_is_refused(task_queue, noord, tmp_path):
    example_tasks.note_region.enqueue(str(tmp_path))
    TaskEnvelope.objects.all().delete()

    task_queue()

    assert (last_task().status, last_task().traceback) == ("FAILED", "it does not say for which region.\n")


def test_task_whose_code_is_gone_fails_once(task_queue, noord, tmp_path):
    example_tasks.note_region.enqueue(str(tmp_path))
    DBTaskResult.objects.update(task_path="zelfregie_tenants.verdwenen.taak")

    task_queue()

    assert (last_task().status, last_task().exception_class_path) == ("FAILED", "builtins.ModuleNotFoundError")


@pytest.fixture
def proef(temporary_plugin):
    """A plugin that owns the example tasks and runs one of them every hour."""

    @hookimpl
    def register_scheduled_tasks():
        return [ScheduledTask(example_tasks.fail_twice, HOUR)]

    return temporary_plugin("proef", app="zelfregie_tenants.testing", register_scheduled_tasks=register_scheduled_tasks)


def test_task_of_a_plugin_that_is_off_is_refused(task_queue, proef, noord, zuid, tmp_path):
    example_tasks.note_region.enqueue(str(tmp_path))
    with tenant_context(zuid):
        example_tasks.note_region.enqueue(str(tmp_path))

    task_queue()

    assert (tmp_path / "gelopen.txt").read_text() == "region_noord Zelfregie Noord\n"
    refused = DBTaskResult.objects.get(status="FAILED")
    assert refused.traceback == "plugin proef is off in zuid.\n"


def test_task_of_a_plugin_outside_a_region_is_refused(task_queue, proef, tmp_path):
    connection.set_schema_to_public()
    example_tasks.note_region.enqueue(str(tmp_path))

    task_queue()

    assert last_task().traceback == "plugin proef works inside a region only.\n"


def test_wagtails_own_tasks_run_in_the_right_region(task_queue, noord, zuid, same_numbers):
    """With plain django-tasks-db they run in `public`, where they fail in silence."""
    same_numbers(Page)
    pages = {}
    for region in (noord, zuid):
        with tenant_context(region):
            home = Page.objects.get(depth=2)
            pages[region.slug] = home.add_child(instance=Page(title=f"Rouwcafé {region.slug}"))

    task_queue()

    assert pages["noord"].pk == pages["zuid"].pk
    assert set(TaskEnvelope.objects.values_list("task__status", flat=True)) == {"SUCCESSFUL"}
    for region in (noord, zuid):
        with tenant_context(region):
            found = [page.title for page in Page.objects.search("Rouwcafé")]
        assert found == [f"Rouwcafé {region.slug}"]


def test_wagtail_deletes_a_file_of_its_own_region_only(task_queue, noord, zuid):
    from django.core.files.storage import storages

    for region in (noord, zuid):
        with tenant_context(region):
            default_storage.save("images/foto.png", ContentFile(b"x"))
    deconstructed = storages["default"].deconstruct()
    with tenant_context(zuid):
        delete_file_from_storage_task.enqueue(deconstructed, "images/foto.png")

    task_queue()

    with tenant_context(zuid):
        in_zuid = default_storage.exists("images/foto.png")
    assert (default_storage.exists("images/foto.png"), in_zuid) == (True, False)


def test_reference_index_of_one_region_is_not_anothers(task_queue, noord, zuid):
    with tenant_context(zuid):
        before = ReferenceIndex.objects.count()
    home = Page.objects.get(depth=2)
    home.save()

    task_queue()

    with tenant_context(zuid):
        assert ReferenceIndex.objects.count() == before


def test_recurring_task_is_enqueued_where_the_plugin_is_on(task_queue, proef, noord, zuid):
    path = "zelfregie_tenants.testing.example_tasks.fail_twice"
    connection.set_schema_to_public()

    found = [entry for entry in enqueue_due_tasks() if entry[1] == path]

    assert found == [("noord", path)]
    assert TaskEnvelope.objects.get(task__task_path=path).schema_name == "region_noord"


@pytest.mark.parametrize(("minutes", "times"), [(0, 1), (30, 1), (58, 2), (60, 2)])
def test_recurring_task_comes_when_its_time_has_come(task_queue, proef, noord, minutes, times):
    now = timezone.now()
    connection.set_schema_to_public()
    enqueue_due_tasks(now)

    enqueue_due_tasks(now + dt.timedelta(minutes=minutes))

    assert DBTaskResult.objects.filter(task_path__endswith="fail_twice").count() == times
    assert ScheduledRun.objects.filter(region=noord, task_path__endswith="fail_twice").count() == 1


def test_recurring_task_does_not_come_for_a_region_that_is_not_online(task_queue, proef, noord):
    Region.objects.filter(pk=noord.pk).update(state="suspended")
    set_plugin_enabled(noord, "proef", enabled=True)
    connection.set_schema_to_public()

    assert [slug for slug, path in enqueue_due_tasks() if path.endswith("fail_twice")] == []


def test_finished_tasks_are_forgotten_after_a_while(task_queue, noord, tmp_path):
    example_tasks.note_region.enqueue(str(tmp_path))
    task_queue()
    DBTaskResult.objects.update(finished_at=timezone.now() - dt.timedelta(days=4))

    task_queue()

    assert (DBTaskResult.objects.count(), TaskEnvelope.objects.count()) == (0, 0)
