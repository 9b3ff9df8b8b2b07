"""The web server as a process: what it was asked before SIGTERM it answers, and nothing after."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.db import connection

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def web():
    """granian as on a server, at the database of the test; yields its port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    parameters = connection.settings_dict
    url = f"postgresql:///{parameters['NAME']}?host={parameters['HOST']}&user={parameters['USER']}"
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "2", "--no-ws", "--workers-kill-timeout", "20"),
        "zelfregie_tenants.wsgi:application",
    ]
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while ask(port, "/healthz") != 200:
        assert time.monotonic() < end, "the server does not start"
        time.sleep(0.1)
    yield port, process
    process.kill()
    process.wait()


def ask(port: int, path: str) -> int:
    """Return the status of an answer; 0 when nobody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return int(line.recv(100).split()[1])
    except (OSError, IndexError):
        return 0


def test_request_that_is_under_way_is_answered_before_the_server_stops(web):
    port, process = web
    body = b"username=anna&password=geheim"
    head = f"POST /admin/login/ HTTP/1.1\r\nHost: noord.test\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as visitor:
        visitor.sendall(head.encode() + body[:5])
        time.sleep(0.5)  # the form is being read now

        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        newcomer = ask(port, "/healthz")
        visitor.sendall(body[5:])
        answer = visitor.recv(100)

    assert answer.split()[1] == b"403"  # a form without its token: Django has read it all
    assert newcomer == 0
    assert process.wait(30) == 0
