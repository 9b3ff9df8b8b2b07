"""Pages of the admin that Wagtail does not have: modules, privacy, and the wizard where both sides changed something.

For everybody: no barriers on a desktop and a phone, by keyboard alone, and without JavaScript where there are forms.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from browsing import Visit, looks_fine, settle
from demonstration import Demo
from journeys import (
    ADMINISTRATOR,
    COORDINATOR,
    HUB,
    OTHER_ADMINISTRATOR,
    OTHER_REGION,
    REGION,
    follow,
    press,
)
from playwright.sync_api import Page, expect

VisitorFactory = Callable[..., Visit]
Colleague = Callable[[str, tuple[str, str]], Visit]
MODULES, PER_REGION, PRIVACY = "/admin/modules/", "/admin/modules-per-regio/", "/admin/privacy/"
WIZARD, DETAILS = "/admin/regios-beheren/", "/admin/settings/zelfregie_core/sitesettings/"
#: A module that no other test of a running demonstration switches.
MODULE = "referrals"
PERSON = "tineke.proef@voorbeeld.example"
FOCUSED = """(selector) => document.activeElement.matches(selector)
  && [getComputedStyle(document.activeElement).outlineStyle !== 'none']"""


@pytest.fixture
def module_is_on_again(demo: Demo) -> Iterator[None]:
    """Whatever happens, leave the module on; when all goes well it is on already."""
    yield
    if demo.get(f"{OTHER_REGION}.localhost", "/-/referrals/praktijk/")[0] != HTTPStatus.OK:
        demo.command("plugin", "enable", OTHER_REGION, MODULE)


@pytest.fixture
def person(demo: Demo) -> Iterator[str]:
    """Somebody of whom the region has one story; nothing of it is left afterwards."""
    in_region(demo, f"Story.objects.create(title='Proef', author_name='T', body='B', contact_email={PERSON!r})")
    yield PERSON
    in_region(demo, f"[story.delete() for story in Story.objects.all() if story.contact_email == {PERSON!r}]")


@pytest.fixture
def phone(colleague: Colleague) -> Iterator[str]:
    """A telephone number that an administrator changed on the site itself; put back afterwards."""
    page = colleague(OTHER_REGION, OTHER_ADMINISTRATOR).open(OTHER_REGION, DETAILS)
    before = page.locator("[name=phone]").input_value()
    yield save_phone(page, "053 111 11 11")
    colleague(OTHER_REGION, OTHER_ADMINISTRATOR).open(OTHER_REGION, DETAILS)
    save_phone(page, before)


def save_phone(page: Page, number: str) -> str:
    page.locator("[name=phone]").fill(number)
    press(page, "Opslaan")
    page.locator(".messages .success").wait_for()
    return number


def in_region(demo: Demo, code: str) -> None:
    """Run a line on the models of the region, as the application itself does."""
    lines = [
        "from django_tenants.utils import get_tenant_model, tenant_context",
        "from zelfregie_stories.models import Story",
        f"with tenant_context(get_tenant_model().objects.get(slug={REGION!r})):",
        f"    {code}",
    ]
    demo.command("manage", "shell", "--no-imports", "-c", "\n".join(lines))


def go_by_keyboard(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, as one can see, and then Enter."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if found := page.evaluate(FOCUSED, selector):
            assert found == [True], f"{selector} does not show that it has the focus"
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key on {page.url}")


@pytest.mark.parametrize(
    ("region", "login", "paths"),
    [
        (REGION, ADMINISTRATOR, [MODULES, f"{MODULES}{MODULE}/", PRIVACY, f"{PRIVACY}persoon/"]),
        (
            HUB,
            COORDINATOR,
            [PER_REGION, f"{PER_REGION}{OTHER_REGION}/", f"{PER_REGION}{OTHER_REGION}/{MODULE}/", WIZARD],
        ),
    ],
    ids=["region", "hub"],
)
def test_pages_have_no_barriers(colleague: Colleague, region: str, login: tuple[str, str], paths: list[str]) -> None:
    visit = colleague(region, login)
    found = {}
    for path in paths:
        page = settle(visit.open(region, path))
        page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
        found[path] = (page.url, looks_fine(page))

    assert found == {path: (visit.address(region, path), []) for path in paths}
    assert (visit.complaints, visit.strangers()) == ([], [])


@pytest.mark.usefixtures("module_is_on_again")
def test_administrator_switches_a_module_off_and_on_by_keyboard_alone(colleague: Colleague) -> None:
    page = colleague(OTHER_REGION, OTHER_ADMINISTRATOR).open(OTHER_REGION, MODULES)
    state = page.locator(f"#module-{MODULE} h2")
    seen = [state.inner_text().split()[-1]]
    for _time in range(2):
        settle(page)
        go_by_keyboard(page, f"#module-{MODULE} summary")
        expect(page.locator(f"#module-{MODULE} details")).to_have_attribute("open", "")
        go_by_keyboard(page, f"#module-{MODULE} a.button")
        page.wait_for_url(f"**{MODULES}{MODULE}/")
        settle(page)
        go_by_keyboard(page, "main form [type=submit]")
        page.wait_for_url(f"**{MODULES}")
        expect(page.locator(".messages .success")).to_be_visible()
        seen.append(state.inner_text().split()[-1])

    assert [word.casefold() for word in seen] == ["aan", "uit", "aan"]


@pytest.mark.usefixtures("module_is_on_again")
def test_coordinator_switches_a_module_of_a_region_without_javascript(visitor: VisitorFactory) -> None:
    visit = visitor(java_script_enabled=False)
    visit.log_in(HUB, *COORDINATOR)
    page = visit.open(HUB, PER_REGION)
    page.locator("main [name=q]").fill("twente")
    page.locator("main").get_by_role("button", name="Zoek").click()
    found = page.locator("main .zrd-item h2").all_inner_texts()
    page.locator("main .zrd-item h2 a").click()

    said = []
    for answer in ("Ja, zet uit", "Ja, zet aan"):
        page.locator(f"#module-{MODULE} a.button").click()
        press(page, answer)
        said.append(page.locator(f"#module-{MODULE} h2").inner_text().split()[-1].casefold())

    assert (found, said) == (["Zelfregie Twente"], ["uit", "aan"])


def test_administrator_answers_a_person_with_and_without_javascript(
    colleague: Colleague, visitor: VisitorFactory, person: str
) -> None:
    visit = colleague(REGION, ADMINISTRATOR)
    page = visit.open(REGION, f"{PRIVACY}persoon/")
    barriers = {}

    def look_up(email: str) -> None:
        page.locator("main [name=email]").first.fill(email)
        page.locator("main").get_by_role("button", name="Zoek").click()

    look_up("geen adres")
    barriers["no address"] = looks_fine(page)
    look_up(ADMINISTRATOR[0])
    barriers["refused"] = looks_fine(page)
    look_up(person)
    barriers["found"] = looks_fine(page)
    page.locator("main [name=again]").fill("tinus.proef@voorbeeld.example")
    press(page, "Wis de gegevens van deze persoon")
    expect(page.locator("main")).to_contain_text("Dit is een ander adres. Er is niets gewist.")
    barriers["mistyped"] = looks_fine(page)

    simple = visitor(java_script_enabled=False)
    simple.log_in(REGION, *ADMINISTRATOR)
    plain = simple.open(REGION, PRIVACY)
    follow(plain, "Iemand vraagt om zijn gegevens")
    plain.locator("main [name=email]").first.fill(person.upper())
    plain.locator("main").get_by_role("button", name="Zoek").click()
    there = "Verhalen van bezoekers: 1" in plain.locator("main").inner_text()
    with plain.expect_download() as download:
        plain.get_by_role("button", name="Download een kopie voor deze persoon").click(no_wait_after=True)
    plain.locator("main [name=again]").fill(person)
    press(plain, "Wis de gegevens van deze persoon")
    expect(plain.locator(".messages")).to_contain_text("De gegevens zijn gewist.")

    look_up(person)
    expect(page.locator("main")).to_contain_text("Er is niets gevonden, ook niet in teksten.")
    assert barriers == {"no address": [], "refused": [], "found": [], "mistyped": []}
    assert (there, download.value.suggested_filename) == (True, "gegevens.zip")
    # An address is never in an address, where a log would keep it.
    assert [url for url in visit.requests + simple.requests if "tineke" in url.casefold()] == []
    assert (visit.complaints, visit.strangers()) == ([], [])


def test_coordinator_settles_what_both_sides_changed(colleague: Colleague, visitor: VisitorFactory, phone: str) -> None:
    plain = visitor(java_script_enabled=False)
    plain.log_in(HUB, *COORDINATOR)
    page = plain.open(HUB, WIZARD)
    page.locator("main tr", has_text="Zelfregie Twente").get_by_role("button").click()
    check = page.url
    page.goto(check.replace("/controle/", "/organisatie/"))
    page.locator("main [name=phone]").fill("053 222 22 22")
    press(page, "Opslaan en naar de controle")
    asked = page.locator("main .zw-decide legend").all_inner_texts()
    sides = page.locator("main .zw-side mark").all_inner_texts()

    visit = colleague(HUB, COORDINATOR)
    visit.page.goto(check)
    barriers = looks_fine(visit.page)
    choices = visit.page.locator("main .zw-choices input")
    choices.first.focus()
    visit.page.keyboard.press("ArrowDown")
    chosen = visit.page.locator("main .zw-choices label", has=visit.page.locator(":checked")).inner_text()

    follow(page, "Gooi deze wijzigingen weg")
    press(page, "Ja, gooi weg")

    assert (page.url, check) == (plain.address(HUB, WIZARD), visit.page.url)
    assert (asked, sides) == (["Instellingen van de site: Telefoon"], ["053 222 22 22", phone])
    assert (barriers, chosen.strip()) == ([], "Neem wat hier staat")
    assert (visit.complaints, visit.strangers()) == ([], [])
