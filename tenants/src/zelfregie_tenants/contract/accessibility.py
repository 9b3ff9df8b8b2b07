"""Pages that everybody can use, as far as a machine can see: axe finds nothing, on a desktop and on a phone."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

from zelfregie_tenants.contract.filling import FilledRegion, filled_regions
from zelfregie_tenants.contract.findings import Finding, NothingToCheck, Skip
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.contract.visiting import first_paths, owner_of_everything, pages_of, visit
from zelfregie_tenants.domain.domains import primary_host
from zelfregie_tenants.testing.client import RegionClient

KEY = "accessibility"
TITLE = "axe finds nothing on its pages"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WINDOWS = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
PATIENCE = 60  # seconds; a machine that does other work too
INSTALL = "pip install playwright axe-playwright-python, and Chromium (Debian: apt install chromium-headless-shell)"
RUN = """(rules) => axe.run({runOnly: rules, resultTypes: ['violations'], preload: false})
  .then((found) => found.violations)"""


def check(subject: Subject) -> Iterator[Finding]:
    """Show every page of the plugin in a real browser, and ask axe.

    Raises:
        Skip: no browser, or no axe.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        axe = importlib.import_module("axe_playwright_python.sync_playwright").Axe().axe_script
        playwright = importlib.import_module("playwright.sync_api")
    except ImportError as error:
        message = f"axe is not installed here. To have it checked: {INSTALL}"
        raise Skip(message) from error
    if program is None:
        message = f"Chromium is not installed here. To have it checked: {INSTALL}"
        raise Skip(message)
    with filled_regions(subject) as regions:
        filled = regions[0]
        pages = _pages(subject, filled)
        if not pages:
            raise NothingToCheck("it has no page of HTML")
        desk = Desk(primary_host(filled.region))
        shows = [
            (window, path, client)
            for window in WINDOWS
            for path, client in pages
            # A page of the admin stands in Wagtail's own frame, which is as it is on a phone.
            if window == "desktop" or not path.startswith("/admin/")
        ]
        with ThreadPoolExecutor(max_workers=1) as beside:
            shown = beside.submit(_show_all, playwright, program, axe, desk, shows)
            desk.serve(until=shown)
            yield from shown.result()


def _pages(subject: Subject, filled: FilledRegion) -> list[tuple[str, RegionClient]]:
    """Return the paths of the pages that people see, with the browser of who sees them."""
    visitor, owner = filled.visitor(), owner_of_everything(filled)
    pages = pages_of(subject, filled)
    told = [path for path in filled.extra if path not in pages]
    own = list(dict.fromkeys([*first_paths(subject, filled).values(), *told]))
    public = [*pages[:4], filled.blocks_path, *(path for path in own if path[:7] != "/admin/")]
    if not own and not pages and not subject.contributed("register_blocks"):
        public = ["/"]
    shown = [(path, visitor) for path in dict.fromkeys(public)]
    shown += [(path, owner) for path in own if path.startswith("/admin/")]
    return [(path, client) for path, client in shown if _is_page(visit(client, path))]


def _is_page(answer: Any) -> bool:
    # A part of a page, which a script asks for, has no frame of its own.
    return not answer.posted and answer.status == 200 and answer.kind.startswith("text/html") and "<html" in answer.text


class Desk:
    """Lets the thread in which the filled regions are answer what the browser asks in another one.

    The samples are in a transaction that only this thread sees, and the browser needs a thread with an event loop.
    """

    def __init__(self, host: str) -> None:
        """Answer for this host only: what leaves the region gets no answer."""
        self.host = host
        self._asked: Queue[tuple[RegionClient, str, Future]] = Queue()

    def for_client(self, client: RegionClient) -> Callable[[Any], None]:
        """Return what playwright calls with each request of one window."""
        return lambda route: self._answer(route, client)

    def _answer(self, route: Any, client: RegionClient) -> None:
        parts = urlsplit(route.request.url)
        if parts.hostname != self.host or route.request.method != "GET":
            route.abort()
            return
        given: Future = Future()
        self._asked.put((client, parts.path + (f"?{parts.query}" if parts.query else ""), given))
        status, headers, body = given.result(timeout=PATIENCE)
        route.fulfill(status=status, headers=headers, body=body)

    def serve(self, until: Future) -> None:
        """Answer until the browser is done; runs in the thread of the regions."""
        while not until.done():
            try:
                client, path, given = self._asked.get(timeout=0.05)
            except Empty:
                continue
            try:
                answer = client.get(path)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                given.set_result((answer.status_code, dict(answer.items()), body))
            except Exception as error:
                given.set_exception(error)


def _show_all(
    playwright: Any, program: str, axe: str, desk: Desk, shows: list[tuple[str, str, RegionClient]]
) -> list[Finding]:
    """Show each page in its window and ask axe; return what it finds."""
    found: list[Finding] = []
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox does not work for root
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--disable-gpu", *root])
        for window, path, client in shows:
            context = browser.new_context(viewport=WINDOWS[window], locale="nl-NL")
            context.set_default_timeout(PATIENCE * 1000)
            context.route("**/*", desk.for_client(client))
            page = context.new_page()
            page.goto(f"http://{desk.host}{path}", wait_until="load")
            page.evaluate(axe)
            for rule in page.evaluate(RUN, RULES):
                found += [
                    Finding(
                        f"{path} ({window})",
                        f"{rule['id']}: {rule['help']}, at {node['html'][:120]}",
                        f"See {rule['helpUrl'].partition('?')[0]}",
                    )
                    for node in rule["nodes"]
                ]
            context.close()
        browser.close()
    return found
