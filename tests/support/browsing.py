"""A real browser for the end-to-end tests, and what we ask of every page that it shows."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
# A window of 1280 x 800 at 200 % has this many CSS pixels left.
ZOOMED = {"width": 640, "height": 400}
PATIENCE = 120_000  # milliseconds; a machine that runs other tests too
expect.set_options(timeout=PATIENCE)
AXE = Axe().axe_script
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Elements wider than the window, of which no ancestor scrolls by itself.
TOO_WIDE = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= window.innerWidth) return [];
  const scrolls = (e) => e && e !== document.body && e !== root
    && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  const wide = [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(e.parentElement))
    .map((e) => `${e.tagName.toLowerCase()}.${e.className} reaches ${Math.round(e.getBoundingClientRect().right)}`);
  return wide.length ? wide.slice(0, 5) : [`the page is ${root.scrollWidth} wide`];
}"""
#: Buttons, controls and links of the menu are meant for a thumb; a link in a sentence is not.
SMALL_TARGETS = """() => {
  const meant = 'button, summary, select, textarea, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), '
    + '.utrecht-button, .zr-nav__link, .zr-tile, .zr-more, .zr-crisis-bar a, .zr-footer li a, .zr-brand';
  return [...document.querySelectorAll(meant)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.zr-visually-hidden'))
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.height < 43.5 || box.width < 24)
    .map(([e, box]) => `${e.tagName.toLowerCase()}.${e.className} “${e.textContent.trim().slice(0, 30)}” `
      + `${Math.round(box.width)} x ${Math.round(box.height)}`);
}"""
#: Resolves when the page has stood still for 300 ms and nothing fades or slides in any more, or after 5 s: a page that
#: never stands still is to be looked at as it is. What goes on for ever, as a spinner does, is not waited for.
STANDS_STILL = """() => new Promise((resolve) => {
  const moves = () => document.getAnimations()
    .filter((each) => each.playState === 'running' && each.effect.getComputedTiming().endTime !== Infinity);
  let rest = 0;
  const watcher = new MutationObserver(() => wait());
  const done = () => { watcher.disconnect(); resolve(); };
  const wait = () => { clearTimeout(rest); rest = setTimeout(() => (moves().length ? wait() : done()), 300); };
  watcher.observe(document, { subtree: true, childList: true, attributes: true });
  setTimeout(done, 5000);
  wait();
})"""
STRUCTURE = """() => ({
  language: document.documentElement.lang,
  headings: document.querySelectorAll('h1').length,
  title: document.title.trim() !== '',
  first_link: document.querySelector('a')?.getAttribute('href'),
})"""


#: The visits whose window is open.
OPEN: set["Visit"] = set()


def _read_after(click: Callable[..., None]) -> Callable[..., None]:
    """A click that leads to another page has that page's text when it returns, on the slowest machine too.

    Playwright itself waits until the browser has changed address, not until anything of the page is there; what a test
    then reads without waiting (a count, all texts) is an empty page.
    """

    @wraps(click)
    def click_and_read(place: Locator, **options: object) -> None:
        click(place, **options)
        place.page.wait_for_load_state("domcontentloaded")

    return click_and_read


Locator.click = _read_after(Locator.click)


def find_browser() -> str | None:
    """The path of an installed Chromium or Chrome; None when there is none.

    Debian's chromium-headless-shell is the same browser without what draws its own windows: a third less work.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser, with a profile of its own and without anything that it does by itself."""
    quiet = ["--disable-background-networking", "--disable-sync", "--disable-component-update", "--disable-gpu"]
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox does not work for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=[*quiet, *root])
        yield browser
        browser.close()


