"""Groups as HSDS 3.0: the published schemas accept what we give."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from open_data_samples import API, get_json, two_services
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from zelfregie_groups.domain.export.hsds_tables import TABLES, columns

pytestmark = pytest.mark.django_db
#: The schemas of HSDS as published (CC BY-SA 4.0): beside the repository, and no part of it.
SCHEMAS = Path(__file__).parents[4] / "shared" / "data" / "hsds"


@pytest.fixture
def services(client, finder):
    return two_services(client)


@pytest.fixture(scope="module")
def validators():
    """A validator per object of HSDS."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"the schemas of HSDS are not in {SCHEMAS.parent.parent.name}/{SCHEMAS.parent.name}/hsds here")
    contents = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json") if path.stem != "openapi"}
    # In them "required" and "name" beside "type" are of Frictionless Data; a validator looks at "required" only.
    registry = Registry().with_resources(
        (name, Resource.from_contents(schema, default_specification=DRAFT202012)) for name, schema in contents.items()
    )
    return {
        Path(name).stem: Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
        for name, schema in contents.items()
    }


def errors(validator, value):
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def test_services_are_valid_hsds(validators, services):
    assert [errors(validators["service"], service) for service in services] == [[], []]


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("services", "service"),
        ("services?full=true", "service"),
        ("organizations?full_service=true", "organization"),
        ("taxonomies", "taxonomy"),
        ("taxonomy_terms", "taxonomy_term"),
        ("service_at_locations", "service_at_location"),
        ("service_at_locations?full=true", "service_at_location"),
    ],
)
def test_answers_of_the_api_are_valid_hsds(client, validators, services, path, schema):
    contents = get_json(client, f"{API}{path}")["contents"]

    assert [errors(validators[schema], row) for row in contents] == [[] for _row in contents]


def test_the_published_schemas_find_an_error(validators, services):
    broken = {**services[0], "status": "vol", "id": "12"}

    assert len(errors(validators["service"], broken)) == 2


def test_tables_and_columns_have_the_names_of_hsds(validators):
    published = {json.loads(path.read_text()).get("path"): path.stem for path in SCHEMAS.glob("*.json")}
    for table, (file, _schema) in TABLES.items():
        ours = set(columns(table)) - {"timezone_name"}
        theirs = set(json.loads((SCHEMAS / f"{table}.json").read_text())["properties"])

        assert (published[file], ours - theirs) == (table, set())
