"""One of the sites that tenancy.py compares, as a process that waits to be asked.

Started by tenancy.py: ``tenancy_site.py prepare MODULES...`` makes the regions; ``tenancy_site.py HOST`` reads lines of
JSON, ``[path, times]``, and answers each with the milliseconds of that many requests.
"""

import json
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import django

django.setup()

from common import instance, processor_milliseconds  # noqa: E402 -- after setup
from django.apps import apps  # noqa: E402 -- after setup
from django.conf import settings  # noqa: E402 -- after setup
from django.contrib.auth import get_user_model  # noqa: E402 -- after setup
from django.core.cache import caches  # noqa: E402 -- after setup
from django.db import connection  # noqa: E402 -- after setup
from django.test import Client  # noqa: E402 -- after setup
from django.test.utils import CaptureQueriesContext  # noqa: E402 -- after setup

NAME = "meting"


def prepare(modules: dict[str, list[str]]) -> None:
    """Make a region for each name, with these modules on and pages that are the same in all."""
    from zelfregie_tenants.domain.launch import launch_region
    from zelfregie_tenants.domain.schemas import prepare_platform
    from zelfregie_tenants.domain.template import ensure_template

    prepare_platform()
    ensure_template(lambda message: None)
    with tempfile.TemporaryDirectory() as name:
        for slug, wanted in modules.items():
            folder = instance(Path(name), slug, lists="groups" in wanted)
            path = folder / "region.toml"
            head, _plugins, rest = path.read_text(encoding="utf-8").partition("[plugins.groups]")
            sections = "".join(f"[plugins.{each}]\n" for each in wanted)
            path.write_text(head + sections + rest[rest.index("[hosting]") :], encoding="utf-8")
            if "groups" not in wanted:
                (folder / "groups.csv").unlink()
            connection.set_schema_to_public()
            launch_region(folder, invite=False)
            with inside(f"{slug}.localhost"):
                get_user_model().objects.create_superuser(NAME, "meting@example.nl", NAME)


def inside(host: str):
    """Return a context inside the region of a host; on a site of its own we are there already."""
    if not apps.is_installed("zelfregie_tenants"):
        return nullcontext()
    from django_tenants.utils import tenant_context

    from zelfregie_tenants.models import Region

    connection.set_schema_to_public()
    return tenant_context(Region.objects.get(slug=host.partition(".")[0]))


def browser(host: str) -> Client:
    """A browser at the site, in which an administrator is logged in where there are any."""
    client = Client(SERVER_NAME=host)
    with inside(host):
        if person := get_user_model().objects.filter(username=NAME).first():
            client.force_login(person)
    return client


def ask(clients: dict[bool, Client], path: str) -> tuple[float, float]:
    """The milliseconds of one answer: computed by us and by PostgreSQL, and on the clock. Caches are empty."""
    for cache in caches.all():
        cache.clear()
    if apps.is_installed("zelfregie_tenants"):
        connection.set_schema_to_public()
    connection.ensure_connection()
    database = connection.connection.info.backend_pid
    computed, started = time.process_time() * 1000 + processor_milliseconds(database), time.perf_counter()
    response = clients[path.startswith("/admin/")].get(path)
    took = (time.perf_counter() - started) * 1000
    computed = time.process_time() * 1000 + processor_milliseconds(database) - computed
    if response.status_code != 200:
        sys.exit(f"{path} answered {response.status_code}")
    return computed, took


def answer(clients: dict[bool, Client], path: str, times: int) -> dict:
    """Statements of a page, and the milliseconds of that many answers."""
    ask(clients, path)  # templates and code are loaded by the first
    with CaptureQueriesContext(connection) as queries:
        ask(clients, path)
    number = len(queries)  # at once: the next request empties the list
    found = [ask(clients, path) for _time in range(times)]
    return {"queries": number, "computed": [each[0] for each in found], "took": [each[1] for each in found]}


def main() -> None:
    """Do what the first argument says."""
    if settings.DEBUG:
        sys.exit("Debugging is on: unset ZELFREGIE_DEBUG to measure what a server does.")
    if sys.argv[1] == "prepare":
        prepare(json.loads(sys.argv[2]))
        print("{}")
        return
    host = sys.argv[1]
    clients = {False: Client(SERVER_NAME=host), True: browser(host)}
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        path, times = json.loads(line)
        print(json.dumps(answer(clients, path, times)), flush=True)


if __name__ == "__main__":
    main()
