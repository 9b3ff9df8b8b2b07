"""The mail sink keeps what is sent, and its page shows it without letting it do anything."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from zelfregie_tenants.embedded.mail_page import MailPage
from zelfregie_tenants.embedded.mail_sink import start_mail_sink
from zelfregie_tenants.embedded.ports import free_port


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[int]:
    """A running sink that keeps messages in `tmp_path`; its port."""
    port = free_port()
    sink = start_mail_sink(tmp_path, port)
    yield port
    sink.stop()


def message() -> EmailMessage:
    """A message that tries a few things."""
    made = EmailMessage()
    made["From"] = "Zelfregie <noreply@zuid-limburg.example>"
    made["To"] = "anna@voorbeeld.example"
    made["Subject"] = "Welkom <script>alert(1)</script>"
    made["Date"] = "Sun, 22 Nov 2026 09:30:00 +0000"
    made.set_content("Dag Anna,\nKlik op https://zuid-limburg.localhost/bevestig?a=1&b=2.\n<b>vet</b>")
    made.add_alternative("<p>Dag <script>alert(1)</script><a href='https://x.example'>Anna</a></p>", subtype="html")
    made.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="één.ics")
    return made


def send(port: int) -> None:
    """Send the message, also to somebody who is not in its heading."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message(), to_addrs=["anna@voorbeeld.example", "bcc@voorbeeld.example"])


def get(folder: Path, path: str, method: str = "GET") -> tuple[str, dict[str, str], bytes]:
    """Ask the page; status line, headers, body."""
    seen: list = []
    body = MailPage(folder)(
        {"REQUEST_METHOD": method, "PATH_INFO": path}, lambda status, headers: seen.extend([status, dict(headers)])
    )
    return seen[0], seen[1], b"".join(body)


def only_name(folder: Path) -> str:
    """The file of the one message."""
    (path,) = folder.iterdir()
    return path.name


def test_list_shows_who_gets_what(mail: int, tmp_path: Path) -> None:
    send(mail)

    status, _headers, body = get(tmp_path, "/")

    assert status == "200 OK"
    assert "Welkom &lt;script&gt;alert(1)&lt;/script&gt;" in body.decode()
    assert "aan anna@voorbeeld.example, bcc@voorbeeld.example" in body.decode()


def test_list_says_that_there_is_nothing_yet(tmp_path: Path) -> None:
    _status, _headers, body = get(tmp_path / "mail", "/")

    assert "Er is nog geen e-mail verstuurd." in body.decode()


def test_message_shows_its_text_escaped_with_links(mail: int, tmp_path: Path) -> None:
    send(mail)

    _status, headers, body = get(tmp_path, f"/{only_name(tmp_path)}")

    link = "https://zuid-limburg.localhost/bevestig?a=1&amp;b=2"
    assert f'<a href="{link}">{link}</a>.' in body.decode()
    assert "&lt;b&gt;vet&lt;/b&gt;" in body.decode()
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_html_of_a_message_may_do_nothing(mail: int, tmp_path: Path) -> None:
    send(mail)

    _status, headers, body = get(tmp_path, f"/{only_name(tmp_path)}/html")

    assert headers["Content-Security-Policy"] == (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
        "img-src data:; frame-ancestors 'self'"
    )
    assert body.startswith(b'<!doctype html><base target="_blank"><p>Dag')


def test_attachment_is_downloaded_and_never_shown(mail: int, tmp_path: Path) -> None:
    send(mail)

    _status, headers, body = get(tmp_path, f"/{only_name(tmp_path)}/bijlage/0")

    assert body == b"BEGIN:VCALENDAR"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A9%C3%A9n.ics"


@pytest.mark.parametrize("path", ["/../secret-key", "/%2e%2e/secret-key", "/x.eml", "/20261122T093000000000-1-0.eml"])
def test_page_knows_only_messages(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret-key").write_text("secret")

    status, _headers, _body = get(tmp_path / "mail", path)

    assert status == "404 Not Found"


def test_page_can_only_be_read(tmp_path: Path) -> None:
    status, _headers, _body = get(tmp_path, "/", method="POST")

    assert status == "405 Method Not Allowed"


def test_sink_reports_a_disk_that_takes_nothing(mail: int, tmp_path: Path) -> None:
    tmp_path.rename(tmp_path.with_name("gone"))

    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(mail)

    assert caught.value.smtp_code == 452
