"""Switching a plugin off and on for one region from the command line, while everything runs."""

from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from browsing import Visit
from demonstration import Demo
from journeys import (
    ADMINISTRATOR,
    FULL_THEME,
    OTHER_ADMINISTRATOR,
    OTHER_REGION,
    REGION,
    act,
    menu_of,
    open_editor,
    set_intro,
)
from playwright.sync_api import Page

Colleague = Callable[[str, tuple[str, str]], Visit]
BLOCK_TITLE = "Verhalen van mensen zoals jij"


@pytest.fixture
def stories_are_on_again(demo: Demo) -> Iterator[None]:
    """Whatever happens, leave the plugin on for the other tests; when all goes well it is on already."""
    yield
    if demo.get(f"{OTHER_REGION}.localhost", "/verhalen/")[0] != HTTPStatus.OK:
        demo.command("plugin", "enable", OTHER_REGION, "stories")


def add_stories_block(page: Page) -> None:
    """Put the block of the stories plugin at the end of the page in the editor."""
    page.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name="Verhalen", exact=True).click()
    page.locator("[name$='-value-title'][value='Verhalen'], [name$='-value-title']").last.fill(BLOCK_TITLE)


def where_stories_show(reader: Visit, admin: Visit, region: str, story: str) -> dict[str, bool]:
    """Every place of a region where the stories plugin shows, and whether it does."""

    def answers(visit: Visit, path: str) -> bool:
        return visit.page.goto(visit.address(region, path)).status == 200

    def shows(path: str, selector: str) -> bool:
        return reader.open(region, path).locator(selector).count() > 0

    home = reader.open(region)
    return {
        "menu": home.locator(".zr-nav a[href='/verhalen/']").count() > 0,
        "home": home.locator("main a[href^='/verhalen/']").count() > 0,
        "invitation on the home page": home.locator("main a[href^='/-/stories/']").count() > 0,
        "theme page": shows(f"/themas/{FULL_THEME}/", "main a[href^='/verhalen/']"),
        "search": shows("/zoeken/?q=rouw", "main a[href^='/verhalen/']"),
        "page with all stories": answers(reader, "/verhalen/"),
        "story": answers(reader, story),
        "form": answers(reader, "/-/stories/insturen/"),
        "menu of the admin": "/admin/stories_moderation/" in menu_of(admin.open(region, "/admin/")),
        "list in the admin": answers(admin, "/admin/stories_moderation/"),
    }


def shows_block(reader: Visit, path: str) -> bool:
    return reader.open(OTHER_REGION, path).get_by_role("heading", name=BLOCK_TITLE).count() > 0


@pytest.mark.usefixtures("stories_are_on_again")
def test_plugin_goes_off_and_comes_back_for_one_region_only(demo: Demo, colleague: Colleague, reader: Visit) -> None:
    here, there = colleague(OTHER_REGION, OTHER_ADMINISTRATOR), colleague(REGION, ADMINISTRATOR)
    stories = {
        region: reader.open(region, "/verhalen/").locator(".zr-story-card a").first.get_attribute("href")
        for region in (OTHER_REGION, REGION)
    }
    page = open_editor(here, OTHER_REGION, "Over Twente")
    add_stories_block(page)
    act(page, "[name=action-publish]")
    before = where_stories_show(reader, here, OTHER_REGION, stories[OTHER_REGION]), shows_block(reader, "/over-twente/")

    demo.command("plugin", "disable", OTHER_REGION, "stories")
    off = where_stories_show(reader, here, OTHER_REGION, stories[OTHER_REGION]), shows_block(reader, "/over-twente/")
    elsewhere = where_stories_show(reader, there, REGION, stories[REGION])
    # An editor who knows of nothing changes the page in the meantime.
    page = open_editor(here, OTHER_REGION, "Over Twente")
    set_intro(page, "Ondertussen veranderd.")
    act(page, "[name=action-publish]")
    demo.command("plugin", "enable", OTHER_REGION, "stories")
    again = where_stories_show(reader, here, OTHER_REGION, stories[OTHER_REGION]), shows_block(reader, "/over-twente/")

    on = dict.fromkeys(before[0], True)
    assert before == (on, True)
    assert off == (dict.fromkeys(on, False), False)
    assert elsewhere == on
    assert again == (on, True)
    assert reader.page.locator(".utrecht-paragraph--lead").first.inner_text() == "Ondertussen veranderd."
