"""What happens beside the answer to a request: mail, cache entries, tasks, files and lines in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core import mail
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django_tasks.signals import task_enqueued, task_finished

from zelfregie_tenants.logs import RegionFilter
from zelfregie_tenants.testing.contents import unpacked
from zelfregie_tenants.testing.written_files import content_of, schema_and_name, written_files

#: In which region, where, what it says.
Noted = tuple[str, str, str]


class Watcher(logging.Handler):
    """Notes what happens, as: in which region, where, what it says."""

    def __init__(self) -> None:
        """Begin with nothing noted."""
        super().__init__(logging.DEBUG)
        self.addFilter(RegionFilter())
        self.noted: list[Noted] = []
        self.mails = 0
        self.files: set[str] = set()

    def note(self, where: str, text: str, region: str | None = None) -> None:
        """Note something of the region in which the connection is, unless it says which."""
        self.noted.append((region or region_of(connection.schema_name), where, text))

    def emit(self, record: logging.LogRecord) -> None:
        """Note a line of the log, with its error when it has one."""
        error = record.exc_info[1] if record.exc_info else None
        said = f"{record.getMessage()} {error!r}" if error else record.getMessage()
        self.note(f"log {record.name}", said, region_of(record.region))

    def take(self, region: str) -> list[Noted]:
        """Return what was noted since the last time, and the mails that a request in this region sent."""
        for message in mail.outbox[self.mails :]:
            self.note("mail", message.message().as_string(), region)
            self.note("mail to", " ".join(message.recipients()), region)
            for part in message.message().walk():
                payload = part.get_payload(decode=True)
                self.note("mail", payload.decode("utf-8", "replace") if payload else "", region)
        self.mails = len(mail.outbox)
        self._read_files()
        taken, self.noted = self.noted, []
        return taken

    def task(self, sender: Any, task_result: Any, **_kwargs: Any) -> None:
        """Note what a task is given, and what it returns."""
        path = task_result.task.module_path
        self.note(f"task {path}", repr((task_result.args, task_result.kwargs)))
        if task_result.is_finished:
            self.note(f"result of task {path}", repr(getattr(task_result, "_return_value", None)))

    def _read_files(self) -> None:
        """Note what files say that are there still; one that is gone again was nobody's to find."""
        for path in sorted(self.files):
            content = content_of(path)
            schema, name = schema_and_name(path)
            if content is not None:
                for place, data in unpacked(content, f"file {name}"):
                    self.note(place, f"{name} {data.decode('utf-8', 'replace')}", region_of(schema))
        self.files.clear()


def region_of(schema: str) -> str:
    """Return the slug of the region with this schema; something that is no slug for any other schema."""
    return schema.removeprefix("region_") if schema.startswith("region_") else f"no region ({schema})"


@contextmanager
def watching() -> Iterator[Watcher]:
    """Watch until the block ends."""
    watcher = Watcher()
    watcher.mails = len(mail.outbox)
    store = LocMemCache._set

    def noting(self: LocMemCache, key: str, value: bytes, *rest: Any) -> None:
        # The whole key, as the backend stores it: it must name the region that the connection is in.
        schema = key.removeprefix("renditions:").partition(":")[0]
        watcher.note(f"cache key {key.partition('?')[0]}", key + " " + value.decode("latin-1"), region_of(schema))
        store(self, key, value, *rest)

    LocMemCache._set = noting  # type: ignore[method-assign]
    silent = [logger for logger in map(logging.getLogger, logging.root.manager.loggerDict) if not logger.propagate]
    for logger in (logging.root, *silent):
        logger.addHandler(watcher)
    task_enqueued.connect(watcher.task, weak=False)
    task_finished.connect(watcher.task, weak=False)
    try:
        with written_files() as watcher.files:
            yield watcher
    finally:
        LocMemCache._set = store  # type: ignore[method-assign]
        for logger in (logging.root, *silent):
            logger.removeHandler(watcher)
        task_enqueued.disconnect(watcher.task)
        task_finished.disconnect(watcher.task)
