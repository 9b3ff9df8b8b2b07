"""Finding a group: on a phone, without JavaScript, with the keyboard, with filters and back again, and on the map."""

from collections.abc import Callable, Iterator

import pytest
from browsing import ALL_WELL, DESKTOP, PHONE, STRUCTURE, Visit, on_a_desktop, on_small_screens, settle
from journeys import REGION, press
from playwright.sync_api import Browser, Page, Request, Route, expect

VisitorFactory = Callable[..., Visit]
HEERLEN = {"latitude": 50.8837, "longitude": 5.9815}
COLOGNE = {"latitude": 50.9413, "longitude": 6.9583}
READY = "[data-groups-map][data-ready]"

#: What a visitor can see of the finder, and where: name to address.
STATES = {
    "empty": "/groepen/",
    "results": "/groepen/?q=rouw&plaats=6411&thema=rouw&plek=1",
    "theme": "/groepen/?thema=rouw",
    "filtered": "/groepen/?plaats=Heerlen&dag=2&dag=3&dagdeel=evening&vorm=in_person&plek=1&toegankelijk=1",
    "second page": "/groepen/?p=2",
    "neighbours": "/groepen/?plaats=Sittard&afstand=100",
    "nothing found": "/groepen/?q=xyzzyx&plaats=Heerlen&afstand=5",
    "unknown place": "/groepen/?plaats=Heerlem",
    "abroad": "/groepen/?plaats=3600+Genk",
    "namesakes": "/groepen/?plaats=Hengelo",
    "corrected word": "/groepen/?q=diabtes",
    "online": "/groepen/?vorm=online",
}


@pytest.fixture
def phone(visitor: VisitorFactory) -> Visit:
    return visitor(viewport=PHONE)


@pytest.fixture(scope="module")
def calm(browser: Browser, port: int) -> Iterator[Visit]:
    """A visitor who asked for rest: what opens on the map is there at once."""
    visit = Visit.start(browser, port, reduced_motion="reduce")
    yield visit
    visit.close()


def located(page: Page) -> int:
    """How many groups of the list stand on the map."""
    return page.locator("#groepen [data-groups-point]").count()


def see_map(page: Page) -> None:
    """Have the map before your eyes: it is drawn when somebody can see it."""
    page.locator("[data-groups-map]").scroll_into_view_if_needed()
    page.wait_for_selector(READY)


def on_the_map(page: Page) -> int:
    """How many groups the pins of the map stand for."""
    see_map(page)
    return sum(int(pin.get_attribute("data-count")) for pin in page.locator(".groups-pin").all())


def results(page: Page) -> list[str]:
    return page.locator("#groepen .zr-card__link").all_inner_texts()


def unfold(page: Page) -> None:
    """Show the whole form, on a phone after a search too, with its filters."""
    page.evaluate("document.querySelectorAll('.zr-refine, .groups-filters').forEach((part) => { part.open = true; })")


def show_everything(page: Page, name: str) -> None:
    """Unfold the form and open the map with what a pin says, as far as this state has them."""
    unfold(page)
    button = page.locator("[data-groups-map-button]")
    if button.count() and button.is_visible():
        button.click()
    if page.locator("[data-groups-map]").count():
        see_map(page)
        page.locator(".groups-pin").first.press("Enter")
        if name == "online":
            page.keyboard.press("Escape")  # here what is opened covers a pin beside it, until somebody closes it


def refuse_scripts(route: Route) -> None:
    """Let a script's own requests fail, and nothing else."""
    if route.request.resource_type == "fetch":
        route.abort()
    else:
        route.continue_()


#: Every part of the wide layout occurs in one of these.
WIDE = ("empty", "results", "nothing found")


@pytest.mark.parametrize("name", STATES)
def test_every_state_of_the_finder_is_for_everybody(name: str, calm: Visit) -> None:
    page = calm.page
    page.set_viewport_size(PHONE)
    calm.forget()
    calm.open(REGION, STATES[name])
    show_everything(page, name)
    found = on_small_screens(page)

    if name in WIDE:
        page.set_viewport_size(DESKTOP)
        page.reload()  # the map fits itself to the window in which it is opened
        show_everything(page, name)
        found |= on_a_desktop(page)

    assert ALL_WELL | found | page.evaluate(STRUCTURE) | calm.noted() == ALL_WELL
    assert page.locator("h1").inner_text().startswith("Groepen")


