"""The page of the finder: every state has an address, says what it did, and costs the same however many groups."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zelfregie_core.models import Theme
from zelfregie_groups.domain.changes import groups_changed
from zelfregie_groups.models import Group, Schedule

pytestmark = pytest.mark.django_db
HEERLEN = {"postal_code": "6411 AB", "city": "Heerlen", "latitude": 50.8882, "longitude": 5.9795}
KERKRADE = {"city": "Kerkrade", "latitude": 50.8660, "longitude": 6.0660}


@pytest.fixture(scope="module", autouse=True)
def _finder(shared_rows, create_finder):
    create_finder()


def html(client, path):
    response = client.get(path)
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def links_to(page, words):
    """The addresses of the links that hold these words."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page)
    return [address.replace("&amp;", "&") for address, inside in found if words in re.sub("<[^>]*>", "", inside)]


def many_groups(total):
    """Make so many groups at once, with a theme and a schedule each."""
    theme = Theme.objects.get(slug="rouw")
    groups = []
    for number in range(Group.objects.count(), total):
        group = Group(
            name=f"Groep {number}", slug=f"groep-{number}", languages=["nl", "ar"], wheelchair=True, **HEERLEN
        )
        group.derive()
        groups.append(group)
    Group.objects.bulk_create(groups)
    link = Group.themes.through
    link.objects.bulk_create([link(group=group, theme=theme) for group in groups])
    Schedule.objects.bulk_create([Schedule(group=group, weekdays=[2], start_time="19:30") for group in groups])
    groups_changed([group.pk for group in groups])


def test_canonical_address_is_short_and_keeps_what_was_asked(client, create_group):
    create_group("A")

    page = html(client, "/groepen/?q=&plaats=Heerlen&afstand=15&vorm=&dag=3&dag=2&volgorde=&keuze=groups:1&p=1")

    assert '<link rel="canonical" href="/groepen/?plaats=Heerlen&amp;dag=2&amp;dag=3">' in page


@pytest.mark.parametrize(
    ("query", "is_indexed"),
    [("", True), ("?thema=rouw", True), ("?q=rouw+en+verlies", True), ("?q=koffie", False), ("?plaats=6411", False),
     ("?dag=2", False), ("?keuze=groups:1", False), ("?volgorde=naam", False)],
)  # fmt: skip
def test_search_engines_get_the_page_and_its_themes_only(client, query, is_indexed):
    assert ('content="noindex"' not in html(client, f"/groepen/{query}")) is is_indexed


def test_chosen_filters_are_links_that_take_them_away(client, create_group):
    create_group("A", weekday=2, **HEERLEN)

    page = html(client, "/groepen/?q=groep&plaats=6411&dag=2&dag=3")

    assert links_to(page, "dinsdag") == ["/groepen/?q=groep&plaats=6411&dag=3"]
    assert links_to(page, "6411, tot 15 km") == ["/groepen/?q=groep&dag=2&dag=3"]
    assert links_to(page, "Begin opnieuw") == ["/groepen/"]


def test_filters_say_how_many_groups_they_leave(client, create_group):
    create_group("A", weekday=2, **HEERLEN)

    page = html(client, "/groepen/?dagdeel=evening")

    assert 'name="dag" value="2"><span>dinsdag <span class="groups-filter__count">(1)</span>' in page
    assert 'name="dag" value="1"><span>maandag <span class="groups-filter__count">(0)</span>' in page
    assert 'name="dagdeel" value="evening" checked>' in page


def test_a_corrected_word_is_said(client, create_group):
    create_group("Suiker", themes=("diabetes",))

    assert "We zochten op “diabetes” in plaats van “diabtes”." in html(client, "/groepen/?q=diabtes")


def test_a_place_with_namesakes_asks_which(client, create_group):
    create_group("A", **HEERLEN)

    page = html(client, "/groepen/?plaats=Hengelo")

    assert "We zochten bij Hengelo (gemeente Hengelo)." in page
    assert links_to(page, "Hengelo (gemeente Bronckhorst)") == ["/groepen/?plaats=Hengelo+%28gemeente+Bronckhorst%29"]


@pytest.mark.parametrize(("place", "words"), [("3600 Genk", "Dat ligt in België."), ("52062 Aachen", "Duitsland")])
def test_a_place_abroad_is_said_kindly(client, create_group, place, words):
    create_group("A")

    page = html(client, f"/groepen/?plaats={place}")

    assert words in page
    assert ">A</a>" in page


