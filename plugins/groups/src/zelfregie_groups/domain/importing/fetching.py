"""Fetching a list from an address that an editor gave: with a deadline, a limit, and never from inside our own network.

An address may lead anywhere, so the name is resolved once, what it resolves to is checked, and the connection goes to
exactly that address; the same for every redirect.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, IncompleteRead, ProtocolError

from zelfregie_groups.domain.importing.formats.sniffing import MAX_BYTES, too_large
from zelfregie_groups.domain.importing.problems import ImportProblem

#: Seconds for everything together: names, redirects, headers and the last byte.
DEADLINE = 10.0
MAX_REDIRECTS = 3
_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
#: Addresses of IPv6 that lead to one of IPv4, and say nothing about where (RFC 4291, 6052, 6145, 8215); and site-local
#: ones (RFC 3879), which Python takes for global.
_NOT_OUTSIDE = tuple(
    map(ipaddress.ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "fec0::/10"))
)


@dataclass(frozen=True)
class Fetched:
    """What an address answered.

    :param data: the bytes of the list.
    :param file_name: the last part of the address.
    """

    data: bytes
    etag: str
    last_modified: str
    file_name: str


def fetch(url: str, etag: str = "", last_modified: str = "") -> Fetched | None:
    """Return what is at an address, or None when it did not change since.

    :param etag: what the address answered last time; and its ``last_modified``.
    :raises ImportProblem: when it cannot be fetched, with a sentence that says why and what to do.
    """
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {
        "User-Agent": "Zelfregie (list of groups)",
        "Accept": "application/json, text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*",
        # Packed answers save little here, and could grow beyond every limit when they are unpacked.
        "Accept-Encoding": "identity",
        **{name: value for name, value in conditions.items() if value},
    }
    deadline = time.monotonic() + DEADLINE
    for _hop in range(MAX_REDIRECTS + 1):
        check_url(url)
        address = _address(url, deadline)
        with _get(url, address, headers, deadline) as response:
            if response.status_code in _REDIRECTS and response.headers.get("Location"):
                url = urljoin(url, response.headers["Location"])
                continue
            if response.status_code == 304:
                return None
            if response.status_code != 200:
                raise ImportProblem(_of_status(response.status_code))
            return Fetched(
                data=_body(response, deadline),
                etag=response.headers.get("ETag", "")[:200],
                last_modified=response.headers.get("Last-Modified", "")[:100],
                file_name=urlsplit(url).path.rstrip("/").rpartition("/")[2][:200],
            )
    raise ImportProblem(
        _("Het adres stuurt steeds door naar een ander. Open het in je browser en neem het adres dat je dan ziet.")
    )


def check_url(url: str) -> None:
    """Refuse an address that is not one of the web.

    :raises ImportProblem: with what is wrong.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImportProblem(_("Dit is geen webadres. Schrijf het als https://voorbeeld.nl/lijst.json.")) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ImportProblem(_("Dit is geen webadres. Schrijf het als https://voorbeeld.nl/lijst.json."))
    if parts.username or parts.password:
        raise ImportProblem(_("Zet geen naam of wachtwoord in het adres: dat zou iedereen hier kunnen lezen."))