def test_three_steps_on_a_phone_lead_to_what_happens_the_first_time(phone: Visit) -> None:
    page = phone.open(REGION)
    page.get_by_label("Waar loop je tegenaan?").fill("rouw")
    page.get_by_label("Postcode of plaats").fill("6411")
    press(page, "Zoek")
    first = page.locator("#groepen .zr-card__link").first
    name, top = first.inner_text(), first.bounding_box()["y"]

    first.click()

    assert top < PHONE["height"]
    assert page.locator("h1").inner_text() == name
    assert page.get_by_role("heading", name="eerste keer").first.is_visible()


def test_everything_works_without_javascript(visitor: VisitorFactory) -> None:
    page = visitor(java_script_enabled=False).open(REGION, "/groepen/")
    before = len(results(page))
    page.locator(".groups-filters > summary").click()
    page.get_by_role("checkbox", name="dinsdag").check()
    page.get_by_role("checkbox", name="avond").check()
    press(page, "Toon de groepen")
    chosen = page.locator(".groups-chip").all_inner_texts()
    page.get_by_label("Sorteer op").select_option(label="naam")
    press(page, "Sorteer")
    sorted_names = results(page)
    page.get_by_role("link", name="dinsdag").click()

    assert before == 20
    assert [text.splitlines()[-1] for text in chosen] == ["dinsdag", "avond"]
    assert sorted_names == sorted(sorted_names, key=lambda name: name.lower().lstrip("'’ "))
    assert "dag=2" not in page.url
    assert "dagdeel=evening" in page.url
    assert page.get_by_role("button", name="Gebruik mijn locatie").is_hidden()
    assert page.locator("[data-groups-map]").is_hidden()


def test_filters_show_their_groups_at_once_and_back_goes_back(visitor: VisitorFactory) -> None:
    page = visitor().open(REGION, "/groepen/")
    page.evaluate("window.isTheSamePage = true")
    everything = page.locator("#uitkomst-kop").inner_text()
    page.locator(".groups-filters > summary").click()
    tuesday = page.get_by_role("checkbox", name="dinsdag")
    tuesday.check()
    expect(page.locator("#uitkomst-kop")).not_to_have_text(everything)
    filtered, address = page.locator("#uitkomst-kop").inner_text(), page.url
    focused = page.evaluate("document.activeElement.id")
    announced = page.locator("[data-groups-announce]").inner_text()

    page.go_back()

    expect(page.locator("#uitkomst-kop")).to_have_text(everything)
    expect(tuesday).not_to_be_checked()
    assert page.evaluate("window.isTheSamePage") is True
    assert (focused, announced, address.endswith("/groepen/?dag=2")) == ("f-dag-2", filtered, True)
    page.go_forward()
    expect(page.locator("#uitkomst-kop")).to_have_text(filtered)
    expect(tuesday).to_be_checked()


def test_an_address_shows_the_same_as_the_clicks_that_led_to_it(visitor: VisitorFactory) -> None:
    page = visitor().open(REGION, "/groepen/?plaats=Heerlen&afstand=25")
    page.locator(".groups-filters > summary").click()
    page.get_by_role("checkbox", name="avond").check()
    page.wait_for_url("**dagdeel=evening**")
    clicked = results(page)

    page.reload()

    assert results(page) == clicked


def test_a_failing_answer_becomes_an_ordinary_visit(visitor: VisitorFactory) -> None:
    page = visitor().open(REGION, "/groepen/")
    page.route("**/groepen/?*", refuse_scripts)
    page.evaluate("window.isTheSamePage = true")

    page.get_by_label("Waar loop je tegenaan?").fill("rouw")
    page.keyboard.press("Enter")

    page.wait_for_url("**q=rouw**")
    page.wait_for_load_state()
    assert page.evaluate("window.isTheSamePage") is None
    assert len(results(page)) > 0


@pytest.mark.parametrize("path", ["/groepen/?plaats=Heerlen&afstand=25", "/groepen/", "/groepen/?q=rouw"])
def test_the_map_shows_the_groups_of_the_list(path: str, visitor: VisitorFactory) -> None:
    page = visitor().open(REGION, path)

    assert on_the_map(page) == located(page) > 0


