"""The third step of an import: what was decided is written, as one action."""

import json
import threading

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from import_lists import APPLY, LINK, ROW, SKIP, messages, new_source, preview, row_of, snapshot, verdicts
from wagtail.models import ModelLogEntry

from zelfregie_core.models import Theme
from zelfregie_groups.domain.changes import refresh_groups
from zelfregie_groups.domain.importing.group_values import values_of
from zelfregie_groups.domain.importing.runs import ImportProblem, apply_run, decide, diff_of
from zelfregie_groups.models import Group, ImportedRow, ImportRun
from zelfregie_tenants.models import Listing, Region

pytestmark = pytest.mark.django_db
SECOND = {"id": "2", "naam": "Burn-outgroep", "thema": "burn-out", "e-mail": "bas@voorbeeld.nl"}


def make_themes():
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": ["overleden"]})
    Theme.objects.update_or_create(slug="burn-out", defaults={"name": "Burn-out", "synonyms": []})


@pytest.fixture(autouse=True)
def _themes(db):
    make_themes()


@pytest.fixture
def applied(source, editor):
    """Return what brings a list to the site."""

    def run(*rows, **options):
        found = preview(source, *rows, **options)
        apply_run(found, editor)
        return found

    return run


def done(run):
    run.refresh_from_db()
    return {name: number for name, number in run.counts.items() if number}


def test_apply_writes_the_list_and_the_directory(finder, source, applied):
    run = applied({}, SECOND)

    group = Group.objects.get(source_id="1")
    assert (done(run), run.state) == ({"created": 2}, "applied")
    assert (group.name, group.city, group.wheelchair, group.host_email) == (
        "Rouwcafé Heerlen", "Heerlen", True, "anna@voorbeeld.nl",
    )  # fmt: skip
    assert [schedule.text for schedule in group.schedules.all()] == ["elke dinsdag, 19.30 tot 21.00 uur"]
    assert (group.imported_from, len(group.upcoming) > 0, group.completeness > 0) == (source, True, True)
    assert sorted(Listing.objects.filter(plugin="groups").values_list("title", flat=True)) == [
        "Burn-outgroep", "Rouwcafé Heerlen",
    ]  # fmt: skip


def test_apply_again_with_the_same_list_changes_nothing(source, applied):
    applied({}, SECOND)
    before = snapshot()
    stamps = list(Group.objects.values_list("changed_at", flat=True))

    run = applied({}, SECOND)

    assert (done(run), snapshot()) == ({"unchanged": 2}, before)
    assert list(Group.objects.values_list("changed_at", flat=True)) == stamps


def test_apply_does_what_was_decided(source, applied, editor, create_group):
    applied({}, SECOND, {"id": "3", "naam": "Derde"}, {"id": "4", "naam": "Vierde"})
    alike = create_group("Vijfde groep", city="Heerlen")
    run = preview(source, {"straat": "Markt 2"}, SECOND | {"straat": "Markt 3"}, {"id": "5", "naam": "De vijfde"},
                  {"id": "6", "naam": "Zesde"}, {"id": "3", "naam": "Derde"})  # fmt: skip
    decide(row_of(run, 3), SKIP)
    decide(row_of(run, 4), LINK, link_to=alike)
    decide(row_of(run, 5), SKIP)
    decide(run.rows.get(verdict="gone"), APPLY)

    apply_run(run, editor)

    assert done(run) == {"updated": 2, "unchanged": 1, "skipped": 2, "unpublished": 1}
    assert dict(Group.objects.values_list("name", "address")) == {
        "Rouwcafé Heerlen": "Markt 2",
        "Burn-outgroep": "Dorpsstraat 1",
        "Derde": "Dorpsstraat 1",
        "Vierde": "Dorpsstraat 1",
        "Vijfde groep": "Dorpsstraat 1",
    }
    assert list(Group.objects.filter(published=False).values_list("name", flat=True)) == ["Vierde"]
    assert ImportedRow.objects.get(source=source, key="id:5").group == alike


