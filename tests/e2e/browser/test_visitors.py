"""What visitors come for, without JavaScript; and the page under somebody's hands: keyboard, motion, weight."""

import time
from collections.abc import Callable

import pytest
from browsing import PHONE, Visit, settle
from journeys import FULL_THEME, HUB, REGION, card_path, fill_story, make_card, open_practice, press, read_mail
from playwright.sync_api import Page

VisitorFactory = Callable[..., Visit]
#: What a first page may weigh, compressed as it travels (design, section 9).
PAGE_BUDGET = 100_000
STYLES_BUDGET = 40_000


@pytest.fixture
def plain(visitor: VisitorFactory) -> Visit:
    """A visitor without JavaScript, on a phone."""
    return visitor(java_script_enabled=False, viewport=PHONE)


def title(page: Page) -> str:
    return page.locator("h1").first.inner_text()


def test_home_search_leads_to_a_group_without_javascript(plain: Visit) -> None:
    page = plain.open(REGION)
    page.get_by_label("Waar loop je tegenaan?").fill("rouw")
    page.get_by_label("Postcode of plaats").fill("6411")
    press(page, "Zoek")
    first = page.locator(".zr-list .zr-card__link").first
    name = first.inner_text()

    first.click()

    assert title(page) == name
    assert page.get_by_role("link", name="Terug naar je zoekopdracht").is_visible()


def test_theme_leads_to_a_group_without_javascript(plain: Visit) -> None:
    page = plain.open(REGION, "/themas/")
    page.locator(f'.zr-tile[href="/themas/{FULL_THEME}/"]').click()
    first = page.locator("main .zr-group-card .zr-card__link, main a.zr-card__link[href^='/groepen/']").first
    name = first.inner_text()

    first.click()

    assert title(page) == name


def test_results_come_first_on_a_phone_after_a_search(plain: Visit) -> None:
    page = plain.open(REGION, "/groepen/?q=rouw&plaats=6411")
    summary = page.locator(".zr-refine__summary")
    shown = {
        "chosen": [text.splitlines()[-1] for text in page.locator(".groups-chip").all_inner_texts()],
        "form": page.get_by_label("Postcode of plaats").is_visible(),
        "first group on the first screen": page.locator(".zr-list .zr-card__link").first.bounding_box()["y"]
        < PHONE["height"],
    }

    summary.click()

    assert shown == {"chosen": ["“rouw”", "6411, tot 15 km"], "form": False, "first group on the first screen": True}
    assert page.get_by_label("Postcode of plaats").input_value() == "6411"
    assert page.get_by_label("Postcode of plaats").is_visible()


def test_menu_opens_on_a_phone_without_javascript(plain: Visit) -> None:
    page = plain.open(REGION)
    link = page.locator(".zr-menu").get_by_role("link", name="Verhalen")
    before = link.is_visible()

    page.locator(".zr-menu summary").click()
    link.click()

    assert before is False
    assert title(page) == "Verhalen"


def test_story_is_sent_and_confirmed_by_mail_without_javascript(plain: Visit) -> None:
    address = f"truus-{time.time_ns()}@example.org"  # nobody has written to it before
    page = plain.open(REGION, "/-/stories/insturen/")
    fill_story(page, "Zonder knopjes", email=address)
    page.wait_for_timeout(4100)  # who sends sooner is taken for a program
    press(page, "Verstuur je verhaal")
    thanked = title(page)

    mail = read_mail(plain, address, "We hebben je verhaal ontvangen")
    mail.locator("pre a").first.click()

    assert thanked == "Dank je wel voor je verhaal"
    assert title(page) == "Wil je je verhaal weghalen?"
    press(page, "Haal mijn verhaal weg")
    assert title(page) == "Je verhaal is weg"


def test_code_is_redeemed_without_javascript(plain: Visit) -> None:
    code = make_card(open_practice(plain, "praktijk02.zl@example.org"))
    page = plain.open(REGION, "/-/referrals/kaart/")
    page.get_by_role("textbox").first.fill(code.lower())
    press(page, "Bekijk de groep")
    opened = page.url

    press(page, "Ik ga deze groep proberen")

    assert opened == plain.address(REGION, card_path(code))
    assert title(page) == "Mooi, je gaat het proberen"
    page.get_by_role("link", name="Naar de pagina van de groep").click()
    assert page.url.startswith(plain.address(REGION, "/groepen/"))


