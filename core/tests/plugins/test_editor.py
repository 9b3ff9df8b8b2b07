"""The page editor in a real browser: which blocks it offers, and that it still shows those of an off plugin."""

import json
import shutil
from typing import Any

import pytest

from zelfregie_core.models import ContentPage, HomePage

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium or Chrome is installed"),
]


def look(address: str, page: ContentPage) -> dict[str, Any]:
    """Log in, open the editor and its menu of blocks; what is there. Uses no database: a browser forbids that."""
    with playwright.sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP *.test 127.0.0.1"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        window = browser.new_context(locale="nl-NL", viewport={"width": 1300, "height": 1000}).new_page()
        errors: list[str] = []
        window.on("pageerror", lambda error: errors.append(str(error)))
        window.goto(f"{address}/admin/login/")
        window.fill("#id_username", "beheer")
        window.fill("#id_password", "geheim")
        window.click("button[type=submit]")
        window.wait_for_url("**/admin/")
        window.goto(f"{address}/admin/pages/{page.pk}/edit/")
        window.locator(".c-sf-add-button").first.click()
        window.locator(".w-combobox__option").first.wait_for()
        found = {
            "offered": window.locator(".w-combobox__option").all_inner_texts(),
            "title": window.locator("[name=body-0-value-title]").input_value(),
            "warnings": window.locator(".help-critical").all_inner_texts(),
            "errors": errors,
        }
        browser.close()
    return found


def test_block_of_an_off_plugin_is_not_in_the_menu_but_in_the_page(
    live_server: Any, noord: Any, administrator: Any, switch: Any
) -> None:
    body = json.dumps([{"type": "stories_teaser", "value": {"title": "Uit de buurt", "theme": "", "number": 2}}])
    page = HomePage.objects.get().add_child(instance=ContentPage(title="Over ons", slug="over-ons", body=body))
    address = f"http://noord.test:{live_server.url.rsplit(':', 1)[1]}"

    on = look(address, page)
    switch("stories", enabled=False)
    off = look(address, page)

    assert set(on["offered"]) - set(off["offered"]) == {"Verhalen"}
    assert "Tekst" in off["offered"]
    assert (on["title"], off["title"]) == ("Uit de buurt", "Uit de buurt")
    assert [(seen["warnings"], seen["errors"]) for seen in (on, off)] == [([], []), ([], [])]
