"""A stand-in of the address service (PDOK Locatieserver) on this machine, for tests of all distributions."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.core.cache import cache

from zelfregie_core.places.locatieserver import breaker


@contextmanager
def address_service(settings: Any, answer: Callable[[str], tuple[int, Any]]) -> Iterator[None]:
    """Switch the address service on, with answers of our own; nothing that it said is remembered before or after.

    :param answer: gives status and body (bytes, or what becomes JSON) for the path that was asked, on a thread of its
        own.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self.path)
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # who asked may be gone
                self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing on the screen of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.ZELFREGIE_LOCATIESERVER_URL = f"http://127.0.0.1:{server.server_port}/"
    cache.clear()
    breaker.reset()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        breaker.reset()
        cache.clear()
