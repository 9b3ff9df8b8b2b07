"""Asking the network about a region's address, each question with a time-out of its own."""

from __future__ import annotations

import errno
import ipaddress
import json
import socket
import ssl
import time
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.resolver
from django.conf import settings

MOST_BYTES = 16_384
#: Names that are never in the public DNS: for tests, examples and one's own machine (RFC 2606, RFC 6761, RFC 6762).
LOCAL_ENDINGS = frozenset({"localhost", "test", "example", "invalid", "local", "internal", "lan"})
#: Where a region's site says which region it is.
WHO_PATH = "/.well-known/zelfregie"


class NotKnown(Exception):
    """The network does not tell: the question could not be asked, or nobody answered it."""


class BadAnswer(Exception):
    """What answers at the address cannot be right. `reason` is one of the words below.

    :param reason: `refused`, `silent`, `expired`, `other_name`, `not_trusted`, `no_tls`, `other_site`.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Network:
    """How the outside is asked. The defaults are for a real server; tests name a stand-in on their own machine.

    :param nameservers: addresses to ask; empty: those of this machine.
    :param ca_file: a bundle of authorities to trust; empty: those of this machine.
    :param allow_private: addresses of private networks count as reachable.
    """

    nameservers: tuple[str, ...] = ()
    dns_port: int = 53
    tls_port: int = 443
    ca_file: str = ""
    dns_seconds: float = 2.0
    tls_seconds: float = 5.0
    allow_private: bool = False

    def addresses(self, host: str) -> list[str]:
        """Return the addresses of a host, IPv4 first; none when it does not exist.

        Raises:
            NotKnown: no name server answered in time.
        """
        try:
            answers = self._resolver().resolve_name(dns.name.from_text(host), lifetime=self.dns_seconds)
            return sorted(answers.addresses(), key=lambda address: ":" in address)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise NotKnown(host) from error

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name; none when it has none.

        Raises:
            NotKnown: no name server answered in time.
        """
        try:
            answer = self._resolver().resolve(dns.name.from_text(name), "TXT", lifetime=self.dns_seconds)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise NotKnown(name) from error
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    def is_reachable(self, address: str) -> bool:
        """True iff visitors anywhere can get to this address."""
        return self.allow_private or ipaddress.ip_address(address).is_global

    def who_answers(self, host: str, address: str) -> str:
        """Return the slug of the region whose site answers over TLS, with a certificate that browsers trust.

        Everything together takes at most `tls_seconds`, also when the answer comes in drop by drop.

        Raises:
            BadAnswer: something else answers, or nothing does.
            NotKnown: this machine cannot get out.
        """
        deadline = time.monotonic() + self.tls_seconds
        try:
            with (
                socket.create_connection((address, self.tls_port), timeout=self.tls_seconds) as plain,
                self._context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False) as secure,
            ):
                secure.settimeout(_left(deadline))
                secure.do_handshake()
                return _slug_in(_ask(secure, host, deadline))
        except ssl.SSLCertVerificationError as error:
            raise BadAnswer(_certificate_problem(error)) from error
        except TimeoutError as error:
            raise BadAnswer("silent") from error
        except ConnectionRefusedError as error:
            raise BadAnswer("refused") from error
        except ssl.SSLError as error:
            raise BadAnswer("no_tls") from error
        except OSError as error:
            if error.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.EPERM}:
                raise NotKnown(host) from error
            raise BadAnswer("no_tls") from error

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self.nameservers)
        if self.nameservers:
            resolver.nameservers, resolver.port = list(self.nameservers), self.dns_port
        resolver.timeout = self.dns_seconds / 2
        return resolver

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file or None)


def network() -> Network:
    """Return how this installation asks the outside: `ZELFREGIE_READINESS_NETWORK`."""
    return Network(**settings.ZELFREGIE_READINESS_NETWORK)


def is_local(host: str) -> bool:
    """True iff this name, or address, means something on this machine or network only."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.rsplit(".", 1)[-1] in LOCAL_ENDINGS
    return True


def _ask(secure: ssl.SSLSocket, host: str, deadline: float) -> bytes:
    request = f"GET {WHO_PATH} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    secure.settimeout(_left(deadline))
    secure.sendall(request.encode("ascii"))
    answer = b""
    while len(answer) < MOST_BYTES:
        secure.settimeout(_left(deadline))
        try:
            piece = secure.recv(4096)
        except ssl.SSLEOFError:
            break  # closed without the farewell that TLS asks for; what came is judged
        if not piece:
            break
        answer += piece
    return answer


def _left(deadline: float) -> float:
    """Return how many seconds are left.

    Raises:
        TimeoutError: none.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _slug_in(answer: bytes) -> str:
    """Return the slug in what our own view answers (`views.who`)."""
    _head, _blank, body = answer.partition(b"\r\n\r\n")
    try:
        slug = json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])["region"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadAnswer("other_site") from error
    return str(slug)


def _certificate_problem(error: ssl.SSLCertVerificationError) -> str:
    """Return what is wrong, from OpenSSL's codes: 9 and 10 are dates, 62 and 64 names."""
    return {9: "expired", 10: "expired", 62: "other_name", 64: "other_name"}.get(error.verify_code, "not_trusted")
