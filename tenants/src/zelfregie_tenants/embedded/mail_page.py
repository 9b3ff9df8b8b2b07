"""The demonstration's mail page: every message the demonstration has sent, on a host name of its own.

Being a host of its own, it shares no cookies with any region. Messages are shown as text; their HTML only inside a
sandbox without scripts, forms or requests to elsewhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from html import escape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

NAME = re.compile(r"[0-9T]+-\d+-\d+\.eml")
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
# The message's own HTML may style itself and open a link in a new tab, and nothing else.
HTML_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'"
)
STYLE = """
body{font:18px/1.6 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:1.5rem;color:#1d1d1b;background:#fbfaf8}
h1{font-size:1.6rem;line-height:1.25}
ul{list-style:none;padding:0}
li a{display:block;padding:.9rem 1rem;margin:.5rem 0;background:#fff;border:1px solid #d9d4cc;border-radius:.5rem;
color:inherit;text-decoration:none;overflow-wrap:anywhere}
li a:hover,li a:focus{border-color:#1d1d1b}
small,dt{color:#57534e;font-size:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
dd{margin:0;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;background:#fff;padding:1rem;border:1px solid #d9d4cc;
border-radius:.5rem}
iframe{width:100%;height:32rem;border:1px solid #d9d4cc;border-radius:.5rem;background:#fff}
"""


@dataclass(frozen=True)
class Answer:
    """A response before it is sent."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    security_policy: str = PAGE_POLICY
    download_as: str | None = None


class MailPage:
    """A WSGI application over the folder that the mail sink fills."""

    def __init__(self, folder: Path) -> None:
        """`folder` need not exist yet."""
        self.folder = folder

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            answer = _sentence(HTTPStatus.METHOD_NOT_ALLOWED, "Deze pagina kun je alleen bekijken.")
        else:
            answer = self._answer(environ.get("PATH_INFO", "/"))
        headers = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(answer.body))),
            ("Content-Security-Policy", answer.security_policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ]
        if answer.download_as is not None:
            headers.append(("Content-Disposition", f"attachment; filename*=UTF-8''{quote(answer.download_as)}"))
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def _answer(self, path: str) -> Answer:
        if path == "/":
            return self._list()
        if path == "/stijl.css":
            return Answer(STYLE.encode(), "text/css; charset=utf-8")
        name, _, rest = path.removeprefix("/").partition("/")
        message = self._read(name)
        if message is None:
            return _sentence(HTTPStatus.NOT_FOUND, "Dit bericht is er niet (meer).")
        if not rest:
            return _show(name, message)
        if rest == "html":
            return _html(message)
        return _attachment(message, rest.removeprefix("bijlage/"))

    def _read(self, name: str) -> EmailMessage | None:
        if not NAME.fullmatch(name):
            return None
        try:
            content = (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(content)

    def _list(self) -> Answer:
        rows = []
        for path in sorted(self.folder.glob("*.eml"), reverse=True):
            if (message := self._read(path.name)) is None:
                continue
            rows.append(
                f'<li><a href="/{path.name}"><strong>{_header(message, "Subject") or "(geen onderwerp)"}</strong><br>'
                f"<small>aan {_header(message, 'X-Envelope-To')} · van {_header(message, 'From')} · {_when(message)}"
                "</small></a></li>"
            )
        shown = f"<ul>{''.join(rows)}</ul>" if rows else "<p>Er is nog geen e-mail verstuurd.</p>"
        return _page(
            "E-mail van de demonstratie",
            "<p>Alles wat de demonstratie verstuurt, staat hier. Er gaat niets de deur uit. Ververs de pagina om "
            f"nieuwe berichten te zien.</p>{shown}",
        )


def _show(name: str, message: EmailMessage) -> Answer:
    subject = _header(message, "Subject") or "(geen onderwerp)"
    rows = [("Aan", _header(message, "X-Envelope-To")), ("Van", _header(message, "From"))]
    rows += [("Antwoord aan", _header(message, "Reply-To")), ("Datum", _when(message))]
    parts = [f"<dl>{''.join(f'<dt>{label}</dt><dd>{value}</dd>' for label, value in rows if value)}</dl>"]
    if (text := message.get_body(("plain",))) is not None:
        parts.append(f"<h2>Tekst</h2><pre>{_with_links(_content(text))}</pre>")
    if message.get_body(("html",)) is not None:
        parts.append(f'<h2>Opgemaakt</h2><iframe src="/{name}/html" title="Opgemaakt bericht" sandbox="')
        parts[-1] += 'allow-popups allow-popups-to-escape-sandbox"></iframe>'
    files = [
        f'<li><a href="/{name}/bijlage/{number}">{escape(part.get_filename() or "bijlage")}</a></li>'
        for number, part in enumerate(message.iter_attachments())
    ]
    if files:
        parts.append(f"<h2>Bijlagen</h2><ul>{''.join(files)}</ul>")
    return _page(subject, f'<p><a href="/">Alle e-mail</a></p>{"".join(parts)}', escaped=True)


def _html(message: EmailMessage) -> Answer:
    body = message.get_body(("html",))
    if body is None:
        return _sentence(HTTPStatus.NOT_FOUND, "Dit bericht heeft geen opmaak.")
    return Answer(b'<!doctype html><base target="_blank">' + _content(body).encode(), security_policy=HTML_POLICY)


def _attachment(message: EmailMessage, number: str) -> Answer:
    parts = list(message.iter_attachments())
    if not number.isascii() or not number.isdigit() or int(number) >= len(parts):
        return _sentence(HTTPStatus.NOT_FOUND, "Deze bijlage is er niet.")
    part = parts[int(number)]
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else part.as_bytes()
    return Answer(content, "application/octet-stream", download_as=part.get_filename() or "bijlage")


def _content(part: MIMEPart) -> str:
    """The text of a part, readable even when its declared encoding is wrong or unknown."""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _with_links(text: str) -> str:
    """The text, escaped, with its addresses clickable: a message is often there for its link."""
    parts, end = [], 0
    for match in LINK.finditer(text):
        address = escape(match.group())
        parts += [escape(text[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def _header(message: EmailMessage, name: str) -> str:
    return escape(str(message.get(name, "")))


def _when(message: EmailMessage) -> str:
    try:
        moment = parsedate_to_datetime(str(message["Date"])).astimezone()
    except (TypeError, ValueError):
        return _header(message, "Date")
    return f"{moment:%d-%m-%Y, %H.%M} uur"


def _sentence(status: HTTPStatus, text: str) -> Answer:
    page = _page("E-mail van de demonstratie", f'<p>{text}</p><p><a href="/">Alle e-mail</a></p>')
    return Answer(page.body, status=status)


def _page(title: str, body: str, *, escaped: bool = False) -> Answer:
    title = title if escaped else escape(title)
    return Answer(
        (
            '<!doctype html><html lang="nl"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{title}</title><link rel="stylesheet" href="/stijl.css"></head>'
            f"<body><main><h1>{title}</h1>{body}</main></body></html>"
        ).encode()
    )
