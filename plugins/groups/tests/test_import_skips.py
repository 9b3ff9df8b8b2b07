"""What an editor decided about a possible duplicate is not asked again at the next version of the list."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from import_lists import APPLY, LINK, SKIP, new_source, preview, row_of, snapshot

from zelfregie_core.domain.roles import Role
from zelfregie_core.models import Theme
from zelfregie_groups.domain.importing.runs import apply_run, decide, undo_run
from zelfregie_groups.domain.merging import MergeChoice, merge_groups
from zelfregie_groups.models import Group, ImportedRow, ImportRunRow

pytestmark = pytest.mark.django_db
ALIKE = {"city": "Heerlen"}
REMARK = "Deze regel sloeg je eerder over. We slaan hem weer over, tenzij je iets anders kiest."


@pytest.fixture(autouse=True)
def _themes(finder):
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": []})


@pytest.fixture
def there(create_group):
    """The group of the site that the row of the list looks like."""
    return create_group("Zelfhulpgroep Rouw cafe", **ALIKE)


@pytest.fixture
def decided(source, editor):
    """Preview a list, decide about its first row, and apply it."""

    def run(decision, *rows):
        found = preview(source, *(rows or ({},)))
        if decision is not None:
            decide(row_of(found), decision)
        apply_run(found, editor)
        return found

    return run


def state(run, number=2):
    row = row_of(run, number)
    return row.verdict, row.decision


def memories():
    """What is remembered of rows without a group: key to the groups that it looked like."""
    rows = ImportedRow.objects.filter(group=None)
    return {row.key: json.loads(row.values or "{}").get("skipped") for row in rows}


@pytest.mark.parametrize("number", ["1", ""])
def test_a_row_that_was_skipped_is_skipped_again_and_says_so(source, there, decided, number):
    decided(SKIP, {"id": number})

    run = preview(source, {"id": number, "tijd": "19.30 - 21.00 uur", "rolstoel": "nee"})

    row = row_of(run)
    assert state(run) == ("duplicate", "skip")
    assert [line["message"] for line in row.messages] == [REMARK]
    assert (row.candidates, Group.objects.count(), list(memories().values())) == ([there.pk], 1, [[there.pk]])


def test_a_row_about_which_nobody_decided_is_asked_again(source, there, decided):
    decided(None)

    assert (state(preview(source, {})), memories()) == (("duplicate", ""), {})


def test_a_row_that_is_the_same_group_is_known_by_the_next_version(source, there, decided):
    decided(LINK)

    assert state(preview(source, {})) == ("same", "")
    assert state(preview(source, {"rolstoel": "nee"})) == ("changed", "")


def test_a_row_that_is_another_group_is_known_by_the_next_version(source, there, decided):
    decided(APPLY)

    assert (state(preview(source, {})), Group.objects.count()) == (("same", ""), 2)


def test_a_row_that_looks_like_yet_another_group_is_asked_again(source, there, decided, create_group):
    decided(SKIP)
    another = create_group("Rouwcafé in Heerlen", **ALIKE)

    asked = preview(source, {})
    decide(row_of(asked), SKIP)
    apply_run(asked)

    assert sorted(row_of(asked).candidates) == [there.pk, another.pk]
    assert state(preview(source, {})) == ("duplicate", "skip")
    undo_run(asked)
    assert (memories(), state(preview(source, {}))) == ({"id:1": [there.pk]}, ("duplicate", ""))


def test_a_row_that_looks_like_nothing_any_more_is_new(source, there, decided):
    decided(SKIP)
    there.delete()

    assert state(preview(source, {})) == ("new", "")


def test_a_row_whose_look_alike_was_merged_is_not_asked_again(source, there, decided, create_group):
    decided(SKIP)
    kept = create_group("Rouwcafé", **ALIKE)
    merge_groups(kept.pk, there.pk, MergeChoice([], [], [], []))

    run = preview(source, {})

    assert (row_of(run).candidates, state(run)) == ([kept.pk], ("duplicate", "skip"))


def test_a_row_that_has_become_the_group_is_that_group(source, there, decided):
    decided(SKIP, {"id": "", "dag": "", "tijd": "", "hoe vaak": ""})
    Group.objects.filter(pk=there.pk).update(name="Rouwcafé Heerlen")

    run = preview(source, {"id": "", "dag": "", "tijd": "", "hoe vaak": "", "rolstoel": "ja"})
    apply_run(run)

    assert row_of(run).group_id == there.pk
    assert list(ImportedRow.objects.values_list("group_id", flat=True)) == [there.pk]


@pytest.mark.parametrize(("decision", "groups"), [(APPLY, 2), (LINK, 1)])
def test_editor_may_choose_otherwise_later_and_undo_that(source, there, decided, editor, decision, groups):
    decided(SKIP)
    before = snapshot()

    run = preview(source, {})
    decide(row_of(run), decision)
    apply_run(run, editor)
    between = (Group.objects.count(), memories(), ImportedRow.objects.count())
    undo_run(run, editor)

    assert between == (groups, {}, 1)
    assert snapshot() == before
    assert state(preview(source, {})) == ("duplicate", "skip")


def test_undo_of_the_run_in_which_was_skipped_asks_again(source, there, decided, editor):
    before = snapshot()
    run = decided(SKIP)

    undo_run(run, editor)

    assert (snapshot(), state(preview(source, {}))) == (before, ("duplicate", ""))


def test_skipping_twice_and_undoing_the_last_keeps_the_first(source, there, decided, editor):
    decided(SKIP)
    last = preview(source, {})
    apply_run(last, editor)

    undo_run(last, editor)

    assert (memories(), state(preview(source, {}))) == ({"id:1": [there.pk]}, ("duplicate", "skip"))


def test_a_group_that_was_removed_is_still_told_from_a_row_that_was_skipped(source, there, decided, editor):
    decided(SKIP, {}, {"id": "2", "naam": "Burn-outgroep"})
    Group.objects.get(name="Burn-outgroep").delete()

    run = preview(source, {}, {"id": "2", "naam": "Burn-outgroep"})

    assert [state(run, number) for number in (2, 3)] == [("duplicate", "skip"), ("same", "")]


def test_another_list_is_asked_for_itself(source, there, decided):
    decided(SKIP)

    assert state(preview(new_source("Een andere lijst"), {})) == ("duplicate", "")


def test_remembering_costs_the_same_queries_for_any_number(create_group, editor):
    def queries(number):
        source = new_source(f"Lijst {number}")
        names = [f"Kring {letter * 6}" for letter in "bdfghjklmnprst"[:number]]
        for name in names:
            create_group(f"{name}e", **ALIKE)
        rows = [{"id": str(place), "naam": name, "straat": ""} for place, name in enumerate(names)]
        run = preview(source, *rows)
        assert {row.verdict for row in run.rows.all()} == {"duplicate"}
        run.rows.update(decision=SKIP)
        with CaptureQueriesContext(
            connection,
        ) as applying:
            apply_run(run, editor)
        with CaptureQueriesContext(connection) as again:
            preview(source, *rows)
        return len(applying), len(again)

    queries(1)  # fills the caches of the process

    assert queries(3) == queries(12)


def test_editor_chooses_in_the_preview_and_is_not_asked_again(login, source, there):
    client = login(Role.EDITOR)
    run = preview(source, {})
    row, page = row_of(run), f"/admin/groepen-importeren/import/{run.pk}/"

    asked = client.get(f"{page}?soort=duplicate").text
    client.post(f"{page}?soort=duplicate", {"row": [row.pk], f"choice-{row.pk}": "skip"})
    chosen = client.get(f"{page}?soort=duplicate").text
    apply_run(run)
    again = preview(source, {})
    later = client.get(f"/admin/groepen-importeren/import/{again.pk}/").text

    skip = f'name="choice-{row.pk}" value="skip"'
    assert (f"{skip} checked" in asked, skip in asked, f"{skip} checked" in chosen) == (False, True, True)
    assert ("Eerder overgeslagen" in later, "Misschien dubbel" in later, REMARK in later) == (True, False, True)
    assert f'name="choice-{row_of(again).pk}" value="skip" checked' in later


def test_all_rows_are_skipped_with_one_button(login, source, there, create_group):
    create_group("Praatcafe Burn out", **ALIKE)
    run = preview(source, {}, {"id": "2", "naam": "Praatcafé Burn-out"})

    login(Role.EDITOR).post(f"/admin/groepen-importeren/import/{run.pk}/?soort=duplicate", {"all": "skip:duplicate"})

    assert set(run.rows.values_list("verdict", "decision")) == {("duplicate", "skip")}


def test_skipping_in_one_region_says_nothing_in_another(noord, zuid, in_region, same_numbers, create_group):
    pk, row_pk = same_numbers(Group), same_numbers(ImportRunRow)
    found = {}
    for region in (noord, zuid):
        with in_region(region):
            Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": []})
            create_group("Zelfhulpgroep Rouw cafe", pk=pk, **ALIKE)
            list_of_region = new_source()
            run = preview(list_of_region, {})
            assert row_of(run).pk == row_pk
            if region == noord:
                decide(row_of(run), SKIP)
            apply_run(run)
            found[region.slug] = (state(preview(list_of_region, {})), memories())

    assert found == {"noord": (("duplicate", "skip"), {"id:1": [pk]}), "zuid": (("duplicate", ""), {})}