def test_the_map_follows_the_list_and_opens_with_the_keyboard(visitor: VisitorFactory) -> None:
    page = visitor(reduced_motion="reduce").open(REGION, "/groepen/")
    see_map(page)
    page.get_by_label("Waar loop je tegenaan?").fill("rouw")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=rouw**")
    expect(page.locator("#uitkomst-kop")).to_contain_text("rouw")
    shown = on_the_map(page)
    page.locator(".groups-pin").first.focus()
    page.keyboard.press("Enter")
    link = page.locator(".groups-popup a").first
    expect(link).to_be_focused()
    name = link.inner_text()
    page.keyboard.press("Escape")
    expect(page.locator(".groups-popup")).to_have_count(0)

    assert shown == located(page)
    assert name in results(page)
    assert page.evaluate("document.activeElement.classList.contains('groups-pin')") is True


def test_a_card_lights_its_pin(visitor: VisitorFactory) -> None:
    page = visitor().open(REGION, "/groepen/?plaats=Heerlen&afstand=25")
    see_map(page)

    page.locator("#groepen [data-groups-point] .zr-card__link").first.focus()

    assert page.locator(".groups-pin.is-active").count() == 1


def test_the_map_is_behind_a_button_on_a_phone_and_costs_nothing_before(phone: Visit) -> None:
    page = phone.open(REGION, "/groepen/?q=rouw")
    settle(page)
    before = [request for request in phone.requests if "leaflet" in request]
    press(page, "Toon op de kaart")
    shown = on_the_map(page)

    press(page, "Verberg de kaart")

    assert (before, shown) == ([], located(page))
    assert page.locator("[data-groups-map]").is_hidden()


def test_my_location_fills_in_the_postcode_and_sends_it_rounded(visitor: VisitorFactory) -> None:
    visit = visitor(geolocation=HEERLEN, permissions=["geolocation"])
    page = visit.open(REGION, "/groepen/")
    asked: list[tuple[str, str | None]] = []

    def note(request: Request) -> None:
        if "waar-ben-ik" in request.url:
            asked.append((request.url, request.post_data))

    page.on("request", note)

    press(page, "Gebruik mijn locatie")

    expect(page.locator("[data-groups-locate-status]")).to_contain_text("in de buurt van Heerlen")
    assert page.get_by_label("Postcode of plaats").input_value().startswith("64")
    assert asked == [(visit.address(REGION, "/-/groups/waar-ben-ik/"), "lat=50.88&lon=5.98")]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"geolocation": COLOGNE, "permissions": ["geolocation"]}, "Nederland"), ({}, "Vul je postcode of plaats in.")],
    ids=["abroad", "refused"],
)
def test_my_location_says_why_it_does_not_work(options: dict, sentence: str, visitor: VisitorFactory) -> None:
    page = visitor(**options).open(REGION, "/groepen/")

    press(page, "Gebruik mijn locatie")

    expect(page.locator("[data-groups-locate-status]")).to_contain_text(sentence)
    assert page.get_by_label("Postcode of plaats").input_value() == ""


def test_places_are_suggested_while_typing(visitor: VisitorFactory) -> None:
    page = visitor().open(REGION, "/groepen/?q=rouw")

    page.get_by_label("Postcode of plaats").press_sequentially("sitt")

    expect(page.locator("#zoek-plaatsen option").first).to_have_attribute("value", "Sittard")


def test_ticked_groups_of_two_pages_go_to_the_list(visitor: VisitorFactory) -> None:
    page = visitor().open(REGION, "/groepen/")
    ticked = []
    for _page in range(2):
        box = page.get_by_role("checkbox", name="Neem mee naar de lijst").nth(1)
        ticked.append(results(page)[1])
        box.check()
        first = results(page)[0]
        if len(ticked) == 1:
            page.get_by_role("link", name="Volgende").click()
            expect(page.locator("#groepen .zr-card__link").first).not_to_have_text(first)
    told = page.locator("[data-groups-ticked]").inner_text()

    press(page, "Maak een lijst om te printen")

    assert told == "Je hebt 2 groepen gekozen."
    assert sorted(name for name in ticked if page.get_by_text(name).count()) == sorted(ticked)
    assert page.url.count("keuze=") == 2
