"""Ask a site for one page over a few kept connections, as fast as it answers, and count.

Below any library of HTTP, which would cost more than what is measured. `python rate.py ADDRESS AUTHORITY NAME PATH
SECONDS` prints JSON; it is a process of its own, so that several measure at a time.
"""

import json
import sys
import threading
import time
from pathlib import Path

import wire

CONNECTIONS = 4


def ask(line, request: bytes) -> None:
    """One request and its whole answer; raises AssertionError when it is not the page."""
    line.sendall(request)
    said = line.recv(65536)
    while b"\r\n\r\n" not in said:
        said += line.recv(65536)
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    if b"content-length:" not in head.lower():  # in pieces, of which the last is empty
        while not body.endswith(b"0\r\n\r\n"):
            body += line.recv(65536)
        return
    left = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]) - len(body)
    while left > 0:
        left -= len(line.recv(65536))


def measure(address: str, authority: Path, name: str, path: str, seconds: float) -> dict[str, float]:
    """Requests per second, and milliseconds of the slowest twentieth."""
    request = f"GET {path} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()
    times: list[float] = []
    until = time.monotonic() + seconds

    def visit() -> None:
        with wire.secure(address, authority, name) as line:
            while time.monotonic() < until:
                started = time.monotonic()
                ask(line, request)
                times.append(time.monotonic() - started)

    threads = [threading.Thread(target=visit) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return {"answers": len(times), "per_second": len(times) / seconds, "p95_ms": 1000 * times[int(len(times) * 0.95)]}


if __name__ == "__main__":
    address, authority, name, path, seconds = sys.argv[1:]
    sys.stdout.write(json.dumps(measure(address, Path(authority), name, path, float(seconds))))
