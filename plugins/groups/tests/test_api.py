"""The read API, as an HSDS client uses it."""

import datetime as dt
import json
from unittest.mock import ANY

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from open_data_samples import API, body, full_group, get_json, plain_group

from zelfregie_core.domain.throttle import note
from zelfregie_core.models import Theme
from zelfregie_groups.interfaces.open_data import ANSWERS, FILES
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db
SERVICES = f"{API}services"


@pytest.fixture
def three(finder):
    """Three groups by their names; only the first has a place."""
    return {group.name: group for group in (full_group(), plain_group("Tweede"), plain_group("Derde"))}


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


# --- Filters -----------------------------------------------------------------------------------------------------


def test_search_finds_by_theme_and_word(client, three):
    assert names(client, f"{SERVICES}?search=rouw") == ["Rouwcafé De Brug"]
    assert names(client, f"{SERVICES}?search=qwxz") == []


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


# --- Reading everything ------------------------------------------------------------------------------------------


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


# --- Bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1e3", "page"),
        ("page=٣", "page"),
        ("page=99999999999999999999", "page"),
        ("per_page=1001", "per_page"),
        ("per_page=", "per_page"),
        ("format=xml", "format"),
        ("full=maybe", "full"),
        ("minimal=2", "minimal"),
        ("taxonomy_term_id=rouw", "taxonomy_term_id"),
        ("taxonomy_id=1", "taxonomy_id"),
        ("organization_id=%00", "organization_id"),
        ("modified_after=gisteren", "modified_after"),
        ("modified_after=2026-02-30", "modified_after"),
        ("modified_after=0001-01-01T00:00:00%2B14:00", "modified_after"),
        ("cursor=abc", "cursor"),
        ("cursor=é", "cursor"),
        ("cursor=YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor"),
        ("search=" + "a" * 201, "search"),
        ("search=a%00b", "search"),
        ("serach=rouw", "serach"),
        ("page=1&page=2", "page"),
        ("postcode=6411", "postcode"),
    ],
)
def test_bad_parameter_is_named(client, finder, query, name):
    response = client.get(f"{SERVICES}?{query}")

    problem = json.loads(body(response))
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert (problem["status"], problem["parameter"], name in problem["detail"]) == (400, name, True)
    assert (response["Cache-Control"], response["Access-Control-Allow-Origin"]) == ("no-store", "*")


@pytest.mark.parametrize("query", ["postcode=9999ZZ", "postcode=Xyzzy", "proximity=0", "proximity=200001"])
def test_bad_place_is_named(client, finder, query):
    response = client.get(f"{API}service_at_locations?{query}")

    assert (response.status_code, json.loads(body(response))["parameter"]) == (400, query.partition("=")[0])


@pytest.mark.parametrize("kind", ["services", "taxonomies", "taxonomy_terms", "organizations", "service_at_locations"])
@pytest.mark.parametrize("identifier", ["1", "3f207866-c34f-5675-a791-000000000000", "'; DROP", "é" * 36])
def test_unknown_identifier_is_not_found(client, three, kind, identifier):
    response = client.get(f"{API}{kind}/{identifier}")

    assert (response.status_code, json.loads(body(response))["status"]) == (404, 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, finder, method):
    response = getattr(client, method)(SERVICES)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")


# --- Kept answers, limits, other websites ------------------------------------------------------------------------


def test_etag_spares_an_answer_that_is_the_same(client, three):
    first = client.get(SERVICES)
    body(first)

    same = client.get(SERVICES, headers={"If-None-Match": first["ETag"]})
    weak = client.get(SERVICES, headers={"If-None-Match": f'"other", W/{first["ETag"]}'})
    other = client.get(f"{SERVICES}?full=true", headers={"If-None-Match": first["ETag"]})
    body(other)

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert (weak.status_code, other.status_code) == (304, 200)
    assert same["Cache-Control"] == first["Cache-Control"] == "public, max-age=300"
    assert same["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("change", ["group", "theme", "schedule", "deleted"])
def test_etag_changes_with_everything_in_the_answer(client, three, change):
    path = f"{SERVICES}?full=true"
    first = client.get(path)
    body(first)
    group = three["Rouwcafé De Brug"]

    if change == "group":
        Group.objects.filter(pk=group.pk).update(cost="")
    elif change == "theme":
        Theme.objects.filter(slug="rouw").update(name="Verlies")
    elif change == "schedule":
        group.schedules.update(note="in de tuin")
    else:
        three["Derde"].delete()
    again = client.get(path, headers={"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]})

    assert (again.status_code, again["ETag"] == first["ETag"]) == (200, False)
    body(again)


def test_last_modified_is_that_of_the_last_change(client, three):
    Group.objects.update(changed_at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))

    response = client.get(SERVICES)
    body(response)

    assert response["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_a_removed_group_is_not_hidden_by_if_modified_since(client, three):
    first = client.get(SERVICES)
    body(first)
    three["Derde"].delete()

    again = client.get(SERVICES, headers={"If-Modified-Since": first["Last-Modified"]})
    body(again)

    assert again.status_code == 200


def test_head_tells_the_same_without_a_body(client, three):
    answer = client.get(SERVICES)
    length = len(body(answer))

    head = client.head(SERVICES)

    assert (head.status_code, head["ETag"], int(head["Content-Length"])) == (200, answer["ETag"], length)


def test_any_website_may_read_without_credentials(client, finder):
    preflight = client.options(SERVICES, headers={"Origin": "https://elders.example"})
    answer = client.get(SERVICES, headers={"Origin": "https://elders.example"})
    body(answer)

    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    for response in (preflight, answer):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert "Set-Cookie" not in response
        assert "Cookie" not in response.get("Vary", "")


def use_up(rf, limit, address="127.0.0.1"):
    for _try in range(limit.tries):
        note(rf.get("/", REMOTE_ADDR=address), limit)


def test_too_many_questions_are_put_off_per_address(client, finder, rf):
    use_up(rf, ANSWERS)

    response = client.get(SERVICES)
    other = client.get(SERVICES, REMOTE_ADDR="192.0.2.9")
    file = client.get("/-/groups/export/hsds.json")

    problem = json.loads(body(response))
    assert (response.status_code, other.status_code, file.status_code) == (429, 200, 200)
    assert response["Content-Type"] == "application/problem+json"
    assert 0 < int(response["Retry-After"]) <= ANSWERS.seconds
    assert problem["detail"].startswith(f"You asked 600 times in 5 minutes. Wait {response['Retry-After']} seconds")
    body(other), body(file)


def test_files_have_a_limit_of_their_own(client, finder, rf):
    use_up(rf, FILES)

    statuses = {path: client.get(f"/-/groups/{path}").status_code for path in ("export/groepen.csv", "export/hsds.zip")}

    assert statuses == {"export/groepen.csv": 429, "export/hsds.zip": 429}


def test_number_of_queries_does_not_grow_with_the_groups(client, finder):
    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            body(client.get(path))
        return sum(not query["sql"].startswith("SET ") for query in captured)

    pages = ("services?full=true", "services?cursor=", "services?minimal=true", "service_at_locations?full=true")
    others = ("services?search=rouw", "organizations?full_service=true", "taxonomy_terms")
    full_group("Groep 0")
    body(client.get(f"{API}services"))
    few = {path: queries(f"{API}{path}") for path in (*pages, *others)}
    for number in range(12):
        full_group(f"Groep {number + 1}")

    many = {path: queries(f"{API}{path}") for path in (*pages, *others)}

    assert many == few
    assert max(many[path] for path in pages) <= 12
    assert max(many[path] for path in others) <= 15, many
