"""What somebody tries who means ill, or has a bad line: others notice nothing, and nothing is given away."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import wire
from editors import administrator, upload_document
from grading import faults_of_headers
from platforms import REGIONS, Platform
from test_faults import sql
from visitor import words_of

SITE = REGIONS["twente"]
PAGE = f"https://{SITE}/groepen/"
IDLE = 10_000
TRICKS = [
    "/media/../../../../etc/passwd",
    "/media/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/media/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/media/..%5c..%5cetc%5cpasswd",
    "/media//etc/passwd",
    "/media/images/%00/etc/passwd",
    "/media/../region_zuid_limburg/images/",
    "/media/%2e%2e/region_zuid_limburg/",
    "/static/../../../../etc/zelfregie/zelfregie.env",
    "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/media/original_images/bed.png",
    "/media/documents/geheim.txt",
    "//etc/passwd",
    "/.git/config",
    "/metrics",
]


def test_paths_that_lead_out_lead_nowhere(platform: Platform):
    answers = {
        trick: exchange(platform, f"GET {trick} HTTP/1.1\r\nHost: {SITE}\r\nConnection: close\r\n\r\n")
        for trick in TRICKS
    }

    assert {trick: status for trick, (status, _) in answers.items() if status == 200 or status >= 500} == {}
    assert [trick for trick, (_, said) in answers.items() if b"root:" in said or b"DJANGO_SETTINGS" in said] == []


def test_known_certificate_opens_no_site_under_another_name(platform: Platform):
    status, said = exchange(platform, "GET / HTTP/1.1\r\nHost: vreemd.zelfregie.test\r\nConnection: close\r\n\r\n")

    assert status in (404, 421)
    assert b"Twente" not in said


def test_documents_of_a_closed_collection_are_not_found_by_guessing(platform: Platform):
    editor, _ = administrator(platform, "twente")
    site, secret = f"https://{SITE}", secrets.token_hex(16).encode()
    upload_document(editor, site, "geheim.txt", secret)
    address = re.search(r'href="(/documenten/\d+/[^"]+)"', editor.get(f"{site}/admin/documents/").text)[1]
    number = int(address.split("/")[2])
    guesses = [f"/documenten/{each}/geheim.txt" for each in range(1, number + 3)]
    guesses += ["/media/documents/geheim.txt", "/media/documents/", f"/admin/documents/edit/{number}/"]

    open_to_all = platform.visitor().get(f"{site}{address}").body
    with closed_documents(platform):
        found = [guess for guess in guesses if secret in platform.visitor().get(f"{site}{guess}").body]
        of_the_editor = editor.get(f"{site}{address}").body
    elsewhere = platform.visitor().get(f"https://{REGIONS['zuid-limburg']}{address}")

    assert (open_to_all, of_the_editor) == (secret, secret)
    assert found == []
    assert elsewhere.status == 404


def test_uploads_up_to_the_limit_arrive_and_larger_ones_are_refused_in_words(platform: Platform):
    editor, _ = administrator(platform, "twente")
    site = f"https://{SITE}"

    fits = upload_document(editor, site, "groot.txt", b"a" * 9_900_000)
    too_large = upload_document(editor, site, "te-groot.txt", b"b" * 20_000_000)
    # What is announced is refused before it is sent.
    far_too_large, said = exchange(
        platform,
        f"POST /admin/documents/add/ HTTP/1.1\r\nHost: {SITE}\r\nContent-Length: 30000000\r\nConnection: close\r\n\r\n",
    )

    listing = editor.get(f"{site}/admin/documents/").text
    assert (fits.status, too_large.status, far_too_large) == (200, 200, 413)
    assert "documents/add" not in fits.url
    assert "10" in words_of(too_large.text)
    assert b"te groot" in said
    assert ("groot.txt" in listing, "te-groot.txt" in listing) == (True, False)


def test_who_sends_slowly_keeps_nobody_else_waiting(platform: Platform):
    body = b"username=anna&password=" + b"x" * 500
    head = (
        f"POST /admin/login/ HTTP/1.1\r\nHost: {SITE}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    lines = []
    for _ in range(40):  # five times as many as the application has threads
        line = wire.secure(platform.host.address, platform.authority, SITE)
        line.sendall(head + body[:10])
        lines.append(line)

    answers = []
    for number in range(10):
        for line in lines:
            line.sendall(body[10 + number : 11 + number])
        # They stay unfinished for as long as the visitor has patience.
        answers.append(ask(platform))
    for line in lines:
        line.close()

    assert answers == [200] * 10


def test_ten_thousand_connections_that_say_nothing_are_closed_and_hinder_nobody(platform: Platform):
    with many_files(IDLE + 500), wire.many(platform.host.address, IDLE) as lines:
        during = ask(platform)
        closed = wire.closed(lines, within=60)

    assert during == 200
    assert closed == IDLE
    assert ask(platform) == 200


def test_page_of_the_proxy_itself_and_its_log_give_nothing_away(platform: Platform):
    token, query = secrets.token_hex(8), secrets.token_hex(8)
    visitor = platform.visitor()
    visitor.get(f"https://{SITE}/-/stories/intrekken/{token}/?q={query}", User_Agent=f"browser-{token}")

    with application_away(platform):
        away = visitor.get(f"https://{SITE}/-/stories/intrekken/{token}/?q={query}", User_Agent=f"browser-{token}")

    journal = platform.host.run("journalctl --no-pager -o cat", timeout=120).stdout
    caddy = platform.host.run("journalctl --no-pager -o cat -u caddy", timeout=120).stdout
    uris = {json.loads(line)["request"]["uri"] for line in caddy.splitlines() if '"request":{' in line}
    assert away.status in (502, 503)
    assert "zo weer" in words_of(away.text)
    assert faults_of_headers(away.headers, is_public=False) == []
    assert ask(platform) == 200
    assert "/-/" in uris
    assert "/groepen/" in uris
    assert [uri for uri in uris if "?" in uri or (uri.startswith("/-/") and uri != "/-/")] == []
    assert [word for word in (token, query) if word in journal] == []
    assert platform.bed.network.gateway not in caddy


def exchange(platform: Platform, request: str) -> tuple[int, bytes]:
    """Send a request as it stands to a region that is known; return the status and all of the answer."""
    return wire.exchange(platform.host.address, platform.authority, SITE, request)


def ask(platform: Platform) -> int:
    """What a visitor gets who means well."""
    return platform.visitor().get(PAGE).status


@contextmanager
def closed_documents(platform: Platform) -> Iterator[None]:
    """Let documents of the region be for people who are logged in."""
    table = "region_twente.wagtailcore_collectionviewrestriction"
    platform.host.run(
        sql(f"INSERT INTO {table} (password, restriction_type, collection_id) VALUES ('', 'login', 1)")  # noqa: S608
    )
    try:
        yield
    finally:
        platform.host.run(sql(f"DELETE FROM {table}"))  # noqa: S608 -- a name of ours


@contextmanager
def application_away(platform: Platform) -> Iterator[None]:
    """Stop the processes that answer, and start them again."""
    units = platform.host.run(
        "systemctl list-units --plain --no-legend 'zelfregie-web@*' | cut -d' ' -f1"
    ).stdout.split()
    platform.host.run(f"systemctl stop {' '.join(units)}", timeout=120)
    try:
        yield
    finally:
        platform.host.run(f"systemctl start {' '.join(units)}", timeout=120)


@contextmanager
def many_files(count: int) -> Iterator[None]:
    """Let this process have so many connections; skip where the machine does not let it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"this machine allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
