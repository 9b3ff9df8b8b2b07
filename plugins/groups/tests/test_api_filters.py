"""The parameters of the read API: what each filter leaves."""

import datetime as dt
import json

import pytest
from open_data_samples import API, body, get_json, three_groups

from zelfregie_core.models import Theme
from zelfregie_groups.domain.changes import groups_changed
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db
SERVICES = f"{API}services"


@pytest.fixture
def three(finder):
    return three_groups()


def names(client, path):
    return [service["name"] for service in get_json(client, path)["contents"]]


def test_search_finds_by_theme_and_word(client, three):
    assert names(client, f"{SERVICES}?search=rouw") == ["Rouwcafé De Brug"]
    assert names(client, f"{SERVICES}?search=qwxz") == []


def test_search_finds_more_than_the_directory_gives_at_once(client, finder):
    made = Group.objects.bulk_create(
        Group(name=f"Rouwgroep {number}", slug=f"rouwgroep-{number}", sort_name="", search_text="", latitude=50.89,
              longitude=5.98, city="Heerlen")
        for number in range(501)
    )  # fmt: skip
    groups_changed([group.pk for group in made])

    by_word = get_json(client, f"{SERVICES}?search=rouwgroep&minimal=true")
    by_place = get_json(client, f"{API}service_at_locations?postcode=6411&per_page=1")

    assert (by_word["total_items"], by_place["total_items"]) == (501, 501)


def test_taxonomy_term_narrows(client, three):
    found = {}
    for term in get_json(client, f"{API}taxonomy_terms?per_page=1000")["contents"]:
        found[term["code"]] = names(client, f"{SERVICES}?taxonomy_term_id={term['id']}")

    everything = ["Rouwcafé De Brug", "Tweede", "Derde"]
    assert {code: found[code] for code in ("rouw", "kanker", "self", "bereaved", "women", "men", "in_person")} == {
        "rouw": ["Rouwcafé De Brug"],
        "kanker": [],
        "self": everything,
        "bereaved": ["Rouwcafé De Brug"],
        "women": ["Rouwcafé De Brug"],
        "men": [],
        "in_person": everything,
    }


def test_taxonomy_narrows(client, three):
    identifiers = {row["name"]: row["id"] for row in get_json(client, f"{API}taxonomies")["contents"]}

    found = {name: names(client, f"{SERVICES}?taxonomy_id={key}") for name, key in identifiers.items()}

    everything = ["Rouwcafé De Brug", "Tweede", "Derde"]
    assert found == {"Thema's": ["Rouwcafé De Brug"], "Voor wie": everything, "Vorm": everything}


def test_organization_narrows_to_all_or_nothing(client, three):
    own = get_json(client, f"{API}organizations")["contents"][0]["id"]

    assert len(names(client, f"{SERVICES}?organization_id={own}")) == 3
    assert names(client, f"{SERVICES}?organization_id=3f207866-c34f-5675-a791-000000000000") == []


def test_modified_after_narrows_from_that_moment_on(client, three):
    moment = dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    Group.objects.update(changed_at=moment - dt.timedelta(seconds=1))
    Group.objects.filter(name="Derde").update(changed_at=moment)

    asked = ("2026-03-29T01:30:00Z", "2026-03-29T03:30:00%2B02:00", "2026-03-29T03:30:00+02:00", "2026-03-29")

    assert {text: names(client, f"{SERVICES}?modified_after={text}") for text in asked} == {
        asked[0]: ["Derde"],
        asked[1]: ["Derde"],
        asked[2]: ["Derde"],
        asked[3]: ["Rouwcafé De Brug", "Tweede", "Derde"],
    }


def test_postcode_and_proximity_find_places(client, three):
    def found(query):
        page = get_json(client, f"{API}service_at_locations?{query}")
        return [row["service"]["name"] for row in page["contents"]]

    assert found("postcode=6411") == ["Rouwcafé De Brug"]
    assert found("postcode=6411+AB&proximity=5000") == ["Rouwcafé De Brug"]
    assert found("postcode=9711&proximity=15000") == []


def test_filters_apply_together(client, three):
    term = next(row["id"] for row in get_json(client, f"{API}taxonomy_terms")["contents"] if row["code"] == "rouw")

    assert names(client, f"{SERVICES}?taxonomy_term_id={term}&search=tweede") == []
    assert names(client, f"{SERVICES}?taxonomy_term_id={term}&search=rouw") == ["Rouwcafé De Brug"]


def test_minimal_gives_all_in_one_page(client, three):
    page = get_json(client, f"{SERVICES}?minimal=true&per_page=1")

    listed = get_json(client, SERVICES)["contents"]
    assert page["contents"] == [{"id": row["id"], "modified_date": row["last_modified"]} for row in listed]
    assert (page["total_pages"], page["last_page"]) == (1, True)


def test_lines_give_everything_without_pages(client, three):
    for path in ("services", "service_at_locations"):
        response = client.get(f"{API}{path}?format=ndjson&per_page=1&full=true")

        lines = [json.loads(line) for line in body(response).splitlines()]

        assert response["Content-Type"] == "application/x-ndjson"
        assert lines == get_json(client, f"{API}{path}?full=true")["contents"]


def test_terms_and_taxonomies_alone_are_what_the_lists_say(client, three):
    for path in ("taxonomies", "taxonomy_terms"):
        listed = get_json(client, f"{API}{path}?per_page=3")["contents"]

        assert [get_json(client, f"{API}{path}/{row['id']}") for row in listed] == listed


def test_terms_search_levels_and_pages(client, three):
    first = get_json(client, f"{API}taxonomy_terms?per_page=10")
    last = get_json(client, f"{API}taxonomy_terms?per_page=10&page={first['total_pages']}")
    term = first["contents"][0]

    assert first["total_items"] == Theme.objects.count() + 3 + 2 + 3
    assert (first["last_page"], last["last_page"], last["size"]) == (False, True, first["total_items"] % 10 or 10)
    assert get_json(client, f"{API}taxonomy_terms?search=rouw")["contents"][0]["code"] == "rouw"
    assert get_json(client, f"{API}taxonomy_terms?parent_id={term['id']}")["contents"] == []
    assert get_json(client, f"{API}taxonomy_terms?top_only=true")["total_items"] == first["total_items"]


def test_organization_has_its_services_short_or_full(client, three):
    organization = get_json(client, f"{API}organizations")["contents"][0]
    path = f"{API}organizations/{organization['id']}"

    short, full = get_json(client, path), get_json(client, f"{path}?full_service=true")

    services = get_json(client, f"{SERVICES}?full=true")["contents"]
    assert short["services"] == [{"id": row["id"], "name": row["name"]} for row in services]
    assert full == {**organization, "services": services}
    assert get_json(client, f"{API}organizations?full=true")["contents"] == [short]
    assert get_json(client, f"{API}organizations?full_service=true")["contents"] == [full]
    assert get_json(client, f"{API}organizations?full=true&page=2")["contents"] == []
