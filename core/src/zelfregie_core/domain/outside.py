"""Asking a service outside, from an address in the settings: soon an answer or soon none, never more than was asked.

For addresses that people fill in this is not enough: those may lead into our own network.
"""

import http.client
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SECONDS = 2.0
#: So many failures in a row, and the service is left alone for a while.
FAILURES = 3
REST_SECONDS = 300.0
_CHUNK = 16_384


class OutsideError(Exception):
    """The service did not answer in time, refused, or answered with something that we cannot use."""


@dataclass(frozen=True)
class Answer:
    """What a service answered."""

    body: bytes
    content_type: str


@dataclass
class Breaker:
    """Keeps away from a service that fails, so that pages do not wait for it again and again. One per process."""

    failures: int = 0
    until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def is_open(self) -> bool:
        """Whether to keep away."""
        return time.monotonic() < self.until

    def note(self, *, ok: bool) -> None:
        """Tell how it went."""
        with self._lock:
            self.failures = 0 if ok else self.failures + 1
            if self.failures >= FAILURES:
                self.until, self.failures = time.monotonic() + REST_SECONDS, 0

    def reset(self) -> None:
        """Forget what happened; for tests and after a change of settings."""
        with self._lock:
            self.until, self.failures = 0.0, 0


def ask(url: str, *, most_bytes: int, seconds: float = SECONDS, accept: str = "*/*") -> Answer:
    """Fetch an address with GET. Redirects are not followed: the address comes from our own settings.

    The time holds for everything together: looking up the name, connecting, and an answer that comes in drop by drop.

    :raises OutsideError: after ``seconds``, for more than ``most_bytes``, and for every answer that is not 200.
    """
    request = _Request(url, accept, most_bytes, time.monotonic() + seconds)
    # A thread, because the system's resolver knows no deadline; it ends by itself once its socket is closed.
    thread = threading.Thread(target=request.run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        request.give_up()
        raise OutsideError(f"no answer within {seconds:g} seconds")
    if request.answer is None:
        raise OutsideError(request.problem)
    return request.answer


class _Request:
    def __init__(self, url: str, accept: str, most_bytes: int, deadline: float) -> None:
        self.url, self.accept, self.most_bytes, self.deadline = url, accept, most_bytes, deadline
        self.connection: http.client.HTTPConnection | None = None
        self.answer: Answer | None = None
        self.problem = "no answer"

    def run(self) -> None:
        try:
            self.answer = self._get()
        except (OSError, http.client.HTTPException, ValueError, OutsideError) as error:
            self.problem = str(error) or type(error).__name__
        finally:
            if self.connection is not None:
                self.connection.close()

    def give_up(self) -> None:
        """End the thread: whatever it waits for on its socket comes to nothing."""
        sock = self.connection.sock if self.connection is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _get(self) -> Answer:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise OutsideError("not an address of the web")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(parts.hostname, parts.port, timeout=max(0.01, self.deadline - time.monotonic()))
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        # Nothing about who asks: no cookie, no address of a page, no visitor.
        headers = {"Accept": self.accept, "Accept-Encoding": "identity", "User-Agent": "Zelfregie"}
        self.connection.request("GET", path, headers=headers)
        response = self.connection.getresponse()
        if response.status != 200:
            raise OutsideError(f"status {response.status}")
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > self.most_bytes:
            raise OutsideError(f"more than {self.most_bytes} bytes")
        body = bytearray()
        # read1 gives what has come in; read would wait for a whole chunk, however slowly it comes.
        while piece := response.read1(_CHUNK):
            body += piece
            if len(body) > self.most_bytes:
                raise OutsideError(f"more than {self.most_bytes} bytes")
            if time.monotonic() > self.deadline:
                raise OutsideError("too slow")
        if announced.isdigit() and len(body) < int(announced):
            raise OutsideError("the answer broke off")
        return Answer(bytes(body), response.headers.get("Content-Type", ""))
