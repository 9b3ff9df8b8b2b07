"""Tells systemd again and again that this process answers. When that stops, systemd starts the process anew.

A process can run and answer nobody: its threads wait for each other, or a library holds them all. Nothing in it can
notice that for certain, so the question takes the way of a visitor: through the socket at which the process listens.
The answer asks no database: one that is away is no reason to start anything anew.

Does nothing where no service manager asks for it (`WatchdogSec=` of a unit, with `PORT` in its environment).
"""

from __future__ import annotations

import http.client
import logging
import os
import socket
import threading
import time
from dataclasses import dataclass

logger = logging.getLogger(__name__)

#: How often it is asked in the time after which systemd gives up: one answer that is lost is no reason yet.
QUESTIONS = 4


@dataclass(frozen=True)
class Watch:
    """Where to ask, whom to tell, and how often, in seconds."""

    port: int
    notify: str
    interval: float

    def answers(self) -> bool:
        """True iff the process says that it is alive."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.interval)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def tell(self) -> None:
        """Tell systemd that all is well."""
        # An address that begins with @ is one of Linux's own, without a file.
        address = "\0" + self.notify[1:] if self.notify.startswith("@") else self.notify
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as plug:
                plug.sendto(b"WATCHDOG=1", address)
        except OSError as error:  # the next time may do: a message that is lost ends no process that is well
            logger.warning("The service manager could not be told that this process answers: %s", error.strerror)

    def keep(self) -> None:
        """Ask and tell for as long as the process lives."""
        well = True
        while True:
            time.sleep(self.interval)
            before, well = well, self.answers()
            if well:
                self.tell()
            elif before:
                logger.warning("This process does not answer its own question; systemd starts it anew if it stays so.")


def watch_asked_for() -> Watch | None:
    """What the service manager asks of this process; None when it asks nothing."""
    notify, microseconds, port = (os.environ.get(name, "") for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "PORT"))
    if not (notify and microseconds.isdecimal() and port.isdecimal()):
        return None
    return Watch(int(port), notify, int(microseconds) / 1e6 / QUESTIONS)


def start() -> None:
    """Begin, when it is asked for."""
    if watch := watch_asked_for():
        threading.Thread(target=watch.keep, name="watchdog", daemon=True).start()
