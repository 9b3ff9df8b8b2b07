"""Importing a list into the database."""

import csv
import datetime as dt
import io

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zelfregie_core.models import Theme
from zelfregie_groups.domain.importing.from_file import import_groups
from zelfregie_groups.domain.importing.records import COLUMNS
from zelfregie_groups.domain.importing.write import CHUNK
from zelfregie_groups.interfaces.commands import import_command
from zelfregie_groups.models import Group, ImportedRow, Schedule

pytestmark = pytest.mark.django_db
ROW = {
    "source_id": "zl-1",
    "name": "Rouwcafé Heerlen",
    "themes": "rouw",
    "description": "Samen koffie drinken.",
    "audience": "self;bereaved",
    "form": "in_person",
    "location_name": "De Brug",
    "address": "Dorpsstraat 1",
    "postal_code": "6411 AB",
    "city": "Heerlen",
    "latitude": "50.8882",
    "longitude": "5.9795",
    "weekday": "dinsdag",
    "start_time": "19:30",
    "end_time": "21:00",
    "frequency": "biweekly",
    "schedule_note": "niet in juli",
    "host_name": "Anna",
    "host_email": "anna@voorbeeld.nl",
    "status": "active",
    "languages": "nl;en",
    "cost": "€ 2 per keer",
}


@pytest.fixture(autouse=True)
def _themes():
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": ["overleden"]})
    Theme.objects.update_or_create(slug="burn-out", defaults={"name": "Burn-out", "synonyms": []})


@pytest.fixture
def write(tmp_path):
    """Write rows to a CSV file: each a set of changes to ROW, or of that and nothing else."""

    def write_rows(*rows, columns=COLUMNS, encoding="utf-8"):
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
        path = tmp_path / "groups.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write_rows


def counts(report):
    return report.created, report.updated, report.unchanged, len(report.problems)


def troubles(report):
    return [(problem.row, problem.column) for problem in report.problems]


def remarks(report):
    return [(notice.row, notice.column) for notice in report.notices]


def test_import_groups_keeps_every_column_of_the_old_format(write):
    report = import_groups(write({}))

    group = Group.objects.get()
    line = group.schedules.get()
    assert counts(report) == (1, 0, 0, 0)
    assert {name: getattr(group, name) for name in ("name", "audience", "form", "city", "latitude", "cost")} == {
        "name": "Rouwcafé Heerlen",
        "audience": ["self", "bereaved"],
        "form": "in_person",
        "city": "Heerlen",
        "latitude": 50.8882,
        "cost": "€ 2 per keer",
    }
    assert (group.slug, group.host_email, group.languages, group.published) == (
        "rouwcafe-heerlen",
        "anna@voorbeeld.nl",
        ["nl", "en"],
        True,
    )
    assert [theme.slug for theme in group.themes.all()] == ["rouw"]
    assert (line.weekdays, line.start_time, line.frequency, line.interval) == ([2], dt.time(19, 30), "weekly", 2)
    assert line.note == "niet in juli"


def test_import_groups_again_changes_nothing(write):
    path = write({}, {"source_id": "", "name": "Andere groep", "weekday": ""})
    import_groups(path)
    before = list(Group.objects.values())

    report = import_groups(path)

    assert counts(report) == (0, 0, 2, 0)
    assert list(Group.objects.values()) == before
    assert (Schedule.objects.count(), ImportedRow.objects.count()) == (2, 2)


def test_import_groups_takes_over_what_the_list_changed(write):
    import_groups(write({}))

    report = import_groups(
        write({"name": "Rouwcafé Oost", "themes": "rouw;burn-out", "start_time": "20:00", "status": "vol"})
    )

    group = Group.objects.get()
    assert counts(report) == (0, 1, 0, 0)
    assert (group.name, group.slug, group.status) == ("Rouwcafé Oost", "rouwcafe-heerlen", "full")
    assert sorted(theme.slug for theme in group.themes.all()) == ["burn-out", "rouw"]
    assert [line.start_time for line in group.schedules.all()] == [dt.time(20)]


def test_import_groups_never_overwrites_what_an_editor_changed(write):
    import_groups(write({}))
    group = Group.objects.get()
    group.name, group.host_email = "Met de hand", "nieuw@voorbeeld.nl"
    group.save()
    group.themes.set(Theme.objects.filter(slug="burn-out"))

    same = import_groups(write({}))
    newer = import_groups(write({"name": "Uit de lijst", "host_email": "x@voorbeeld.nl", "city": "Kerkrade"}))

    group.refresh_from_db()
    assert (counts(same), same.notices) == ((0, 0, 1, 0), ())
    assert counts(newer) == (0, 1, 0, 0)
    assert (group.name, group.host_email, group.city) == ("Met de hand", "nieuw@voorbeeld.nl", "Kerkrade")
    assert [theme.slug for theme in group.themes.all()] == ["burn-out"]
    assert [str(notice.message) for notice in newer.notices] == [
        "Op de site met de hand veranderd en daarom niet overschreven: host_email, name."
    ]


