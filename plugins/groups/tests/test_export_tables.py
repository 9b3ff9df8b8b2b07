"""Groups as CSV and Excel: for everybody, for editors, and back in again unchanged."""

import csv
import io

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from open_data_samples import TELL_TALE, body, full_group, plain_group, status_of
from openpyxl import load_workbook

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.domain.tables import neutralised, restored
from zelfregie_groups.domain.changes import groups_changed
from zelfregie_groups.domain.export.table import EDITOR_COLUMNS, PUBLIC_COLUMNS
from zelfregie_groups.domain.importing.columns import COLUMNS
from zelfregie_groups.domain.importing.formats import read_list
from zelfregie_groups.domain.importing.runs import examples_of, guess_mapping, preview_run, start_run
from zelfregie_groups.models import Group, ImportRunRow, ImportSource, Schedule, ScheduleException

pytestmark = pytest.mark.django_db
PUBLIC = "/-/groups/export/groepen."
ALL = "/-/groups/export/alle-groepen."
DANGEROUS = ["=1+1", "+31 6", "-lijst", "@naam", "'=al beschermd", "''@", '=HYPERLINK("https://x.example")']


@pytest.fixture
def editor(client):
    """A browser in which an editor is logged in."""
    user = User.objects.create_user("redactie@voorbeeld.nl", password="x", first_name="Redactie")
    user.groups.add(UserGroup.objects.get(name=GROUP_NAMES[Role.EDITOR]))
    client.force_login(user)
    return client


def rows_of(response, extension):
    """The cells of an answer, by column."""
    content = body(response)
    if extension == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    lines = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    header = next(lines)
    return [dict(zip(header, ("" if cell is None else cell for cell in line), strict=True)) for line in lines]


