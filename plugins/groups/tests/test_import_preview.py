"""The second step of an import: a verdict for every row."""

import datetime as dt
import json

import pytest
from django.db import connection
from import_lists import APPLY, LINK, ROW, SKIP, messages, new_source, preview, row_of, start, verdicts

from zelfregie_core.models import Theme
from zelfregie_groups.domain.importing.from_file import import_groups
from zelfregie_groups.domain.importing.runs import (
    FieldDiff,
    ImportProblem,
    apply_run,
    decide,
    diff_of,
    examples_of,
    grouped_problems,
    preview_run,
    start_run,
)
from zelfregie_groups.models import Group, ImportRun, ImportRunRow

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _themes(shared_rows):
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": ["overleden"]})
    Theme.objects.update_or_create(slug="burn-out", defaults={"name": "Burn-out", "synonyms": []})


@pytest.fixture
def applied(source):
    """Return what brings a list to the site."""

    def run(*rows, **options):
        found = preview(source, *rows, **options)
        apply_run(found)
        return found

    return run


def test_preview_changes_nothing_on_the_site(source):
    run = preview(source, {}, {"id": "2", "naam": "Burn-outgroep", "thema": "burn-out"})

    assert (verdicts(run), Group.objects.count()) == ([(2, "new"), (3, "new")], 0)
    assert (run.state, run.counts["new"]) == ("previewed", 2)


def test_preview_tells_same_changed_and_new_apart(source, applied):
    applied({}, {"id": "2", "naam": "Burn-outgroep"})

    run = preview(
        source, {"plaats": "Kerkrade"}, {"id": "2", "naam": "Burn-outgroep"}, {"id": "3", "naam": "Iets anders"}
    )

    assert verdicts(run) == [(2, "changed"), (3, "same"), (4, "new")]


def test_diff_shows_values_as_people_read_them(source, applied):
    applied({})

    run = preview(
        source,
        {
            "dag": "di en do",
            "thema": "rouw;burn-out",
            "rolstoel": "nee",
            "nagekeken op": "3 maart 2026",
            "status": "vol",
        },
    )

    assert {one.field: (one.label, one.old, one.new) for one in diff_of(row_of(run))} == {
        "themes": ("Thema's", "Rouw en verlies", "Burn-out, Rouw en verlies"),
        "status": ("Stand", "er is plek", "vol"),
        "wheelchair": ("Toegankelijk met een rolstoel", "ja", "nee"),
        "confirmed_on": ("Nagekeken op", "", "3 maart 2026"),
        "schedules": (
            "Tijden van bijeenkomsten",
            "elke dinsdag, 19.30 tot 21.00 uur",
            "elke dinsdag en donderdag, 19.30 tot 21.00 uur",
        ),
    }


def test_diff_of_a_new_row_shows_what_the_list_says(source):
    run = preview(source, {})

    found = {one.field: one.new for one in diff_of(row_of(run)) if one.old == ""}
    assert (found["name"], found["postal_code"], found["themes"]) == ("Rouwcafé Heerlen", "6411 AB", "Rouw en verlies")


def test_preview_asks_before_it_overwrites_what_somebody_typed(source, applied):
    applied({})
    Group.objects.update(city="Hoensbroek")

    run = preview(source, {"plaats": "Kerkrade", "straat": "Markt 2"})

    row = row_of(run)
    assert (row.verdict, row.changed_fields, row.conflicts) == ("changed", ["address"], ["city"])
    assert [one for one in diff_of(row) if one.is_conflict] == [
        FieldDiff("city", "Plaats", "Hoensbroek", "Kerkrade", True)
    ]


def test_preview_is_silent_about_what_only_the_editor_changed(source, applied):
    applied({})
    Group.objects.update(city="Hoensbroek")

    assert verdicts(preview(source, {})) == [(2, "same")]


def test_preview_never_takes_an_older_confirmation(source, applied):
    applied({"nagekeken op": "1-2-2026"})
    Group.objects.update(confirmed_on=dt.date(2026, 9, 1))

    assert verdicts(preview(source, {"nagekeken op": "1-3-2026"})) == [(2, "same")]


