"""An editor brings in a list: the steps of the wizard, the next version of the list, and undoing it."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from browsing import Visit, looks_fine
from demonstration import DemoKeeper
from journeys import EDITOR, GROUP_NAME, REGION, follow, press
from openpyxl import Workbook
from playwright.sync_api import Page, expect

Colleague = Callable[[str, tuple[str, str]], Visit]
BASE = "/admin/groepen-importeren/"
LIST = "Groepen van de proef"
HEADER = ["Nr", "Naam groep", "Thema", "Dag", "Aanvang", "Plaats", "Postcode", "Kosten", "Hoe vaak"]
DAYS = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"]


def rows() -> list[list[str]]:
    """Thirty rows, as a list is that somebody kept for years."""
    themes = ["rouw", "angst", "Mantelzorg", "deppresie"]
    good = [
        [
            str(number),
            f"Proefkring {number}",
            themes[number % 4],
            DAYS[number % 5],
            "19.30 uur",
            "Heerlen",
            "6411 AB",
            "gratis",
            "elke week",
        ]
        for number in range(1, 24)
    ]
    return [
        *good,
        ["24", "Proefkring herstel", "Herstelwerk", "maandag", "10.00", "Heerlen", "6411AB", "", "elke week"],
        ["25", "Proefkring verder", "herstelwerk", "dinsdag", "10.00", "Heerlen", "6411AB", "", "elke week"],
        ["26", "Proefkring allerlei", "Diversen", "woensdag", "10.00", "Heerlen", "6411AB", "", "elke week"],
        ["27", "Proefkring zonder plek", "Zwevend", "donderdag", "10.00", "Heerlen", "6411AB", "", "elke week"],
        ["28", "Proefkring in de war", "rouw", "vrijdag", "10.00", "Heerlen", "641 ABC", ""],
        ["29", GROUP_NAME, "Burn-out", "dinsdag", "19.30", "Sittard", "", ""],
        ["30", "", "rouw", "dinsdag", "19.30", "Heerlen", "6411AB", "", "elke week"],
    ]


def workbook(lines: list[list[str]]) -> Any:
    """An Excel file with these lines, as the file field of a page takes it."""
    book = Workbook()
    for line in [HEADER, *lines]:
        book.active.append(line)
    data = io.BytesIO()
    book.save(data)
    return {
        "name": "proef.xlsx",
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "buffer": data.getvalue(),
    }


def tabs_of(page: Page) -> dict[str, int]:
    """The kinds of rows of a preview, and how many of each."""
    texts = page.locator(".zg-tabs a").all_inner_texts()
    return {label: int(count) for label, count in (text.rsplit(None, 1) for text in texts)}


def on_tab(page: Page, label: str) -> Page:
    page.locator(".zg-tabs a", has_text=label).click()
    expect(page.locator(".zg-tabs [aria-current]")).to_contain_text(label)
    return page


def in_region(keeper: DemoKeeper, code: str) -> str:
    """Run a few lines on the models of the region, as the application itself does."""
    lines = [
        "from django_tenants.utils import get_tenant_model, tenant_context",
        "from django.utils import timezone",
        "from zelfregie_groups.models import Group, ImportSource",
        f"with tenant_context(get_tenant_model().objects.get(schema_name='region_{REGION.replace('-', '_')}')):",
        *(f"    {line}" for line in code.strip().splitlines()),
    ]
    said = keeper.running().command("manage", "shell", "--no-imports", "-c", "\n".join(lines))
    return said.strip().rpartition("\n")[2]


@dataclass
class FirstTime:
    """What the editor saw while bringing the list in."""

    barriers: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    guesses: dict[str, str] = field(default_factory=dict)
    tabs: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    run: str = ""


@pytest.fixture(scope="module")
def editor(colleague: Colleague) -> Visit:
    return colleague(REGION, EDITOR)


@pytest.fixture(scope="module")
def first(editor: Visit, keeper: DemoKeeper) -> Iterator[FirstTime]:
    """A list that the editor brought in, step by step; everything of it is removed afterwards."""
    seen = FirstTime()
    try:
        bring_in(editor, seen)
        yield seen
    finally:  # also when it stopped halfway, so that another try finds nothing of this one
        in_region(
            keeper, "Group.objects.filter(name__startswith='Proefkring').delete()\nImportSource.objects.all().delete()"
        )


def bring_in(editor: Visit, seen: FirstTime) -> None:
    """Go through all steps of the wizard for the first time."""
    page = editor.open(REGION, f"{BASE}nieuw/")
    seen.barriers["list"] = looks_fine(page)
    page.locator("[name=file]").set_input_files(workbook(rows()))
    page.locator("[name=name]").fill(LIST)
    press(page, "Verder")
    page.wait_for_url("**/kolommen/")
    look_at_words(page, seen)
    press(page, "Bekijk wat er verandert")
    page.wait_for_url(f"**{BASE}import/*/")
    seen.tabs = tabs_of(page)
    for label in seen.tabs:
        seen.barriers[label] = looks_fine(on_tab(page, label))
        if label == "Klopt niet":
            seen.problems = page.locator(".zg-problems li").all_inner_texts()
    press(page, "Volgende")
    page.wait_for_url("**p=2")
    seen.remarks = page.locator(".zw-card li").all_inner_texts()
    press(page, "Verder naar verwerken")
    page.wait_for_url("**/verwerken/")
    seen.barriers["apply"] = looks_fine(page)
    page.get_by_role("button", name="Verwerk 27 groepen").click()
    page.wait_for_url(f"**{BASE}import/*/")
    seen.barriers["result"] = looks_fine(page)
    seen.run = page.url


def look_at_words(page: Page, seen: FirstTime) -> None:
    """Give the words of the list a meaning, all but one."""
    seen.barriers["columns"] = looks_fine(page)
    asked, guessed = page.locator("#themawoorden ~ table").all()
    seen.words = asked.locator("th label").all_inner_texts()
    seen.guesses = {
        label: guessed.get_by_label(label, exact=True).locator("option:checked").inner_text()
        for label in guessed.locator("th label").all_inner_texts()
    }
    page.get_by_label("Herstelwerk", exact=True).select_option(label="Herstel en zelfregie")
    page.get_by_label("Diversen", exact=True).select_option(label="geen thema")


def test_every_step_of_an_import_is_without_barriers(first: FirstTime) -> None:
    assert {step: found for step, found in first.barriers.items() if found} == {}
    assert len(first.barriers) == 7


def test_words_of_the_list_are_understood_or_asked_about(first: FirstTime) -> None:
    assert first.words == ["Herstelwerk", "Diversen", "Zwevend"]
    assert first.guesses == {"angst": "Angst en paniek", "deppresie": "Depressie en somberheid"}


def test_preview_tells_what_each_row_does(first: FirstTime) -> None:
    assert first.tabs == {"Misschien dubbel": 1, "Klopt niet": 2, "Nieuw": 27}
    assert len(first.problems) == 2
    assert any("postcode en plaats ken ik niet" in remark for remark in first.remarks)


def test_groups_of_the_list_are_on_the_site_with_their_themes(first: FirstTime, editor: Visit) -> None:
    page = editor.open(REGION, "/groepen/?q=Proefkring+herstel")

    expect(page.get_by_role("link", name="Proefkring herstel", exact=True)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Herstel")


def test_next_version_asks_only_what_somebody_changed_by_hand(first: FirstTime, editor: Visit) -> None:
    page = editor.open(REGION, "/admin/groepen/?q=Proefkring+7")
    follow(page, "Proefkring 7")
    page.locator("#id_cost").fill("2 euro voor de koffie")
    page.locator("footer [type=submit]").click()
    page.wait_for_url("**/admin/groepen/")
    changed = rows()
    changed[6][7] = "3 euro"
    changed[7][3] = "zaterdag"

    editor.open(REGION, BASE)
    follow(page, LIST)
    before = looks_fine(page)
    page.locator("[name=file]").set_input_files(workbook(changed))
    press(page, "Upload het bestand")
    page.wait_for_url(f"**{BASE}import/*/")
    tabs = tabs_of(page)
    barriers = looks_fine(on_tab(page, "Kies zelf"))
    page.get_by_label("neem over uit de lijst").check()
    press(page, "Verder naar verwerken")
    page.get_by_role("button", name="Verwerk 2 groepen").click()
    page.wait_for_url(f"**{BASE}import/*/")

    editor.open(REGION, "/admin/groepen/?q=Proefkring+7")
    follow(page, "Proefkring 7")
    expect(page.locator("#id_cost")).to_have_value("3 euro")
    assert tabs == {"Misschien dubbel": 1, "Kies zelf": 1, "Klopt niet": 2, "Veranderd": 1, "Hetzelfde": 25}
    assert (before, barriers) == ([], [])


def test_import_is_undone_as_one_action(first: FirstTime, editor: Visit) -> None:
    page = editor.page
    barriers = []
    for newest_first in range(2):
        editor.open(REGION, BASE)
        follow(page, LIST)
        page.get_by_role("link", name="proef.xlsx").nth(newest_first).click()
        press(page, "Draai deze import terug")
        expect(page.locator(".zg-import")).to_contain_text("Teruggedraaid op")
        barriers += looks_fine(page)

    expect(page.locator(".zg-import")).to_contain_text("met de hand veranderd en is daarom gebleven")
    editor.open(REGION, "/groepen/?q=Proefkring")
    expect(page.locator("#groepen .zr-card__link", has_text="Proefkring")).to_have_text(["Proefkring 7"])
    assert barriers == []


def test_list_that_cannot_be_fetched_says_so(first: FirstTime, editor: Visit, keeper: DemoKeeper) -> None:
    number = in_region(
        keeper,
        """
source = ImportSource(name="Proef met een storing", format="meeting_guide", url="https://lijst.example/groepen.json")
source.checked_at = source.failing_since = timezone.now()
source.last_error = "De site lijst.example heeft een storing (503). Probeer het later opnieuw."
source.save()
source.runs.create(state="applied")
print(source.pk)
""",
    )

    page = editor.open(REGION, f"{BASE}lijst/{number}/")
    expect(page.locator(".zg-import")).to_contain_text("De groepen uit deze lijst staan nog op de site")
    on_its_page = looks_fine(page)
    editor.open(REGION, BASE)
    expect(page.locator(".zg-import")).to_contain_text("ophalen mislukt")

    assert (on_its_page, looks_fine(page)) == ([], [])
    assert editor.complaints == []
