"""Many visitors of many regions at once, on a real server, while tasks run and connections are cut: who sees whom?

Run by bench/run.py as a process of its own, in an empty database. Every region has pages of the same keys at the same
addresses, with a word that tells whose they are. An answer counts as wrong when it shows another region's word, or not
its own. Prints JSON. Arguments: regions, threads, seconds.
"""

import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

import psycopg  # noqa: E402 -- after setup
from common import ROOT, serve  # noqa: E402 -- after setup
from django.conf import settings  # noqa: E402 -- after setup
from django.contrib.auth import get_user_model  # noqa: E402 -- after setup
from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402 -- after setup
from django.utils import timezone  # noqa: E402 -- after setup
from django_tenants.utils import tenant_context  # noqa: E402 -- after setup

from zelfregie_core.domain.roles import sync_roles  # noqa: E402 -- after setup
from zelfregie_core.models import Branding, ContentPage, HomePage  # noqa: E402 -- after setup
from zelfregie_groups.models import Group, GroupFinderPage  # noqa: E402 -- after setup
from zelfregie_tenants.domain import template  # noqa: E402 -- after setup
from zelfregie_tenants.domain.domains import set_domains  # noqa: E402 -- after setup
from zelfregie_tenants.domain.plugins import set_plugin_enabled  # noqa: E402 -- after setup
from zelfregie_tenants.domain.schemas import create_schema, prepare_platform  # noqa: E402 -- after setup
from zelfregie_tenants.models import Region  # noqa: E402 -- after setup
from zelfregie_tenants.tasks.worker import RegionWorker  # noqa: E402 -- after setup
from zelfregie_tenants.testing.client import RegionClient  # noqa: E402 -- after setup
from zelfregie_tenants.testing.database import make_site  # noqa: E402 -- after setup
from zelfregie_tenants.testing.example_tasks import note_region  # noqa: E402 -- after setup

WORD = re.compile(r"qz(\d{4})zq")
#: Asked by visitors; in the answer stands the region's own word.
PATHS = ("/", "/tekst/", "/zoeken/?q=tamtam", "/groepen/", "/groepen/groep/", "/-/groups/export/groepen.csv")
#: Asked by somebody who is logged in.
ADMIN = ("/admin/", "/admin/pages/{home}/", "/admin/groepen/", "/admin/pages/search/?q=tamtam")
CUT_EVERY_SECONDS = 1
TASK_EVERY_SECONDS = 0.2


@dataclass
class Target:
    """One region, as it is visited."""

    slug: str
    word: str
    home: int
    cookie: str


@dataclass
class Tally:
    """What came back."""

    requests: int = 0
    #: Answers with another region's word, or without the own one.
    wrong: list[str] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    #: Requests that got no answer at all.
    lost: int = 0


def make_region(number: int) -> Target:
    """Make a region with the same pages and the same keys as every other."""
    slug, word = f"hamer-{number}", f"qz{number:04}zq"
    with transaction.atomic():
        region = Region.objects.create(
            slug=slug, name=f"Regio {word}", state=Region.State.LAUNCHED, launched_at=timezone.now()
        )
        create_schema(region)
        for plugin in ("groups", "stories", "referrals"):
            set_plugin_enabled(region, plugin, enabled=True)
        set_domains(region, [f"{slug}.localhost"])
        with tenant_context(region):
            make_site(f"Regio {word}")
            sync_roles()
            Branding.objects.update(tagline=word)
            home = HomePage.objects.get()
            home.add_child(instance=ContentPage(title=f"Tekst {word} tamtam", slug="tekst", intro=word))
            home.add_child(instance=GroupFinderPage(title="Groepen", slug="groepen", intro=word))
            # Without a place: no neighbour's finder may show it, so any foreign word is wrong.
            Group.objects.create(name=f"Groep {word} tamtam", slug="groep", published=True, form="online")
            user = get_user_model().objects.create_superuser("hamer", f"{word}@voorbeeld.nl", "x")
    client = RegionClient(region)
    client.force_login(user)
    return Target(slug, word, home.pk, client.cookies[settings.SESSION_COOKIE_NAME].value)


def judge(target: Target, path: str, status: int, text: str, tally: Tally) -> None:
    """Count an answer."""
    tally.requests += 1
    tally.statuses[status] += 1
    seen = {f"qz{number}zq" for number in WORD.findall(text)}
    if seen - {target.word} or (status == 200 and target.word not in seen):
        tally.wrong.append(f"{target.slug}{path} answered {status} with {sorted(seen)}")


