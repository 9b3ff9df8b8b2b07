"""The hub searches the whole country, in the browser."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from zelfregie_core.plugins import Listing
from zelfregie_national.models import CountrySearchPage
from zelfregie_tenants.domain.directory.store import store_listings
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Region

PAGE = "/zoek-een-groep/"
HEERLEN = {"city": "Heerlen", "latitude": 50.888, "longitude": 5.979}
ENSCHEDE = {"city": "Enschede", "latitude": 52.222, "longitude": 6.895}


def listing(number, title, theme="rouw", name="Rouw en verlies", **fields):
    return Listing(
        key=f"groups:{number}",
        title=title,
        path=f"/groepen/groep-{number}/",
        themes=(theme,),
        words=(("A", title), ("A", name)),
        card={"theme_names": {theme: name}},
        **fields,
    )


@pytest.fixture
def country(hub, regions, in_region):
    """Groups with the same keys in two regions, and the page that searches them."""
    noord, zuid = regions
    soon = timezone.now() + dt.timedelta(days=3)
    store_listings(noord, "groups", [listing(1, "Rouw in Twente", **ENSCHEDE), listing(2, "Online", form="online")], [])
    store_listings(
        zuid,
        "groups",
        [
            listing(1, "Rouw in Parkstad", upcoming=(soon,), status="full", **HEERLEN),
            listing(2, "Samen met suiker", "diabetes", "Diabetes", **HEERLEN),
        ],
        [],
    )
    with in_region(hub):
        home = Site.objects.get().root_page
        home.add_child(instance=CountrySearchPage(title="Zoek een groep", slug="zoek-een-groep", show_in_menus=True))
    return noord, zuid


def found(page):
    return re.findall(r'zr-card__link" href="([^"]+)" dir="auto">([^<]+)', page)


def links(page):
    return [re.sub(r"<[^>]+>", "", text).strip() for text in re.findall(r'zr-more" href="\?[^"]*">(.*?)</a>', page)]


def test_words_find_groups_of_all_regions_with_the_way_to_their_own_site(hub_client, country):
    page = hub_client.get(PAGE, {"q": "rouwgroep"}).content.decode()

    assert sorted(found(page)) == [
        ("http://noord.test/groepen/groep-1/", "Rouw in Twente"),
        ("http://noord.test/groepen/groep-2/", "Online"),
        ("http://zuid.test/groepen/groep-1/", "Rouw in Parkstad"),
    ]
    assert "3 groepen gevonden" in page
    assert "Van Zelfregie Parkstad" in page


def test_place_narrows_to_its_surroundings(hub_client, country):
    page = hub_client.get(PAGE, {"q": "rouw", "plaats": "6411"}).content.decode()

    assert found(page) == [("http://zuid.test/groepen/groep-1/", "Rouw in Parkstad")]


def test_filters_narrow(hub_client, country):
    online = hub_client.get(PAGE, {"q": "rouw", "vorm": "online"}).content.decode()
    with_room = hub_client.get(PAGE, {"q": "rouw", "vorm": "in_person", "plek": "1"}).content.decode()

    assert [title for _url, title in found(online)] == ["Online"]
    assert [title for _url, title in found(with_room)] == ["Rouw in Twente"]


def test_mistake_is_understood_and_said(hub_client, country):
    page = hub_client.get(PAGE, {"q": "diabtes"}).content.decode()

    assert [title for _url, title in found(page)] == ["Samen met suiker"]
    assert "We zochten op <strong>diabetes</strong>" in page


def test_nothing_near_is_no_dead_end(hub_client, country):
    page = hub_client.get(PAGE, {"q": "rouw", "plaats": "Roermond", "afstand": "5"}).content.decode()

    assert "Geen groep gevonden" in page
    assert links(page) == ["1 groep binnen 50 km", "1 groep die online bijeenkomt", "Zoek hiernaar in het hele land"]
    assert all(
        found(hub_client.get(PAGE + address.replace("&amp;", "&")).content.decode())
        for address in re.findall(r'zr-more" href="(\?[^"]*)"', page)
    )


def test_unknown_words_offer_the_themes_near_by(hub_client, country):
    page = hub_client.get(PAGE, {"q": "xylofoonbouw", "plaats": "6411"}).content.decode()

    assert "Het woord “xylofoonbouw” vonden we nergens." in page
    assert "Diabetes" in links(page)


def test_name_of_several_places_asks_which(hub_client, country):
    page = hub_client.get(PAGE, {"q": "rouw", "plaats": "Hengelo"}).content.decode()

    assert "Of bedoel je:" in page
    assert any("Hengelo" in label for label in links(page))


@pytest.mark.parametrize("place", ["<b>Heerl", "9999ZZ", "\x00", "🙂"])
def test_unknown_place_is_said_and_left_out(place, hub_client, country):
    page = hub_client.get(PAGE, {"q": "rouw", "plaats": place}).content.decode()

    assert ("kennen we niet" in page, len(found(page))) == (place != "\x00", 3)


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE x; --", "& | ! : * ( ) '", "مجموعة", "🙂", "\ud800", "a" * 500, "%s %(p0)s"]
)
def test_odd_text_is_answered(text, hub_client, country):
    page = hub_client.get(PAGE, {"q": text.encode("utf-8", "surrogatepass")})

    assert page.status_code == 200
    assert found(page.content.decode()) == []


def test_region_that_closes_or_switches_off_is_gone_at_once(hub_client, country):
    noord, zuid = country
    set_plugin_enabled(noord, "groups", enabled=False)
    off = hub_client.get(PAGE, {"q": "rouw"}).content.decode()
    Region.objects.filter(pk=zuid.pk).update(state=Region.State.SUSPENDED)
    closed = hub_client.get(PAGE, {"q": "rouw"}).content.decode()

    assert ([title for _url, title in found(off)], found(closed)) == (["Rouw in Parkstad"], [])


def test_home_page_sends_its_search_here(hub_client, country, regions_page):
    assert f'action="{PAGE}"' in hub_client.get("/").content.decode()


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ({"q": "rouw", "thema": "rouw", "plaats": "6411", "vorm": "in_person"}, 12),
        # Nothing fits: once more with what was meant, and what there is to offer instead.
        ({"q": "diabtes"}, 14),
        ({"q": "xylofoonbouw"}, 14),
    ],
)
def test_search_costs_few_queries(query, most, hub_client, country):
    hub_client.get(PAGE, {"q": "rouw"})
    connection.set_schema_to_public()

    with CaptureQueriesContext(connection) as asked:
        hub_client.get(PAGE, query)

    # The path to the region's tables is set with the first of them; it is no question.
    assert len([entry for entry in asked if not entry["sql"].startswith("SET search_path")]) <= most
