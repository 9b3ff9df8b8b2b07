"""Fetching lists from a real server on this machine that misbehaves in every way."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from zelfregie_groups.domain.importing import fetching
from zelfregie_groups.domain.importing.fetching import fetch
from zelfregie_groups.domain.importing.problems import ImportProblem

LIST = json.dumps([{"name": "Groep", "slug": "groep", "day": 1, "time": "19:00"}]).encode()
MEGABYTE = b"x" * 1024 * 1024


class _Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    server: Any

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        if path == "/list.json":
            if self.headers.get("If-None-Match") == '"v1"':
                self._answer(304)
            else:
                self._answer(200, LIST, ETag='"v1"', **{"Last-Modified": "Sun, 01 Mar 2026 10:00:00 GMT"})
        elif path.startswith("/status/"):
            self._answer(int(path.rpartition("/")[2]), b"nee")
        elif path == "/large":
            self._stream([MEGABYTE] * 50)
        elif path == "/announced":
            self._answer(200, b"", length=50 * 1024 * 1024)
        elif path == "/drip":
            self._stream([b"["] * 200, pause=0.05)
        elif path == "/slow-headers":
            self._drip_headers()
        elif path == "/never":
            self.server.stopping.wait(20)
        elif path == "/short":
            self._answer(200, LIST, length=len(LIST) + 100)
        elif path == "/loop":
            self._answer(302, Location="/loop")
        elif path.startswith("/hops/"):
            left = int(path.rpartition("/")[2])
            self._answer(302, Location=f"/hops/{left - 1}" if left else "/list.json")
        elif path.startswith("/to/"):
            self._answer(302, Location=self.server.targets[path])
        elif path == "/cut":
            self.connection.close()

    def _answer(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, pieces: list[bytes], pause: float = 0) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for piece in pieces:
                self.wfile.write(piece)
                self.server.sent += len(piece)
                if pause and self.server.stopping.wait(pause):
                    return
        except OSError:
            return

    def _drip_headers(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.0 200 OK\r\n")
            for number in range(200):
                self.wfile.write(f"X-Header-{number}: x\r\n".encode())
                self.wfile.flush()
                if self.server.stopping.wait(0.05):
                    return
        except OSError:
            return

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server(settings: Any) -> Iterator[Any]:
    settings.ZELFREGIE_FEEDS_FROM_LOOPBACK = True
    made: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    made.seen, made.sent, made.targets, made.stopping = [], 0, {}, threading.Event()
    made.daemon_threads = True
    made.url = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.stopping.set()
    made.shutdown()
    made.server_close()


@pytest.fixture
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """A deadline of one second; returns how long it has been."""
    monkeypatch.setattr(fetching, "DEADLINE", 1.0)
    start = time.monotonic()
    return lambda: time.monotonic() - start


def refusal(url: str) -> str:
    with pytest.raises(ImportProblem) as caught:
        fetch(url)
    return str(caught.value)


def test_fetch_returns_the_list_and_how_to_ask_for_news(server):
    fetched = fetch(f"{server.url}/list.json?soort=alle")

    assert (fetched.data, fetched.etag, fetched.last_modified, fetched.file_name) == (
        LIST,
        '"v1"',
        "Sun, 01 Mar 2026 10:00:00 GMT",
        "list.json",
    )
    path, headers = server.seen[0]
    assert (path, headers["Host"]) == ("/list.json?soort=alle", server.url.removeprefix("http://"))
    assert ("Cookie" in headers, "Authorization" in headers, "Referer" in headers) == (False, False, False)


def test_fetch_says_that_nothing_changed(server):
    assert fetch(f"{server.url}/list.json", etag='"v1"') is None


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(401, "laat ons er niet bij"), (403, "laat ons er niet bij"), (404, "staat niets meer"), (410, "staat niets meer"),
     (429, "te vaak"), (500, "storing"), (503, "storing"), (418, "niet kennen"), (204, "niet kennen")],
)  # fmt: skip
def test_fetch_says_what_the_site_answered(server, status, sentence):
    assert sentence in refusal(f"{server.url}/status/{status}")


def test_fetch_stops_at_twenty_megabytes(server):
    assert "groter dan 20 MB" in refusal(f"{server.url}/large")
    assert server.sent < 30 * 1024 * 1024


def test_fetch_does_not_begin_at_what_is_announced_as_too_large(server):
    assert "groter dan 20 MB" in refusal(f"{server.url}/announced")


@pytest.mark.parametrize("path", ["/never", "/drip", "/slow-headers"])
def test_fetch_gives_up_at_its_deadline_however_the_time_is_spent(server, short_deadline, path):
    message = refusal(f"{server.url}{path}")

    assert "te langzaam" in message
    assert short_deadline() < 8


def test_fetch_notices_what_did_not_arrive_whole(server):
    assert "niet helemaal aan" in refusal(f"{server.url}/short")


def test_fetch_says_that_a_site_does_not_answer(server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert "antwoordt niet" in refusal(f"http://127.0.0.1:{port}/")
    assert "antwoordt niet" in refusal(f"{server.url}/cut")


def test_fetch_follows_three_redirects_and_no_more(server):
    assert fetch(f"{server.url}/hops/2").file_name == "list.json"
    assert "stuurt steeds door" in refusal(f"{server.url}/hops/3")
    assert "stuurt steeds door" in refusal(f"{server.url}/loop")


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://192.168.1.1/", "http://[fd00::1]/",
     "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/", "http://100.64.0.1/", "http://[64:ff9b::a00:1]/",
     "http://[64:ff9b:1::a00:1]/", "http://[fec0::1]/", "http://[::10.0.0.1]/", "http://[::ffff:0:10.0.0.1]/",
     "http://[2002:a00:1::]/", "http://167772161/", "http://0x0a000001/", "http://224.0.0.1/"],
)  # fmt: skip
def test_fetch_never_follows_into_a_closed_network(server, target):
    server.targets["/to/inside"] = target

    assert "gesloten netwerk" in refusal(f"{server.url}/to/inside")
    assert len(server.seen) == 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://voorbeeld.nl/", "gopher://127.0.0.1/"])
def test_fetch_never_follows_to_something_else_than_the_web(server, target):
    server.targets["/to/other"] = target

    assert "geen webadres" in refusal(f"{server.url}/to/other")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::1]", "2130706433", "[::ffff:127.0.0.1]"])
def test_fetch_does_not_reach_this_machine_unless_told(server, settings, host):
    settings.ZELFREGIE_FEEDS_FROM_LOOPBACK = False

    assert "gesloten netwerk" in refusal(f"http://{host}:{server.server_port}/list.json")
    assert server.seen == []


@pytest.mark.parametrize(
    "url",
    ["", "lijst.json", "ftp://voorbeeld.nl/x", "http://", "https://voorbeeld.nl:99999/", "http://[::1/", "http://x:0/",
     "javascript:alert(1)"],
)  # fmt: skip
def test_fetch_refuses_what_is_no_address(url):
    assert "geen webadres" in refusal(url)


def test_fetch_refuses_a_password_in_the_address():
    assert "wachtwoord" in refusal("https://ik:geheim@voorbeeld.nl/lijst.json")


def test_fetch_connects_to_the_address_that_was_checked(server, monkeypatch):
    """A name that changes its mind between the check and the connection (DNS rebinding) gets nobody inside."""
    asked = []
    real = socket.getaddrinfo

    def first_here_then_there(host: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "lijst.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", first_here_then_there)

    fetched = fetch(f"http://lijst.example:{server.server_port}/list.json")

    assert fetched.data == LIST
    assert asked.count("lijst.example") == 1
    assert server.seen[0][1]["Host"] == f"lijst.example:{server.server_port}"
