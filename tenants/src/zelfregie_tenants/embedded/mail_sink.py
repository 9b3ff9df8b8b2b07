"""A mail server that delivers nothing: it keeps every message as a file, for the demonstration's mail page."""

import itertools
import os
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MESSAGE = 15 * 1024 * 1024
KEPT = 500  # messages; the oldest go first


class MailSink:
    """aiosmtpd's handler: writes each message to `folder`, with whom it was really for in `X-Envelope-To`."""

    def __init__(self, folder: Path) -> None:
        """`folder` must exist."""
        self.folder = folder
        self._numbers = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the message; answer the sender with a temporary error when the disk does not take it."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        recipients = ", ".join(envelope.rcpt_tos)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}-{next(self._numbers)}.eml"
        fresh = self.folder / f".{name}.new"
        try:
            fresh.write_bytes(f"X-Envelope-To: {recipients}\r\n".encode() + content)
            fresh.rename(self.folder / name)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            return f"452 The message could not be stored: {error.strerror}"
        self._forget_oldest()
        return "250 Kept; nothing is delivered"

    def _forget_oldest(self) -> None:
        for old in sorted(self.folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)


def start_mail_sink(folder: Path, port: int) -> Controller:
    """Start the server on this machine's own address only, in a thread; `.stop()` ends it.

    Raises OSError when the port is taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sink = Controller(MailSink(folder), hostname="127.0.0.1", port=port, data_size_limit=LARGEST_MESSAGE)
    sink.start()
    return sink
