"""Connections below HTTP: what no browser would send, or not as slowly, or not as often."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def plain(address: str, port: int = 443, timeout: float = 30) -> socket.socket:
    """A connection that says nothing yet."""
    return socket.create_connection((address, port), timeout)


def secure(address: str, authority: Path, name: str, timeout: float = 30) -> ssl.SSLSocket:
    """A connection to a site."""
    trust = ssl.create_default_context(cafile=str(authority))
    return trust.wrap_socket(plain(address, timeout=timeout), server_hostname=name)


def exchange(address: str, authority: Path, name: str, request: str, timeout: float = 30) -> tuple[int, bytes]:
    """Send a request as it stands; return the status and the rest of the answer. 0: closed without a word."""
    with secure(address, authority, name, timeout) as line:
        line.sendall(request.encode("latin-1"))
        return read_answer(line)


def read_answer(line: socket.socket) -> tuple[int, bytes]:
    """The status and the rest of an answer after which the connection is closed."""
    said = b""
    while part := line.recv(65536):
        said += part
    head = said.split(b" ", 2)
    return (int(head[1]) if len(head) > 1 else 0), said


@contextmanager
def many(address: str, count: int, port: int = 443) -> Iterator[list[socket.socket]]:
    """Connections that say nothing, all at once."""
    lines: list[socket.socket] = []
    try:
        while len(lines) < count:
            lines += [plain(address, port)]
        yield lines
    finally:
        for line in lines:
            line.close()


def closed(lines: list[socket.socket], within: float) -> int:
    """How many of these connections the other side has closed, asked again until all are or the time is up."""
    until, left = time.monotonic() + within, list(lines)
    while left and time.monotonic() < until:
        left = [line for line in left if not _is_closed(line)]
        time.sleep(0.5)
    return len(lines) - len(left)


def _is_closed(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1024) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
