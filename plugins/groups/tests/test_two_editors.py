"""Two editors at once: nobody's work is lost, and who comes second is told what happened."""

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from group_forms import form_of
from import_lists import new_source, preview, row_of

from zelfregie_core.domain.roles import GROUP_NAMES, Role, sync_roles
from zelfregie_core.models import Theme
from zelfregie_groups.domain import editing
from zelfregie_groups.domain.duplicates import call_distinct
from zelfregie_groups.domain.importing.runs import apply_run
from zelfregie_groups.domain.merging import MergeChoice, merge_groups
from zelfregie_groups.models import DistinctPair, FormerKey, Group, Schedule
from zelfregie_tenants.models import Listing, Region

pytestmark = pytest.mark.django_db
LIST = "/admin/groepen/"


def everything(*groups):
    """The choice that keeps all themes and times."""
    return MergeChoice(
        taken=(),
        themes=list(Theme.objects.filter(groups__in=groups).values_list("pk", flat=True)),
        schedules=list(Schedule.objects.filter(group__in=groups).values_list("pk", flat=True)),
        exceptions=[],
    )


@pytest.fixture
def client_of():
    """Returns a browser of an editor of noord."""

    def log_in(name: str) -> Client:
        sync_roles()
        user = User.objects.create_user(f"{name}@voorbeeld.nl")
        user.groups.add(UserGroup.objects.get(name=GROUP_NAMES[Role.EDITOR]))
        client = Client(SERVER_NAME="noord.test")
        client.force_login(user)
        return client

    return log_in


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def two(noord, create_group):
    return create_group("Rouwcafé", city="Heerlen", weekday=2), create_group("Rouw Café", city="Heerlen", weekday=4)


def test_what_was_typed_about_a_group_that_was_merged_is_shown_with_the_other(login, two):
    kept, removed = two
    client = login(Role.EDITOR)
    typed = form_of(removed, cost="2 euro")
    merge_groups(kept.pk, removed.pk, everything(*two))

    refused = client.post(f"{LIST}edit/{removed.pk}/", typed)
    after_refusal = Group.objects.get().cost
    again = client.post(f"{LIST}edit/{kept.pk}/", typed | {"seen": refused.context["token"]})

    page = refused.content.decode()
    assert (refused.status_code, after_refusal) == (200, "")
    assert "heeft deze groep intussen samengevoegd met een andere" in page
    assert ('value="2 euro"' in page, f'href="{LIST}edit/{kept.pk}/"' in page) == (True, True)
    assert (again.status_code, Group.objects.get().cost) == (302, "2 euro")


@pytest.mark.parametrize("path", ["edit/{pk}/", "delete/{pk}/", "history/{pk}/", "samenvoegen/{other}/{pk}/"])
def test_page_of_a_group_that_was_merged_leads_to_the_other(login, two, path):
    kept, removed = two
    client = login(Role.MODERATOR)
    merge_groups(kept.pk, removed.pk, everything(*two))

    response = client.get(LIST + path.format(pk=removed.pk, other=kept.pk))

    assert (response.status_code, response["Location"]) == (302, f"{LIST}edit/{kept.pk}/")
    assert told(response) == ["Iemand heeft deze groep intussen samengevoegd met ‘Rouwcafé’. Die groep zie je hier."]


@pytest.mark.parametrize(
    "path", ["edit/{pk}/", "delete/{pk}/", "nagekeken/{pk}/", "samenvoegen/{other}/{pk}/", "dubbel/"]
)
def test_who_sends_something_about_a_group_that_was_removed_is_told_by_whom(login, two, django_user_model, path):
    other, gone = two
    client = login(Role.MODERATOR)
    typed = form_of(gone) | {"first": other.pk, "second": gone.pk}
    editing.delete_groups([gone.pk], django_user_model.objects.create_user("anna@voorbeeld.nl"))

    response = client.post(LIST + path.format(pk=gone.pk, other=other.pk), typed)

    assert (response.status_code, response["Location"]) == (302, LIST)
    assert told(response) == ["Deze groep bestaat niet meer: anna@voorbeeld.nl heeft de groep verwijderd."]


@pytest.mark.parametrize("pk", ["0", "999", "x", "9" * 40])
def test_group_that_never_was_is_not_there(login, two, pk):
    assert login(Role.EDITOR).get(f"{LIST}edit/{pk}/").status_code == 404


def test_merge_looks_again_once_the_groups_are_locked(two):
    kept, removed = two
    seen = editing.version_token(kept.pk, removed.pk)
    editing.set_status([removed.pk], "full", None)

    with pytest.raises(editing.StaleVersionError):
        merge_groups(kept.pk, removed.pk, everything(*two), seen=seen)
    merged = merge_groups(kept.pk, removed.pk, everything(*two), seen=editing.version_token(kept.pk, removed.pk))

    assert (merged.pk, Group.objects.count()) == (kept.pk, 1)


