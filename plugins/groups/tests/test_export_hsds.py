"""Groups as HSDS 3.0: what each field says, and that the published schemas accept it."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator, FormatChecker
from open_data_samples import API, TELL_TALE, body, full_group, get_json, plain_group
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from zelfregie_groups.domain.export.context import region_context
from zelfregie_groups.domain.export.hsds_tables import TABLES, columns
from zelfregie_groups.domain.importing.formats import read_list
from zelfregie_groups.models import Group, Schedule

pytestmark = pytest.mark.django_db
#: The schemas of HSDS as published (CC BY-SA 4.0): beside the repository, and no part of it.
SCHEMAS = Path(__file__).parents[4] / "shared" / "data" / "hsds"


@pytest.fixture
def services(client, finder):
    """A group of which everything is known and one of which nothing is, as services."""
    full_group()
    plain_group("Online groep", form="online", status="paused", audience=[], languages=[])
    return json.loads(body(client.get("/-/groups/export/hsds.json")))


def test_service_says_all_that_is_known(services):
    service = services[0]

    plain = {name: value for name, value in service.items() if not isinstance(value, dict | list)}
    unpredictable = {"id", "organization_id", "last_modified"}
    assert {name: value for name, value in plain.items() if name not in unpredictable} == {
        "name": "Rouwcafé De Brug",
        "description": "Samen praten over verlies.\n\nMet koffie.",
        "url": "http://noord.test/groepen/rouwcafe-de-brug-heerlen/",
        "status": "active",
        "application_process": "liever wel, dan weten we dat je komt",
        "fees_description": "€ 2,50 voor koffie",
        "eligibility_description": "voor jezelf, voor nabestaanden, voor vrouwen",
        "minimum_age": 18,
        "maximum_age": 67,
        "assured_date": "2026-03-01",
    }
    assert [(row["name"], row["code"]) for row in service["languages"]] == [("Nederlands", "nl"), ("Turks", "tr")]
    assert [row["option"] for row in service["cost_options"]] == ["€ 2,50 voor koffie"]
    assert [(row["link_type"], row["taxonomy_term"]["code"]) for row in service["attributes"]] == [
        ("theme", "adhd"), ("theme", "rouw"), ("audience", "self"), ("audience", "bereaved"), ("audience", "women"),
        ("form", "in_person"),
    ]  # fmt: skip


def test_schedules_are_in_words_of_icalendar(services):
    both = [
        {name: value for name, value in row.items() if name not in {"id", "description", "schedule_link", "notes"}}
        for row in services[0]["schedules"]
    ]
    common = {"timezone_name": "Europe/Amsterdam", "attending_type": "bij elkaar", "wkst": "MO", "interval": 1}

    assert both == [
        {**common, "freq": "WEEKLY", "byday": "TU,TH", "opens_at": "19:30", "closes_at": "21:00"},
        {**common, "freq": "MONTHLY", "byday": "1SA,-1SA", "opens_at": "10:00"},
    ]


def test_cancelled_and_moved_meetings_are_told_and_linked(client, services):
    schedule = services[0]["schedules"][0]

    calendar = client.get(schedule["schedule_link"].removeprefix("http://noord.test"))

    assert schedule["notes"].startswith("in de zaal Niet van ")
    assert "2126" in schedule["notes"]
    assert (calendar.status_code, calendar["Content-Type"].partition(";")[0]) == (200, "text/calendar")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"frequency": "weekly", "interval": 2, "weekdays": [1], "start_date": "2026-01-05"},
            {"freq": "WEEKLY", "interval": 2, "byday": "MO", "dtstart": "2026-01-05", "valid_from": "2026-01-05"},
        ),
        (
            {"frequency": "monthly", "day_of_month": 15, "end_date": "2126-02-28"},
            {"freq": "MONTHLY", "interval": 1, "bymonthday": "15", "until": "2126-02-28", "valid_to": "2126-02-28"},
        ),
        (
            {"frequency": "once", "start_date": "2028-02-29"},
            {"dtstart": "2028-02-29", "valid_from": "2028-02-29", "until": "2028-02-29", "valid_to": "2028-02-29",
             "count": 1},
        ),
        ({"frequency": "other", "weekdays": [3]}, {}),
        ({"frequency": "weekly"}, {"freq": "WEEKLY", "interval": 1}),
    ],
)  # fmt: skip
def test_each_kind_of_rule(client, finder, fields, expected):
    group = plain_group()
    Schedule.objects.create(group=group, **fields)

    schedule = get_json(client, f"{API}services?full=true")["contents"][0]["schedules"][0]

    said = {"freq", "interval", "byday", "bymonthday", "dtstart", "until", "count", "valid_from", "valid_to"}
    assert {name: value for name, value in schedule.items() if name in said} == expected


def test_location_says_where_and_how_to_get_in(services):
    location = services[0]["service_at_locations"][0]["location"]

    assert (location["location_type"], location["name"], location["latitude"], location["longitude"]) == (
        "physical", "Buurthuis De Brug", 50.8882, 5.9795,
    )  # fmt: skip
    assert location["transportation"] == ("Openbaar vervoer: bus 4, halte Molenberglaan; Parkeren: gratis op het plein")
    assert [(row["description"], row["details"]) for row in location["accessibility"]] == [
        ("toegankelijk met een rolstoel", "ja"),
        ("aangepast toilet", "nee"),
    ]
    address = location["addresses"][0]
    assert (address["address_1"], address["postal_code"], address["city"], address["country"]) == (
        "Molenberglaan 12", "6411 AB", "Heerlen", "NL",
    )  # fmt: skip


def test_online_group_is_nowhere_and_a_pause_is_told(services):
    service = services[1]
    location = service["service_at_locations"][0]["location"]

    assert (service["status"], service["alert"]) == ("temporarily closed", "Deze groep heeft nu pauze.")
    assert (location["location_type"], location["addresses"], location["accessibility"]) == ("virtual", [], [])
    assert (service["languages"], service["schedules"], service["fees_description"]) == ([], [], "gratis")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("full", ("active", "Deze groep is nu vol.")),
        ("waiting_list", ("active", "Deze groep heeft nu een wachtlijst.")),
    ],
)
def test_group_without_room_is_active_with_an_alert(client, finder, status, expected):
    plain_group(status=status)

    service = get_json(client, f"{API}services")["contents"][0]

    assert (service["status"], service["alert"]) == expected


def test_names_of_every_script_survive(client, finder):
    names = ["مجموعة الدعم", "Groep 🌻🌻", "x" * 200, 'Met "aanhalingstekens"; en komma, en\ttab']
    for name in names:
        plain_group(name)

    package = json.loads(body(client.get("/-/groups/export/hsds.json")))
    tables = read_zip(client)

    assert [service["name"] for service in package] == names
    assert [row["name"] for row in tables["services.csv"]] == names


# --- The published schemas ---------------------------------------------------------------------------------------


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


# --- The tables --------------------------------------------------------------------------------------------------


def read_zip(client):
    """The tables of the zip by file, and its description."""
    package = zipfile.ZipFile(io.BytesIO(body(client.get("/-/groups/export/hsds.zip"))))
    tables = {
        name: list(csv.DictReader(io.StringIO(package.read(name).decode(), newline="")))
        for name in package.namelist()
        if name.endswith(".csv")
    }
    return {**tables, "datapackage.json": json.loads(package.read("datapackage.json"))}


def test_zip_describes_its_tables(client, services):
    tables = read_zip(client)

    described = {resource["path"]: resource for resource in tables.pop("datapackage.json")["resources"]}
    assert set(described) == set(tables) == {file for file, _schema in TABLES.values()}
    for path, rows in tables.items():
        fields = [field["name"] for field in described[path]["schema"]["fields"]]
        assert [list(row) for row in rows] == [fields for _row in rows], path
        required = {field["name"] for field in described[path]["schema"]["fields"] if "constraints" in field}
        assert [name for row in rows for name in required if not row[name]] == [], path


def test_every_reference_between_tables_leads_somewhere(client, services):
    tables = read_zip(client)
    resources = tables.pop("datapackage.json")["resources"]
    keys = {resource["name"]: [row["id"] for row in tables[resource["path"]]] for resource in resources}

    for resource in resources:
        for key in resource["schema"].get("foreignKeys", []):
            known = set(keys[key["reference"]["resource"]])
            lost = [row for row in tables[resource["path"]] if row[key["fields"]] not in known]
            assert (resource["name"], key["fields"], lost) == (resource["name"], key["fields"], [])
    assert all(len(found) == len(set(found)) for found in keys.values())


def test_tables_say_what_the_json_says(client, services):
    tables = read_zip(client)

    for table, found in (("services.csv", services), ("schedules.csv", services[0]["schedules"])):
        written = [{name: value for name, value in row.items() if value} for row in tables[table]]
        expected = [
            {name: str(value) for name, value in row.items() if not isinstance(value, dict | list) and value != ""}
            for row in found
        ]
        assert [{name: row[name] for name in row if name != "service_id"} for row in written] == expected


def test_the_same_groups_give_the_same_files(client, services):
    for path in ("hsds.json", "hsds.zip"):
        tags = []
        for _time in range(2):
            response = client.get(f"/-/groups/export/{path}")
            body(response)
            tags.append(response["ETag"])

        assert tags[0] == tags[1]


@pytest.mark.parametrize("path", ["hsds.json", "hsds.zip"])
def test_our_own_importer_reads_what_we_export(client, services, path, tmp_path):
    (tmp_path / path).write_bytes(body(client.get(f"/-/groups/export/{path}")))

    table = read_list(tmp_path / path)

    rows = [cells for _number, cells in table.rows]
    assert [row["name"] for row in rows] == ["Rouwcafé De Brug", "Online groep"]
    assert (rows[0]["city"], rows[0]["gender"], rows[0]["form"]) == ("Heerlen", "women", "in_person")
    assert json.loads(rows[0]["schedules"])[0]["weekdays"] == [2, 4]


def test_nothing_of_hosts_is_asked_of_the_database(rf, client, services):
    request = rf.get("/", SERVER_NAME="noord.test")
    region_context(request)

    with CaptureQueriesContext(connection) as captured:
        package = body(client.get("/-/groups/export/hsds.json")).decode()

    asked = [query["sql"] for query in captured if '"zelfregie_groups_group"."id"' in query["sql"]]
    assert [sql for sql in asked if "host_" in sql or "search_text" in sql] == []
    assert len(asked) > 0
    assert TELL_TALE not in package
    assert Group.objects.filter(host_name__contains=TELL_TALE).count() == 1
