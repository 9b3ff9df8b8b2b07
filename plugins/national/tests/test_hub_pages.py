"""The hub in the browser: all regions, the way to yours, search and home."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_national.domain.regions import headline_indicators
from zelfregie_tenants.domain.indicators import store_indicators
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Region

PAGE = "/regios/"


def test_page_shows_every_region_with_link_tagline_figures_and_date(hub_client, regions, regions_page):
    _noord, zuid = regions
    (plugin, key), *_others = headline_indicators()
    store_indicators(zuid, {(plugin, key): 63})

    page = hub_client.get(PAGE).content.decode()

    assert re.findall(r'zr-card__link" href="([^"]+)">([^<]+)', page) == [
        ("http://zuid.test", "Zelfregie Parkstad"),
        ("http://noord.test", "Zelfregie Twente"),
    ]
    assert "Samen in Zelfregie Twente" in page
    assert "<dd>63</dd>" in page
    assert page.count("Geteld op") == 1
    assert re.findall(r"<text[^>]*>(\d+)</text>", page) == ["1", "2"]


def test_hub_itself_is_not_a_region_in_the_list(hub_client, regions, regions_page):
    assert 'href="http://landelijk.test' not in hub_client.get(PAGE).content.decode()


def test_place_in_a_region_is_answered_with_that_region(hub_client, regions, regions_page):
    page = hub_client.get(PAGE, {"plaats": "6411 AB", "q": "rouw & verlies"}).content.decode()

    assert "6411 Heerlen hoort bij Zelfregie Parkstad" in page
    assert 'href="http://zuid.test/zoeken/?q=rouw%20%26%20verlies"' in page


def test_place_outside_is_answered_honestly(hub_client, regions, regions_page):
    page = hub_client.get(PAGE, {"plaats": "Zwolle"}).content.decode()

    assert "In Zwolle is nog geen netwerk" in page
    assert "Het dichtstbij is Zelfregie Twente" in page


def test_unknown_place_is_answered_kindly(hub_client, regions, regions_page):
    page = hub_client.get(PAGE, {"plaats": "<b>Heerl"}).content.decode()

    assert "“&lt;b&gt;Heerl” kennen we niet" in page


def test_words_without_a_place_ask_for_the_place(hub_client, regions, regions_page):
    page = hub_client.get(PAGE, {"q": "rouw"}).content.decode()

    assert "Waar zoek je “rouw”?" in page
    assert '<input type="hidden" name="q" value="rouw">' in page


def test_hub_without_regions_says_so(hub_client, regions, regions_page):
    Region.objects.regional().update(state=Region.State.SUSPENDED)

    page = hub_client.get(PAGE, {"plaats": "Heerlen"}).content.decode()

    assert "Er is nog geen regio online" in page
    assert hub_client.get("/").status_code == 200


def test_page_asks_as_many_queries_for_forty_regions_as_for_two(
    hub_client, regions, regions_page, make_region, django_assert_num_queries, django_assert_max_num_queries
):
    hub_client.get(PAGE)

    with django_assert_max_num_queries(22) as few:
        hub_client.get(PAGE)
    for number in range(38):
        make_region(f"regio-{number}", f"Regio {number}", latitude=52.0, longitude=5.0)
    with django_assert_num_queries(len(few)):
        page = hub_client.get(PAGE).content.decode()

    assert "40 regio" in page


def test_home_page_shows_regions_and_sends_its_search_to_them(hub_client, regions, regions_page):
    page = hub_client.get("/").content.decode()

    assert f'action="{PAGE}"' in page
    assert "Netwerken in het land" in page
    assert 'href="http://zuid.test"' in page


def test_home_page_works_without_the_page_of_regions(hub_client, regions, hub):
    page = hub_client.get("/").content.decode()

    assert f'action="{reverse("zelfregie_core:search")}"' in page


def test_search_finds_regions_by_name_and_by_place(hub_client, regions, regions_page):
    answers = {query: hub_client.get(reverse("zelfregie_core:search"), {"q": query}) for query in ("twente", "Heerlen")}

    found = {query: [result.title for result in answer.context["results"]] for query, answer in answers.items()}
    assert found == {"twente": ["Zelfregie Twente"], "Heerlen": ["Zelfregie Parkstad"]}


def test_plugin_does_nothing_in_a_region_where_it_is_off(client, noord):
    from wagtail.models import Site

    from zelfregie_national.models import RegionsPage

    home = Site.objects.get().root_page
    home.add_child(instance=RegionsPage(title="Regio's", slug="regios", show_in_menus=True))

    page = client.get("/").content.decode()

    assert client.get(PAGE).status_code == 404
    assert "Netwerken in het land" not in page
    assert PAGE not in page


def test_plugin_that_is_off_on_the_hub_keeps_its_page(hub, hub_client, regions, regions_page):
    set_plugin_enabled(hub, "national", enabled=False)
    off = hub_client.get(PAGE).status_code
    set_plugin_enabled(hub, "national", enabled=True)

    assert (off, hub_client.get(PAGE).status_code) == (404, 200)


def test_starter_pages_are_for_the_hub_only():
    pages = [e.item for e in get_plugins().contributed("register_starter_content") if e.plugin == "national"]

    assert [(page.slug, page.kinds, page.in_menu) for page in pages] == [
        ("zoek-een-groep", ("national",), True),
        ("regios", ("national",), True),
    ]


@pytest.fixture
def login(in_region):
    """Return what logs somebody with a role in at a region."""

    def log_in(region, browser, role):
        with in_region(region):
            user = User.objects.create_user(f"{role}@voorbeeld.test", f"{role}@voorbeeld.test", "wachtwoord")
            user.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
        browser.force_login(user)
        return browser

    return log_in


def test_coordinator_sees_the_regions_side_by_side(hub, hub_client, regions, login):
    _noord, zuid = regions
    store_indicators(zuid, {headline_indicators()[0]: 63})

    page = login(hub, hub_client, Role.COORDINATOR).get(reverse("national_regions:index")).content.decode()

    assert re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page) == [
        "Zelfregie Parkstad",
        "Zelfregie Twente",
    ]
    assert "<td>63</td>" in page


def test_editor_does_not_see_the_coordinators_page(hub, hub_client, regions, login):
    answer = login(hub, hub_client, Role.EDITOR).get(reverse("national_regions:index"))

    assert answer.status_code in (302, 403)


def test_coordinators_page_is_not_in_a_region(noord, region_client, login):
    browser = login(noord, region_client(noord), Role.ADMINISTRATOR)

    assert browser.get(reverse("national_regions:index")).status_code == 404
    assert reverse("national_regions:index") not in browser.get("/admin/").content.decode()