def many_kinds():
    """Groups with every kind of rule, empty and full fields, and names that mean something to a spreadsheet."""
    full_group()
    plain_group("Zonder iets")
    plain_group("Online", form="online", audience=["relative"], languages=["en", "dse"], status="waiting_list")
    plain_group(("Lange naam " * 18).strip(), published=False)
    plain_group("مجموعة 🌻", description='Eerste regel; met "aanhaling".\n\nTweede, met komma.')
    plain_group("Punt", latitude=52.0, longitude=5.5, host_email="anna@voorbeeld.nl", host_name="Anna")
    for number, name in enumerate(DANGEROUS):
        place = {"city": "Heerlen", "postal_code": "6411 AB", "latitude": 50.8882, "longitude": 5.9795}
        plain_group(name, **place, cost=f"{name} per keer", source_id=f"nr{number}")
    rules = (
        {"weekdays": [1], "interval": 2, "start_date": "2026-01-05", "start_time": "19:30"},
        {"frequency": "monthly", "weekdays": [2], "weeks": [1, -1], "start_time": "10:00", "end_time": "12:00"},
        {"frequency": "monthly", "day_of_month": 15, "end_date": "2126-01-01"},
        {"frequency": "once", "start_date": "2028-02-29", "start_time": "14:00"},
        {"frequency": "other", "note": "we spreken steeds af; bel even (of mail)"},
        {"frequency": "other", "weekdays": [6, 7]},
        {"frequency": "weekly", "weekdays": [1, 2, 3, 4, 5, 6, 7], "interval": 3, "start_date": "2026-02-02"},
        {"frequency": "weekly"},
        {"frequency": "monthly", "interval": 2, "start_date": "2026-03-03", "weekdays": [2], "weeks": [3]},
    )
    for number, rule in enumerate(rules):
        group = plain_group(f"Ritme {number}")
        Schedule.objects.create(group=group, **rule)
    group = plain_group("Uitzonderingen")
    Schedule.objects.create(group=group, weekdays=[3], start_time="20:00")
    for exception in (
        {"date": "2026-12-25"},
        {"date": "2027-07-01", "last_date": "2027-08-31", "note": "zomer"},
        {"date": "2027-05-04", "new_date": "2027-05-11", "new_start_time": "19:30", "new_end_time": "21:00"},
        {"date": "2027-06-02", "new_location": "Buurthuis De Brug"},
    ):
        ScheduleException.objects.create(group=group, **exception)
    groups_changed(Group.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_everybody_gets_the_published_groups_without_hosts(client, finder, extension):
    full_group()
    plain_group("Concept", published=False)

    response = client.get(PUBLIC + extension)
    disposition = response["Content-Disposition"]
    rows = rows_of(response, extension)

    assert [list(row) for row in rows] == [list(PUBLIC_COLUMNS)]
    assert set(COLUMNS) - set(PUBLIC_COLUMNS) == {"rrule", "source_id", "host_name", "host_email", "welcomed_by"}
    assert (rows[0]["name"], rows[0]["themes"], rows[0]["wheelchair"]) == ("Rouwcafé De Brug", "adhd, rouw", "ja")
    assert TELL_TALE not in str(rows)
    assert disposition.startswith("attachment; filename=")


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_editors_get_all_groups_with_hosts(editor, finder, extension):
    full_group()
    plain_group("Concept", published=False)

    response = editor.get(ALL + extension)
    rows = rows_of(response, extension)

    assert [row["name"] for row in rows] == ["Rouwcafé De Brug", "Concept"]
    assert rows[0]["host_email"] == f"{TELL_TALE}@voorbeeld.nl"
    assert list(rows[0]) == list(EDITOR_COLUMNS)
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_nobody_else_gets_all_groups(client, finder, extension):
    plain_group("Concept", published=False)
    anonymous = client.get(ALL + extension)
    client.force_login(User.objects.create_user("niemand@voorbeeld.nl", password="x"))

    stranger = client.get(ALL + extension)

    assert (anonymous.status_code, anonymous["Location"].startswith("/admin/login/")) == (302, True)
    assert stranger.status_code in {302, 403}
    assert b"Concept" not in body(anonymous) + body(stranger)


def test_role_without_the_permission_is_refused(client, finder):
    user = User.objects.create_user("auteur@voorbeeld.nl", password="x")
    role = UserGroup.objects.get(name=GROUP_NAMES[Role.EDITOR])
    role.permissions.remove(
        *role.permissions.filter(codename="change_group", content_type__app_label="zelfregie_groups")
    )
    user.groups.add(role)
    client.force_login(user)

    response = client.get(f"{ALL}csv")

    assert status_of(response) in {302, 403}
    assert response.get("Content-Type", "").startswith("text/csv") is False


def test_the_list_in_the_admin_links_to_the_downloads(editor, finder):
    page = editor.get("/admin/groepen/").content.decode()

    assert [f"{ALL}{extension}" in page for extension in ("csv", "xlsx")] == [True, True]
    assert "/-/groups/widget/voorbeeld/" in page


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_what_is_exported_comes_back_the_same(editor, finder, extension):
    many_kinds()
    name = f"groepen.{extension}"
    table = read_list(body(editor.get(ALL + extension)), file_name=name)

    run = start_run(ImportSource.objects.create(name="Terug"), name, table.columns, table.rows, None)
    mapping = guess_mapping(run.columns, examples_of(run), {})
    preview_run(run, mapping)

    rows = ImportRunRow.objects.filter(run=run).order_by("number")
    verdicts = {row.label: (row.verdict, row.changed_fields, row.messages) for row in rows}
    assert mapping == {name: name for name in EDITOR_COLUMNS}
    assert len(verdicts) == Group.objects.count()
    assert {name: said for name, said in verdicts.items() if said[0] != ImportRunRow.Verdict.SAME} == {}


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_no_cell_is_a_formula(client, finder, extension):
    for name in DANGEROUS:
        plain_group(name, city=name)
    plain_group("Antillen", latitude=12.1, longitude=-68.9, city="-12.5")

    rows = rows_of(client.get(PUBLIC + extension), extension)

    assert [cell for row in rows for cell in row.values() if str(cell).startswith(("=", "+", "@", "\t"))] == []
    # A number stays one: nothing runs, and the importer and people read it.
    assert {cell for row in rows for cell in row.values() if str(cell).startswith("-")} == {"-68.9", "-12.5"}
    assert [restored(row["name"]) for row in rows] == [*DANGEROUS, "Antillen"]


def test_excel_file_holds_texts_only(client, finder):
    for name in (*DANGEROUS, "1-2", "2026-01-01"):
        plain_group(name)

    book = load_workbook(io.BytesIO(body(client.get(f"{PUBLIC}xlsx"))))

    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert book.active.freeze_panes == "B2"


@pytest.mark.parametrize("text", [*DANGEROUS, "", "gewoon", "'s Avonds", "-5", "-5.25", "--", "\tx", "a=b", "'"])
def test_guarding_against_formulas_loses_nothing(text):
    assert restored(neutralised(text)) == text


def test_csv_is_what_dutch_excel_opens(client, finder):
    plain_group("Café")

    content = body(client.get(f"{PUBLIC}csv"))

    assert content.startswith(b"\xef\xbb\xbfname;themes;description;")
    assert "Café;".encode() in content


def test_one_rule_stands_in_columns_for_people_and_several_in_one_cell(client, finder):
    one = plain_group("Een")
    Schedule.objects.create(group=one, weekdays=[2, 4], start_time="19:30")
    full_group("Twee")

    rows = {row["name"]: row for row in rows_of(client.get(f"{PUBLIC}csv"), "csv")}

    assert (rows["Een"]["weekday"], rows["Een"]["start_time"], rows["Een"]["schedules"]) == (
        "dinsdag, donderdag", "19:30", "",
    )  # fmt: skip
    assert (rows["Twee"]["weekday"], rows["Twee"]["start_time"]) == ("", "")
    assert rows["Twee"]["schedules"].startswith('[{"frequency": "weekly"')


def test_hosts_are_not_even_asked_of_the_database(client, finder):
    full_group()

    with CaptureQueriesContext(connection) as captured:
        body(client.get(f"{PUBLIC}csv"))

    assert [query["sql"] for query in captured if '"host_email"' in query["sql"] or '"host_name"' in query["sql"]] == []


def test_exports_take_no_parameters(client, finder):
    response = client.get(f"{PUBLIC}csv?thema=rouw")

    assert status_of(response) == 400
