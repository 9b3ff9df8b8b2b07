"""Ways through the demonstration that several end-to-end tests take, and what its example content is called."""

import re
import time
from contextlib import suppress

from browsing import PATIENCE, Visit
from playwright.sync_api import Page, TimeoutError

REGION = "zuid-limburg"
OTHER_REGION = "twente"
HUB = "landelijk"
GROUP = "/groepen/mijn-eigen-plan-sittard/"
GROUP_NAME = "Mijn eigen plan"
STORY = "/verhalen/wat-niemand-aan-mij-ziet/"
#: A theme with groups and stories, and one with neither.
FULL_THEME = "rouw"
EMPTY_THEME = "slechtziend"
EDITOR = "twan@zuid-limburg.zelfregie.example", "demo-redacteur"
MODERATOR = "jo@zuid-limburg.zelfregie.example", "demo-moderator"
ADMINISTRATOR = "marga@zuid-limburg.zelfregie.example", "demo-beheerder"
OTHER_ADMINISTRATOR = "gerda@twente.zelfregie.example", "demo-beheerder"
OTHER_MODERATOR = "henk@twente.zelfregie.example", "demo-moderator"
COORDINATOR = "imane@zelfregie.example", "demo-coordinator"


def press(page: Page, name: str) -> None:
    """Press the button with this text."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow the first link with this text."""
    page.get_by_role("link", name=name, exact=True).first.click()


def fill_story(page: Page, title: str, email: str = "") -> None:
    """Fill in the form with which a visitor sends a story; send nothing yet."""
    page.get_by_label("Titel").fill(title)
    page.locator("[name=author_name]").fill("Truus")
    page.locator("[name=theme]").select_option(label="Rouw en verlies")
    page.locator("textarea[name=body]").fill(
        "Na het overlijden van mijn man wist ik niet meer hoe ik de dag doorkwam. In de groep hoefde ik niets uit te "
        "leggen. Ik zat daar en dacht: jullie weten het. Dat was genoeg om de week daarna weer te komen."
    )
    page.locator("[name=contact_email]").fill(email)
    page.locator("[name=consent]").check()


def read_mail(visit: Visit, recipient: str, subject: str) -> Page:
    """Open the newest message with this subject to this address on the demonstration's mail page.

    Mail is sent by the task worker, so it may take a moment. Fails when it has not come after a minute.
    """
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        page = visit.open("mail")
        message = page.get_by_role("link").filter(has_text=subject).filter(has_text=recipient)
        if message.count():
            message.first.click()
            return page
        time.sleep(0.5)
    raise AssertionError(f"no mail “{subject}” to {recipient}; there is:\n{page.inner_text('main')}")


def open_practice(visit: Visit, email: str) -> Page:
    """Ask for a practice's link, as the practice does, and open it from the mail; return the practice's page."""
    page = visit.open(REGION, "/-/referrals/praktijk/")
    page.get_by_role("textbox").first.fill(email)
    press(page, "Mail de link")
    page.wait_for_url("**/verstuurd/")
    page = read_mail(visit, email, "verwijskaart")
    page.locator("pre a").first.click()
    return page


def make_card(page: Page, words: str = "rouw") -> str:
    """Make a referral card for the first group that a search on the practice's page finds; return its code."""
    page.get_by_role("searchbox").fill(words)
    press(page, "Zoek")
    page.get_by_role("button", name="Maak een kaart").first.click()
    page.wait_for_url("**/kaart/*/")
    return page.locator(".zr-code").inner_text()


def card_path(code: str) -> str:
    """The address of a card, as its QR code has it."""
    return f"/-/referrals/k/{re.sub('[^0-9A-Za-z]', '', code)}/"


def menu_of(page: Page) -> set[str]:
    """The addresses in the main menu of the admin."""
    page.locator("#wagtail-sidebar nav a").first.wait_for()
    addresses = page.locator("#wagtail-sidebar a").evaluate_all("(links) => links.map((e) => e.getAttribute('href'))")
    return {address for address in addresses if address and address.startswith("/admin/")}


def open_editor(visit: Visit, region: str, title: str) -> Page:
    """Open the editor of a page, found by its title as an editor finds it."""
    page = visit.open(region, "/admin/pages/search/?q=" + title.replace(" ", "+"))
    page.get_by_role("link", name=title, exact=True).first.click()
    page.wait_for_url("**/edit/")
    page.locator("footer .action-save").wait_for()
    return page


def act(page: Page, action: str) -> None:
    """Choose an action at the bottom of the editor of a page; once more when the editor was saving by itself just then.

    On a slow machine that loses the click now and then: github.com/wagtail/wagtail/issues/13863.
    """
    for _try in range(4):
        button = page.locator(f"footer {action}").first
        if not button.is_visible():
            page.locator("footer .w-dropdown__toggle").click()
        button.click()
        with suppress(TimeoutError):
            page.locator(".messages .success").wait_for(timeout=PATIENCE / 4)
            return
    raise AssertionError(f"{action} did nothing")


def set_intro(page: Page, text: str) -> str:
    """Write another lead paragraph; return what it was."""
    intro = page.locator("[name=intro]")
    before = intro.input_value()
    intro.fill(text)
    return before