def _address(url: str, deadline: float) -> str:
    """The IP address to connect to; all that the name resolves to must be on the internet."""
    host = urlsplit(url).hostname or ""
    answers: list[str] = []

    def resolve() -> None:
        try:
            # Numbers and names alike: "127.1" and "0x7f000001" are numbers too, for the system that connects.
            answers.extend(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            return

    # The system's resolver knows no deadline. Its thread ends by itself.
    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    found = list(answers)
    if thread.is_alive() or not found:
        raise ImportProblem(_("De site %(host)s bestaat niet, of is nu niet te vinden.") % {"host": host[:100]})
    for address in found:
        if not _is_allowed(address):
            raise ImportProblem(
                _("Het adres %(host)s hoort bij een gesloten netwerk. We halen alleen lijsten van het internet.")
                % {"host": host[:100]}
            )
    return found[0]


def _is_allowed(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        if any(ip in network for network in _NOT_OUTSIDE if not ip.is_loopback) or ip.sixtofour or ip.teredo:
            return False
        ip = ip.ipv4_mapped or ip
    if ip.is_loopback:
        return bool(settings.ZELFREGIE_FEEDS_FROM_LOOPBACK)
    return ip.is_global and not ip.is_multicast


@contextmanager
def _get(url: str, address: str, headers: dict[str, str], deadline: float) -> Iterator[requests.Response]:
    """One request to one address. When the time is over its socket is closed, whatever it is waiting for."""
    sockets: list[socket.socket] = []
    left = max(0.1, deadline - time.monotonic())

    def give_up() -> None:
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(left, give_up)
    timer.daemon = True
    with requests.Session() as session:
        # No proxy, no password from a file: the connection goes where we say and tells nothing about us.
        session.trust_env = False
        adapter = _PinnedAdapter(address, sockets)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        timer.start()
        try:
            with session.get(url, headers=headers, timeout=left, stream=True, allow_redirects=False) as response:
                yield response
        except (requests.RequestException, HTTPError, OSError) as error:
            raise ImportProblem(_of_error(error, deadline)) from error
        finally:
            timer.cancel()
            for one in sockets:
                one.close()


def _body(response: requests.Response, deadline: float) -> bytes:
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > MAX_BYTES:
        raise ImportProblem(too_large())
    data = bytearray()
    # read1 gives what has arrived; read would wait until a chunk is full, however slowly it comes.
    while piece := response.raw.read1(_CHUNK, decode_content=True):
        data += piece
        if len(data) > MAX_BYTES:
            raise ImportProblem(too_large())
        if time.monotonic() > deadline:
            raise ImportProblem(_too_slow())
    if time.monotonic() > deadline:
        raise ImportProblem(_too_slow())
    return bytes(data)


def _of_status(status: int) -> str:
    if status in {401, 403}:
        return _("De site laat ons er niet bij (antwoord %(status)s). Vraag om een adres zonder inloggen.") % {
            "status": status
        }
    if status in {404, 410}:
        return _("Op dit adres staat niets meer (antwoord %(status)s). Vraag waar de lijst nu staat.") % {
            "status": status
        }
    if status == 429:
        return _("De site vindt dat we te vaak komen (antwoord 429). Haal de lijst minder vaak op.")
    if status >= 500:
        return _("De site heeft een storing (antwoord %(status)s). We proberen het later nog eens.") % {
            "status": status
        }
    return _("De site gaf een antwoord dat we niet kennen (%(status)s).") % {"status": status}


def _of_error(error: Exception, deadline: float) -> str:
    if time.monotonic() >= deadline or isinstance(error, requests.Timeout | TimeoutError):
        return _too_slow()
    if isinstance(error, ProtocolError) and any(isinstance(cause, IncompleteRead) for cause in error.args):
        return _("De lijst kwam niet helemaal aan. We proberen het later nog eens.")
    if isinstance(error, requests.exceptions.SSLError):
        return _("De beveiligde verbinding (https) met de site klopt niet. Meld dit aan wie de lijst beheert.")
    return _("De site antwoordt niet. Kijk of het adres klopt; we proberen het later nog eens.")


def _too_slow() -> str:
    return _("De site was te langzaam: na %(seconds)s seconden was de lijst er nog niet.") % {"seconds": int(DEADLINE)}


class _PinnedAdapter(HTTPAdapter):
    """Connects to one address, whatever the name in the URL; that name is still what TLS checks."""

    def __init__(self, address: str, sockets: list[socket.socket]) -> None:
        self.address = address
        self.sockets = sockets
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        address, sockets = self.address, self.sockets

        def connect(connection: HTTPConnection) -> socket.socket:
            made = socket.create_connection((address, connection.port), timeout=connection.timeout)
            # A handle of its own: TLS takes the socket itself over, and then it cannot be shut down from here.
            sockets.append(made.dup())
            return made

        class Plain(HTTPConnection):
            _new_conn = connect

        class Secure(HTTPSConnection):
            _new_conn = connect

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
