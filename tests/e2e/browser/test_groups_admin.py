"""An editor at work with groups: the list, the form, the history, and making one group of two."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from browsing import DESKTOP, PHONE, Visit, broken_rules, settle
from journeys import MODERATOR, REGION, follow, press
from playwright.sync_api import Page, expect

Colleague = Callable[[str, tuple[str, str]], Visit]
LIST = "/admin/groepen/"
NAME = "Proefgroep tuinieren na verlies"


@pytest.fixture(scope="module")
def moderator(colleague: Colleague) -> Visit:
    return colleague(REGION, MODERATOR)


@pytest.fixture(scope="module")
def twice(moderator: Visit) -> Iterator[list[str]]:
    """One group that was entered twice, as an editor enters it; the addresses of both. Removed afterwards."""
    try:
        yield [add_group(moderator, NAME) for _time in range(2)]
    finally:  # also when only one of them was made, so that another try finds nothing of this one
        page = moderator.open(REGION, f"{LIST}?q=proefgroep")
        for box in page.locator("[data-bulk-action-checkbox]").all():
            box.check(force=True)
        page.get_by_role("link", name="Verwijder de gekozen groepen").click()
        press(page, "Verwijder")


def add_group(visit: Visit, name: str) -> str:
    """Make a group that meets on Tuesdays; return the address of its form."""
    page = visit.open(REGION, f"{LIST}new/")
    page.locator("#id_name").fill(name)
    page.get_by_role("tab", name="Wanneer", exact=True).click()
    page.locator("#id_schedules-ADD").click()
    page.get_by_label("dinsdag").first.check()
    page.locator("#id_schedules-0-start_time").fill("19:30")
    page.get_by_role("tab", name="Waar", exact=True).click()
    page.locator("#id_city").fill("Heerlen")
    page.locator("footer [type=submit]").click()
    page.wait_for_url(f"**{LIST}")
    follow(page, "Wijzig")
    page.wait_for_url("**/edit/*/")
    return urlsplit(page.url).path


def looks_fine(page: Page) -> list[str]:
    """What axe finds on a desktop and on a phone."""
    found = []
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        found += broken_rules(page)
    return found


def test_new_group_shows_when_it_meets(moderator: Visit, twice: list[str]) -> None:
    page = moderator.open(REGION, twice[0])

    expect(page.locator(".zr-state")).to_contain_text("dinsdag")
    expect(page.locator(".zr-state__list").first.locator("li")).to_have_count(3)
    assert looks_fine(page) == []
    assert moderator.complaints == []


@pytest.mark.parametrize("path", ["", "?attention=incomplete", "dubbel/", "new/"])
def test_pages_of_groups_have_no_barriers(moderator: Visit, twice: list[str], path: str) -> None:
    page = moderator.open(REGION, LIST + path)
    settle(page)

    assert looks_fine(page) == []
    assert moderator.strangers() == []


def test_form_with_mistakes_says_where_they_are(moderator: Visit, twice: list[str]) -> None:
    page = moderator.open(REGION, twice[0])
    page.get_by_role("tab", name="Waar", exact=True).click()
    page.locator("#id_postal_code").fill("abc")
    page.locator("footer [type=submit]").click()
    settle(page)

    expect(page.locator("#id_postal_code")).to_have_value("abc")
    expect(page.locator(".messages")).to_contain_text("nog niet bewaard")
    assert looks_fine(page) == []


def test_change_is_seen_in_the_history_and_put_back(moderator: Visit, twice: list[str]) -> None:
    page = moderator.open(REGION, twice[0])
    page.locator("#id_cost").fill("2 euro")
    page.locator("footer [type=submit]").click()
    page.wait_for_url(f"**{LIST}")
    history = twice[0].replace("/edit/", "/history/")

    moderator.open(REGION, history)
    expect(page.locator(".zr-changes").first).to_contain_text("2 euro")
    in_history = looks_fine(page)
    page.get_by_role("link", name="Zet deze versie terug").first.click()
    expect(page.locator(".zr-changes del")).to_have_text("2 euro")
    in_question = looks_fine(page)
    press(page, "Zet terug")

    expect(page.locator(".zr-history__heading").first).to_have_text("Teruggezet naar een eerdere versie")
    assert (in_history, in_question) == ([], [])


def test_two_groups_become_one(moderator: Visit, twice: list[str]) -> None:
    first, second = (address.rstrip("/").rsplit("/", 1)[1] for address in twice)
    page = moderator.open(REGION, f"{LIST}samenvoegen/{first}/{second}/")
    barriers = looks_fine(page)
    press(page, "Maak er één groep van")
    page.wait_for_url("**/edit/*/")

    expect(page.locator(".messages")).to_contain_text("Oude links werken nog")
    kept, removed = page.url, next(address for address in twice if not page.url.endswith(address))
    moderator.open(REGION, removed)

    assert page.url == kept
    expect(page.locator(".messages")).to_contain_text("Iemand heeft deze groep intussen samengevoegd")
    assert (barriers, looks_fine(page)) == ([], [])