def test_preview_recognises_a_group_made_by_hand(source, create_group):
    group = create_group("Rouwcafé Heerlen", city="Heerlen", weekday=2)

    run = preview(source, {})

    row = row_of(run)
    assert (row.verdict, row.group, row.conflicts) == ("changed", group, [])
    assert {"address", "host_email", "wheelchair"} <= set(row.changed_fields)


def test_preview_recognises_groups_of_the_launch_list_by_their_number(source, tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text("source_id,name,themes,city\n1,Rouwcafé Heerlen,rouw,Heerlen\n")
    import_groups(path)

    run = preview(source, {"plaats": "Kerkrade"})

    # Nobody typed "Heerlen": it came from a list.
    assert (verdicts(run), row_of(run).conflicts) == ([(2, "changed")], [])


def test_preview_matches_by_name_place_and_day_when_a_list_changes_its_numbers(source, applied):
    applied({"id": "1"}, {"id": "2", "naam": "Burn-outgroep"})

    run = preview(source, {"id": "a-1"}, {"id": "a-2", "naam": "Burn-outgroep"})

    assert (verdicts(run), run.counts["gone"], run.notices) == ([(2, "same"), (3, "same")], 0, [])
    assert messages(run)[0] == (2, "source_id", "Het nummer van deze groep in de lijst was 1 en is nu a-1.")
    apply_run(run)
    assert sorted(Group.objects.values_list("source_id", flat=True)) == ["a-1", "a-2"]


def test_preview_matches_two_meetings_of_one_day_by_their_time_whatever_the_order(source, applied):
    morning, evening = {"id": "", "tijd": "10:00"}, {"id": "", "tijd": "19:30"}
    applied(morning, evening)

    run = preview(source, evening | {"rolstoel": "nee"}, morning)

    assert verdicts(run) == [(2, "changed"), (3, "same")]
    assert Group.objects.count() == 2


def test_preview_of_alike_names_asks_whether_it_is_the_same_group(source, create_group):
    group = create_group("Zelfhulpgroep Rouw cafe", city="Heerlen")
    create_group("Rouwcafé", city="Maastricht")
    create_group("Rouwcafé voor mannen", city="Heerlen")

    run = preview(source, {})

    assert (verdicts(run), row_of(run).candidates) == ([(2, "duplicate")], [group.pk])


def test_preview_finds_a_group_at_the_same_address_and_time(source, create_group):
    group = create_group("Iets heel anders", address="Dorpsstraat 1", postal_code="6411 AB", city="Heerlen", weekday=2)

    assert row_of(preview(source, {})).candidates == [group.pk]


def test_preview_does_not_mix_lists(applied, source):
    applied({})
    other = new_source("Een andere lijst")

    run = preview(other, {})

    assert (verdicts(run), row_of(run).candidates) == ([(2, "duplicate")], [Group.objects.get().pk])


def test_preview_of_the_same_group_twice_takes_one(source):
    run = preview(source, {"id": ""}, {"id": ""}, {"id": "5"}, {"id": "5", "naam": "Anders"})

    assert verdicts(run) == [(2, "new"), (3, "duplicate"), (4, "duplicate"), (5, "wrong")]
    assert [message for _number, _column, message in messages(run)] == [
        "Dezelfde groep staat al op regel 2.",
        "Dezelfde groep staat al op regel 2.",
        "Het nummer 5 staat al op regel 4. Geef elke groep een eigen nummer.",
    ]


def test_preview_names_everything_that_is_wrong_with_a_row(source):
    run = preview(source, {"naam": "", "tijd": "half acht", "e-mail": "geen adres", "thema": "bestaat niet"})

    row = row_of(run)
    assert row.verdict == "wrong"
    assert sorted(line["column"] for line in row.messages) == ["host_email", "name", "start_time", "themes"]
    assert all(line["blocking"] for line in row.messages)


def test_preview_keeps_a_wrong_row_from_looking_gone(source, applied):
    applied({}, {"id": "2", "naam": "Burn-outgroep"}, {"id": "3", "naam": "Derde"})

    run = preview(source, {"tijd": "half acht"}, {"id": "2", "naam": "Burn-outgroep"}, {"id": "3", "naam": "Derde"})

    assert (verdicts(run), run.counts["gone"]) == ([(2, "wrong"), (3, "same"), (4, "same")], 0)


def test_preview_proposes_to_unpublish_what_is_gone_and_no_more(source, applied):
    applied({}, {"id": "2", "naam": "Burn-outgroep"}, {"id": "3", "naam": "Derde"})

    run = preview(source, {}, {"id": "2", "naam": "Burn-outgroep"})

    row = run.rows.get(verdict="gone")
    assert (row.label, run.counts["gone"]) == ("Derde", 1)
    apply_run(run)
    assert Group.objects.filter(published=True).count() == 3


def test_preview_refuses_to_empty_the_site(source, applied):
    applied({}, {"id": "2", "naam": "Burn-outgroep"}, {"id": "3", "naam": "Derde"})

    run = preview(source, {})

    assert (run.counts["gone"], run.rows.filter(verdict="gone").count()) == (0, 0)
    assert run.notices[0].startswith("2 van de 3 groepen uit deze lijst staan er niet meer in.")


def test_preview_refuses_to_empty_the_site_when_all_numbers_changed(source, applied):
    applied(*({"id": str(number), "naam": f"Groep {name}"} for number, name in enumerate(("een", "twee", "drie"))))

    run = preview(source, {"id": "x", "naam": "Groep een"}, {"id": "y", "naam": "Groep twee"})

    assert run.counts["gone"] == 0
    assert run.notices[0].startswith("Alle nummers in deze lijst zijn anders dan de vorige keer.")


def test_preview_again_forgets_decisions_and_notices(source, applied):
    run = preview(source, {})
    decide(row_of(run), SKIP)
    run.refresh_from_db()
    run.notices = ["Van het bestand.", *run.notices]
    run.save()

    preview_run(run, {"naam": "name"}, {})
    without_theme = list(run.notices)
    preview_run(run, {"naam": "name", "thema": "themes"}, {})

    assert row_of(run).decision == ""
    assert without_theme == ["Van het bestand.", "Er is geen kolom voor het thema. Nieuwe groepen krijgen er dus geen."]
    assert run.notices == ["Van het bestand."]


def test_preview_remembers_the_mapping_for_the_next_version(source):
    run = start(source, {"wat is het": "Rouw"})
    preview_run(run, {"naam": "name", "wat is het": "themes", "thema": ""}, {"city": "Heerlen"})
    source.refresh_from_db()

    assert (source.mapping["wat is het"], source.mapping["thema"]) == ("themes", "")
    assert source.defaults == {"city": "Heerlen"}


def test_preview_fills_what_a_row_lacks_with_the_fixed_value(source):
    run = preview(source, {"thema": "", "plaats": ""}, themes="burn-out", city="Sittard")

    assert {one.field: one.new for one in diff_of(row_of(run))}["themes"] == "Burn-out"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"thema": "themes"}, "Kies de kolom waarin de naam van de groep staat."),
        ({"naam": "name", "thema": "name"}, "Je koos twee kolommen voor 'naam'. Kies er een."),
        ({"naam": "password"}, "Het veld 'password' bestaat niet."),
    ],
)
def test_preview_refuses_a_mapping_that_cannot_be(source, mapping, said):
    run = start(source, {})

    with pytest.raises(ImportProblem) as caught:
        preview_run(run, mapping, {})

    assert str(caught.value) == said


