"""The worker as a process: it stops politely, and a task whose worker was killed is not lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import tenant_context

from zelfregie_tenants.models import Region
from zelfregie_tenants.tasks.presence import LIVING_WORKERS, Presence
from zelfregie_tenants.tasks.worker import RegionWorker
from zelfregie_tenants.testing import example_tasks

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PROGRAM = """
import sys
from zelfregie_tenants.settings import test
from zelfregie_tenants.settings.base import TASKS
test.TASKS = TASKS
from zelfregie_tenants.cli import main
main(sys.argv[1:])
"""


@pytest.fixture
def start_worker(task_queue_settings, tmp_path):
    """Return a function that starts `zelfregie worker` on the database of the test."""
    running = []

    def start(*options: str) -> subprocess.Popen:
        parameters = connection.settings_dict
        url = f"postgresql:///{parameters['NAME']}?host={parameters['HOST']}&user={parameters['USER']}"
        environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test"}
        command = [sys.executable, "-c", PROGRAM, "worker", "--interval", "0.05", *options]
        with (tmp_path / "worker.log").open("w") as log:
            running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def task_queue_settings(settings):
    """Queue tasks as in production."""
    from zelfregie_tenants.settings import base

    settings.TASKS = base.TASKS


def wait_for(question, seconds: float = 120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.05)
    pytest.fail("This takes too long.")


def enqueue(task, *arguments):
    with tenant_context(Region.objects.get(slug="noord")):
        return task.enqueue(*arguments)


def test_worker_finishes_the_task_at_hand_and_stops(start_worker, tmp_path):
    started = tmp_path / "begonnen"
    enqueue(example_tasks.sleep, 1, str(started))
    process = start_worker()
    wait_for(started.exists)

    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0, Path(tmp_path / "worker.log").read_text()
    row = DBTaskResult.objects.get()
    assert (row.status, row.return_value) == ("SUCCESSFUL", "klaar")


def test_idle_worker_stops_at_once(start_worker, tmp_path):
    enqueue(example_tasks.note_region, str(tmp_path))
    process = start_worker()
    wait_for(lambda: DBTaskResult.objects.get().status == "SUCCESSFUL")

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 0


def test_second_signal_stops_at_once_and_puts_the_task_back(start_worker, tmp_path):
    started = tmp_path / "begonnen"
    enqueue(example_tasks.sleep, 60, str(started))
    process = start_worker()
    wait_for(started.exists)

    process.terminate()
    time.sleep(0.5)
    process.terminate()

    process.wait(10)
    assert DBTaskResult.objects.get().status == "READY"


def test_task_of_a_killed_worker_goes_back_to_the_queue(start_worker):
    enqueue(example_tasks.die)
    assert start_worker("--batch").wait(60) == -signal.SIGKILL
    assert DBTaskResult.objects.get().status == "RUNNING"
    worker = RegionWorker()

    with Presence(worker.worker_id) as presence:
        count = worker.release_orphans(presence)

    assert (count, DBTaskResult.objects.get().status) == (1, "READY")


def test_task_of_a_killed_worker_is_done_by_another_that_was_working_already(start_worker, tmp_path):
    started = tmp_path / "begonnen"
    enqueue(example_tasks.hang_once, str(started))
    victim = start_worker()
    wait_for(started.exists)
    start_worker()
    wait_for(lambda: living_workers() == 2)

    victim.kill()

    row = wait_for(DBTaskResult.objects.filter(status="SUCCESSFUL").first)
    assert (row.return_value, len(row.worker_ids), living_workers()) == ("alsnog", 2, 1)


def living_workers() -> int:
    with connection.cursor() as cursor:
        cursor.execute(LIVING_WORKERS)
        return cursor.fetchone()[0]


def test_task_of_a_living_worker_is_left_alone(task_queue_settings):
    enqueue(example_tasks.die)
    other, worker = RegionWorker(), RegionWorker()
    row = DBTaskResult.objects.get()
    row.claim(other.worker_id)

    with Presence(other.worker_id), Presence(worker.worker_id) as presence:
        count = worker.release_orphans(presence)

    assert (count, DBTaskResult.objects.get().status) == (0, "RUNNING")
