"""Two editors at once: nobody's work is lost, and who comes second is told what happened."""

import pytest
from django.contrib.messages import get_messages
from group_forms import form_of

from zelfregie_core.domain.roles import Role
from zelfregie_core.models import Theme
from zelfregie_groups.domain import editing
from zelfregie_groups.domain.duplicates import call_distinct
from zelfregie_groups.domain.merging import MergeChoice, merge_groups
from zelfregie_groups.models import DistinctPair, Group, Schedule

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
