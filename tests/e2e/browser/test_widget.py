"""The widget on a website of somebody else: another host, with and without JavaScript, and when we do not answer."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from browsing import TOO_WIDE, Visit, broken_rules
from journeys import OTHER_REGION, REGION
from playwright.sync_api import Page, expect

VisitorFactory = Callable[..., Visit]
WIDGET = "/-/groups/widget/"
#: From the smallest column to a whole page. The layout changes once, so axe looks at the first and the last.
WIDTHS = [280, 320, 600, 1280]


@contextmanager
def foreign_site(body: str, policy: str = "") -> Iterator[str]:
    """Somebody's website on a port of its own, with this in its page; yields its address."""

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = f'<!doctype html><html lang="nl"><title>Huisarts</title><main><h1>Huisarts</h1>{body}</main></html>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def line(visit: Visit, query: str = "?thema=rouw") -> str:
    """The line that a practice copies."""
    link = visit.address(REGION, f"/groepen/{query}")
    script = visit.address(REGION, "/-/groups/widget.js")
    return f'<a href="{link}" data-zelfregie-widget>Zoek een groep</a><script src="{script}" async></script>'


def shown(page: Page) -> Page:
    """Wait until the widget has replaced the link."""
    expect(page.locator("iframe")).to_be_visible()
    expect(page.get_by_role("link", name="Zoek een groep", exact=True)).to_be_hidden()
    return page


def test_link_becomes_a_small_finder(visitor: VisitorFactory) -> None:
    visit = visitor()
    with foreign_site(line(visit)) as address:
        page = visit.context.new_page()
        page.goto(address)
        shown(page)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("combobox", name="Thema")).to_have_value("rouw")
        title = page.locator("iframe").get_attribute("title")
        height = page.locator("iframe").bounding_box()["height"]
        needed = page.frames[1].evaluate("document.body.getBoundingClientRect().height")
        frame.get_by_role("article").first.get_by_role("link").click()
        page.wait_for_url(visit.address(REGION, "/groepen/**"))

    assert title == "Zoek een groep"
    assert abs(height - needed) <= 2
    assert visit.context.cookies() == []


def test_visitor_searches_inside_it_with_the_keyboard(visitor: VisitorFactory) -> None:
    visit = visitor()
    with foreign_site(line(visit, "?taal=nl")) as address:
        page = visit.context.new_page()
        page.goto(address)
        shown(page)
        field = page.frame_locator("iframe").get_by_role("textbox", name="Postcode of plaats")
        for _press in range(6):
            page.keyboard.press("Tab")
            if field.evaluate("field => field === document.activeElement"):
                break
        page.keyboard.type("6411")
        page.keyboard.press("Enter")
        expect(page.frame_locator("iframe").get_by_text("ongeveer").first).to_be_visible()
        inside = page.frames[1].url

    assert page.url == address
    assert ("plaats=6411" in inside, "taal=nl" in inside) == (True, True)


def test_without_javascript_it_is_the_link(visitor: VisitorFactory) -> None:
    visit = visitor(java_script_enabled=False)
    with foreign_site(line(visit)) as address:
        page = visit.context.new_page()
        page.goto(address)
        frames = page.locator("iframe").count()
        page.get_by_role("link", name="Zoek een groep").click()
        page.wait_for_url(visit.address(REGION, "/groepen/?thema=rouw"))

    assert frames == 0


def test_link_stays_when_the_finder_does_not_answer(visitor: VisitorFactory) -> None:
    visit = visitor()
    with foreign_site(line(visit)) as address:
        page = visit.context.new_page()
        page.route(f"**{WIDGET}**", lambda route: route.fulfill(status=404, body="weg"))
        page.goto(address)
        expect(page.locator("iframe")).to_have_count(1)
        expect(page.locator("iframe")).to_have_count(0, timeout=15_000)

        expect(page.get_by_role("link", name="Zoek een groep")).to_be_visible()


def test_messages_of_others_change_nothing(visitor: VisitorFactory) -> None:
    visit = visitor()
    with foreign_site(line(visit)) as address:
        page = visit.context.new_page()
        page.goto(address)
        shown(page)
        before = page.locator("iframe").bounding_box()["height"]
        page.evaluate("window.postMessage({ type: 'zelfregie-widget', height: 5000 }, '*')")
        page.wait_for_timeout(300)

        assert page.locator("iframe").bounding_box()["height"] == before


def test_widget_works_under_a_strict_policy_of_the_website(visitor: VisitorFactory) -> None:
    visit = visitor()
    own = visit.address(REGION, "").rstrip("/")
    policy = f"default-src 'none'; script-src {own}; frame-src {own}; style-src 'none'"
    with foreign_site(line(visit), policy) as address:
        page = visit.context.new_page()
        page.goto(address)
        shown(page)

        assert page.locator("iframe").bounding_box()["width"] > 600


def test_two_regions_on_one_page_each_show_their_own(visitor: VisitorFactory) -> None:
    visit = visitor()
    second = f'<a href="{visit.address(OTHER_REGION, "/groepen/")}" data-zelfregie-widget>Andere regio</a>'
    with foreign_site(f"{second}{line(visit)}") as address:
        page = visit.context.new_page()
        page.goto(address)
        expect(page.locator("iframe")).to_have_count(2)
        shown_by = [frame.get_attribute("title") for frame in page.locator("iframe").all()]

    assert shown_by == ["Andere regio", "Zoek een groep"]


@pytest.mark.parametrize("query", ["", "?thema=rouw&plaats=6411", "?plaats=Xyzzy", "?thema=slecht-zien"])
def test_widget_is_accessible_at_every_width(reader: Visit, query: str) -> None:
    page = reader.open(REGION, f"{WIDGET}{query}")
    found: dict[int, list[str]] = {}

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 700})
        found[width] = page.evaluate(TOO_WIDE)
        if width in (WIDTHS[0], WIDTHS[-1]):
            found[width] += broken_rules(page)

    assert found == {width: [] for width in WIDTHS}