def test_apply_keeps_what_somebody_typed_and_asks_once(source, applied, editor):
    applied({})
    Group.objects.update(city="Hoensbroek", address="Plein 1")
    run = preview(source, {"plaats": "Kerkrade", "straat": "Markt 2"})
    decide(row_of(run), APPLY, ["city"])

    apply_run(run, editor)
    again = preview(source, {"plaats": "Kerkrade", "straat": "Markt 2"})
    newer = preview(source, {"plaats": "Kerkrade", "straat": "Markt 4"})

    group = Group.objects.get()
    assert (group.city, group.address) == ("Kerkrade", "Plein 1")
    assert verdicts(again) == [(2, "same")]
    assert row_of(newer).conflicts == ["address"]


def test_apply_without_a_person_asks_again(source, applied):
    applied({})
    Group.objects.update(city="Hoensbroek")

    apply_run(preview(source, {"plaats": "Kerkrade"}), None)

    assert row_of(preview(source, {"plaats": "Kerkrade"})).conflicts == ["city"]


def test_apply_leaves_out_a_row_whose_group_changed_since_the_preview(source, applied, editor):
    applied({}, SECOND)
    run = preview(source, {"straat": "Markt 2"}, SECOND | {"straat": "Markt 3"})
    group = Group.objects.get(source_id="1")
    group.address = "Net getypt 1"
    group.save()

    apply_run(run, editor)

    group.refresh_from_db()
    assert (done(run), group.address) == ({"updated": 1, "reported": 1}, "Net getypt 1")
    assert [(number, message) for number, _column, message in messages(run)] == [
        (2, "Iemand heeft deze groep intussen veranderd. Er is niets overschreven. Bekijk de lijst opnieuw.")
    ]


def test_apply_is_not_disturbed_by_a_change_in_another_field(source, applied, editor):
    applied({})
    run = preview(source, {"straat": "Markt 2"})
    Group.objects.update(cost="€ 1")

    apply_run(run, editor)

    assert list(Group.objects.values_list("address", "cost")) == [("Markt 2", "€ 1")]


def test_apply_reports_a_group_that_was_removed_since(source, applied, editor):
    applied({})
    run = preview(source, {"straat": "Markt 2"})
    Group.objects.all().delete()

    apply_run(run, editor)

    assert (done(run), Group.objects.count()) == ({"reported": 1}, 0)


def test_two_editors_with_the_same_list_do_not_make_groups_twice(source, editor):
    first, second = preview(source, {}, SECOND), preview(source, {}, SECOND)

    apply_run(first, editor)
    apply_run(second, editor)

    assert (done(first), done(second), Group.objects.count()) == ({"created": 2}, {"reported": 2}, 2)


def test_apply_twice_says_that_it_is_done(source, applied):
    run = applied({})

    with pytest.raises(ImportProblem, match="al verwerkt"):
        apply_run(run)


def test_apply_before_the_preview_is_refused(source):
    run = ImportRun.objects.create(source=source)

    with pytest.raises(ImportProblem, match="Bekijk de lijst eerst"):
        apply_run(run)


def test_apply_brings_a_removed_group_back_only_when_asked(source, applied, editor):
    applied({})
    Group.objects.all().delete()
    run = preview(source, {})
    apply_run(run, editor)
    untouched = Group.objects.count()

    run = preview(source, {})
    decide(row_of(run), APPLY)
    apply_run(run, editor)

    assert (untouched, Group.objects.get().name) == (0, "Rouwcafé Heerlen")


def test_apply_does_not_bring_a_merged_group_back(source, applied, editor):
    applied({}, SECOND)
    kept, gone = Group.objects.order_by("pk")
    ImportedRow.objects.filter(group=gone).update(group=kept)
    gone.delete()

    run = applied({}, SECOND)

    assert (done(run), Group.objects.count()) == ({"unchanged": 2}, 1)


def test_apply_tells_the_history_who_and_from_which_list(source, applied, editor):
    applied({}, SECOND)
    run = applied({"straat": "Markt 2", "e-mail": "nieuw@voorbeeld.nl"}, SECOND)

    group = Group.objects.get(source_id="1")
    lines = ModelLogEntry.objects.filter(object_id=str(group.pk)).order_by("pk")
    assert [(line.action, line.user, line.data["import_run"], line.data["source"]) for line in lines][1:] == [
        ("zelfregie_groups.import", editor, run.pk, "Onze lijst")
    ]
    assert lines.last().data["secret"] == ["host_email"]
    assert "voorbeeld.nl" not in str([revision.content for revision in group.revisions.all()])
    assert [revision.content["address"] for revision in group.revisions.order_by("pk")] == ["Dorpsstraat 1", "Markt 2"]
    assert ModelLogEntry.objects.exclude(object_id=str(group.pk)).count() == 1