def test_preview_of_an_applied_run_is_refused(source, applied):
    run = applied({})

    with pytest.raises(ImportProblem, match="al verwerkt"):
        preview_run(run, {"naam": "name"}, {})


@pytest.mark.parametrize(
    ("columns", "rows", "said"),
    [
        ([], [], "Het bestand is leeg."),
        (["", " "], [], "Het bestand is leeg."),
        (["naam"], [], "Er staan alleen kolomnamen in het bestand, geen groepen."),
        (["naam", "naam"], [(2, {"naam": "A"})], "De kolom 'naam' komt twee keer voor."),
    ],
)
def test_start_of_an_unusable_list_stores_nothing(source, columns, rows, said):
    with pytest.raises(ImportProblem, match=said):
        start_run(source, "lijst.csv", columns, rows, None)

    assert (ImportRun.objects.count(), ImportRunRow.objects.count()) == (0, 0)


def test_start_keeps_the_cells_encrypted_and_shows_examples(source):
    run = start(source, {}, {"naam": "Tweede"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM zelfregie_groups_importrunrow")
        stored = " ".join(row[0] for row in cursor.fetchall())

    assert "anna" not in stored
    assert "anna" not in str(run.columns)
    assert examples_of(run)["naam"] == ["Rouwcafé Heerlen", "Tweede"]


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("x" * 200, "new"),
        ("x" * 201, "wrong"),
        ("مجموعة الحزن", "new"),
        ("Rouw 🌻👩‍👩‍👧", "new"),
        ("<b>Rouw</b><script>x()</script>", "new"),
        ('=HYPERLINK("http://kwaad")', "new"),
        ("+31 bellen", "new"),
        ("-1", "new"),
        ("@SUM(A1)", "new"),
        ("x" * 50_000, "wrong"),
        ("a\x00b\ud800c", "new"),
    ],
)
def test_preview_survives_strange_names(source, name, verdict):
    assert verdicts(preview(source, {"naam": name})) == [(2, verdict)]


