"""The editors' list of groups: finding, filtering, sorting, and doing something to many at once."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone
from wagtail.models import ModelLogEntry

from zelfregie_core.domain.roles import Role
from zelfregie_core.models import Theme
from zelfregie_groups.models import Group, ImportSource

pytestmark = pytest.mark.django_db
LIST = "/admin/groepen/"


def names(response):
    """The names in the list, in order."""
    return [group.name for group in response.context["object_list"]]


@pytest.fixture
def groups(noord, create_group):
    """Three groups, each with something else the matter."""
    source = ImportSource.objects.create(name="Vereniging")
    today = timezone.localdate()
    create_group("Rouwcafé", city="Heerlen", source_id="zl-1", imported_from=source, confirmed_on=today,
                 latitude=50.89, longitude=5.98, weekday=2)  # fmt: skip
    long_ago = today - dt.timedelta(days=500)
    create_group("Praten helpt", themes=("autisme",), city="Maastricht", status="full", languages=["nl", "tr"],
                 host_name="Marjan", confirmed_on=long_ago, latitude=50.8, longitude=5.7)  # fmt: skip
    create_group("Online samen", themes=(), form="online", published=False)
    Group.objects.filter(name="Rouwcafé").update(completeness=90)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=rouwcafe", ["Rouwcafé"]),
        ("q=zl-1", ["Rouwcafé"]),
        ("q=maastricht", ["Praten helpt"]),
        ("q=marjan", ["Praten helpt"]),
        ("q=nergens", []),
        ("status=full", ["Praten helpt"]),
        ("form=online", ["Online samen"]),
        ("published=false", ["Online samen"]),
        ("published=true", ["Praten helpt", "Rouwcafé"]),
        ("city=Heerlen", ["Rouwcafé"]),
        ("languages=tr", ["Praten helpt"]),
        ("attention=incomplete", ["Online samen", "Praten helpt"]),
        ("attention=never_confirmed", ["Online samen"]),
        ("attention=outdated", ["Praten helpt"]),
        ("attention=no_point", []),
        ("attention=duplicate", []),
        ("attention=incomplete&attention=never_confirmed", ["Online samen"]),
        ("ordering=-name", ["Rouwcafé", "Praten helpt", "Online samen"]),
        ("ordering=confirmed_on", ["Praten helpt", "Rouwcafé", "Online samen"]),
        ("ordering=-confirmed_on", ["Rouwcafé", "Praten helpt", "Online samen"]),
        ("ordering=upcoming", ["Rouwcafé", "Online samen", "Praten helpt"]),
        ("ordering=completeness", None),
        ("city=Nergens", ["Online samen", "Praten helpt", "Rouwcafé"]),
    ],
)
def test_list_finds_filters_and_sorts(login, groups, query, found):
    response = login(Role.EDITOR).get(f"{LIST}?{query}")

    if found is None:
        scores = [group.completeness for group in response.context["object_list"]]
        assert scores == sorted(scores)
    else:
        assert names(response) == found


def test_list_filters_by_theme_and_source(login, groups):
    client = login(Role.EDITOR)
    theme, source = Theme.objects.get(slug="rouw"), ImportSource.objects.get()

    assert names(client.get(f"{LIST}?themes={theme.pk}")) == ["Rouwcafé"]
    assert names(client.get(f"{LIST}?imported_from={source.pk}")) == ["Rouwcafé"]


def test_list_shows_what_an_editor_decides_by(login, groups):
    page = login(Role.EDITOR).get(LIST).content.decode()

    for text in ("Volgende keer", "90", "mist veel", "Op de site", "Heerlen", "Rouw"):
        assert text in page


@pytest.mark.parametrize("number", [1, 12])
def test_list_costs_the_same_queries_for_any_number(login, finder, create_group, django_assert_num_queries, number):
    client = login(Role.EDITOR)
    for place in range(number):
        create_group(f"Groep {place}", weekday=2, city=f"Plaats {place}")
    client.get(LIST)

    with django_assert_num_queries(22):
        response = client.get(LIST)

    assert len(names(response)) == number


@pytest.mark.parametrize(
    ("action", "data", "wanted"),
    [
        ("unpublish", {}, {"published": False}),
        ("publish", {}, {"published": True}),
        ("confirm", {}, {"confirmed_on": "today"}),
        ("status", {"status": "paused"}, {"status": "paused"}),
    ],
)
def test_bulk_action_asks_first_and_then_does_it(login, groups, action, data, wanted):
    client = login(Role.EDITOR)
    ids = list(Group.objects.exclude(city="").values_list("pk", flat=True))
    url = f"{LIST}bulk/{action}/?id={ids[0]}&id={ids[1]}&next=/admin/groepen/%3Fcity=x"

    question = client.get(url).content.decode()
    response = client.post(url, data)

    wanted = {name: timezone.localdate() if value == "today" else value for name, value in wanted.items()}
    assert ("2 groepen" in question, "Rouwcafé" in question, "Online samen" in question) == (True, True, False)
    assert (response.status_code, response["Location"]) == (302, "/admin/groepen/?city=x")
    assert list(Group.objects.filter(pk__in=ids).values(*wanted)) == [wanted, wanted]
    assert Group.objects.filter(published=False, name="Online samen").count() == 1


def test_bulk_action_on_everything_that_was_searched(login, groups):
    client = login(Role.EDITOR)

    url = f"{LIST}bulk/unpublish/?status=full&id=all"
    seen = client.get(url).context["seen"]
    client.post(url, {"seen": seen})

    assert set(Group.objects.filter(published=False).values_list("name", flat=True)) == {"Praten helpt", "Online samen"}


def test_bulk_action_with_a_wrong_filter_touches_nothing(login, groups):
    login(Role.EDITOR).post(f"{LIST}bulk/unpublish/?status=bestaat-niet&id=all")

    assert Group.objects.filter(published=False).count() == 1


@pytest.mark.parametrize("ids", ["", "id=x", "id=" + "9" * 40, "id=%D9%A5", "id=-1"])
def test_bulk_action_without_groups_says_so(login, groups, ids):
    client = login(Role.EDITOR)

    page = client.get(f"{LIST}bulk/unpublish/?{ids}").content.decode()

    assert "Je hebt geen groepen gekozen" in page
    assert client.post(f"{LIST}bulk/unpublish/?{ids}").status_code == 302
    assert Group.objects.filter(published=False).count() == 1


def test_themes_are_added_and_removed_in_bulk(login, groups):
    client = login(Role.EDITOR)
    ids = "&".join(f"id={pk}" for pk in Group.objects.values_list("pk", flat=True))
    autisme, rouw = Theme.objects.get(slug="autisme"), Theme.objects.get(slug="rouw")

    client.post(f"{LIST}bulk/add-theme/?{ids}", {"theme": autisme.pk})
    client.post(f"{LIST}bulk/remove-theme/?{ids}", {"theme": rouw.pk})
    wrong = client.post(f"{LIST}bulk/add-theme/?{ids}", {"theme": "0"})

    slugs = {group.name: [theme.slug for theme in group.themes.all()] for group in Group.objects.all()}
    assert slugs == {"Rouwcafé": ["autisme"], "Praten helpt": ["autisme"], "Online samen": ["autisme"]}
    assert wrong.status_code == 200


def test_unknown_bulk_action_is_not_there(login, groups):
    assert login(Role.EDITOR).get(f"{LIST}bulk/bestaat-niet/?id=1").status_code == 404


def test_bulk_deleting_is_for_moderators(login, groups):
    ids = "&".join(f"id={pk}" for pk in Group.objects.values_list("pk", flat=True))
    client = login(Role.EDITOR)

    page = client.get(LIST).content.decode()
    by_hand = client.post(f"{LIST}bulk/delete/?{ids}")
    left = Group.objects.count()
    login(Role.MODERATOR).post(f"{LIST}bulk/delete/?{ids}")

    assert ("bulk/delete/" in page, by_hand.status_code, left) == (False, 302, 3)
    assert Group.objects.count() == 0
    assert ModelLogEntry.objects.filter(action="zelfregie_groups.delete", deleted=True).count() == 3


def test_merging_from_the_list_wants_two_groups(login, groups):
    client = login(Role.MODERATOR)
    first, second, third = Group.objects.order_by("pk").values_list("pk", flat=True)

    two = client.get(f"{LIST}bulk/merge/?id={first}&id={second}")
    three = client.get(f"{LIST}bulk/merge/?id={first}&id={second}&id={third}")

    assert two["Location"] == f"{LIST}samenvoegen/{first}/{second}/"
    assert three["Location"] == LIST
    assert [str(message) for message in get_messages(three.wsgi_request)] == [
        "Kies precies twee groepen om samen te voegen."
    ]
