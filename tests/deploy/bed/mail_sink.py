"""A mail server that keeps what it is given, so that tests read what people would."""

import email
import email.policy
import socketserver
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage

from bed.errors import BedError


@dataclass(frozen=True)
class Letter:
    """A message, with what the envelope said."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """What a reader without HTML sees."""
        part = self.message.get_body(("plain", "html"))
        return part.get_content() if part else ""


class MailSink:
    """Listens at an address of this machine that the hosts of a bed reach.

    with MailSink(bed.network.gateway) as sink: ...
    """

    def __init__(self, address: str, port: int = 2525) -> None:
        """Take the address; raises OSError when somebody has it."""
        self.address, self.port = address, port
        self.letters: list[Letter] = []
        self._arrived = threading.Condition()
        self._server = _Server((address, port), self._keep)

    def __enter__(self) -> "MailSink":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, recipient: str, *, subject: str = "", timeout: float = 60) -> Letter:
        """The newest letter for a recipient with these words in its subject; raises BedError when none comes."""
        until = time.monotonic() + timeout
        with self._arrived:
            while True:
                for letter in reversed(self.letters):
                    if recipient in letter.recipients and subject in (letter.message["subject"] or ""):
                        return letter
                if not self._arrived.wait(until - time.monotonic()) and time.monotonic() >= until:
                    got = [(each.recipients, each.message["subject"]) for each in self.letters]
                    raise BedError(f"No letter “{subject}” for {recipient} came in {timeout:.0f} s; these did: {got}")

    def _keep(self, letter: Letter) -> None:
        with self._arrived:
            self.letters.append(letter)
            self._arrived.notify_all()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, keep) -> None:
        self.keep = keep
        super().__init__(address, _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a sender needs that asks for nothing more."""

    timeout = 60

    def handle(self) -> None:
        sender, recipients = "", []
        self._say("220 sink.bed ESMTP")
        while line := self.rfile.readline(2000):
            words = line.decode(errors="replace").strip()
            verb = words[:4].upper()
            if verb in ("EHLO", "HELO"):
                self._say("250 sink.bed")
            elif verb == "MAIL":
                sender, recipients = _path(words), []
                self._say("250 OK")
            elif verb == "RCPT":
                recipients.append(_path(words))
                self._say("250 OK")
            elif verb == "DATA":
                self._say("354 go on")
                message = email.message_from_bytes(self._data(), policy=email.policy.default)
                self.server.keep(Letter(sender, tuple(recipients), message))
                self._say("250 kept")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            elif verb in ("RSET", "NOOP"):
                self._say("250 OK")
            else:
                self._say("502 not here")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _path(words: str) -> str:
    """The address between angle brackets."""
    return words.partition("<")[2].partition(">")[0]
