"""The pages on which modules are switched: who may, of which region, what they say, and that a launch respects it."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import HomePage
from zelfregie_core.plugins import hookimpl
from zelfregie_stories.models import StoryIndexPage
from zelfregie_tenants.domain.modules.switch import enabled_now, switch_off
from zelfregie_tenants.models import Region, RegionEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser_of(region_client):
    """Return the browser of somebody with a role in a region."""

    def make(region, role):
        with tenant_context(region):
            user = get_user_model().objects.create(username=f"{role}-{region.slug}", email=f"{role}@x.example")
            user.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
        browser = region_client(region)
        browser.force_login(user)
        return browser

    return make


def status(browser, address: str, **data: str) -> int:
    return (browser.post(address, data) if data else browser.get(address)).status_code


@hookimpl
def directory_entries():
    return []


PAGES = ("/admin/modules/", "/admin/modules/stories/")


@pytest.mark.parametrize(("role", "code"), [(Role.EDITOR, 302), (Role.MODERATOR, 302), (Role.ADMINISTRATOR, 200)])
def test_only_administrators_switch_modules_of_their_region(noord, browser_of, role, code):
    browser = browser_of(noord, role)

    answers = [status(browser, address) for address in PAGES]
    refused = status(browser, "/admin/modules-per-regio/noord/stories/", to="uit")
    status(browser, "/admin/modules/stories/", to="uit")

    assert (answers, refused) == ([code, code], 404)
    assert ("stories" in enabled_now(noord)) is (role is not Role.ADMINISTRATOR)


def test_nobody_is_asked_to_log_in_first(noord, client):
    assert [client.get(address).headers["Location"].split("?")[0] for address in PAGES] == ["/admin/login/"] * 2


def test_list_says_what_each_module_adds_and_what_it_costs(noord, browser_of):
    text = browser_of(noord, Role.ADMINISTRATOR).get("/admin/modules/").content.decode()

    assert text.count('class="zrd-item') == len(enabled_now(noord)) + text.count(">Zet aan<")
    assert "Versie 0.1.0." in text
    assert 'id="module-national"' not in text  # of no use to a region
    assert "Heeft nodig: Gespreksgroepen" in text or "Heeft nodig: Groepen" in text
    for words in ("Blokken voor in pagina&#x27;s", "Redacteuren mogen", "Persoonsgegevens", "/-/stories/"):
        assert words in text


def test_page_counts_before_it_asks_and_the_form_says_which_way(noord, zuid, browser_of):
    home = HomePage.objects.get()
    home.add_child(instance=StoryIndexPage(title="Verhalen", slug="verhalen", show_in_menus=True))
    browser = browser_of(noord, Role.ADMINISTRATOR)
    visits = [browser.get("/verhalen/").status_code]

    asked = browser.get("/admin/modules/stories/").content.decode()
    off = browser.post("/admin/modules/stories/", {"to": "uit"}, follow=True).content.decode()
    browser.post("/admin/modules/stories/", {"to": "uit"})  # a second tab: off stays off
    browser.post("/admin/modules/stories/", {"to": "onzin"})
    visits.append(browser.get("/verhalen/").status_code)
    back = browser.get("/admin/modules/stories/").content.decode()
    browser.post("/admin/modules/stories/", {"to": "aan"})
    visits.append(browser.get("/verhalen/").status_code)

    assert ("Dit gaat uit beeld" in asked, "1 plek in het menu van de site" in asked) == (True, True)
    assert "staat uit. Alles wat erin staat is bewaard." in off
    assert ("Dit komt terug" in back, "1 plek in het menu van de site" in back) == (True, True)
    assert ["Redacteuren mogen" in page for page in (asked, back)] == [False, True]  # what it costs, before it is on
    assert visits == [200, 404, 200]
    events = RegionEvent.objects.order_by("pk").values_list("slug", "action", "reason", "operator")
    assert list(events) == [
        ("noord", "plugin_off", "stories", "administrator-noord"),
        ("noord", "plugin_on", "stories", "administrator-noord"),
    ]
    assert "stories" in enabled_now(zuid)


def test_what_others_need_is_not_offered_and_is_refused_when_posted(noord, browser_of):
    browser = browser_of(noord, Role.ADMINISTRATOR)

    asked = browser.get("/admin/modules/groups/").content.decode()
    posted = browser.post("/admin/modules/groups/", {"to": "uit"}, follow=True).content.decode()

    assert ("Ja, zet uit" in asked, "/admin/modules/referrals/" in asked) == (False, True)
    assert "Zet die eerst uit." in posted
    assert "groups" in enabled_now(noord)


def test_what_a_module_needs_goes_on_with_it(noord, browser_of, temporary_plugin):
    for slug in ("referrals", "groups"):
        switch_off(noord, slug, operator="anna")
    browser = browser_of(noord, Role.ADMINISTRATOR)

    asked = browser.get("/admin/modules/referrals/").content.decode()
    browser.post("/admin/modules/referrals/", {"to": "aan"})
    together = {"groups", "referrals"} <= set(enabled_now(noord))
    for slug in ("referrals", "groups"):
        switch_off(noord, slug, operator="anna")
    temporary_plugin("kaart", directory_entries=directory_entries)
    switch_off(noord, "kaart", operator="anna")
    choice = browser.post("/admin/modules/referrals/", {"to": "aan"}, follow=True).content.decode()

    assert ("Ook aan gaat wat deze module nodig heeft" in asked, together) == (True, True)
    assert ("kan niet aan zonder" in choice, "referrals" in enabled_now(noord)) == (True, False)


def test_coordinator_switches_a_module_of_one_region_in_the_hub(hub, noord, zuid, browser_of):
    browser = browser_of(hub, Role.COORDINATOR)

    overview = browser.get("/admin/modules-per-regio/?q=noord").content.decode()
    listed = browser.get("/admin/modules-per-regio/noord/").content.decode()
    with tenant_context(noord):
        HomePage.objects.get().add_child(instance=StoryIndexPage(title="Verhalen", slug="verhalen", show_in_menus=True))
    asked = browser.get("/admin/modules-per-regio/noord/stories/").content.decode()
    browser.post("/admin/modules-per-regio/noord/stories/", {"to": "uit"})

    assert ("1 plek in het menu van de site" in asked, noord.name in asked, zuid.name in asked) == (True, True, False)
    assert (noord.name in overview, zuid.name in overview) == (True, False)
    assert (noord.name in listed, zuid.name in listed) == (True, False)
    switched = ["stories" in enabled_now(region) for region in (noord, zuid, hub)]
    assert switched == [False, True, "stories" in enabled_now(hub)]
    assert RegionEvent.objects.get().slug == "noord"
    assert [status(browser, f"/admin/modules-per-regio/{slug}/") for slug in ("weg", "noord/weg")] == [404, 404]


def test_overview_of_regions_asks_no_more_when_there_are_more(hub, browser_of):
    browser = browser_of(hub, Role.COORDINATOR)
    browser.get("/admin/modules-per-regio/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/admin/modules-per-regio/")
    rows = [
        Region(slug=f"r{n:03}", schema_name=f"region_r{n:03}", name=f"Regio {n:03}", state=Region.State.PREPARED)
        for n in range(60)
    ]
    Region.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as many:
        text = browser.get("/admin/modules-per-regio/").content.decode()

    assert len(many) == len(few)
    assert ("Er zijn nog meer regio's" in text, text.count('class="zrd-item"')) == (True, 50)


def test_switch_by_hand_is_an_editors_change_to_the_plan(instance, run):
    run("region", "launch", str(instance.folder))
    region = Region.objects.get(slug="parkstad")

    switch_off(region, "stories", operator="anna")
    planned = run("region", "plan", str(instance.folder))[1]
    run("region", "launch", str(instance.folder))

    assert [line.strip() for line in planned.splitlines() if "stories" in line] == [
        "! plugin stories: off -> on (changed by hand; stays as it is)"
    ]
    assert "stories" not in enabled_now(region)


def test_folder_that_leaves_out_what_a_module_needs_is_refused(instance, run):
    instance.edit("region.toml", "[plugins.groups]", "[plugins.groups]\nenabled = false")
    instance.edit("region.toml", "[plugins.referrals]\nenabled = false", "[plugins.referrals]")

    code, output = run("region", "plan", str(instance.folder))

    words = " ".join(output.split())
    assert code == 1
    assert "referrals needs groups." in words
    assert "Write [plugins.groups], or enabled = false below [plugins.referrals]." in words
