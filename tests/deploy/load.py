"""Visitors who keep coming at a steady rate, each with a connection of its own, and are counted."""

import threading
import time
from pathlib import Path
from urllib.error import URLError

from visitor import Visitor


class Load:
    """with Load(address, authority, urls, rate=50) as load: ...; then load.answered and load.lost tell how it went."""

    def __init__(self, address: str, authority: Path, urls: list[str], rate: int = 50) -> None:
        """`rate` is requests a second; the urls are asked in turn."""
        self.answered = 0
        self.lost: list[str] = []
        self.slowest = 0.0
        self._address, self._authority, self._urls, self._rate = address, authority, urls, rate
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._sent = 0
        # As many as can wait at once when every answer takes its time.
        self._threads = [threading.Thread(target=self._visit, daemon=True) for _ in range(40)]

    def __enter__(self) -> "Load":
        self._started = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.seconds = time.monotonic() - self._started
        self._over.set()
        for thread in self._threads:
            thread.join(120)

    def _visit(self) -> None:
        visitor = Visitor(self._address, self._authority)
        while not self._over.is_set():
            with self._lock:
                number, self._sent = self._sent, self._sent + 1
            due = self._started + number / self._rate
            if self._over.wait(max(0.0, due - time.monotonic())):
                return
            self._ask(visitor, self._urls[number % len(self._urls)])

    def _ask(self, visitor: Visitor, url: str) -> None:
        started, problem = time.monotonic(), ""
        try:
            answer = visitor.get(url)
            if answer.status != 200:
                problem = f"{answer.status} {answer.text[:200]}"
        except (URLError, OSError) as error:
            problem = repr(error)
        seconds = time.monotonic() - started
        with self._lock:
            self.slowest = max(self.slowest, seconds)
            if problem:
                self.lost.append(f"{started - self._started:.1f} s {url}: {problem}")
            else:
                self.answered += 1
