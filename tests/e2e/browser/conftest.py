"""A browser per test file, and visitors with it. Skipped, with the reason, only where there is no Chromium."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from browsing import OPEN, Visit, find_browser, open_browser
from demonstration import DemoKeeper
from playwright.sync_api import Browser, StorageState

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder; skip it where nothing can be shown."""
    missing = pytest.mark.skip(reason="no Chromium or Chrome is installed (on Debian: apt-get install chromium)")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # A real browser on a slow machine loses an event now and then (github.com/wagtail/wagtail/issues/13863).
            # Another try tells that from a fault of ours; the summary at the end names every test that needed one.
            item.add_marker(pytest.mark.flaky(reruns=2))
            if find_browser() is None:
                item.add_marker(missing)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say of a test that failed where the windows stood and what they were waiting for."""
    report = yield
    if report.failed and HERE in item.path.parents:
        report.sections += [("window", visit.tell()) for visit in OPEN]
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser. Not for longer than a file: while it is open, Django refuses the database in this process."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def port(keeper: DemoKeeper) -> int:
    """The port of the running demonstration."""
    return keeper.running().port


@pytest.fixture
def visitor(browser: Browser, port: int) -> Iterator[Callable[..., Visit]]:
    """Opens clean windows, which are closed after the test: `visitor(java_script_enabled=False)`."""
    opened: list[Visit] = []

    def start(**options: object) -> Visit:
        opened.append(Visit.start(browser, port, **options))
        return opened[-1]

    yield start
    for visit in opened:
        visit.close()


@pytest.fixture(scope="module")
def reader(browser: Browser, port: int) -> Iterator[Visit]:
    """One visitor for a whole file of pages, who has seen nothing yet."""
    visit = Visit.start(browser, port)
    yield visit
    visit.close()


@pytest.fixture(scope="session")
def badges() -> dict[tuple[str, str], StorageState]:
    """What a browser keeps of everybody who has logged in; it outlives the browsers, which last for a file."""
    return {}


@pytest.fixture(scope="module")
def colleague(
    browser: Browser, port: int, badges: dict[tuple[str, str], StorageState]
) -> Iterator[Callable[[str, tuple[str, str]], Visit]]:
    """Somebody who is logged in: `colleague(region, (email, password))`; logs in once per session of tests."""
    at_work: dict[tuple[str, str], Visit] = {}

    def find(region: str, login: tuple[str, str]) -> Visit:
        if login not in at_work:
            at_work[login] = visit = Visit.start(browser, port, storage_state=badges.get(login))
            if login not in badges:
                visit.log_in(region, *login)
                badges[login] = visit.context.storage_state()
        at_work[login].forget()
        return at_work[login]

    yield find
    for visit in at_work.values():
        visit.close()
