"""Visible progress: one line per step, with how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 48


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print the step, and its duration when it is done; a step that fails leaves its line open."""
    _write(f"  {what} ".ljust(WIDTH, ".") + " ")
    started = time.monotonic()
    try:
        yield
    except BaseException:
        _write("\n")
        raise
    _write(f"{time.monotonic() - started:5.1f} s\n")


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    _write(text + "\n")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
