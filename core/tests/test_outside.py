"""Asking a service outside: against a local stand-in that is slow, broken or refuses."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from zelfregie_core.domain.outside import FAILURES, Breaker, OutsideError, ask

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.fixture
def stand_in():
    """Serve one scripted answer per connection: a list of (pause in seconds, bytes). Yields a function to a URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    scripts = {"answer": []}
    asked = []
    is_over = threading.Event()

    def serve():
        while not is_over.is_set():
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection):
        with connection, suppress(OSError):
            connection.settimeout(5)
            asked.append(connection.recv(65_536).decode())
            for pause, part in scripts["answer"]:
                if is_over.wait(pause):
                    return
                connection.sendall(part)

    threading.Thread(target=serve, daemon=True).start()

    def scripted(*answer):
        scripts["answer"] = answer
        return f"http://127.0.0.1:{listener.getsockname()[1]}/zoek?q=a"

    scripted.asked = asked
    yield scripted
    is_over.set()
    listener.close()


def seconds_of(function, *arguments, **keywords):
    started = time.monotonic()
    with pytest.raises(OutsideError) as caught:
        function(*arguments, **keywords)
    return time.monotonic() - started, str(caught.value)


def test_ask_gives_what_the_service_answers_and_tells_nothing_of_who_asks(stand_in):
    url = stand_in((0, HEAD + b"Content-Length: 5\r\n\r\nhallo"))

    answer = ask(url, most_bytes=100, accept="text/plain")
    request = stand_in.asked[0].split("\r\n")

    assert (answer.body, answer.content_type) == (b"hallo", "text/plain")
    assert request[0] == "GET /zoek?q=a HTTP/1.1"
    assert sorted(line.split(":")[0] for line in request[1:] if line) == [
        *("Accept", "Accept-Encoding", "Host", "User-Agent"),
    ]


@pytest.mark.parametrize(
    "script",
    [
        [(10, b"")],
        [(0, HEAD), *[(0.05, b"X-Drip: 1\r\n")] * 200],
        [*[(0.05, bytes([byte])) for byte in HEAD * 4]],
        [(0, HEAD + b"Content-Length: 200\r\n\r\n"), *[(0.05, b"x")] * 200],
    ],
    ids=["silent", "dripping headers", "dripping bytes of the first line", "dripping body"],
)
def test_ask_gives_up_in_time_whatever_comes_in(stand_in, script):
    took, problem = seconds_of(ask, stand_in(*script), most_bytes=10_000, seconds=0.4)

    assert took < 6  # each script lasts ten seconds
    assert problem in ("no answer within 0.4 seconds", "too slow", "timed out")


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ([(0, b"HTTP/1.1 500 Oops\r\n\r\n")], "status 500"),
        ([(0, b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n")], "status 302"),
        ([(0, HEAD + b"Content-Length: 9999999\r\n\r\n")], "more than 100 bytes"),
        ([(0, HEAD + b"\r\n" + b"x" * 101)], "more than 100 bytes"),
        ([(0, HEAD + b"Content-Length: 50\r\n\r\nhalf")], "the answer broke off"),
        ([(0, b"SSH-2.0-OpenSSH\r\n")], "SSH-2.0-OpenSSH"),
        ([(0, b"")], "Remote end closed connection without response"),
    ],
)
def test_ask_refuses_what_is_no_good_answer(stand_in, script, problem):
    took, said = seconds_of(ask, stand_in(*script), most_bytes=100)

    assert (said.strip(), took < 6) == (problem, True)


def test_ask_does_not_wait_for_a_service_that_is_not_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    took, problem = seconds_of(ask, f"http://127.0.0.1:{port}/", most_bytes=100)

    assert took < 6
    assert "refused" in problem


@pytest.mark.parametrize("url", ["", "ftp://example.org/", "http:///x", "file:///etc/passwd", "http://[::1"])
def test_ask_refuses_what_is_no_web_address(url):
    with pytest.raises(OutsideError):
        ask(url, most_bytes=100)


def test_the_threads_of_slow_answers_end(stand_in):
    url = stand_in(*[(0.05, b"x")] * 400)
    before = threading.active_count()

    for _attempt in range(3):
        seconds_of(ask, url, most_bytes=100, seconds=0.1)
    deadline = time.monotonic() + 30
    while threading.active_count() > before + 3 and time.monotonic() < deadline:  # three of the stand-in itself
        time.sleep(0.02)

    assert threading.active_count() <= before + 3


def test_a_breaker_opens_after_failures_in_a_row_and_closes_later(monkeypatch):
    breaker = Breaker()
    for _time in range(FAILURES - 1):
        breaker.note(ok=False)
    breaker.note(ok=True)
    for _time in range(FAILURES - 1):
        breaker.note(ok=False)
    before = breaker.is_open
    breaker.note(ok=False)
    opened = breaker.is_open
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 301)

    assert (before, opened, breaker.is_open) == (False, True, False)
