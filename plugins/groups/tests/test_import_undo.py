"""Taking an import back, as one action; and forgetting what lists said."""

import datetime as dt

import pytest
from django.utils import timezone
from import_lists import APPLY, LINK, messages, new_source, preview, row_of, snapshot
from wagtail.models import ModelLogEntry

from zelfregie_core.models import Theme
from zelfregie_core.tasks import keep_terms_task
from zelfregie_groups.domain.importing.from_file import import_groups
from zelfregie_groups.domain.importing.runs import (
    ImportProblem,
    apply_run,
    can_undo,
    decide,
    purge_runs,
    undo_problem,
    undo_run,
)
from zelfregie_groups.models import Group, ImportedRow, ImportRun, ImportRunRow

pytestmark = pytest.mark.django_db
SECOND = {"id": "2", "naam": "Burn-outgroep", "thema": "burn-out", "e-mail": "bas@voorbeeld.nl"}
THIRD = {"id": "3", "naam": "Derde", "hoe vaak": "eerste dinsdag van de maand"}


@pytest.fixture(scope="module", autouse=True)
def _themes(shared_rows, create_finder):
    create_finder()
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": ["overleden"]})
    Theme.objects.update_or_create(slug="burn-out", defaults={"name": "Burn-out", "synonyms": []})


@pytest.fixture
def applied(source, editor):
    def run(*rows, **options):
        found = preview(source, *rows, **options)
        apply_run(found, editor)
        return found

    return run


def done(run):
    run.refresh_from_db()
    return tuple(run.counts[name] for name in ("removed", "restored", "kept"))


def test_undo_of_a_first_list_leaves_an_empty_region(source, applied, editor):
    before = snapshot()
    run = applied({}, SECOND)

    undo_run(run, editor)

    assert (snapshot(), done(run), run.state) == (before, (2, 0, 0), "undone")
    assert ModelLogEntry.objects.filter(action="zelfregie_groups.delete", user=editor).count() == 2


