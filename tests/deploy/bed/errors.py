"""What the bed raises, and how it tells what it is doing."""

import sys
import time

_STARTED = time.monotonic()


class BedError(Exception):
    """The bed cannot do what was asked; the message is a sentence with the remedy."""


def say(message: str) -> None:
    """Tell whoever waits what is being done, with the seconds since the start."""
    print(f"bed {time.monotonic() - _STARTED:6.1f} s  {message}", file=sys.stderr, flush=True)
