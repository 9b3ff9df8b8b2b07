"""The national hub: it finds a visitor's region, and its figures are those that the regions show themselves."""

import re

import pytest
from browsing import Visit
from journeys import HUB
from playwright.sync_api import Page


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
