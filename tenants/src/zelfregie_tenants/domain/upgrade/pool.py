"""Upgrading regions in several processes: altering tables is work for Python as much as for the server."""

from __future__ import annotations

import heapq
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, cast

import django
from django.db import connection, connections

from zelfregie_tenants.domain.upgrade.region import Job, Outcome, Upgrader

#: Seconds to wait before the next try of a region that was busy or whose table was locked; then it is reported.
DELAYS = (1, 2, 4, 8, 16)
#: How soon a process without work notices that the one that started it is gone.
HEARTBEAT = 0.5


@dataclass(order=True)
class _Waiting:
    """A job that may begin at some moment."""

    moment: float
    number: int
    job: Job = field(compare=False)
    attempt: int = field(compare=False, default=0)


@dataclass
class _Worker:
    """A process, how to speak with it, and the job in its hands."""

    channel: Connection
    process: BaseProcess
    item: _Waiting | None = None


def upgrade_here(
    upgrader: Upgrader, jobs: list[Job], delays: tuple[float, ...] = DELAYS
) -> Generator[Outcome, None, None]:
    """Upgrade regions in this process, one after the other; yields an outcome for each."""
    queue = _queue(jobs)
    while queue:
        item = heapq.heappop(queue)
        time.sleep(max(0.0, item.moment - time.monotonic()))
        outcome = upgrader.upgrade(item.job)
        if not _again(queue, item, outcome, delays):
            yield outcome


def upgrade_in_processes(upgrader: Upgrader, jobs: list[Job], processes: int) -> Generator[Outcome | None, None, None]:
    """Upgrade regions in other processes; yields an outcome for each, as they come, and None while nothing happens.

    The processes inherit what `upgrader` has made ready where the system can fork. One that dies takes nothing with it
    but its region, which the database puts back as it was. When this process dies, the others finish the region in
    hand, which is then whole, and end.
    """
    # A connection may not be shared with another process.
    connections.close_all()
    connection.close_pool()
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    queue = _queue(jobs)
    workers: dict[Connection, _Worker] = {}
    try:
        while queue or any(worker.item for worker in workers.values()):
            while queue and queue[0].moment <= time.monotonic():
                idle = next((worker for worker in workers.values() if worker.item is None), None)
                if idle is None and len(workers) < processes:
                    idle = _start(context, upgrader)
                    workers[idle.channel] = idle
                if idle is None:
                    break
                idle.item = heapq.heappop(queue)
                idle.channel.send(idle.item.job)
            busy = [worker.channel for worker in workers.values() if worker.item]
            for channel in wait(busy, timeout=HEARTBEAT):
                worker = workers[cast("Connection", channel)]
                item, worker.item = cast("_Waiting", worker.item), None
                outcome = _receive(worker, item.job)
                if not worker.process.is_alive():
                    del workers[worker.channel]
                if not _again(queue, item, outcome, DELAYS):
                    yield outcome
            yield None
    finally:
        for channel in workers:
            with suppress(BrokenPipeError):  # it died
                channel.send(None)
        for worker in workers.values():
            # A region in hand is finished first: half a minute is long for one, and it can be undone at any moment.
            worker.process.join(timeout=30)
            if worker.process.is_alive():
                worker.process.terminate()
                worker.process.join()


def _queue(jobs: list[Job]) -> list[_Waiting]:
    return [_Waiting(0.0, number, job) for number, job in enumerate(jobs)]


_later = count(1_000_000)


def _again(queue: list[_Waiting], item: _Waiting, outcome: Outcome, delays: tuple[float, ...]) -> bool:
    """Put a region back in the queue when a later try may succeed; the others go first."""
    if not outcome.passing or item.attempt >= len(delays):
        return False
    moment = time.monotonic() + delays[item.attempt]
    heapq.heappush(queue, _Waiting(moment, next(_later), item.job, item.attempt + 1))
    return True


def _start(context: Any, upgrader: Upgrader) -> _Worker:
    ours, theirs = context.Pipe()
    inherits = context.get_start_method() == "fork"
    process = context.Process(target=_work, args=(theirs, os.getpid(), upgrader if inherits else None), daemon=True)
    process.start()
    theirs.close()
    return _Worker(ours, process)


def _receive(worker: _Worker, job: Job) -> Outcome:
    try:
        outcome: Outcome = worker.channel.recv()
        return outcome
    except (EOFError, ConnectionResetError):
        worker.process.join()
        why = f"the process that upgraded it ended ({_ending(worker.process.exitcode)}); the region is as it was."
        return Outcome(job.slug, 0, 0.0, why)


def _ending(code: int | None) -> str:
    return f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"


def _work(channel: Connection, parent: int, upgrader: Upgrader | None) -> None:
    """What a process does: upgrade the regions that it is given, until there is nobody to give them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; who started us decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if upgrader is None:
        django.setup()
        upgrader = Upgrader()
    # The pipe alone does not tell: other processes have inherited its end.
    while os.getppid() == parent:
        try:
            if channel.poll(HEARTBEAT):
                job = channel.recv()
                if job is None:
                    break
                channel.send(upgrader.upgrade(job))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            break
    connections.close_all()
    connection.close_pool()