def test_undo_brings_everything_back_as_it_was(source, applied, editor, create_group, tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text("source_id,name,themes,city,weekday\nz1,Van de start,rouw,Heerlen,maandag\n")
    import_groups(path)
    applied({"uitzonderingen": "2026-12-25"}, SECOND, THIRD, {"id": "4", "naam": "Vierde"})
    by_hand = create_group("Rouw cafe in Sittard", city="Sittard", weekday=5, description="Van de redactie")
    before = snapshot()
    run = preview(
        source,
        # Every kind of change: texts, themes, times, exceptions, answers, dates, place, the host's address.
        {"naam": "Rouwcafé Oost", "thema": "rouw;burn-out", "tijd": "10:00", "uitzonderingen": "1-7-2027 t/m 31-8-2027",
         "rolstoel": "nee", "nagekeken op": "1-2-2026", "postcode": "6211 KX", "plaats": "Maastricht",
         "e-mail": "x@voorbeeld.nl", "leeftijd": "18-30", "taal": "Arabisch", "doelgroep": "naasten"},
        SECOND | {"uitzonderingen": ""},
        THIRD | {"id": "30", "uitzonderingen": ""},
        {"id": "5", "naam": "Rouwcafé Sittard", "plaats": "Sittard", "postcode": "6131 AA"},
        {"id": "z1", "naam": "Van de start", "dag": "dinsdag"},
        {"id": "6", "naam": "Helemaal nieuw", "straat": "Elders 1"},
        {"id": "7", "naam": ""},
    )  # fmt: skip
    decide(row_of(run, 5), LINK, link_to=by_hand)
    decide(run.rows.get(verdict="gone"), APPLY)
    apply_run(run, editor)
    between = snapshot()

    undo_run(run, editor)

    after = snapshot()
    assert run.counts["unpublished"] == 1
    assert (len(between["groups"]), len(after["groups"])) == (7, 6)
    for old, new in zip(before["groups"], after["groups"], strict=True):
        assert new == old
    assert after == before


def test_undo_keeps_what_somebody_changed_since(source, applied, editor):
    applied({})
    run = applied({"straat": "Markt 2", "plaats": "Kerkrade"}, SECOND, THIRD)
    changed = Group.objects.get(source_id="1")
    changed.city = "Hoensbroek"
    changed.save()
    new = Group.objects.get(source_id="2")
    new.description = "Aangevuld door de redactie."
    new.save()

    undo_run(run, editor)

    changed.refresh_from_db()
    assert (changed.address, changed.city) == ("Dorpsstraat 1", "Hoensbroek")
    assert sorted(Group.objects.values_list("source_id", flat=True)) == ["1", "2"]
    assert done(run) == (1, 1, 2)
    assert messages(run) == [
        (2, "undo", "Na de import met de hand veranderd en daarom gebleven: plaats."),
        (3, "undo", "Deze groep is na de import met de hand veranderd en is daarom gebleven."),
    ]


def test_undo_survives_groups_that_were_removed_since(source, applied, editor):
    run = applied({}, SECOND)
    Group.objects.get(source_id="2").delete()

    undo_run(run, editor)

    assert (Group.objects.count(), done(run)) == (0, (1, 0, 1))


def test_undo_of_a_removed_group_that_was_brought_back_removes_it_again(source, applied, editor):
    applied({})
    Group.objects.all().delete()
    before = snapshot()
    run = preview(source, {})
    decide(row_of(run), APPLY)
    apply_run(run, editor)

    undo_run(run, editor)

    assert snapshot() == before
    assert ImportedRow.objects.get().group is None


def test_undo_and_apply_again_makes_the_same(source, applied, editor):
    run = applied({}, SECOND)
    names = [(group["name"], group["slug"]) for group in snapshot()["groups"]]
    undo_run(run, editor)

    applied({}, SECOND)

    assert [(group["name"], group["slug"]) for group in snapshot()["groups"]] == names


def test_undo_goes_from_the_last_to_the_first(source, applied, editor):
    first = applied({})
    second = applied({"straat": "Markt 2"})

    with pytest.raises(ImportProblem, match="daarna een nieuwere versie verwerkt"):
        undo_run(first, editor)
    undo_run(second, editor)
    undo_run(first, editor)

    assert Group.objects.count() == 0


def test_undo_of_another_list_is_not_in_the_way(source, applied, editor):
    first = applied({})
    other = preview(new_source("Andere lijst"), {"naam": "Iets anders", "plaats": "Sittard", "postcode": "6131 AA"})
    apply_run(other, editor)

    undo_run(first, editor)

    assert list(Group.objects.values_list("name", flat=True)) == ["Iets anders"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("previewed", "Deze import is niet verwerkt; er valt niets terug te draaien."),
        ("undone", "Deze import is al teruggedraaid."),
    ],
)
def test_undo_of_what_was_not_applied_is_refused(source, state, said):
    run = ImportRun.objects.create(source=source, state=state)

    with pytest.raises(ImportProblem, match=said):
        undo_run(run)


def old(run):
    ImportRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - dt.timedelta(days=31))
    run.refresh_from_db()
    return run


def test_purge_forgets_what_old_lists_said_and_keeps_what_was_done(source, applied):
    done_run = old(applied({}))
    abandoned = old(preview(source, SECOND))
    recent = preview(source, SECOND)

    number = purge_runs()

    done_run.refresh_from_db()
    assert (number, purge_runs()) == (2, 0)
    assert (done_run.rows.count(), done_run.counts["created"], recent.rows.count()) == (0, 1, 1)
    assert not ImportRun.objects.filter(pk=abandoned.pk).exists()
    assert (can_undo(done_run), Group.objects.count()) == (False, 1)
    assert undo_problem(done_run).startswith("Deze import is ouder dan 30 dagen.")


def test_purge_runs_as_a_task(source, applied):
    old(applied({}))

    keep_terms_task.enqueue()

    assert ImportRunRow.objects.count() == 0
