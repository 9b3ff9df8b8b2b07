"""The national hub: it finds a visitor's region, and its figures are those that the regions show themselves."""

import re
from collections.abc import Callable

import pytest
from browsing import ALL_WELL, Visit, examine
from journeys import HUB
from playwright.sync_api import Page

#: What a visitor can see of the search over the country, and where: name to address.
SEARCHES = {
    "empty": "/zoek-een-groep/",
    "results": "/zoek-een-groep/?q=rouw&plaats=heerlen",
    "corrected word": "/zoek-een-groep/?q=diabtes",
    "namesakes": "/zoek-een-groep/?q=rouw&plaats=Hengelo",
    "unknown place": "/zoek-een-groep/?plaats=Heerlem",
    "nothing found": "/zoek-een-groep/?q=xyzzyx&plaats=Heerlen",
}


@pytest.mark.parametrize("name", SEARCHES)
def test_every_state_of_the_country_search_is_for_everybody(name: str, reader: Visit) -> None:
    reader.forget()

    reader.open(HUB, SEARCHES[name])

    assert examine(reader) == ALL_WELL


def test_country_search_leads_to_a_group_on_its_own_site(visitor: Callable[..., Visit]) -> None:
    page = visitor(java_script_enabled=False).open(HUB, "/")
    page.get_by_label("Waar loop je tegenaan?").fill("rouw")
    page.get_by_label("Postcode of plaats").fill("6411")
    page.get_by_role("button", name="Zoek").last.click()
    first = page.locator("main .zr-card__link").first
    name = first.inner_text()

    first.click()

    assert page.locator("h1").inner_text() == name
    assert page.url.startswith("http://zuid-limburg.localhost")


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("6411", "hoort bij Zelfregie Zuid-Limburg"),
        ("Eindhoven", "hoort bij Zelfregie Zuidoost-Brabant"),
        ("7511 ab", "hoort bij Zelfregie Twente"),
        ("Groningen", "In Groningen is nog geen netwerk"),
        ("9999ZZ", "“9999ZZ” kennen we niet"),
    ],
)
def test_hub_knows_where_a_place_belongs(place: str, answer: str, reader: Visit) -> None:
    page = reader.open(HUB, "/regios/")
    page.get_by_label("Postcode of plaats").fill(place)
    page.get_by_role("button", name="Vind jouw regio").click()

    assert answer in page.locator("#antwoord").inner_text()


def test_figures_of_the_hub_are_what_the_regions_show(reader: Visit) -> None:
    page = reader.open(HUB, "/regios/")
    cards = page.locator(".zn-region").evaluate_all(
        """(cards) => cards.map((card) => [card.querySelector('a').href, Object.fromEntries(
          [...card.querySelectorAll('.zn-figures > div')].map((figure) =>
            [figure.querySelector('dt').textContent.trim(), figure.querySelector('dd').textContent.trim()]))])"""
    )
    counted = {url: {name: figures[name] for name in ("Groepen", "Verhalen")} for url, figures in cards}

    own = {
        url: {
            "Groepen": count(open_at(reader, url, "groepen/")),
            "Verhalen": count(open_at(reader, url, "verhalen/")),
        }
        for url in counted
    }

    assert len(counted) == 3
    assert counted == own


def open_at(visit: Visit, url: str, path: str) -> Page:
    """Open a page below a region's address."""
    visit.page.goto(f"{url.rstrip('/')}/{path}")
    return visit.page


def count(page: Page) -> str:
    """The number in the heading above the results: “74 groepen”."""
    return re.match(r"\d+", page.locator("main h2.utrecht-heading-3").first.inner_text())[0]
