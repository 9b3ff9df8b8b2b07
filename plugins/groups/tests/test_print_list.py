"""Groups on a list to print."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from zelfregie_core.models import Branding, Theme
from zelfregie_groups.interfaces import booklet as views
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db
HEERLEN = {"postal_code": "6411 AB", "city": "Heerlen", "latitude": 50.8882, "longitude": 5.9795}
MAASTRICHT = {"city": "Maastricht", "latitude": 50.8514, "longitude": 5.6910}
LIST = "/-/groups/lijst/"


@pytest.fixture(scope="module")
def finder(shared_rows, create_finder):
    return create_finder()


@pytest.fixture(scope="module", autouse=True)
def _themes(finder):
    for slug, name in (("rouw", "Rouw en verlies"), ("angst", "Angst")):
        Theme.objects.update_or_create(slug=slug, defaults={"name": name})


def html(client, path=LIST):
    response = client.get(path)
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def order(client, path=LIST):
    """Headings and names of groups, as they stand below each other."""
    main = html(client, path).partition("<main")[2].partition("<aside")[0]
    return [unescape(re.sub(r"<[^>]+>", "", found)).strip() for found in re.findall(r"<h[23][^>]*>(.*?)</h[23]>", main)]


def test_list_says_what_it_is_and_shows_what_decides(client, finder, create_group):
    Branding.objects.update_or_create(defaults={"site_name": "Zelfregie Noord"})
    create_group("Rouwcafé", weekday=2, location_name="De Brug", address="Dorpsstraat 1", audience=["bereaved"],
                 wheelchair=True, cost="€ 1", host_email="geheim@voorbeeld.nl", **HEERLEN)  # fmt: skip

    page = html(client)

    for words in ("Zelfregie Noord", f"Stand van {date_format(timezone.localdate(), 'j F Y')}.", "1 groep.",
                  "Rouw en verlies", "elke dinsdag, 19.30 tot 21.00 uur", "De volgende keer: dinsdag",
                  "De Brug, Dorpsstraat 1, 6411 AB Heerlen", "voor nabestaanden", "€ 1", "goed te bereiken",
                  "noord.test/groepen/rouwcafe-heerlen", "0800-0113", "<strong>112</strong>"):  # fmt: skip
        assert words in page
    assert "geheim" not in page
    assert '<meta name="robots" content="noindex">' in page


def test_list_has_a_code_for_each_group_that_leads_to_its_page(client, finder, create_group):
    create_group("Een", slug="een")
    create_group("Twee", slug="twee")

    page = html(client)

    codes = re.findall(r'<svg aria-hidden="true" focusable="false"[^>]*class="groups-qr".*?</svg>', page)
    assert len(codes) == 2
    assert codes[0] != codes[1]
    assert 'style="' not in page.partition("<main")[2]


def test_list_stands_by_theme_and_each_group_once(client, finder, create_group):
    create_group("Beide", themes=("rouw", "angst"))
    create_group("Alleen rouw")
    create_group("Zonder thema", themes=())

    shown = order(client)

    assert shown == ["Angst", "Beide", "Rouw en verlies", "Alleen rouw", "Andere thema's", "Zonder thema"]


def test_list_of_a_theme_stands_below_that_theme(client, finder, create_group):
    create_group("Beide", themes=("rouw", "angst"))
    create_group("Alleen rouw")

    assert order(client, f"{LIST}?thema=rouw") == ["Rouw en verlies", "Alleen rouw", "Beide"]


def test_list_by_place_puts_online_groups_last(client, finder, create_group):
    create_group("A", form="online")
    create_group("B", **MAASTRICHT)
    create_group("C", **HEERLEN)

    assert order(client, f"{LIST}?indeling=plaats") == ["Heerlen", "C", "Maastricht", "B", "Online", "A"]


def test_list_near_a_place_has_the_nearest_first(client, finder, create_group):
    create_group("Ver", **MAASTRICHT)
    create_group("Dichtbij", **HEERLEN)

    page, shown = html(client, f"{LIST}?plaats=Heerlen&afstand=50"), order(client, f"{LIST}?plaats=Heerlen&afstand=50")

    assert shown == ["De groepen", "Dichtbij", "Ver"]
    assert "tot 50 km van" in page
    assert "km)" in page


def test_list_holds_the_groups_that_were_chosen_in_their_order(client, finder, create_group):
    first, second, _other = (create_group(name) for name in ("Eerste", "Tweede", "Niet gekozen"))
    draft = create_group("Concept", published=False)
    chosen = "&".join(f"keuze=groups:{group.pk}" for group in (second, first, draft))

    shown = order(client, f"{LIST}?{chosen}&keuze=groups:999999&keuze=onzin&indeling=zoeken")

    assert shown == ["De groepen", "Tweede", "Eerste"]


def test_list_that_is_full_says_how_many_there_are(client, finder, create_group, monkeypatch):
    monkeypatch.setattr(views, "MOST_ON_A_LIST", 2)
    for number in range(3):
        create_group(f"Groep {number}")

    page = html(client)

    assert "Er zijn 3 groepen gevonden. Op deze lijst staan de eerste 2." in page
    assert page.count("groups-entry__name") == 2


def test_list_without_groups_says_what_to_do(client, finder):
    page = html(client, f"{LIST}?q=qwxz")

    assert "Er is geen groep gevonden om te printen." in page
    assert "boekje.pdf" not in page


@pytest.mark.parametrize("status", ["full", "paused", "waiting_list"])
def test_list_says_when_there_is_no_room(client, finder, create_group, status):
    create_group("Groep", status=status)

    words = {"full": "Nu vol<", "paused": "Heeft nu pauze", "waiting_list": "Nu vol, met een wachtlijst"}
    assert words[status] in html(client)


def test_list_escapes_names_and_takes_any(client, finder, create_group):
    create_group("<script>alert(1)</script>🌻 مجموعة " + "lang" * 30, location_name="<b>x", city="<i>y")

    page = html(client)

    assert [bad for bad in ("<script>alert", "<b>x", "<i>y") if bad in page] == []
    assert "مجموعة" in page


@pytest.mark.parametrize(
    "query",
    ["indeling=%00", "indeling=onzin", "keuze=" + "9" * 500, "keuze=groups:1&keuze=../groups:2", "plaats=%ED%A0%80",
     "q=" + "x" * 5000, "p=999", "plaats=Nergenshuizen"],
)  # fmt: skip
def test_list_survives_any_address(client, finder, create_group, query):
    create_group("Groep", **HEERLEN)

    assert "Zelfhulpgroepen" in html(client, f"{LIST}?{query}")


def test_list_keeps_the_search_in_its_links(client, finder, create_group):
    create_group("Groep", **HEERLEN)
    create_group("Nog een", **HEERLEN)

    page = html(client, f"{LIST}?thema=rouw&plek=1")

    assert 'href="/groepen/?thema=rouw&amp;plek=1"' in page
    assert 'href="/-/groups/lijst/?thema=rouw&amp;plek=1&amp;indeling=plaats"' in page
    assert 'href="/-/groups/boekje.pdf?thema=rouw&amp;plek=1&amp;indeling=thema"' in page


def test_list_takes_only_reading(client, finder):
    assert client.post(LIST).status_code == 405


def test_list_costs_the_same_queries_for_any_number_of_groups(client, finder, create_group):
    costs = []
    for total in (1, 3, 15):
        for number in range(Group.objects.count(), total):
            create_group(f"Groep {number}", weekday=3, **HEERLEN)
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        costs.append(len(captured))

    assert costs == [costs[0]] * 3
    assert costs[0] <= 30