def test_hub_leads_to_a_region_without_javascript(plain: Visit) -> None:
    page = plain.open(HUB, "/regios/")
    page.get_by_label("Postcode of plaats").fill("7511")
    press(page, "Vind jouw regio")

    page.get_by_role("link", name="Naar Zelfregie Twente").click()

    assert page.url == plain.address("twente", "/")


#: Where the focus is and whether that can be seen: a ring round the element, or round the card that it is the link of.
FOCUSED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), card = e.closest('.zr-card');
  const styles = [getComputedStyle(e), getComputedStyle(e, '::after'), ...(card ? [getComputedStyle(card)] : [])];
  return {
    name: (e.textContent.trim() || e.name || e.id || e.tagName).replace(/\\s+/g, ' ').slice(0, 40),
    is_page: e === document.body,
    ring: styles.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
    seen: box.width > 0 && box.bottom > 0 && box.top < window.innerHeight && box.right > 0
      && box.left < window.innerWidth,
  };
}"""


@pytest.mark.parametrize("path", ["/", "/groepen/?q=rouw", "/-/stories/insturen/"])
def test_keyboard_reaches_everything_and_shows_where_it_is(path: str, visitor: VisitorFactory) -> None:
    page = visitor(reduced_motion="reduce").open(REGION, path)  # so that scrolling takes no time
    if page.locator("[data-groups-map]").count():
        page.locator("[data-groups-map]").scroll_into_view_if_needed()
        page.wait_for_selector("[data-groups-map][data-ready]")  # its pins and buttons are reachable too
        page.evaluate("window.scrollTo(0, 0)")
    reachable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    expected = page.evaluate(
        """(reachable) => [...document.querySelectorAll(reachable)].filter((e) => e.tabIndex >= 0
          && e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })).length""",
        reachable,
    )
    stops = []
    for _ in range(expected + 5):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["is_page"]:
            break
        stops.append(stop)

    assert stops[0]["name"] == "Ga naar de inhoud"
    assert [stop["name"] for stop in stops if not stop["ring"]] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    assert len(stops) == expected


def test_skip_link_goes_to_the_content(visitor: VisitorFactory) -> None:
    page = visitor().open(REGION)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)") is True


def test_menu_on_a_phone_opens_and_closes_with_the_keyboard(visitor: VisitorFactory) -> None:
    page = visitor(viewport=PHONE).open(REGION)
    menu = page.locator(".zr-menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    opened = menu.get_by_role("link", name="Groepen").is_visible()
    page.keyboard.press("Tab")

    page.keyboard.press("Escape")

    assert opened is True
    assert menu.get_by_role("link", name="Groepen").is_visible() is False
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_mistakes_in_a_form_get_the_focus(visitor: VisitorFactory) -> None:
    page = visitor().open(REGION, "/-/stories/insturen/")

    press(page, "Verstuur je verhaal")

    assert page.evaluate("document.activeElement.className") == "zr-error-summary"
    follow_error = page.locator(".zr-error-summary a").first
    follow_error.click()
    assert page.evaluate("document.activeElement.closest('.zr-field') !== null") is True


def test_nothing_moves_for_who_asks_for_rest(visitor: VisitorFactory) -> None:
    page = visitor(reduced_motion="reduce").open(REGION)

    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter((e) => {
          const style = getComputedStyle(e);
          const lasts = (times) => times.split(',').some((time) => parseFloat(time) > 0.01);
          return lasts(style.transitionDuration) || lasts(style.animationDuration) || style.scrollBehavior === 'smooth';
        }).map((e) => `${e.tagName}.${e.className}`)"""
    )

    assert moving == []


@pytest.mark.parametrize("path", ["/", "/wat-is-zelfhulp/", "/groepen/", f"/themas/{FULL_THEME}/"])
def test_first_page_is_light(path: str, visitor: VisitorFactory) -> None:
    visit = visitor()
    weights: dict[str, tuple[str, float]] = {}
    session = visit.context.new_cdp_session(visit.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: weights.update({event["requestId"]: (kinds[event["requestId"]], event["encodedDataLength"])}),
    )

    # The map comes after the page, when it is seen, and has no part in the budget.
    visit.page.route("**/vendor/leaflet/**", lambda route: route.abort())
    settle(visit.open(REGION, path))

    total = sum(weight for _kind, weight in weights.values())
    styles = sum(weight for kind, weight in weights.values() if kind == "Stylesheet")
    assert {"page": total <= PAGE_BUDGET, "styles": styles <= STYLES_BUDGET, "has styles": styles > 0} == {
        "page": True,
        "styles": True,
        "has styles": True,
    }, f"{total:.0f} bytes, of which {styles:.0f} for stylesheets: {sorted(weights.values())}"