def visit(port: int, targets: list[Target], until: float, seed: int, tally: Tally) -> None:
    """Ask pages of one region after another, over one connection as a proxy does, until the time is up."""
    pick = random.Random(seed)
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < until:
        target = pick.choice(targets)
        admin = pick.random() < 0.3
        path = pick.choice(ADMIN).format(home=target.home) if admin else pick.choice(PATHS)
        headers = {"Host": f"{target.slug}.localhost"}
        if admin:
            headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={target.cookie}"
        try:
            server.request("GET", path, headers=headers)
            answer = server.getresponse()
            text = f"{answer.getheaders()} {answer.read().decode('utf-8', 'replace')}"
        except (OSError, http.client.HTTPException):
            tally.lost += 1
            server.close()
            continue
        judge(target, path, answer.status, text, tally)


@contextmanager
def cutting(dsn: str) -> Iterator[Counter]:
    """Until the block ends, cut one of the database's connections every second, whatever it is doing."""
    cut, stop = Counter(), threading.Event()

    def work() -> None:
        with psycopg.connect(dsn, autocommit=True) as session:
            while not stop.wait(CUT_EVERY_SECONDS):
                row = session.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
                ).fetchone()
                cut["connections"] += bool(row and row[0])

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield cut
    finally:
        stop.set()
        thread.join()


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[None]:
    """Run background tasks until the block ends; a worker whose connection is cut is started again, as systemd does."""
    stop = threading.Event()

    def work() -> None:
        command = [sys.executable, "-m", "zelfregie_tenants.cli", "worker"]
        while not stop.is_set():
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and not stop.wait(0.1):
                pass
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=60)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def enqueuing(folder: Path) -> Iterator[Counter]:
    """Until the block ends, ask for a task of one region or another, so that the worker never runs out."""
    asked, stop = Counter(), threading.Event()

    def work() -> None:
        pick = random.Random(0)
        regions = list(Region.objects.filter(slug__startswith="hamer-"))
        while not stop.wait(TASK_EVERY_SECONDS):
            try:
                with tenant_context(pick.choice(regions)):
                    note_region.enqueue(str(folder))
                asked["tasks"] += 1
            except (OperationalError, InterfaceError):  # this connection was the one to be cut
                connection.close()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield asked
    finally:
        stop.set()
        thread.join()


def finish_tasks() -> None:
    """Run what is still in the queue."""
    connection.set_schema_to_public()
    RegionWorker(interval=0, batch=True).run()
    connection.set_schema_to_public()


def wrong_tasks(folder: Path) -> tuple[int, list[str]]:
    """Return how many tasks ran, and those that found another region than their own."""
    notes = folder / "gelopen.txt"
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    wrong = []
    for line in lines:
        schema, _space, title = line.partition(" ")
        if title != f"Regio qz{int(schema.rpartition('_')[2]):04}zq":
            wrong.append(line)
    return len(lines), wrong


def hammer(regions: int, threads: int, seconds: float) -> dict:
    """Make the regions, then visit them; returns the figures."""
    dsn = os.environ["DATABASE_URL"]
    prepare_platform()
    template.ensure_template(lambda message: None)
    targets = [make_region(number) for number in range(regions)]
    finish_tasks()  # searching finds a page when its task has indexed it
    environment = os.environ | {"ZELFREGIE_DB_POOL": "4"}
    tallies = [Tally() for _thread in range(threads)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serve("zelfregie_tenants.wsgi:application", environment, "hamer-0.localhost") as port:
            connection.close()
            until = time.monotonic() + seconds
            visitors = [
                threading.Thread(target=visit, args=(port, targets, until, number, tallies[number]))
                for number in range(threads)
            ]
            with cutting(dsn) as cut, worker(environment), enqueuing(folder) as asked:
                for visitor in visitors:
                    visitor.start()
                for visitor in visitors:
                    visitor.join()
        finish_tasks()
        tasks, wrong = wrong_tasks(folder)
    statuses = sum((tally.statuses for tally in tallies), Counter())
    wrong += [text for tally in tallies for text in tally.wrong]
    return {
        "regions": regions, "threads": threads, "seconds": seconds,
        "requests": sum(tally.requests for tally in tallies), "lost": sum(tally.lost for tally in tallies),
        "failed": sum(count for status, count in statuses.items() if status >= 500),
        "good": statuses[200], "cut": cut["connections"], "tasks": tasks, "tasks_asked": asked["tasks"],
        "wrong": len(wrong), "examples": wrong[:20],
    }  # fmt: skip


def swept() -> dict:
    """Run the sweep, which is a test, and return its figures."""
    tests = ["tests/isolation/test_sweep_widest.py", "tests/isolation/test_sweep_between.py"]
    with tempfile.TemporaryDirectory() as name:
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {"ZELFREGIE_SWEEP_FIGURES": name, "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test"}
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"The sweep failed:\n{done.stdout[-6000:]}")
        parts = [json.loads(file.read_text(encoding="utf-8")) for file in Path(name).glob("*.json")]
    summed = {key: sum(part[key] for part in parts) for key in ("combinations", "requests", "leaks", "seconds")}
    return summed | {"addresses": parts[0]["addresses"]}


if __name__ == "__main__":
    sweep = swept()
    print(json.dumps({"sweep": sweep, "hammer": hammer(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))}))