def test_groups_stand_on_the_map_with_what_the_list_says(client, create_group):
    create_group("Hier", **HEERLEN)
    create_group("Online", form="online")

    page = html(client, "/groepen/")

    assert re.findall(r'data-groups-point="([^"]*)" data-groups-place="([^"]*)"', page) == [
        ("50.88820,5.97950", "Heerlen")
    ]
    assert "1 groep komt online bijeen of heeft geen adres, en staat niet op de kaart." in page


def test_no_map_where_nothing_stands_on_it(client, create_group):
    create_group("Online", form="online")

    assert "data-groups-map" not in html(client, "/groepen/")


def test_ticked_groups_stay_ticked_and_go_along(client, create_group):
    here = create_group("Hier", **HEERLEN)
    there = create_group("Daar", **KERKRADE)

    page = html(client, f"/groepen/?plaats=Heerlen&afstand=5&keuze=groups:{here.pk}&keuze=groups:{there.pk}")

    assert f'name="keuze" value="groups:{here.pk}" form="lijst" checked' in page
    assert f'<input type="hidden" name="keuze" value="groups:{there.pk}" data-groups-kept>' in page
    assert '<input type="hidden" name="plaats" value="Heerlen"><input type="hidden" name="afstand" value="5">' in page


def test_groups_of_neighbours_are_labelled_and_lead_to_their_own_site(
    client, create_group, create_finder, zuid, in_region
):
    create_group("Hier", **HEERLEN)
    with in_region(zuid):
        create_finder()
        create_group("Over de grens", **KERKRADE)
        create_group("Te ver", city="Groningen", latitude=53.2194, longitude=6.5665)

    near = html(client, "/groepen/?plaats=Heerlen")
    everywhere = html(client, "/groepen/")

    (address,) = links_to(near, "Over de grens")
    assert re.fullmatch(r"https?://zuid[^/]*/groepen/over-de-grens-kerkrade/\?plaats=Heerlen", address)
    assert f"Van {zuid.name}" in near
    assert "De link gaat naar hun eigen site." in near
    assert "Te ver" not in near
    assert "Over de grens" not in everywhere


def test_a_dead_end_offers_groups_of_other_regions(client, create_group, create_finder, zuid, in_region):
    with in_region(zuid):
        create_finder()
        create_group("Ver weg", themes=("adhd",), city="Groningen", latitude=53.2194, longitude=6.5665)

    page = html(client, "/groepen/?thema=adhd&plaats=Heerlen")

    assert "In andere regio's is er wel een groep" in page
    assert len(links_to(page, "Ver weg")) == 1


def test_theme_stays_when_the_form_is_sent_again(client, create_group):
    page = html(client, "/groepen/?thema=rouw&dag=2")

    name = Theme.objects.get(slug="rouw").name
    assert f'name="q" type="search" maxlength="100" value="{name}"' in page
    assert 'type="hidden" name="thema"' not in page
    assert '<link rel="canonical" href="/groepen/?thema=rouw&amp;dag=2">' in html(client, f"/groepen/?q={name}&dag=2")


def test_a_name_of_two_hundred_characters_in_any_script_is_shown(client, create_group):
    name = ("🌻 مجموعة " + "lang" * 60)[:200]
    create_group(name, slug="lang", **HEERLEN)

    assert name in html(client, "/groepen/")


def test_suggestions_hold_themes_synonyms_and_cities(client, create_group):
    create_group("A", **HEERLEN)

    page = html(client, "/groepen/")

    assert '<option value="overspannen">Burn-out' in page
    assert '<option value="Heerlen">' in page


def test_places_are_suggested_while_typing(client):
    answer = client.get("/-/groups/plaatsen/?q=heerl")

    assert answer.json()["places"][0] == "Heerlen"
    assert client.get("/-/groups/plaatsen/?q=%00").json() == {"places": []}
    assert "public" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "most"), [("/groepen/", 16), ("/groepen/?plaats=Heerlen&q=groep+rouw&dagdeel=evening&plek=1", 17)]
)
def test_finder_costs_as_few_queries_for_three_hundred_groups_as_for_ten(client, path, most):
    costs = []
    for total in (10, 300):
        many_groups(total)
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            page = html(client, path)
        costs.append(len(captured))
        assert f"{total} groepen" in page

    assert costs[0] == costs[1]
    # The path to the region's tables, set twice, is among them.
    assert 10 < costs[1] <= most