def test_import_groups_fills_only_what_is_empty_in_a_group_made_by_hand(write, create_group):
    group = create_group("Rouwcafé Heerlen", city="heerlen", description="Van de redactie", weekday=2)

    report = import_groups(write({}))

    group.refresh_from_db()
    assert counts(report) == (0, 1, 0, 0)
    assert (group.description, group.address, group.source_id) == ("Van de redactie", "Dorpsstraat 1", "zl-1")


def test_import_groups_does_not_bring_a_removed_group_back(write):
    import_groups(write({}))
    Group.objects.all().delete()

    report = import_groups(write({"description": "Nieuwe tekst"}))

    assert counts(report) == (0, 0, 1, 0)
    assert (Group.objects.count(), ImportedRow.objects.get().values) == (0, "")


def test_import_groups_recognises_a_group_that_got_a_number(write):
    import_groups(write({"source_id": ""}))

    report = import_groups(write({}))

    assert counts(report) == (0, 1, 0, 0)
    assert list(Group.objects.values_list("source_id", flat=True)) == ["zl-1"]
    assert counts(import_groups(write({}))) == (0, 0, 1, 0)


def test_import_groups_with_other_numbers_are_other_groups(write):
    report = import_groups(write({}, {"source_id": "zl-2"}))

    assert counts(report) == (2, 0, 0, 0)
    assert sorted(Group.objects.values_list("slug", flat=True)) == ["rouwcafe-heerlen", "rouwcafe-heerlen-2"]


def test_import_groups_reports_a_duplicate_with_the_first_row(write):
    report = import_groups(write({}, {"name": "Anders"}))

    assert troubles(report) == [(3, "source_id")]
    assert "regel 2" in str(report.problems[0].message)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"description": "x" * 4001}, "description"),
        ({"source_id": "x" * 81}, "source_id"),
        ({"themes": "bestaat-niet"}, "themes"),
        ({"form": "thuis"}, "form"),
        ({"weekday": "soms"}, "weekday"),
        ({"start_time": "half acht"}, "start_time"),
        ({"start_time": "21:00", "end_time": "19:30"}, "end_time"),
        ({"start_time": ""}, "start_time"),
        ({"longitude": ""}, "longitude"),
        ({"host_email": "geen adres"}, "host_email"),
        ({"languages": "klingon"}, "languages"),
    ],
)
def test_import_groups_refuses_a_bad_row_and_keeps_the_good_ones(write, change, column):
    report = import_groups(write({"source_id": "a"}, {"source_id": "b"} | change, {"source_id": "c"}))

    assert (report.created, troubles(report)) == (2, [(3, column)])


def test_import_groups_names_the_nearest_theme(write):
    report = import_groups(write({"themes": "rouw en verlichten"}))

    assert str(report.problems[0].message) == (
        "Het thema 'rouw en verlichten' bestaat niet. Bedoel je: 'Rouw en verlies'?"
    )


def test_import_groups_understands_a_theme_that_is_written_otherwise(write):
    report = import_groups(write({"themes": "burnout"}))

    assert [str(notice.message) for notice in report.notices] == ["'burnout' gelezen als 'Burn-out'."]
    assert [theme.slug for theme in Group.objects.get().themes.all()] == ["burn-out"]


def test_import_groups_keeps_a_row_with_one_theme_too_many(write):
    report = import_groups(write({"themes": "Rouw en verlies; bestaat-niet"}))

    assert (counts(report), remarks(report)) == ((1, 0, 0, 0), [(2, "themes")])


def test_import_groups_turns_swapped_coordinates_and_says_so(write):
    report = import_groups(write({"latitude": "5,9795", "longitude": "50,8882"}))

    group = Group.objects.get()
    assert ((group.latitude, group.longitude), remarks(report)) == ((50.8882, 5.9795), [(2, "latitude")])


