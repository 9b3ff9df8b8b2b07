"""What a web process tells systemd, and when it keeps silent."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from zelfregie_tenants.monitoring.watchdog import Watch, watch_asked_for


@contextmanager
def server(status: int):
    """A web server that answers everything with one status."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        try:
            yield listening.server_port
        finally:
            listening.shutdown()


def test_systemd_is_told_where_it_listens(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd, server(200) as port:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(10)

        threading.Thread(target=Watch(port, str(tmp_path / "notify"), 0.01).keep, daemon=True).start()

        assert systemd.recv(100) == b"WATCHDOG=1"


def test_process_that_refuses_hangs_or_is_gone_is_not_well():
    with server(503) as port:
        refuses = Watch(port, "", 5).answers()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hangs = Watch(silent.getsockname()[1], "", 0.2).answers()

    gone = Watch(port, "", 5).answers()

    assert (refuses, hangs, gone) == (False, False, False)


@pytest.mark.parametrize("lacking", ["NOTIFY_SOCKET", "WATCHDOG_USEC", "PORT"])
def test_nothing_is_watched_where_nobody_asks(monkeypatch, lacking: str):
    for name, value in {"NOTIFY_SOCKET": "@systemd", "WATCHDOG_USEC": "120000000", "PORT": "8101"}.items():
        monkeypatch.setenv(name, value)
    assert watch_asked_for() == Watch(8101, "@systemd", 30.0)
    monkeypatch.setenv(lacking, "")

    assert watch_asked_for() is None
