"""The history of groups: who changed what, two versions side by side, and back."""

import json

import pytest
from django.db import connection
from group_forms import form_of
from wagtail.models import ModelLogEntry, Revision

from zelfregie_core.domain.roles import Role
from zelfregie_core.models import Theme
from zelfregie_groups.domain import audit, editing
from zelfregie_groups.domain.editing import version_token
from zelfregie_groups.domain.history import entries, record_changes, remember
from zelfregie_groups.domain.reverting import revert, what_reverting_changes
from zelfregie_groups.models import FormerSlug, Group, Schedule, ScheduleException

pytestmark = pytest.mark.django_db


def told(group):
    """The history as (action, field, old, new), newest first."""
    return [
        (entry.action.removeprefix("zelfregie_groups."), change.field, change.old, change.new)
        for entry in entries(Group.objects.get(pk=group.pk))
        for change in entry.changes
    ]


@pytest.fixture
def group(noord, create_group):
    """A group with everything that a version holds."""
    group = create_group("Rouwcafé", slug="rouwcafe", city="Heerlen", weekday=2, host_email="anna@voorbeeld.nl")
    ScheduleException.objects.create(group=group, date="2026-12-25")
    return group


def test_history_tells_old_and_new_as_people_read_them(login, group):
    client = login(Role.EDITOR)
    change = {
        "status": "waiting_list", "wheelchair": "False", "languages": ["nl", "tr"], "cost": "2 euro", "published": "",
        "confirmed_on": "2026-11-02", "schedules-0-weekdays": ["4"], "exceptions-0-note": "kerst",
        "host_email": "bert@voorbeeld.nl",
    }  # fmt: skip
    data = form_of(group, **change)
    del data["published"]

    client.post(f"/admin/groepen/edit/{group.pk}/", data)

    assert [line for line in told(group) if line[1] not in ("latitude", "longitude")] == [
        ("edit", "languages", "Nederlands", "Nederlands, Turks"),
        ("edit", "cost", "", "2 euro"),
        ("edit", "status", "er is plek", "wachtlijst"),
        ("edit", "published", "ja", "nee"),
        ("edit", "confirmed_on", "", "2 november 2026"),
        ("edit", "schedules", "elke dinsdag, 19.30 tot 21.00 uur", "elke donderdag, 19.30 tot 21.00 uur"),
        ("edit", "exceptions", "25 december 2026: gaat niet door", "25 december 2026: gaat niet door (kerst)"),
        ("edit", "wheelchair", "weet ik niet", "nee"),
        ("edit", "host_email", "", ""),
    ]


def test_versions_and_log_hold_no_secret(login, group):
    client = login(Role.EDITOR)
    client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, host_email="bert@voorbeeld.nl", cost="2 euro"))
    editing.set_published([group.pk], False, None)

    with connection.cursor() as cursor:
        cursor.execute("SELECT content::text FROM wagtailcore_revision WHERE object_id = %s", [str(group.pk)])
        contents = [row[0] for row in cursor.fetchall()]
    logged = json.dumps(list(ModelLogEntry.objects.values_list("data", flat=True)))
    history = client.get(f"/admin/groepen/history/{group.pk}/").content.decode()

    assert len(contents) == 3
    assert [
        word for word in ("voorbeeld.nl", "host_email", "search_text", "upcoming") if word in "".join(contents)
    ] == []
    assert ("@" in logged, "bert@" in history, "anna@" in history) == (False, False, False)
    assert "wat er stond bewaren we niet" in history


def test_revert_brings_everything_back_but_address_and_secret(group):
    remember([group.pk])
    first = Revision.objects.get().pk
    group.name, group.slug, group.host_email, group.cost = "Anders", "anders", "bert@voorbeeld.nl", "5 euro"
    group.save()
    group.themes.set(Theme.objects.filter(slug="autisme"))
    Schedule.objects.filter(group=group).delete()
    ScheduleException.objects.filter(group=group).delete()
    record_changes([group.pk], audit.EDIT)

    reverted = revert(group, first, None)

    assert (reverted.name, reverted.cost, [theme.slug for theme in reverted.themes.all()]) == ("Rouwcafé", "", ["rouw"])
    assert (reverted.slug, reverted.host_email) == ("anders", "bert@voorbeeld.nl")
    assert [line.text for line in reverted.schedules.all()] == ["elke dinsdag, 19.30 tot 21.00 uur"]
    assert [str(line.date) for line in reverted.exceptions.all()] == ["2026-12-25"]
    assert (reverted.upcoming != [], reverted.sort_name) == (True, "rouwcafe")
    assert what_reverting_changes(reverted, Revision.objects.get(pk=first).content) == ()
    assert [entry.action for entry in entries(reverted)] == [audit.REVERT, audit.EDIT]


def test_revert_leaves_out_a_theme_that_is_gone(group):
    remember([group.pk])
    first = Revision.objects.get().pk
    editing.set_published([group.pk], False, None)
    Theme.objects.get(slug="rouw").delete()

    reverted = revert(group, first, None)

    assert (reverted.published, list(reverted.themes.all())) == (True, [])