def test_diff_of_an_applied_row_shows_what_it_changed(source, applied):
    applied({})
    run = applied({"straat": "Markt 2"})

    assert [(one.field, one.old, one.new) for one in diff_of(row_of(run))] == [("address", "Dorpsstraat 1", "Markt 2")]


def test_a_row_that_the_database_refuses_is_reported_and_the_others_are_kept(finder, source, editor):
    run = preview(source, {}, SECOND | {"plaats": "Kerkrade"}, {"id": "3", "naam": "Derde"})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE zelfregie_groups_group ADD CONSTRAINT refuses CHECK (city <> 'Kerkrade')")

    apply_run(run, editor)

    assert done(run) == {"created": 2, "reported": 1}
    assert messages(run) == [(3, "", "De database weigert deze regel (IntegrityError).")]
    assert sorted(Group.objects.values_list("slug", flat=True)) == ["derde-heerlen", "rouwcafe-heerlen"]
    assert Listing.objects.filter(plugin="groups").count() == 2


def test_apply_costs_as_many_queries_for_thirty_rows_as_for_three(editor):
    def queries(name, count):
        run = preview(new_source(name), *({"id": str(n), "naam": f"{name} nummer {n}"} for n in range(count)))
        with CaptureQueriesContext(connection) as made:
            apply_run(run, editor)
        again = preview(
            run.source, *({"id": str(n), "naam": f"{name} nummer {n}", "straat": "B 1"} for n in range(count))
        )
        with CaptureQueriesContext(connection) as changed:
            apply_run(again, editor)
        assert done(again) == {"updated": count}
        return len(made), len(changed)

    queries("Fietsenmakers", 1)  # fills the caches of the process

    assert queries("Boekenclub", 3) == queries("Zangkoor", 30)


@pytest.fixture
def in_thread():
    """Run something at the same time, in noord, on a connection of its own; returns the thread and its outcome."""

    def start(function):
        outcome = []

        def work():
            connection.set_tenant(Region.objects.get(slug="noord"))
            try:
                function()
                outcome.append("done")
            except ImportProblem as problem:
                outcome.append(str(problem))
            finally:
                connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        return thread, outcome

    return start


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_at_once_do_it_once(in_thread):
    run = preview(new_source(), *({"id": str(number), "naam": f"Groep {number}"} for number in range(50)))

    found = [in_thread(lambda: apply_run(ImportRun.objects.get(pk=run.pk))) for _who in range(2)]
    for thread, _outcome in found:
        thread.join(timeout=60)

    assert sorted(outcome[0] for _thread, outcome in found) == ["Deze lijst is al verwerkt.", "done"]
    assert Group.objects.count() == 50


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_midway_leaves_nothing_half_done():
    rows = [{"id": str(number), "naam": f"Groep {number}"} for number in range(600)]
    run = preview(new_source(), *rows, ROW | {"id": "x", "naam": "Hier valt de stekker eruit"})
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pull_the_plug() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER plug BEFORE INSERT ON zelfregie_groups_group FOR EACH ROW "
            "WHEN (NEW.name LIKE 'Hier valt%') EXECUTE FUNCTION pull_the_plug()"
        )

    with pytest.raises(DatabaseError):
        apply_run(run)
    connection.close()
    connection.set_tenant(Region.objects.get(slug="noord"))

    run = ImportRun.objects.get(pk=run.pk)
    assert (run.state, Group.objects.count(), ImportedRow.objects.count()) == ("previewed", 0, 0)
    assert (run.rows.filter(applied=True).count(), Listing.objects.filter(plugin="groups").count()) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER plug ON zelfregie_groups_group")
    apply_run(run)
    assert Group.objects.count() == 601


def test_what_is_derived_of_new_groups_in_memory_is_what_the_database_gives(finder, source, applied):
    run = applied({"dag": "vrijdag en dinsdag", "thema": "rouw, burn-out"}, {**SECOND, "dag": "", "tijd": ""})
    written = snapshot()
    remembered = {row.group_id: json.loads(row.after)["values"] for row in run.rows.all()}

    refresh_groups()

    groups = Group.objects.prefetch_related("themes", "schedules", "exceptions")
    assert snapshot() == written
    assert remembered == {group.pk: values_of(group) for group in groups}
