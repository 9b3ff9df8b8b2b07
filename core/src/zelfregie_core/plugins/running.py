"""Running code inside a request, for so long at most: a piece of a plugin's, and the whole answer.

A thread cannot be stopped from outside. What can be done is to raise an exception in it, which arrives as soon as the
thread runs Python again: that ends a loop in Python, also one that catches every error. It does not end a call into C
that never returns; docs/adr/0020-plugins-at-run-time.md says what is left for those.
"""

import ctypes
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections

from zelfregie_core.plugin_errors import PluginError

T = TypeVar("T")
#: Called before a piece of a plugin's code; what it returns is called after, and says what the code left behind.
Keeper = Callable[[], Callable[[], str]]
#: A plugin that goes on after it was interrupted is interrupted again after so many seconds.
AGAIN = 1.0
#: After so many looks with nobody to look after, the watching thread sleeps until it is woken.
QUIET = 30


class _Interrupt(BaseException):
    """Raised in a thread whose plugin takes too long. No Exception, so that `except Exception` does not hold it up."""


class _Watch:
    """A thread that looks after the others; it sleeps while nobody runs code of a plugin."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadlines: dict[int, float] = {}
        #: Those of whole answers, besides the pieces inside them.
        self._answers: dict[int, float] = {}
        #: Threads to which an interrupt was sent.
        self._sent: set[int] = set()
        self._thread: threading.Thread | None = None
        self._asleep = False

    def enter(self, seconds: float) -> bool:
        """Watch the current thread from now on; False when it is watched already, by code around this."""
        with self._changed:
            thread = threading.get_ident()
            if thread in self._deadlines:
                return False
            self._deadlines[thread] = time.monotonic() + seconds
            self._wake()
            return True

    def leave(self) -> None:
        """Watch it no longer, and take back an interrupt that has not arrived yet."""
        with self._changed:
            self._deadlines.pop(threading.get_ident(), None)
            self._take_back()

    def begin(self, seconds: float) -> bool:
        """Watch all that the current thread does from now on, besides the pieces in it; False as with `enter`."""
        with self._changed:
            thread = threading.get_ident()
            if thread in self._answers:
                return False
            self._answers[thread] = time.monotonic() + seconds
            self._wake()
            return True

    def end(self) -> None:
        """Watch the answer no longer, and take back an interrupt that has not arrived yet."""
        with self._changed:
            self._answers.pop(threading.get_ident(), None)
            self._take_back()

    def _take_back(self) -> None:
        """Let an interrupt that was sent to the current thread arrive here, where it does nothing.

        Python could be told to forget it, but Python 3.11 then hangs as soon as somebody traces lines in that process:
        a debugger, or the measuring of coverage.
        """
        thread = threading.get_ident()
        if thread not in self._sent:
            return
        self._sent.discard(thread)
        try:
            _interrupt(thread, _Interrupt)
            while True:  # it arrives at the end of a round
                pass
        except _Interrupt:
            pass

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="zelfregie-plugins", daemon=True)
            self._thread.start()
        elif self._asleep:
            self._changed.notify()

    def _look(self) -> None:
        """Look every second: waking this thread for each piece of a plugin's code would cost more than the code."""
        quiet = 0
        while True:
            with self._changed:
                now = time.monotonic()
                pieces, answers = self._deadlines, self._answers
                for deadlines in (pieces, answers):
                    for thread, deadline in deadlines.items():
                        if deadline <= now:
                            self._sent.add(thread)
                            _interrupt(thread, _Interrupt)
                            deadlines[thread] = now + AGAIN
                quiet = 0 if pieces or answers else quiet + 1
                self._asleep = quiet > QUIET
                self._changed.wait(None if self._asleep else AGAIN)
                self._asleep = False


_watch = _Watch()
_keepers: list[Keeper] = []


def _interrupt(thread: int, exception: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(exception))


def _watch_anew() -> None:
    """In a process that was forked: it has one thread, and the watching one is not it."""
    global _watch
    _watch = _Watch()


os.register_at_fork(after_in_child=_watch_anew)


def add_keeper(keeper: Keeper) -> None:
    """Let the platform see to it that code of a plugin leaves things as they were. Once per process."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def run_plugin_code(plugin: str, part: str, function: Callable[..., T], *arguments: Any) -> T:
    """Run a piece of a plugin's code inside a request.

    :param part: what it is, such as ``hook home_sections``; for the message.
    :param function: is called with the arguments.
    :raises PluginError: it took too long, or left the region that it was called in. Whatever it raises itself is left
        as it is.
    """
    seconds: float = settings.ZELFREGIE_PLUGIN_SECONDS
    checks = [keeper() for keeper in _keepers]
    try:
        return _within(seconds, partial(function, *arguments))
    except _Interrupt:
        _close_connections()
        raise PluginError(
            plugin,
            f"{part} took more than {seconds:g} seconds and was stopped. Look for a loop that does not end, or a call "
            "of another host without a time limit.",
        ) from None
    finally:
        if left := [said for check in checks if (said := check())]:
            raise PluginError(plugin, f"{part} {' and '.join(left)}.")


class Answer:
    """One answer to a request, which may take ``ZELFREGIE_ANSWER_SECONDS`` from its start.

    So a view cannot keep a thread for ever, also one without a hook in it. Pieces of plugins inside have their own,
    shorter limit. Inside another one that was started it does nothing: a preview is part of the request around it.
    """

    def __init__(self) -> None:
        self._owner = ""
        self._is_watched = False

    def start(self, owner: str) -> None:
        """Watch from now on.

        :param owner: the plugin whose view it is; ``core`` for the house.
        """
        self._owner = owner
        self._is_watched = _watch.begin(settings.ZELFREGIE_ANSWER_SECONDS)

    def wait_for(self, function: Callable[[], T]) -> T:
        """Call a function that starts this answer somewhere inside, and return what it returns.

        :raises PluginError: it took too long.
        """
        try:
            try:
                return function()
            finally:
                self._end()
        except _Interrupt:
            if not self._is_watched:  # it is for an answer around this one
                raise
            self._end()  # the interrupt may have come between the end of the function and this
            _close_connections()
            raise PluginError(
                self._owner,
                f"an answer took more than {settings.ZELFREGIE_ANSWER_SECONDS:g} seconds and was stopped. Let a "
                "background task do what takes long, or stream the answer.",
            ) from None

    def _end(self) -> None:
        if self._is_watched:
            _watch.end()


def _within(seconds: float, function: Callable[[], T]) -> T:
    if not _watch.enter(seconds):
        return function()
    try:
        try:
            return function()
        finally:
            _watch.leave()
    except _Interrupt:
        _watch.leave()  # the interrupt may have come between the end of the function and leaving
        raise


def _close_connections() -> None:
    """Do not go on with a connection that may be in the middle of a statement; the next query opens another."""
    for connection in connections.all(initialized_only=True):
        kept: Any = connection
        if not kept.in_atomic_block:
            kept.close()
