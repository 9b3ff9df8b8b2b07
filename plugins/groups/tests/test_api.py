"""The read API, as an HSDS client uses it: what each path gives."""

import json
from unittest.mock import ANY

import pytest
from open_data_samples import API, body, get_json, plain_group, three_groups

from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db
SERVICES = f"{API}services"


@pytest.fixture
def three(finder):
    return three_groups()


def names(client, path):
    return [service["name"] for service in get_json(client, path)["contents"]]


def test_start_tells_the_version_and_where_the_description_is(client, finder):
    about = get_json(client, API)

    assert about == {
        "version": "3.0",
        "profile": "https://docs.openreferral.org/en/3.0/hsds/",
        "openapi_url": "http://noord.test/-/groups/hsds/openapi.json",
    }


def test_list_has_the_page_of_hsds_and_one_to_one_fields(client, three):
    page = get_json(client, f"{SERVICES}?per_page=2&page=2")

    assert page == {
        "total_items": 3,
        "total_pages": 2,
        "page_number": 2,
        "size": 1,
        "first_page": False,
        "last_page": True,
        "empty": False,
        "contents": [
            {
                "id": ANY,
                "organization_id": ANY,
                "name": "Derde",
                "url": "http://noord.test/groepen/derde/",
                "status": "active",
                "fees_description": "gratis",
                "eligibility_description": "voor jezelf",
                "last_modified": ANY,
                "organization": ANY,
            }
        ],
    }


def test_a_page_after_the_last_is_empty(client, three):
    page = get_json(client, f"{SERVICES}?page=9")

    assert (page["contents"], page["empty"], page["last_page"], page["total_items"]) == ([], True, True, 3)


def test_one_service_is_what_the_full_list_says(client, three):
    listed = get_json(client, f"{SERVICES}?full=true")["contents"]

    alone = [get_json(client, f"{SERVICES}/{service['id']}") for service in listed]

    assert alone == listed
    assert len(alone[0]["schedules"]) == 2
    assert [term["link_type"] for term in alone[0]["attributes"]] == [
        "theme", "theme", "audience", "audience", "audience", "form",
    ]  # fmt: skip


def test_service_at_location_ties_a_group_to_its_place(client, three):
    listed = get_json(client, f"{API}service_at_locations")["contents"]
    alone = get_json(client, f"{API}service_at_locations/{listed[0]['id']}")
    full = get_json(client, f"{API}service_at_locations?full=true")["contents"]

    assert alone == full[0]
    assert alone["location"]["addresses"][0]["address_1"] == "Molenberglaan 12"
    assert alone["service"]["id"] == alone["service_id"] == listed[0]["service"]["id"]
    assert alone["location"]["id"] == alone["location_id"]
    assert [row["location"]["location_type"] for row in listed] == ["physical", "physical", "physical"]


def test_identifiers_stay_the_same_and_differ_between_things(client, three):
    before = get_json(client, f"{SERVICES}?full=true")
    Group.objects.get(name="Tweede").delete()

    after = get_json(client, f"{SERVICES}?full=true")

    assert [service["id"] for service in after["contents"]] == [
        service["id"] for service in before["contents"] if service["name"] != "Tweede"
    ]
    service = before["contents"][0]
    link = service["service_at_locations"][0]
    assert len({service["id"], link["id"], link["location_id"], service["organization_id"]}) == 4


def test_unpublished_groups_are_gone_at_once(client, three):
    identifier = get_json(client, SERVICES)["contents"][0]["id"]
    Group.objects.filter(name="Rouwcafé De Brug").update(published=False)

    response = client.get(f"{SERVICES}/{identifier}")

    assert names(client, SERVICES) == ["Tweede", "Derde"]
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert "not published" in json.loads(body(response))["detail"]


def test_without_a_finder_there_is_nothing(client, noord):
    plain_group()

    assert names(client, SERVICES) == []


def harvest(client, path, meanwhile=lambda: None):
    """Read everything with the cursor, as a harvester does."""
    found, cursor = [], ""
    while cursor is not None:
        page = get_json(client, f"{path}&cursor={cursor}")
        found += [row["name"] for row in page["contents"]]
        cursor = page.get("next_cursor")
        meanwhile()
    return found


def test_cursor_gives_every_group_once(client, finder):
    for number in range(7):
        plain_group(f"Groep {number}")

    assert harvest(client, f"{SERVICES}?per_page=3") == [f"Groep {number}" for number in range(7)]


def test_cursor_skips_and_repeats_nothing_while_groups_come_and_go(client, finder):
    for number in range(6):
        plain_group(f"Groep {number}")

    def change():
        """Remove the first group, change the second, add one in front and behind."""
        Group.objects.order_by("pk").first().delete()
        second = Group.objects.order_by("pk")[0]
        second.description += "!"
        second.save()

    found = harvest(client, f"{SERVICES}?per_page=2", change)

    assert found == [f"Groep {number}" for number in range(6)]


def test_first_page_by_number_hands_out_a_cursor_too(client, finder):
    for number in range(3):
        plain_group(f"Groep {number}")

    first = get_json(client, f"{SERVICES}?per_page=2")
    second = get_json(client, f"{SERVICES}?per_page=2&cursor={first['next_cursor']}")

    assert [row["name"] for row in second["contents"]] == ["Groep 2"]
    assert (second["last_page"], "next_cursor" in second, "page_number" in second) == (True, False, False)
