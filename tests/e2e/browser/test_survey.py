"""What we ask of every page can fail: each fault that is planted here is found, in the windows where it is."""

import pytest
from browsing import CLEAN, survey
from playwright.sync_api import Browser, Page

PAGE = """<!doctype html><html lang="nl"><title>Proef</title><body style="background: #fff; color: #000">
<a href="#inhoud">Ga naar de inhoud</a><main id="inhoud"><h1>Proef</h1>{}</main></html>"""
PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
EVERYWHERE = ("phone", "desktop")
#: Name: what is wrong with the page, the rule of axe that says so, and in which windows.
BARRIERS = {
    "pale text": ('<p style="color: #999">Bijna niet te lezen</p>', "color-contrast", EVERYWHERE),
    "pale on a phone": (
        "<style>@media (max-width: 40rem) { p { color: #999 } }</style><p>Tekst</p>",
        "color-contrast",
        ("phone",),
    ),
    "pale on a desktop": (
        "<style>@media (min-width: 60rem) { p { color: #999 } }</style><p>Tekst</p>",
        "color-contrast",
        ("desktop",),
    ),
    "picture without words": (f'<img src="{PICTURE}">', "image-alt", EVERYWHERE),
    "field without a name": ('<input style="height: 44px">', "label", EVERYWHERE),
    "links too close together": (
        "<style>i a { display: inline-block; width: 9px; height: 9px; overflow: hidden }</style>"
        '<p><i><a href="/1">een</a><a href="/2">twee</a></i></p>',
        "target-size",
        EVERYWHERE,
    ),
    "heading that is skipped": ("<h4>Te diep</h4>", "heading-order", EVERYWHERE),
    "word of another language": ('<p lang="xx-nonsense!">Tekst</p>', "valid-lang", EVERYWHERE),
}
#: Name: what is wrong with the page, and the questions of the survey that are answered otherwise.
FAULTS = {
    "as wide as a phone": ('<div style="width: 340px">Breed</div>', {"too wide, 320 pixels"}),
    "wider than a phone": (
        '<div style="width: 500px">Breed</div>',
        {"too wide, 320 pixels", "too wide, phone"},
    ),
    "wider than a desktop": (
        '<div style="width: 1400px">Breed</div>',
        {name for name in CLEAN if name.startswith("too wide")},
    ),
    "button for a small thumb": (
        '<button style="height: 30px">Zoek</button>',
        {name for name in CLEAN if name.startswith("small targets")},
    ),
    "two titles": ("<h1>Nog een</h1>", {"headings"}),
    "nothing": ("<p>Tekst</p>", set()),
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """A window without an address, in which each page is written anew."""
    return browser.new_page()


def differences(page: Page, body: str) -> dict[str, object]:
    """What a survey says of a page with this in it, as far as all is not well."""
    page.set_content(PAGE.format(body))
    found = survey(page)
    return {name: answer for name, answer in found.items() if answer != CLEAN[name]}


@pytest.mark.parametrize("name", BARRIERS)
def test_barrier_is_found_by_its_rule(name: str, page: Page) -> None:
    body, rule, windows = BARRIERS[name]

    found = differences(page, body)

    assert {question: {line.split(":")[0] for line in lines} for question, lines in found.items()} == {
        f"axe, {window}": {rule} for window in windows
    }


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found_in_the_windows_where_it_is(name: str, page: Page) -> None:
    body, questions = FAULTS[name]

    assert set(differences(page, body)) == questions
