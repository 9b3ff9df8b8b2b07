"""A cache on a server of its own: a real Valkey or Redis, killed while it is in use."""

import shutil
import signal
import socket
import subprocess
import time

import pytest
from django.core.cache import caches
from django.test import RequestFactory
from django_tenants.utils import tenant_context

from zelfregie_core.domain.throttle import Limit, allow
from zelfregie_tenants import caches as ours
from zelfregie_tenants.settings import base

PROGRAM = shutil.which("valkey-server") or shutil.which("redis-server")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(PROGRAM is None, reason="neither valkey-server nor redis-server is installed (Debian has both)"),
]


class Server:
    """The server program, at one port; started and killed as a test asks."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.process = folder, None

    def start(self):
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([PROGRAM, *options], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        pytest.fail("The server does not start.")

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(settings, tmp_path, monkeypatch):
    """Settings as with ZELFREGIE_CACHE=redis, at a server that was started."""
    server = Server(tmp_path)
    server.start()
    monkeypatch.setattr(base, "REDIS_URLS", [f"redis://127.0.0.1:{server.port}/0"])
    monkeypatch.setattr(ours, "ALONE_SECONDS", 2.0)
    settings.CACHES = base.caches("redis") | {"tiles": settings.CACHES["tiles"]}
    yield server
    for alias in ("default", "renditions", "pages"):
        for pool in caches[alias]._cache._pools.values():
            pool.disconnect()
    server.kill()


def rest():
    """Wait until the server is asked again."""
    time.sleep(2.1)


def test_regions_and_aliases_have_entries_of_their_own(server, noord, zuid):
    caches["default"].set("sleutel", "noord")
    caches["pages"].set("sleutel", "bladzijde")
    with tenant_context(zuid):
        before = caches["default"].get("sleutel")
        caches["default"].set_many({"sleutel": "zuid", "getal": 1})
        there = caches["default"].get_many(["sleutel", "getal"])

    here = [caches[alias].get("sleutel") for alias in ("default", "pages", "renditions")]

    assert (before, there, here) == (None, {"sleutel": "zuid", "getal": 1}, ["noord", "bladzijde", None])


def test_pages_answer_and_brakes_brake_while_the_server_is_killed(server, client, noord, settings, caplog):
    settings.ZELFREGIE_PAGE_CACHE_SECONDS = 300
    limit, request = Limit("proef:raden", 3, 600), RequestFactory().get("/")
    with_server = [client.get("/").status_code, client.get("/").status_code, allow(request, limit)]

    server.kill()
    without = [client.get("/").status_code, client.get("/").status_code]
    tries = [allow(request, limit) for _time in range(4)]

    assert (with_server, without, tries) == ([200, 200, True], [200, 200], [True, True, True, False])
    assert caches["default"].is_away
    said = [record.getMessage() for record in caplog.records if record.name == "zelfregie.platform"]
    assert set(said) == {"The cache server does not answer (ConnectionError); working without it."}


def test_server_that_hung_is_not_believed_about_what_changed_meanwhile(server, noord):
    """It was not restarted: what it had before, it still has."""
    cache = caches["default"]
    cache.set("oud", "van voor de storing")

    server.process.send_signal(signal.SIGSTOP)
    cache.delete("oud")
    cache.set("nieuw", "tijdens de storing")
    meanwhile = (cache.get("oud"), cache.get("nieuw"), cache.is_away)
    server.process.send_signal(signal.SIGCONT)
    rest()
    after = (cache.get("oud"), cache.get("nieuw"), cache.is_away)

    assert (meanwhile, after) == ((None, "tijdens de storing", True), (None, None, False))