def test_cells_that_look_like_formulas_stay_text(source):
    run = preview(source, {"naam": "=1+1", "straat": "@home"})
    apply_run(run)

    group = Group.objects.get()
    assert (group.name, group.address) == ("=1+1", "@home")


def test_five_hundred_wrong_rows_are_a_few_sentences(source):
    run = preview(
        source, *({"id": str(number), "tijd": "half acht", "naam": f"Groep {number}"} for number in range(500))
    )

    found = grouped_problems(run)
    assert [(group.column, group.count, group.rows[:2], len(group.rows)) for group in found] == [
        ("start_time", 500, [2, 3], 10)
    ]
    assert (run.counts["wrong"], found[0].message) == (500, "'half acht' is geen tijd. Schrijf hem als 19:30.")


def test_a_row_of_nonsense_says_a_bounded_number_of_things(source):
    run = preview(source, {"thema": ";".join(f"onzin {number} " + "x" * 300 for number in range(100))})

    lines = row_of(run).messages
    assert len(lines) <= 21
    assert all(len(line["message"]) <= 400 for line in lines)


def test_decide_refuses_what_cannot_be(source, applied, create_group):
    applied({})
    run = preview(source, {"straat": "Markt 2"}, {"id": "9", "naam": ""})

    for row, decision, overwrite in (
        (row_of(run), LINK, []),
        (row_of(run, 3), APPLY, []),
        (row_of(run), APPLY, ["address"]),
    ):
        with pytest.raises(ImportProblem):
            decide(row, decision, overwrite)


def test_decide_links_a_row_to_one_group_only(source, create_group):
    group = create_group("Rouwcafé", city="Heerlen")
    run = preview(source, {"naam": "Rouw cafe"}, {"id": "2", "naam": "Rouwkaffee"})

    row = decide(row_of(run), LINK, link_to=group)
    with pytest.raises(ImportProblem, match="al de groep van regel 2"):
        decide(row_of(run, 3), LINK, link_to=group)

    assert (row.group, row.conflicts) == (group, ["name"])
    assert decide(row, "").group is None


def test_row_texts_are_those_of_the_list(source):
    run = preview(source, {})

    assert row_of(run).label == ROW["naam"]


def test_a_group_with_several_rules_in_another_order_is_the_same(source, applied):
    friday = {"frequency": "weekly", "weekdays": [5], "start_time": "10:00"}
    tuesday = {"frequency": "weekly", "weekdays": [2], "start_time": "19:30"}
    columns = ["id", "naam", "schedules"]
    mapping = {"id": "source_id", "naam": "name", "schedules": "schedules"}
    first, second = (
        [(2, {"id": "1", "naam": "Praathuis", "schedules": json.dumps(rules)})]
        for rules in ([friday, tuesday], [tuesday, friday])
    )
    run = start_run(source, "lijst.csv", columns, first, None)
    preview_run(run, mapping)
    apply_run(run)

    again = start_run(source, "lijst.csv", columns, first, None)
    preview_run(again, mapping)
    turned = start_run(source, "lijst.csv", columns, second, None)
    preview_run(turned, mapping)

    assert (verdicts(again), verdicts(turned)) == ([(2, "same")], [(2, "same")])