@dataclass(eq=False)
class Visit:
    """A visitor or editor with a clean browser, on one port; remembers what the browser asked for and complained of."""

    context: BrowserContext
    port: int
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    waiting_for: dict[Request, float] = field(default_factory=dict, repr=False)

    @classmethod
    def start(cls, browser: Browser, port: int, **options: object) -> "Visit":
        """Open a window; options are those of Playwright's context."""
        context = browser.new_context(viewport=options.pop("viewport", DESKTOP), locale="nl-NL", **options)
        context.set_default_timeout(PATIENCE)
        visit = cls(context, port)
        context.on("request", visit._note_request)
        context.on("requestfinished", lambda request: visit.waiting_for.pop(request, None))
        context.on("requestfailed", lambda request: visit.waiting_for.pop(request, None))
        context.on("console", visit._note_console)
        context.on("weberror", lambda error: visit.complaints.append(f"script: {error.error}"))
        visit.page = context.new_page()
        OPEN.add(visit)
        return visit

    page: Page = field(init=False)

    def address(self, region: str, path: str = "/") -> str:
        """The address of a path of one region's site."""
        return f"http://{region}.localhost:{self.port}{path}"

    def open(self, region: str, path: str = "/") -> Page:
        """Go to a page of one region; return the page."""
        self.page.goto(self.address(region, path))
        return self.page

    def log_in(self, region: str, email: str, password: str) -> Page:
        """Log in to a region's admin through the form; return the dashboard."""
        page = self.open(region, "/admin/login/")
        page.get_by_role("textbox", name="gebruikersnaam").or_(page.locator("[name=username]")).first.fill(email)
        page.locator("[name=password]").fill(password)
        page.locator("[type=submit]").click()
        page.wait_for_url("**/admin/")
        return page

    def strangers(self) -> list[str]:
        """What was asked of another host than the demonstration's own, without what stays inside the browser."""
        seen = (urlsplit(request) for request in self.requests)
        return sorted(
            {
                url.geturl()[:200]
                for url in seen
                if url.scheme not in ("data", "blob", "about")
                and not (url.hostname.endswith(".localhost") and url.port == self.port)
            }
        )

    def noted(self) -> dict[str, object]:
        """What the browser complained of and whom else it asked, as the surveys below tell it."""
        return {"complaints": self.complaints.copy(), "other hosts": self.strangers()}

    def forget(self) -> None:
        """Begin a clean list of requests and complaints."""
        self.requests.clear()
        self.complaints.clear()

    def close(self) -> None:
        """Close the window."""
        OPEN.discard(self)
        self.context.close()

    def tell(self) -> str:
        """Where it is, what it still waits for and since when, and the first words it shows; for somebody who seeks."""
        waits = [f"{time.monotonic() - since:.0f} s for {request.url}" for request, since in self.waiting_for.items()]
        try:
            words = self.page.locator("body").inner_text(timeout=2000)[:800]
        except PlaywrightError as error:
            words = f"(nothing to read: {error.message})"
        return "\n".join([self.page.url, *(f"waits {each}" for each in waits), *self.complaints, words])

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)
        self.waiting_for[request] = time.monotonic()

    def _note_console(self, message: ConsoleMessage) -> None:
        # A page that is not there, or a form that was not right, is shown as an error too; that is no complaint.
        if message.type in ("error", "warning") and "Failed to load resource: the server responded" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")


def settle(page: Page) -> Page:
    """Wait until the page and its own files are there and its scripts have done their first work; return the page.

    Not by "networkidle": Playwright discourages it, and about one time in three hundred it never came.
    """
    page.wait_for_load_state("load")
    page.evaluate(STANDS_STILL)
    return page


def broken_rules(page: Page) -> list[str]:
    """What axe finds, one line per rule and element."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("(options) => axe.run(options).then((results) => results.violations)", options)
    return [f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def looks_fine(page: Page) -> list[str]:
    """What axe finds, and what is too wide, on a phone and on a desktop, of a page of the admin; ends in the latter."""
    settle(page)
    found: list[str] = []
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        found += [*broken_rules(page), *page.evaluate(TOO_WIDE)]
    return found


def on_small_screens(page: Page) -> dict[str, object]:
    """What must hold where there is little room, of the page as it stands; ends in a phone's window.

    The layout of 320 pixels is that of a phone, so axe would see the same there.
    """
    result: dict[str, object] = {}
    for name, size in (("zoomed to 200 %", ZOOMED), ("320 pixels", NARROW), ("phone", PHONE)):
        page.set_viewport_size(size)
        result[f"too wide, {name}"] = page.evaluate(TOO_WIDE)
        if size is not ZOOMED:
            result[f"small targets, {name}"] = page.evaluate(SMALL_TARGETS)
    return result | {"axe, phone": broken_rules(page)}


def on_a_desktop(page: Page) -> dict[str, object]:
    """What must hold on a desktop, of the page as it stands; ends in its window."""
    page.set_viewport_size(DESKTOP)
    return {
        "too wide, desktop": page.evaluate(TOO_WIDE),
        "small targets, desktop": page.evaluate(SMALL_TARGETS),
        "axe, desktop": broken_rules(page),
    }


def survey(page: Page) -> dict[str, object]:
    """Everything that we ask of each public page and that can be seen from the page as it stands.

    The page is loaded once and looked at in four windows; ends in the desktop's. Equal to CLEAN when all is well.
    """
    return on_small_screens(page) | on_a_desktop(page) | page.evaluate(STRUCTURE)


def examine(visit: Visit) -> dict[str, object]:
    """Everything that is not as it should be on the page that is shown, and on the way to it; forgets it as well."""
    found = survey(visit.page) | visit.noted()
    visit.forget()
    return found


CLEAN: dict[str, object] = {
    "too wide, zoomed to 200 %": [],
    "too wide, 320 pixels": [],
    "too wide, phone": [],
    "too wide, desktop": [],
    "small targets, 320 pixels": [],
    "small targets, phone": [],
    "small targets, desktop": [],
    "axe, phone": [],
    "axe, desktop": [],
    "language": "nl",
    "headings": 1,
    "title": True,
    "first_link": "#inhoud",
}
ALL_WELL = CLEAN | {"complaints": [], "other hosts": []}
