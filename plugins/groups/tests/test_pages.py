"""The pages as visitors see them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zelfregie_core.models import ContentPage, HomePage, Theme, ThemeIndexPage, ThemePage

pytestmark = pytest.mark.django_db
HEERLEN = {"postal_code": "6411 AB", "city": "Heerlen", "latitude": 50.8882, "longitude": 5.9795}


@pytest.fixture(autouse=True)
def _theme():
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": ["overleden"]})


def html(client, path):
    response = client.get(path)
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def test_finder_shows_what_decides(client, finder, create_group):
    create_group("Rouwcafé", weekday=2, host_email="geheim@voorbeeld.nl", audience=["bereaved"], **HEERLEN)

    page = html(client, "/groepen/?q=overleden&plaats=6411+AB&afstand=10")

    for words in ("Rouwcafé", "Rouw en verlies", "Heerlen", "ongeveer", "elke dinsdag, 19.30 tot 21.00 uur",
                  "Er is plek", "voor nabestaanden", "binnen 10 km van 6411 Heerlen", 'value="6411 AB"'):  # fmt: skip
        assert words in page
    assert "1 groep" in page


def test_finder_keeps_the_search_in_links_to_other_pages(client, finder, create_group):
    for number in range(21):
        create_group(f"Groep {number:02}", **HEERLEN)

    page = html(client, "/groepen/?plaats=Heerlen&p=2")

    assert "Groep 20" in page
    assert "Groep 19" not in page
    assert "plaats=Heerlen&amp;p=1" in page


@pytest.mark.parametrize(
    "query",
    ["p=999", "p=abc", "q=%00%00", "q=" + "x" * 5000, "plaats=%00", "afstand=-1", "vorm=%27", "thema=%25", "q=%25",
     "q=%ED%A0%80", "q=a&q=b", "plaats=" + "9" * 500],
)  # fmt: skip
def test_finder_survives_any_address(client, finder, create_group, query):
    create_group("Rouwcafé", **HEERLEN)

    assert "Waar loop je tegenaan?" in html(client, f"/groepen/?{query}")


def test_finder_escapes_what_was_typed(client, finder, create_group):
    create_group("<script>alert(1)</script>")

    page = html(client, "/groepen/?q=<script>&plaats=<b>x")

    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_finder_without_results_offers_a_way_on(client, finder, create_group):
    create_group("Ver", city="Maastricht", latitude=50.8514, longitude=5.6910)
    create_group("Online", form="online")

    page = html(client, "/groepen/?plaats=Heerlen&afstand=5")

    assert "Bekijk 1 groep binnen 25 km" in page
    assert "Bekijk 1 groep die online bijeenkomt" in page
    assert "Rouw en verlies" in page


def test_finder_without_any_group_says_so(client, finder):
    assert "Er staat nog geen groep op de site" in html(client, "/groepen/")


def test_finder_is_kind_about_an_unknown_place(client, finder, create_group):
    create_group("Rouwcafé", **HEERLEN)

    page = html(client, "/groepen/?plaats=Heerlem")

    assert "We kennen “Heerlem” niet" in page
    assert 'href="/groepen/?plaats=Heerlen"' in page
    assert "Rouwcafé" in page


def test_host_address_is_in_no_public_answer(client, finder, create_group):
    group = create_group("Rouwcafé", weekday=2, host_email="geheim@voorbeeld.nl", description="rouw", **HEERLEN)
    index = HomePage.objects.get().add_child(instance=ThemeIndexPage(title="Thema's", slug="themas"))
    index.add_child(instance=ThemePage(title="Rouw", slug="rouw", theme=Theme.objects.get(slug="rouw")))

    paths = ["/", "/groepen/", f"/groepen/{group.slug}/", "/themas/rouw/", "/zoeken/?q=rouwcafe", "/sitemap.xml"]
    answers = {path: client.get(path).content.decode() for path in paths}

    assert [path for path, answer in answers.items() if "geheim" in answer] == []
    assert [path for path, answer in answers.items() if group.slug in answer] == paths


def test_home_action_appears_with_the_page_about_starting_a_group(client, finder):
    before = html(client, "/")
    HomePage.objects.get().add_child(instance=ContentPage(title="Een groep beginnen", slug="een-groep-beginnen"))

    assert "Begin een groep" not in before
    assert 'href="/een-groep-beginnen/"' in html(client, "/")


def test_home_search_goes_to_the_finder(client, finder):
    assert 'action="/groepen/"' in html(client, "/")


def test_home_page_shows_groups_with_room_at_a_fixed_cost(client, finder, create_group):
    create_group("Vol", status="full")
    create_group("Plek")
    client.get("/")
    with CaptureQueriesContext(connection) as one:
        page = html(client, "/")
    for number in range(5):
        create_group(f"Groep {number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/")

    assert ("Plek" in page, "Vol</a>" in page) == (True, False)
    assert len(many) == len(one)


def test_groups_teaser_shows_groups_of_its_theme(client, finder, create_group):
    create_group("Over rouw")
    create_group("Over iets anders", themes=())
    HomePage.objects.get().add_child(
        instance=ContentPage(
            title="Tekst",
            slug="tekst",
            body=[("groups_teaser", {"title": "Bij ons", "theme": "rouw", "number": 3})],
        )
    )

    page = html(client, "/tekst/")

    assert "Bij ons" in page
    assert "Over rouw" in page
    assert "Over iets anders" not in page
    assert 'href="/groepen/?thema=rouw"' in page