def test_versions_can_be_compared_and_put_back_in_the_admin(login, group):
    client = login(Role.EDITOR)
    client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, cost="2 euro"))
    client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, cost="3 euro"))
    _first, second, third = Revision.objects.order_by("pk").values_list("pk", flat=True)
    base = f"/admin/groepen/history/{group.pk}/"

    compared = client.get(f"{base}vergelijk/?oud={third}&nieuw={second}").context["changes"]
    shown = client.get(f"{base}terug/{second}/").context["changes"]
    response = client.post(f"{base}terug/{second}/", {"seen": version_token(group.pk)})

    assert [(change.old, change.new) for change in compared] == [("2 euro", "3 euro")]
    assert [(change.old, change.new) for change in shown] == [("3 euro", "2 euro")]
    assert (response.status_code, Group.objects.get().cost) == (302, "2 euro")


def test_version_is_not_put_back_over_what_somebody_else_saved_meanwhile(login, group):
    client = login(Role.EDITOR)
    remember([group.pk])
    url = f"/admin/groepen/history/{group.pk}/terug/{Revision.objects.get().pk}/"
    seen = client.get(url).context["token"]
    editing.set_status([group.pk], "full", None)

    refused = client.post(url, {"seen": seen}, follow=True)
    after_refusal = Group.objects.get().status
    changes = [(change.old, change.new) for change in refused.context["changes"]]
    without = client.post(url)
    again = client.post(url, {"seen": refused.context["token"]})

    assert "Er is nog niets teruggezet: iemand heeft deze groep intussen gewijzigd." in refused.content.decode()
    assert (after_refusal, changes, without["Location"]) == ("full", [("vol", "er is plek")], url)
    assert (again.status_code, Group.objects.get().status) == (302, "active")


@pytest.mark.parametrize("path", ["vergelijk/?oud=99999999", "vergelijk/?oud=x", "vergelijk/", "terug/99999999/"])
def test_unknown_versions_are_not_there(login, group, path):
    assert login(Role.EDITOR).get(f"/admin/groepen/history/{group.pk}/{path}").status_code == 404


def test_version_of_another_group_is_not_there(login, group, create_group):
    other = create_group("Andere groep")
    remember([group.pk, other.pk])
    revision = other.revisions.get().pk

    client = login(Role.EDITOR)

    assert client.get(f"/admin/groepen/history/{group.pk}/terug/{revision}/").status_code == 404
    assert client.post(f"/admin/groepen/history/{group.pk}/terug/{revision}/").status_code == 404


def test_bulk_actions_and_imports_stand_in_the_history(group, django_user_model):
    user = django_user_model.objects.create_user("anna@voorbeeld.nl")
    editing.set_status([group.pk], "full", user)
    remember([group.pk])
    Group.objects.update(cost="2 euro")
    record_changes([group.pk], audit.IMPORT, user, data={"source": "Vereniging"})

    lines = [(entry.message, entry.who) for entry in entries(Group.objects.get())]

    assert lines == [
        ("Gewijzigd door een import van ‘Vereniging’", "anna@voorbeeld.nl"),
        ("Stand veranderd", "anna@voorbeeld.nl"),
    ]


def test_change_that_nobody_recorded_is_not_lost(group):
    editing.set_published([group.pk], False, None)
    Group.objects.update(cost="2 euro")

    editing.set_published([group.pk], True, None)

    assert told(group) == [
        ("publish", "published", "nee", "ja"),
        ("elsewhere", "cost", "", "2 euro"),
        ("unpublish", "published", "ja", "nee"),
    ]


def test_nothing_changed_gives_no_line(group):
    editing.set_published([group.pk], True, None)
    editing.set_status([group.pk], "active", None)

    assert entries(Group.objects.get()) == []


@pytest.mark.parametrize("number", [1, 20])
def test_recording_costs_the_same_for_any_number(noord, create_group, django_assert_max_num_queries, number):
    ids = [create_group(f"Groep {place}").pk for place in range(number)]
    remember(ids)
    Group.objects.update(cost="2 euro")

    with django_assert_max_num_queries(12):
        record_changes(ids, audit.IMPORT)

    assert ModelLogEntry.objects.filter(action=audit.IMPORT).count() == number


def test_former_address_of_a_group_that_took_it_is_free(noord, create_group):
    one, other = create_group("Een", slug="een"), create_group("Twee", slug="twee")
    Group.objects.filter(pk=one.pk).update(slug="eens")
    Group.objects.filter(pk=other.pk).update(slug="een")

    editing.keep_former_slug(Group.objects.get(pk=one.pk), "een")
    editing.keep_former_slug(Group.objects.get(pk=other.pk), "twee")

    assert list(FormerSlug.objects.values_list("slug", "group")) == [("twee", other.pk)]


def test_revision_as_wagtail_reads_it_keeps_what_it_does_not_hold(group):
    remember([group.pk])

    read = Revision.objects.get().as_object()

    assert (read.pk, read.name, read.host_email) == (group.pk, "Rouwcafé", "anna@voorbeeld.nl")
    assert [line.text for line in read.schedules.all()] == ["elke dinsdag, 19.30 tot 21.00 uur"]
