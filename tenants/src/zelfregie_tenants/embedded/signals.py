"""Being asked to stop, by Ctrl-C, `kill` or a closed terminal."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked to stop."""


class StopSignals:
    """While entered, a stopping signal raises Stopped, except inside `hold()`: what is done there is done whole."""

    def __init__(self) -> None:
        """Nothing happens until it is entered."""
        self._before: dict[signal.Signals, object] = {}
        self._held = False
        self._asked = False
        self._ignoring = False

    def __enter__(self) -> Self:
        """Watch. A hang-up that is ignored already, as under nohup, stays ignored."""
        for each in WATCHED:
            if each == signal.SIGHUP and signal.getsignal(each) == signal.SIG_IGN:
                continue
            self._before[each] = signal.signal(each, self._stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Put back what was there."""
        for each, handler in self._before.items():
            signal.signal(each, handler)  # type: ignore[arg-type]

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let a signal wait until the block is done."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._asked:
            raise Stopped

    def ignore(self) -> None:
        """From now on only clean up: impatience must not leave processes behind."""
        self._ignoring = True

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._ignoring or self._asked:
            return
        self._asked = True
        if not self._held:
            raise Stopped
