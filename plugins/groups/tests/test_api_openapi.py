"""The description of the API is true: every path is called, and every answer is what it says."""

import json
from urllib.parse import urlencode, urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from open_data_samples import API, body, full_group, get_json, plain_group

from zelfregie_groups.domain.export.contract import ENDPOINTS
from zelfregie_groups.interfaces import open_data_urls

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client, finder):
    full_group()
    plain_group("Zonder plek", form="online", status="paused")
    return get_json(client, f"{API}openapi.json")


def validate(document, schema, value):
    """Check a value against a schema of the document, formats too."""
    whole = {**schema, "components": document["components"]}
    Draft202012Validator.check_schema(whole)
    errors = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


def filled(client, path):
    """The path with an identifier that its list gives."""
    if "{id}" not in path:
        return path
    listed = get_json(client, API.rstrip("/") + path.removesuffix("/{id}"))["contents"]
    return path.replace("{id}", listed[0]["id"])


def values_of(client, parameter):
    """Values to ask with: the example, each choice, and for identifiers one that exists."""
    lists = {
        "taxonomy_term_id": "taxonomy_terms",
        "taxonomy_id": "taxonomies",
        "organization_id": "organizations",
        "parent_id": "taxonomy_terms",
    }
    if parameter["name"] in lists:
        return [get_json(client, f"{API}{lists[parameter['name']]}")["contents"][0]["id"]]
    return parameter["schema"].get("enum") or [parameter["example"]]


def test_document_describes_exactly_what_is_served(document):
    served = {
        "/" + str(pattern.pattern).removeprefix("hsds/").replace("<str:identifier>", "{id}")
        for pattern in open_data_urls.urlpatterns
        if str(pattern.pattern).startswith("hsds/")
    }

    assert set(document["paths"]) == served == {endpoint.path for endpoint in ENDPOINTS.values()}
    assert document["openapi"] == "3.1.0"
    assert urlsplit(document["servers"][0]["url"]).path == API.rstrip("/")


def test_every_path_answers_as_described(client, document):
    for path, item in document["paths"].items():
        response = client.get(API.rstrip("/") + filled(client, path))

        schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert (path, response.status_code, response["Content-Type"]) == (path, 200, "application/json")
        validate(document, schema, json.loads(body(response)))


def test_every_parameter_of_every_path_works_as_described(client, document):
    asked = 0
    for path, item in document["paths"].items():
        for parameter in item["get"]["parameters"]:
            if parameter["in"] != "query":
                continue
            for value in values_of(client, parameter):
                query = urlencode({parameter["name"]: value})
                response = client.get(f"{API.rstrip('/')}{filled(client, path)}?{query}")

                kind = response["Content-Type"]
                assert (path, query, response.status_code) == (path, query, 200)
                schema = item["get"]["responses"]["200"]["content"][kind]["schema"]
                text = body(response)
                answers = [json.loads(text)] if kind == "application/json" else map(json.loads, text.splitlines())
                for answer in answers:
                    validate(document, schema, answer)
                asked += 1

    assert asked == sum(
        len(parameter.choices) or 1 for endpoint in ENDPOINTS.values() for parameter in endpoint.parameters
    )


def test_errors_are_as_described(client, document):
    responses = document["paths"]["/services/{id}"]["get"]["responses"]
    answers = {"400": f"{API}services/1?x=1", "404": f"{API}services/1"}
    for code, path in answers.items():
        response = client.get(path)

        assert str(response.status_code) == code
        validate(document, responses[code]["content"][response["Content-Type"]]["schema"], json.loads(body(response)))


def test_a_wrong_answer_would_be_found(client, document):
    schema = document["paths"]["/services"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    page = get_json(client, f"{API}services")
    page["contents"][0]["host_email"] = "anna@voorbeeld.nl"

    with pytest.raises(AssertionError, match="contents"):
        validate(document, schema, page)
