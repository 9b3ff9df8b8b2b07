"""A visitor or editor who comes to a host over HTTPS and fills in forms, as a browser without JavaScript does.

Names are not looked up: every one of them is that host. Its certificate is checked against one authority.
"""

import base64
import hashlib
import hmac
import http.client
import re
import socket
import ssl
import struct
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin

PATIENCE = 60


@dataclass(frozen=True)
class Answer:
    """What came back in the end, and from which address."""

    url: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode(errors="replace")


@dataclass
class Form:
    """A form of a page: where it goes, and what a browser would send of it when nobody touched it."""

    action: str = ""
    method: str = "get"
    values: dict[str, str] = field(default_factory=dict)


class Visitor:
    """Keeps its cookies, and follows where it is sent."""

    def __init__(self, address: str, authority: Path) -> None:
        """`address` is the host's, `authority` the certificate of who signs its certificates."""
        self.jar = CookieJar()
        trust = ssl.create_default_context(cafile=str(authority))
        self._open = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            _Handler(address, trust),
            _PlainHandler(address),
            urllib.request.HTTPCookieProcessor(self.jar),
        )
        self.last: Answer | None = None

    def get(self, url: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._ask(urllib.request.Request(url, headers=_named(headers)))  # noqa: S310 -- urls of the tests

    def submit(self, which: str, *, file: tuple[str, str, bytes] | None = None, **values: str) -> Answer:
        """Send a form of the last page: the first whose action or fields contain `which`.

        `file` is a field, a name and the bytes. Raises AssertionError when the page has no such form.
        """
        assert self.last is not None
        forms = forms_of(self.last.text)
        form = next((each for each in forms if which in each.action or which in each.values), None)
        assert form is not None, f"{self.last.url} ({self.last.status}) has no form with {which}: {forms}"
        fields = {**form.values, **values}
        if file:
            body, kind = _multipart(fields, file)
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        url = urljoin(self.last.url, form.action or self.last.url)
        headers = {"Content-Type": kind, "Referer": self.last.url}
        return self._ask(urllib.request.Request(url, data=body, headers=headers))  # noqa: S310 -- urls of the tests

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self._open.open(request, timeout=PATIENCE) as response:
                self.last = Answer(response.url, response.status, response.headers, response.read())
        except HTTPError as error:
            self.last = Answer(error.url, error.code, error.headers, error.read())
            error.close()
        return self.last


def one_time_code(key: str, at: float | None = None) -> str:
    """What an app shows for a key at a moment (RFC 6238)."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(base64.b32decode(key), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def forms_of(html: str) -> list[Form]:
    """The forms of a page."""
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


def words_of(html: str) -> str:
    """The text of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if not self.forms:
            return
        values, name = self.forms[-1].values, given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("submit", "button", "file", "image"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                values[name] = given.get("value", "on" if given.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in values):
            values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


class _Connection(http.client.HTTPSConnection):
    """Goes to one address, whatever the name, and asks there for that name."""

    def __init__(self, host: str, *, address: str, trust: ssl.SSLContext, **options: object) -> None:
        super().__init__(host, context=trust, **options)
        self._address, self._trust = address, trust

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)


class _Handler(urllib.request.HTTPSHandler):
    def __init__(self, address: str, trust: ssl.SSLContext) -> None:
        super().__init__(context=trust)
        self._connect = partial(_Connection, address=address, trust=trust)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connect, request)


class _PlainConnection(http.client.HTTPConnection):
    def __init__(self, host: str, *, address: str, **options: object) -> None:
        super().__init__(host, **options)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PlainHandler(urllib.request.HTTPHandler):
    def __init__(self, address: str) -> None:
        super().__init__()
        self._connect = partial(_PlainConnection, address=address)

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connect, request)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _multipart(fields: dict[str, str], file: tuple[str, str, bytes]) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    name, filename, content = file
    parts.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"
