"""Tasks that tests of the queue enqueue: a task must stand in a module that a worker can import."""

import os
import signal
import time
from pathlib import Path

from django.db import connection, transaction
from django_tasks import task
from wagtail.models import Page


@task()
def note_region(folder: str) -> str:
    """Write down in which schema the task runs, and what it finds there."""
    title = Page.objects.filter(depth=2).values_list("title", flat=True).get()
    with (Path(folder) / "gelopen.txt").open("a") as file:
        file.write(f"{connection.schema_name} {title}\n")
    return title


@task()
def fail(message: str) -> None:
    """Fail with words of a visitor."""
    raise ValueError(message)


@task(takes_context=True)
def fail_twice(context) -> int:
    """Succeed at the third attempt."""
    if context.attempt < 3:
        raise ConnectionError
    return context.attempt


@task()
def sleep(seconds: float, started: str) -> str:
    """Take a while."""
    Path(started).touch()
    time.sleep(seconds)
    return "klaar"


@task()
def hang_once(started: str) -> str:
    """Take very long the first time, and no time at all after that."""
    if not Path(started).exists():
        Path(started).touch()
        time.sleep(600)
    return "alsnog"


@task()
def die() -> None:
    """End the process as a crash would."""
    os.kill(os.getpid(), signal.SIGKILL)


@task()
def ask_database(statement: str) -> list:
    """Ask the database whatever the caller wants, as careless code of a plugin could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
