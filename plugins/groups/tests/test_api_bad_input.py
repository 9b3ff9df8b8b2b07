"""The read API names what is wrong with a question."""

import json

import pytest
from open_data_samples import API, body, three_groups

pytestmark = pytest.mark.django_db
SERVICES = f"{API}services"


@pytest.fixture(scope="module", autouse=True)
def _three(shared_rows, create_finder):
    create_finder()
    three_groups()


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
def test_bad_parameter_is_named(client, query, name):
    response = client.get(f"{SERVICES}?{query}")

    problem = json.loads(body(response))
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert (problem["status"], problem["parameter"], name in problem["detail"]) == (400, name, True)
    assert (response["Cache-Control"], response["Access-Control-Allow-Origin"]) == ("no-store", "*")


@pytest.mark.parametrize("query", ["postcode=9999ZZ", "postcode=Xyzzy", "proximity=0", "proximity=200001"])
def test_bad_place_is_named(client, query):
    response = client.get(f"{API}service_at_locations?{query}")

    assert (response.status_code, json.loads(body(response))["parameter"]) == (400, query.partition("=")[0])


@pytest.mark.parametrize("kind", ["services", "taxonomies", "taxonomy_terms", "organizations", "service_at_locations"])
@pytest.mark.parametrize("identifier", ["1", "3f207866-c34f-5675-a791-000000000000", "'; DROP", "é" * 36])
def test_unknown_identifier_is_not_found(client, kind, identifier):
    response = client.get(f"{API}{kind}/{identifier}")

    assert (response.status_code, json.loads(body(response))["status"]) == (404, 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, method):
    response = getattr(client, method)(SERVICES)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
