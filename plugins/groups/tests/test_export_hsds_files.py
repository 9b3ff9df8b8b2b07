"""Groups as HSDS 3.0 in files: a JSON list, and a zip with a table per object."""

import csv
import io
import json
import tracemalloc
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from open_data_samples import TELL_TALE, body, plain_group, two_services

from zelfregie_groups.domain.export.context import region_context
from zelfregie_groups.domain.export.hsds_tables import TABLES
from zelfregie_groups.domain.export.spool import spool
from zelfregie_groups.domain.importing.formats import read_list
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(client, finder):
    return two_services(client)


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


def test_names_of_every_script_survive(client, finder):
    names = ["مجموعة الدعم", "Groep 🌻🌻", "x" * 200, 'Met "aanhalingstekens"; en komma, en\ttab']
    for name in names:
        plain_group(name)

    package = json.loads(body(client.get("/-/groups/export/hsds.json")))
    tables = read_zip(client)

    assert [service["name"] for service in package] == names
    assert [row["name"] for row in tables["services.csv"]] == names


def test_what_is_large_goes_to_disk_while_it_is_written():
    tracemalloc.start()
    spooled = spool(b"x" * 100_000 for _part in range(200))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    spooled.file.close()

    assert spooled.size == 20_000_000
    assert most < 6_000_000
