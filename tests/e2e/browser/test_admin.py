"""The admin on the running system: what each role can and cannot do, and that nothing leaves the house."""

from collections.abc import Callable

from browsing import Visit, settle
from journeys import (
    ADMINISTRATOR,
    COORDINATOR,
    EDITOR,
    GROUP_NAME,
    HUB,
    MODERATOR,
    OTHER_MODERATOR,
    OTHER_REGION,
    REGION,
    act,
    fill_story,
    menu_of,
    open_editor,
    press,
    set_intro,
)
from playwright.sync_api import expect

VisitorFactory = Callable[..., Visit]
Colleague = Callable[[str, tuple[str, str]], Visit]
#: A page that no other test looks at closely.
TEXT_PAGE = "Over Zuid-Limburg"
TEXT_PATH = "/over-zuid-limburg/"


def test_tour_of_the_admin_asks_nothing_of_other_hosts(colleague: Colleague) -> None:
    visit = colleague(REGION, ADMINISTRATOR)
    page = visit.open(REGION, "/admin/")
    tour = [
        "/admin/pages/",
        "/admin/groepen/",
        "/admin/stories_moderation/",
        "/admin/stories_moderation/wachtrij/",
        "/admin/referrals_practices/",
        "/admin/referrals_cards/",
        "/admin/core_themes/",
        "/admin/images/",
        "/admin/documents/",
        "/admin/users/",
        "/admin/reports/site-history/",
        "/admin/settings/zelfregie_core/branding/",
        "/admin/settings/zelfregie_core/sitesettings/",
        "/admin/account/",
    ]
    statuses = {path: page.goto(visit.address(REGION, path)).status for path in tour}
    visit.open(REGION, "/admin/groepen/")
    page.get_by_role("link", name=GROUP_NAME, exact=True).or_(page.locator("td.title a").first).first.click()
    settle(page)
    group_editor = page.url
    settle(open_editor(visit, REGION, TEXT_PAGE))

    assert statuses == dict.fromkeys(tour, 200)
    assert group_editor.startswith(visit.address(REGION, "/admin/groepen/"))
    assert visit.strangers() == []
    assert visit.complaints == []


def test_roles_see_what_is_theirs_in_dutch(colleague: Colleague) -> None:
    offered = {
        "moderation": "/admin/stories_moderation/wachtrij/",
        "colours": "/admin/settings/zelfregie_core/branding/",
        "users": "/admin/users/",
        "themes": "/admin/core_themes/",
    }
    seen = {}
    for role, login in (("editor", EDITOR), ("moderator", MODERATOR), ("administrator", ADMINISTRATOR)):
        visit = colleague(REGION, login)
        page = visit.open(REGION, "/admin/")
        menu = menu_of(page)
        language = page.locator("html").get_attribute("lang")
        # Who may not come somewhere is sent back to the dashboard, with a message.
        reached = {name for name in ("colours", "users") if visit.open(REGION, offered[name]).url[-7:] != "/admin/"}
        seen[role] = (language, {name for name, path in offered.items() if path in menu}, reached)

    assert seen == {
        "editor": ("nl", set(), set()),
        "moderator": ("nl", {"moderation", "themes"}, set()),
        "administrator": ("nl", set(offered), {"colours", "users"}),
    }


def test_editor_submits_a_page_and_a_moderator_approves_it(colleague: Colleague, visitor: VisitorFactory) -> None:
    editor, moderator, reader = colleague(REGION, EDITOR), colleague(REGION, MODERATOR), visitor()
    public = reader.open(REGION, TEXT_PATH)
    lead = public.locator(".utrecht-paragraph--lead")
    page = open_editor(editor, REGION, TEXT_PAGE)
    before = set_intro(page, "Een redacteur schreef dit.")
    publish_buttons = page.locator("[name=action-publish]").count()
    act(page, "[name=action-submit]")
    public.reload()
    while_it_waits = lead.inner_text()

    waiting = moderator.open(REGION, "/admin/").locator("main").get_by_role("link", name=TEXT_PAGE).count()
    page = open_editor(moderator, REGION, TEXT_PAGE)
    act(page, "[data-workflow-action-name=approve]")
    public.reload()
    approved = lead.inner_text()

    assert publish_buttons == 0
    assert while_it_waits == before
    assert waiting > 0
    assert approved == "Een redacteur schreef dit."


def test_moderator_publishes_a_story_from_the_queue(colleague: Colleague, visitor: VisitorFactory) -> None:
    writer, moderator, reader = visitor(), colleague(OTHER_REGION, OTHER_MODERATOR), visitor()
    page = writer.open(OTHER_REGION, "/-/stories/insturen/")
    fill_story(page, "Een verhaal uit de wachtrij")
    page.wait_for_timeout(4100)  # who sends sooner is taken for a program
    press(page, "Verstuur je verhaal")
    page.wait_for_url("**/bedankt/**")
    withdraw = page.locator(".zr-break").get_attribute("href")
    stories = reader.open(OTHER_REGION, "/verhalen/").get_by_role("link", name="Een verhaal uit de wachtrij")
    before = stories.count()

    page = moderator.open(OTHER_REGION, "/admin/stories_moderation/wachtrij/")
    page.get_by_role("link", name="Een verhaal uit de wachtrij").first.click()
    press(page, "Plaats op de site")
    page.locator(".messages .success").wait_for()
    reader.page.reload()
    after = stories.count()
    writer.page.goto(withdraw)
    press(writer.page, "Haal mijn verhaal weg")
    reader.page.reload()

    assert (before, after, stories.count()) == (0, 1, 0)


def test_unreadable_colour_is_refused_and_a_good_one_shows_at_once(
    colleague: Colleague, visitor: VisitorFactory
) -> None:
    administrator, reader = colleague(REGION, ADMINISTRATOR), visitor()
    reader.open(REGION)
    page = administrator.page

    def save(value: str) -> None:
        administrator.open(REGION, "/admin/settings/zelfregie_core/branding/")
        page.locator("[name=primary]").fill(value)
        page.get_by_role("button", name="Opslaan").click()
        page.locator(".messages li").first.wait_for()

    def shown() -> str:
        reader.page.reload()
        return reader.page.evaluate(
            "getComputedStyle(document.documentElement).getPropertyValue('--zr-primary').trim()"
        )

    before = shown()
    save("#ffdd00")
    refusal = page.locator(".error-message").first.inner_text()
    after_refusal = shown()
    nearest = refusal.split("wel kan, is ")[1].rstrip(".\n ")
    save(nearest)
    changed = shown()
    save(before)

    assert "het contrast is 1,3 en moet minstens 4,5 zijn" in refusal
    assert (after_refusal, changed, shown()) == (before, nearest, before)


def test_coordinator_edits_the_hub_and_cannot_enter_a_region(colleague: Colleague, visitor: VisitorFactory) -> None:
    coordinator, reader = colleague(HUB, COORDINATOR), visitor()
    page = open_editor(coordinator, HUB, "Wat is zelfhulp?")
    set_intro(page, "De coördinator schreef dit.")
    act(page, "[name=action-publish]")
    shown = reader.open(HUB, "/wat-is-zelfhulp/").locator(".utrecht-paragraph--lead").inner_text()

    page = coordinator.open(REGION, "/admin/login/")
    page.locator("[name=username]").fill(COORDINATOR[0])
    page.locator("[name=password]").fill(COORDINATOR[1])
    page.locator("[type=submit]").click()

    assert shown == "De coördinator schreef dit."
    expect(page.locator(".messages .error, .error-message").first).to_be_visible()
    assert page.url == coordinator.address(REGION, "/admin/login/")
