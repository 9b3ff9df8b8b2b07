"""What visitors and editors get, through Caddy and over HTTPS, from the first page to a letter in their mailbox."""

import re
import struct
import zlib
from urllib.error import URLError

import pytest
from bed.errors import BedError
from editors import administrator, log_in
from grading import faults_of_headers
from platforms import ADMINISTRATORS, REGIONS, Platform
from visitor import Visitor, one_time_code, words_of

NAMES = {"twente": "Twente", "zuid-limburg": "Zuid-Limburg"}


@pytest.mark.parametrize("slug", REGIONS)
def test_region_shows_its_pages_over_https_and_those_of_no_other(platform: Platform, slug: str):
    other = next(each for each in REGIONS if each != slug)
    visitor = platform.visitor()

    home = visitor.get(f"https://{REGIONS[slug]}/")
    groups = visitor.get(f"https://{REGIONS[slug]}/groepen/")

    assert (home.status, groups.status) == (200, 200)
    assert NAMES[slug] in words_of(home.text)
    assert NAMES[other] not in words_of(groups.text)


def test_plain_http_leads_to_https(platform: Platform):
    answer = platform.visitor().get(f"http://{REGIONS['twente']}/groepen/")

    assert (answer.url, answer.status) == (f"https://{REGIONS['twente']}/groepen/", 200)


@pytest.mark.parametrize("name", ["vreemd.zelfregie.test", "www.twente.zelfregie.test", "localhost"])
def test_certificate_is_refused_for_a_name_that_is_not_ours(platform: Platform, name: str):
    with pytest.raises(URLError, match=r"(?i)alert|eof|reset"):
        platform.visitor().get(f"https://{name}/")

    known = platform.host.run("find /var/lib/caddy -name '*.crt'").stdout
    assert name not in known.replace(f"/{REGIONS['twente']}", "")
    assert REGIONS["twente"] in known


def test_every_kind_of_answer_carries_the_headers_that_protect_visitors(platform: Platform):
    site, visitor = f"https://{REGIONS['twente']}", platform.visitor()
    home = visitor.get(f"{site}/")
    style = re.search(r'href="(/static/[^"]+\.css)"', home.text)[1]
    paths = (
        "/",
        "/",
        "/groepen/",
        "/groepen/?q=rouw",
        "/bestaat-niet/",
        "/admin/login/",
        "/-/stories/intrekken/x/",
        style,
    )

    faults = {
        path: faults_of_headers(visitor.get(f"{site}{path}").headers, is_public=not path.startswith("/admin/"))
        for path in paths
    }

    assert {path: said for path, said in faults.items() if said} == {}


def test_administrator_logs_in_with_a_second_factor_and_uploads_a_picture(platform: Platform):
    site = f"https://{REGIONS['twente']}"
    _, key = administrator(platform, "twente")

    newcomer = platform.visitor()
    asked = log_in(newcomer, site, ADMINISTRATORS["twente"])
    closed = newcomer.get(f"{site}/admin/pages/").url
    newcomer.get(asked)
    # The code that set it up was used; the next one counts as well.
    inside = newcomer.submit("code", code=one_time_code(key, at=next_step()))

    assert asked.startswith(f"{site}/admin/login/code/")
    assert "/admin/login/" in closed
    assert (inside.url, inside.status) == (f"{site}/admin/", 200)
    assert_uploads(newcomer, platform, site)


def test_forgotten_password_sends_a_letter_by_a_task_of_the_worker(platform: Platform):
    somebody = platform.visitor()
    somebody.get(f"https://{REGIONS['zuid-limburg']}/admin/password_reset/")

    somebody.submit("email", email=ADMINISTRATORS["zuid-limburg"])
    letter = platform.sink.wait_for(ADMINISTRATORS["zuid-limburg"], timeout=90)

    link = re.search(rf"https://{re.escape(REGIONS['zuid-limburg'])}/\S+", letter.text)
    assert link, letter.text
    assert somebody.get(link[0]).status == 200
    with pytest.raises(BedError):  # and no other region's administrator got one
        platform.sink.wait_for(ADMINISTRATORS["twente"], subject=letter.message["subject"], timeout=1)
    assert re.search(r"^region_zuid_limburg\s+successful\s+[1-9]", platform.zelfregie("tasks status"), re.MULTILINE)


def next_step() -> float:
    """A moment in the next half minute, of which the code is taken already."""
    import time

    return time.time() + 30


def assert_uploads(editor: Visitor, platform: Platform, site: str) -> None:
    """Upload a picture, and see it: here, and not in the other region."""
    editor.get(f"{site}/admin/images/add/")
    added = editor.submit("/images/add/", title="Bed", file=("file", "bed.png", picture()))
    assert added.status == 200
    if "images/add" in added.url:  # the page for several pictures at a time
        raise AssertionError(words_of(added.text)[:2000])
    listing = editor.get(f"{site}/admin/images/")
    shown = re.search(r'src="(/media/[^"]+bed[^"]*)"', listing.text)
    assert shown, listing.text[:3000]
    answer = platform.visitor().get(f"{site}{shown[1]}")
    elsewhere = platform.visitor().get(f"https://{REGIONS['zuid-limburg']}{shown[1]}")
    assert (answer.status, answer.headers["Content-Type"].partition("/")[0]) == (200, "image")
    assert elsewhere.status == 404


def picture() -> bytes:
    """A PNG of 40 by 40, in one colour."""
    rows = b"".join(b"\0" + b"\x20\x80\x60" * 40 for _ in range(40))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
