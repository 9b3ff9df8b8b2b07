"""Every public page, in every state that it has, in a real browser: accessible, on every size of screen, and alone."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from browsing import ALL_WELL, Visit, examine
from journeys import (
    EMPTY_THEME,
    FULL_THEME,
    GROUP,
    GROUP_NAME,
    HUB,
    OTHER_REGION,
    REGION,
    STORY,
    card_path,
    fill_story,
    make_card,
    open_practice,
    press,
)

FORM = "/-/stories/insturen/"
CODE = "/-/referrals/kaart/"
#: Name: region, path, and the words that the page's title begins with.
ADDRESSES = {
    "home": (REGION, "/", "Samen sterker"),
    "home of another brand": (OTHER_REGION, "/", ""),
    "text": (REGION, "/wat-is-zelfhulp/", "Wat is zelfhulp"),
    "questions and answers": (REGION, "/veelgestelde-vragen/", "Veelgestelde vragen"),
    "themes": (REGION, "/themas/", "Thema's"),
    "theme": (REGION, f"/themas/{FULL_THEME}/", "Rouw"),
    "theme without groups and stories": (REGION, f"/themas/{EMPTY_THEME}/", "Slecht zien"),
    "privacy": (REGION, "/privacy/", "Privacy"),
    "crisis": (REGION, "/hulp-bij-crisis/", "Hulp"),
    "search": (REGION, "/zoeken/", "Zoeken"),
    "search with results": (REGION, "/zoeken/?q=rouw", "Zoeken"),
    "search without results": (REGION, "/zoeken/?q=qwxz", "Zoeken"),
    "not found": (REGION, "/nergens/", "Deze pagina is er niet"),
    "finder at an unknown place": (REGION, "/groepen/?plaats=Heerlenbergx", "Groepen"),
    "group": (REGION, f"{GROUP}?plaats=6411", GROUP_NAME),
    "stories": (REGION, "/verhalen/", "Verhalen"),
    "stories of a theme without any": (REGION, f"/verhalen/?thema={EMPTY_THEME}", "Verhalen"),
    "story": (REGION, STORY, "Wat niemand"),
    "story form": (REGION, FORM, "Deel je verhaal"),
    "code form": (REGION, CODE, "Ik heb een verwijskaart"),
    "code that is no code": (REGION, f"{CODE}?code=4KTF-92DC", "Ik heb een verwijskaart"),
    "wrong code": (REGION, card_path("4KTF92DC"), "Deze code kennen we niet"),
    "practice without a link": (REGION, "/-/referrals/praktijk/", "Verwijskaarten"),
    "practice with a wrong link": (REGION, "/-/referrals/praktijk/onzin/", "Deze link werkt niet"),
    "hub": (HUB, "/", "Overal in Nederland"),
    "hub, regions": (HUB, "/regios/", "Regio's"),
    "hub, region found": (HUB, "/regios/?plaats=Heerlen", "Regio's"),
    "hub, no region near": (HUB, "/regios/?plaats=Groningen", "Regio's"),
    "hub, unknown place": (HUB, "/regios/?plaats=Xyzzy", "Regio's"),
    "hub, text": (HUB, "/wat-is-zelfhulp/", "Wat is zelfhulp"),
}


@dataclass
class Office:
    """A practice that has its link, and one card that it made."""

    address: str
    code: str


@pytest.fixture(scope="module")
def office(reader: Visit) -> Office:
    """The practice's own page, reached as a practice does, and a card made there."""
    page = open_practice(reader, "praktijk01.zl@example.org")
    address = page.url
    return Office(address, make_card(page))


@pytest.mark.parametrize("name", ADDRESSES)
def test_page_is_for_everybody(name: str, reader: Visit) -> None:
    region, path, title = ADDRESSES[name]
    reader.forget()

    page = reader.open(region, path)

    assert page.locator("h1").first.inner_text()[: len(title)] == title
    assert examine(reader) == ALL_WELL


def story_with_errors(visit: Visit, _office: Office) -> None:
    page = visit.open(REGION, FORM)
    page.wait_for_timeout(4100)  # who sends sooner is taken for a program
    press(page, "Verstuur je verhaal")
    page.locator(".zr-error-summary").wait_for()


def story_sent(visit: Visit, _office: Office) -> None:
    page = visit.open(REGION, FORM)
    fill_story(page, "Hij wilde niet meer leven")  # words that bring help up at once
    page.wait_for_timeout(4100)
    press(page, "Verstuur je verhaal")
    page.wait_for_url("**/bedankt/**")


def story_to_withdraw(visit: Visit, office: Office) -> None:
    if "/bedankt/" not in visit.page.url:  # when this test runs by itself
        story_sent(visit, office)
    visit.page.locator(".zr-break").click()


def practice(visit: Visit, office: Office) -> None:
    visit.page.goto(office.address)


def practice_without_results(visit: Visit, office: Office) -> None:
    visit.page.goto(f"{office.address}?q=qwxz")


def practice_counts(visit: Visit, office: Office) -> None:
    visit.page.goto(f"{office.address}aantallen/")


def card_made(visit: Visit, office: Office) -> None:
    visit.page.goto(f"{office.address}kaart/{office.code.replace('-', '')}/")


def card_to_print(visit: Visit, office: Office) -> None:
    card_made(visit, office)
    visit.page.get_by_role("link", name="Afdrukken op A6").click()


def card_opened(visit: Visit, office: Office) -> None:
    visit.open(REGION, card_path(office.code))


def card_used(visit: Visit, office: Office) -> None:
    card_opened(visit, office)
    press(visit.page, "Ik ga deze groep proberen")


def card_used_again(visit: Visit, office: Office) -> None:
    card_opened(visit, office)
    again = visit.page.get_by_role("button", name="Ik ga deze groep proberen")
    if again.count():
        again.click()
        card_opened(visit, office)


#: States that take some doing, in the order in which one card goes through them.
STATES: dict[Callable[[Visit, Office], None], str] = {
    story_with_errors: "Deel je verhaal",
    story_sent: "Dank je wel",
    story_to_withdraw: "Wil je je verhaal weghalen",
    practice: "Maak een verwijskaart",
    practice_without_results: "Maak een verwijskaart",
    practice_counts: "Jullie verwijskaarten",
    card_made: "De kaart is klaar",
    card_to_print: "Afdrukken op A6",
    card_opened: "",
    card_used: "Mooi",
    card_used_again: "Deze kaart is al gebruikt",
}


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_state_is_for_everybody(reach: Callable[[Visit, Office], None], reader: Visit, office: Office) -> None:
    title = STATES[reach]
    reader.forget()

    reach(reader, office)

    assert reader.page.locator("h1").first.inner_text()[: len(title)] == title
    assert examine(reader) == ALL_WELL


def test_unknown_host_is_told_so_on_an_accessible_page(reader: Visit) -> None:
    reader.forget()

    page = reader.open("nergens")

    assert page.locator("h1").inner_text() == "Hier woont geen regio"
    # The page belongs to no region: it has no menu to skip.
    assert examine(reader) == ALL_WELL | {"first_link": "tel:113"}


def test_login_page_is_accessible(reader: Visit) -> None:
    reader.forget()

    reader.open(REGION, "/admin/login/")

    found = examine(reader)
    # Wagtail's own page, with Wagtail's own sizes.
    wagtail = {name: found[name] for name in found if name.startswith("small targets")} | {"first_link": "#main"}
    assert found == ALL_WELL | wagtail