def test_merge_keeps_that_others_are_other_groups(two, create_group):
    kept, removed = two
    third = create_group("Rouw-café", city="Heerlen")
    call_distinct(removed.pk, third.pk)
    call_distinct(kept.pk, removed.pk)

    merge_groups(kept.pk, removed.pk, everything(*two))

    assert list(DistinctPair.objects.values_list("first_id", "second_id")) == [(kept.pk, third.pk)]


def test_bulk_action_on_a_search_touches_only_what_was_shown(login, two):
    client = login(Role.MODERATOR)
    one, other = two
    editing.set_status([one.pk], "full", None)
    url = f"{LIST}bulk/delete/?status=full&id=all"
    shown = client.get(url).context["seen"]
    editing.set_status([other.pk], "full", None)

    refused = client.post(url, {"seen": shown})
    left = Group.objects.count()
    again = client.post(url, {"seen": refused.context["seen"]})

    assert told(refused) == [
        "Er is nog niets veranderd: intussen vindt je zoekopdracht andere groepen. Kijk nog eens welke."
    ]
    assert (refused.status_code, left, refused.context["question"]) == (
        200, 2, "Wil je 2 groepen verwijderen? Dat kun je niet ongedaan maken.",
    )  # fmt: skip
    assert (again.status_code, Group.objects.count()) == (302, 0)


@pytest.fixture
def at_once():
    """Run functions at the same moment in noord, each on a connection of its own; return what came of each."""

    def run(*functions: Callable[[], object]) -> list[object]:
        outcomes: list[object] = ["not finished"] * len(functions)
        ready = threading.Barrier(len(functions), timeout=60)

        def work(number: int, function: Callable[[], object]) -> None:
            connection.set_tenant(Region.objects.get(slug="noord"))
            try:
                ready.wait()
                outcomes[number] = function()
            except Exception as error:
                outcomes[number] = type(error).__name__
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        return outcomes

    return run


def listed():
    return sorted(Listing.objects.filter(plugin="groups", region__slug="noord").values_list("title", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_refused(at_once, create_group, finder, client_of):
    group = create_group("Rouwcafé", city="Heerlen", weekday=2)
    clients = [client_of("anna"), client_of("bert")]
    forms = [form_of(group, cost="1 euro"), form_of(group, cost="2 euro")]
    url = f"{LIST}edit/{group.pk}/"

    statuses = at_once(*(lambda who=who: clients[who].post(url, forms[who]).status_code for who in (0, 1)))

    assert sorted(statuses) == [200, 302]
    assert Group.objects.get().cost == f"{statuses.index(302) + 1} euro"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_the_same_pair_at_once_one_does_it(at_once, create_group, finder):
    one, other = (create_group(name, city="Heerlen", weekday=2) for name in ("Rouwcafé", "Rouw Café"))
    choice, seen = everything(one, other), editing.version_token(one.pk, other.pk)

    outcomes = at_once(
        lambda: merge_groups(one.pk, other.pk, choice, seen=seen).pk,
        lambda: merge_groups(other.pk, one.pk, choice, seen=seen).pk,
    )

    kept = Group.objects.get()
    assert {str(outcome) for outcome in outcomes} == {str(kept.pk), "LookupError"}
    assert (FormerKey.objects.get().group_id, kept.schedules.count(), listed()) == (kept.pk, 2, [kept.name])


@pytest.mark.django_db(transaction=True)
def test_merge_and_removal_at_once_leave_one_or_none(at_once, create_group, finder):
    one, other = (create_group(name, city="Heerlen", weekday=2) for name in ("Rouwcafé", "Rouw Café"))
    choice = everything(one, other)

    outcomes = at_once(
        lambda: merge_groups(one.pk, other.pk, choice).pk, lambda: editing.delete_groups([one.pk, other.pk], None)
    )

    assert outcomes in ([one.pk, 1], ["LookupError", 2])
    assert (Group.objects.count(), listed()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_import_and_bulk_action_at_once_both_count(at_once, create_group, finder):
    source = new_source()
    apply_run(preview(source, {"id": "1"}))
    group = Group.objects.get()
    changed = preview(source, {"id": "1", "straat": "Markt 5"})

    outcomes = at_once(lambda: apply_run(changed), lambda: editing.set_status([group.pk], "full", None))

    group.refresh_from_db()
    row = row_of(changed)
    assert (outcomes, row.applied) == ([None, None], True)
    assert (group.address, group.status, listed()) == ("Markt 5", "full", [group.name])
