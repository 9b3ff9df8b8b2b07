"""The page of a group in each of its states, and groups on paper, in a real browser."""

import re

import pytest
from browsing import CLEAN, PHONE, Visit, survey
from journeys import OTHER_REGION, REGION

#: Name: region, path, words that must be read on the page.
PAGES = {
    "group that tells everything": (REGION, "/groepen/weer-opladen-heerlen/?plaats=6411", "Wie wacht je op?"),
    "group that tells little": (REGION, "/groepen/familie-van-munstergeleen/", "Nog niet bekend:"),
    "group that pauses": (REGION, "/groepen/hoofdpijnhuis/", "komt nu even niet bij elkaar"),
    "group with a waiting list": (REGION, "/groepen/somber-in-sittard/?q=somber", "heeft een wachtlijst"),
    "full group": (REGION, "/groepen/eetclub-alleen-is-maar-alleen-maastricht/", "Deze groep is nu vol"),
    "online group": (REGION, "/groepen/nachtbrakers/", "Online. Je krijgt de link"),
    "group with a moved meeting": (OTHER_REGION, "/groepen/adem-in-adem-uit-hengelo/", "Zo kom je er"),
    "list to print": (REGION, "/-/groups/lijst/?thema=rouw", "Stand van"),
    "list by place": (REGION, "/-/groups/lijst/?plaats=6411&afstand=10&indeling=plaats", "Heerlen"),
    "empty list": (REGION, "/-/groups/lijst/?q=qwxz", "Er is geen groep gevonden"),
    "booklet of nothing": (REGION, "/-/groups/boekje.pdf?q=qwxz", "Het boekje is er nu niet"),
}
#: A page without a search has nothing else to complain of than its own answer.
NOT_FOUND = "booklet of nothing"


@pytest.mark.parametrize("name", PAGES)
def test_page_is_for_everybody(name: str, reader: Visit) -> None:
    region, path, words = PAGES[name]
    reader.forget()

    page = reader.open(region, path)
    read = page.locator("main").inner_text()
    found = survey(page) | {"complaints": reader.complaints.copy(), "other hosts": reader.strangers()}

    assert words in read
    expected = ["404"] if name == NOT_FOUND else []
    assert [complaint for complaint in found.pop("complaints") if not any(code in complaint for code in expected)] == []
    assert found == CLEAN | {"other hosts": []}


def test_linked_data_is_allowed_by_the_policy_and_can_be_read(reader: Visit) -> None:
    """A block of data is no script: the browser does not complain of it and does not run it."""
    reader.forget()

    page = reader.open(REGION, "/groepen/weer-opladen-heerlen/")
    data = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")

    assert (data["@type"], data["name"], len(data["subEvent"])) == ("EventSeries", "Weer opladen", 3)
    assert reader.complaints == []


def test_page_of_a_group_fits_on_one_sheet(reader: Visit) -> None:
    page = reader.open(REGION, "/groepen/weer-opladen-heerlen/")

    pdf = page.pdf(format="A4")

    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1


def test_what_decides_comes_first_on_a_phone(reader: Visit) -> None:
    page = reader.open(REGION, "/groepen/weer-opladen-heerlen/?plaats=6411")
    page.set_viewport_size(PHONE)

    when = page.get_by_role("heading", name="Wanneer").bounding_box()
    where = page.get_by_role("heading", name="Waar", exact=True).bounding_box()
    first_time = page.get_by_role("heading", name="Wat gebeurt er de eerste keer?").bounding_box()

    assert when["y"] < PHONE["height"]
    assert when["y"] < where["y"] < first_time["y"]


def test_list_prints_its_groups_and_not_its_buttons(reader: Visit) -> None:
    page = reader.open(REGION, "/-/groups/lijst/?thema=rouw")
    page.emulate_media(media="print")

    shown = {
        "codes": page.locator(".groups-qr:visible").count() == page.locator(".groups-entry").count() > 0,
        "buttons": page.locator("button:visible, .zr-nav:visible, .groups-paper__order:visible").count(),
        "crisis": page.get_by_text("0800-0113").first.is_visible(),
        "date": page.get_by_text("Stand van").is_visible(),
    }
    page.emulate_media(media="screen")

    assert shown == {"codes": True, "buttons": 0, "crisis": True, "date": True}


def test_visitor_takes_two_groups_along_on_paper(reader: Visit) -> None:
    page = reader.open(REGION, "/groepen/?thema=rouw")
    names = page.locator(".zr-list .zr-card__link").all_inner_texts()
    boxes = page.get_by_label("Neem mee naar de lijst")
    boxes.nth(0).check()
    boxes.nth(1).check()

    page.get_by_role("button", name="Maak een lijst om te printen").click()

    assert sorted(page.locator(".groups-entry__name").all_inner_texts()) == sorted(names[:2])