def test_import_groups_places_a_group_by_postcode_then_city(write):
    empty = {"latitude": "", "longitude": ""}

    report = import_groups(
        write(
            {**empty, "source_id": "a"},
            {**empty, "source_id": "b", "postal_code": ""},
            {**empty, "source_id": "c", "postal_code": "3600", "city": "Genk"},
            {**empty, "source_id": "d", "form": "online"},
        )
    )

    placed = dict(Group.objects.values_list("source_id", "latitude"))
    assert [source for source, latitude in sorted(placed.items()) if latitude is not None] == ["a", "b"]
    assert remarks(report) == [(4, "postal_code")]


def test_import_groups_takes_html_away(write):
    report = import_groups(write({"description": "<p>Hallo</p><script>x()</script>", "name": "<b>Rouw</b>"}))

    group = Group.objects.get()
    assert (group.name, group.description) == ("Rouw", "Hallo")
    assert remarks(report) == [(2, "name"), (2, "description")]


def test_import_groups_from_windows_excel(write):
    text = write({}, encoding="utf-8").read_text().replace(",", ";").replace("self;bereaved", '"self;bereaved"')
    path = write({})
    path.write_bytes(text.replace("nl;en", '"nl;en"').encode("cp1252"))

    report = import_groups(path)

    assert (counts(report), Group.objects.get().name) == ((1, 0, 0, 0), "Rouwcafé Heerlen")
    assert remarks(report) == [(1, "")]


def test_import_groups_without_a_column_leaves_what_is_there(write):
    import_groups(write({}))

    report = import_groups(write({"city": "Kerkrade"}, columns=("source_id", "name", "themes", "city")))

    group = Group.objects.get()
    assert counts(report) == (0, 1, 0, 0)
    assert (group.city, group.description, group.schedules.count()) == ("Kerkrade", "Samen koffie drinken.", 1)


@pytest.mark.parametrize(("content", "word"), [(b"", "leeg"), (b"\x89PNG\r\n", "afbeelding"), (b"a,b\n1,2", "name")])
def test_import_groups_of_an_unusable_file_says_why(tmp_path, content, word):
    path = tmp_path / "groups.csv"
    path.write_bytes(content)

    report = import_groups(path)

    assert [problem.row for problem in report.problems] == [1]
    assert word in str(report.problems[0].message)


def test_import_groups_with_only_a_header_says_so(write):
    assert troubles(import_groups(write())) == [(1, "")]


def test_import_groups_dry_run_changes_nothing(write):
    report = import_groups(write({}), dry_run=True)

    assert (counts(report), Group.objects.count(), ImportedRow.objects.count()) == ((1, 0, 0, 0), 0, 0)


def test_import_groups_keeps_host_addresses_encrypted(write):
    import_groups(write({}))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT host_email || (SELECT values FROM zelfregie_groups_importedrow) FROM zelfregie_groups_group"
        )
        stored = " ".join(cursor.fetchone())
    assert "anna" not in stored


def test_import_groups_accepts_names_in_any_script(write):
    report = import_groups(write({"source_id": "a", "name": "مجموعة 🌻"}, {"source_id": "b", "name": "x" * 200}))

    assert counts(report) == (2, 0, 0, 0)
    assert Group.objects.get(source_id="a").slug == "groep-heerlen"


def test_import_groups_costs_a_fixed_number_of_queries_per_chunk(write):
    few = [{"source_id": str(number), "name": f"Groep {number}"} for number in range(20)]
    many = [{"source_id": str(number), "name": f"Groep {number}"} for number in range(CHUNK + 20)]
    with CaptureQueriesContext(connection) as one_chunk:
        import_groups(write(*few))
    Group.objects.all().delete()
    ImportedRow.objects.all().delete()
    with CaptureQueriesContext(connection) as two_chunks:
        import_groups(write(*many))

    assert len(two_chunks) < len(one_chunk) * 2
    assert len(one_chunk) <= 40


def test_import_command_prints_what_to_repair(write):
    outcome = CliRunner().invoke(import_command, [str(write({"source_id": "a"}, {"weekday": "soms"}))])

    assert outcome.exit_code == 1
    assert "  regel 3, kolom weekday: 'soms' is geen dag. Schrijf een dag of meer dagen: maandag" in outcome.stdout
    assert outcome.stdout.splitlines()[-1] == "Nieuw: 1. Bijgewerkt: 0. Gelijk gebleven: 0. Niet gebruikt: 1."


def test_import_command_dry_run_says_so(write):
    outcome = CliRunner().invoke(import_command, [str(write({})), "--dry-run"])

    assert (outcome.exit_code, Group.objects.count()) == (0, 0)
    assert outcome.stdout.splitlines()[-1] == "Dit was een proef: er is niets veranderd."
