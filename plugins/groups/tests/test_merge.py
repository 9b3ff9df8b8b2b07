"""Groups that may be one group, and making one of two."""

import datetime as dt

import pytest

from zelfregie_core.domain.roles import Role
from zelfregie_core.models import Theme
from zelfregie_groups.domain.directory import directory_entries
from zelfregie_groups.domain.duplicates import call_distinct, find_pairs
from zelfregie_groups.domain.history import entries
from zelfregie_groups.domain.merging import MergeChoice, merge_groups
from zelfregie_groups.models import FormerKey, FormerSlug, Group, ImportedRow, ImportSource, Schedule

pytestmark = pytest.mark.django_db


def pairs():
    """The pairs by name, with why."""
    names = dict(Group.objects.values_list("pk", "name"))
    return [({names[pair.first], names[pair.second]}, pair.reasons) for pair in find_pairs()]


@pytest.mark.parametrize(
    ("first", "second", "reasons"),
    [
        (
            {"name": "Rouwcafé", "city": "Heerlen"},
            {"name": "rouwcafe", "city": "HEERLEN"},
            ("dezelfde naam en plaats",),
        ),
        (
            {"name": "Lotgenotengroep Fibromyalgie Heerlen", "city": "Heerlen"},
            {"name": "Fibromyalgia lotgenoten", "city": "Heerlen"},
            ("bijna dezelfde naam, in dezelfde plaats",),
        ),
        (
            {"name": "Rouwcafé", "city": "Heerlen", "address": "Markt 1", "weekday": 2},
            {"name": "Samen verder", "city": "Heerlen", "address": "markt 1", "weekday": 2},
            ("hetzelfde adres, dezelfde dag en tijd",),
        ),
        ({"name": "Rouwcafé", "city": "Heerlen"}, {"name": "Rouwcafé", "city": "Maastricht"}, None),
        ({"name": "Rouwgroep 1", "city": "Heerlen"}, {"name": "Rouwgroep 2", "city": "Heerlen"}, None),
        ({"name": "AA dinsdag", "city": "Heerlen"}, {"name": "AA donderdag", "city": "Heerlen"}, None),
        (
            {"name": "Rouwcafé", "city": "Heerlen", "address": "Markt 1", "weekday": 2},
            {"name": "Samen verder", "city": "Heerlen", "address": "Markt 1", "weekday": 3},
            None,
        ),
        ({"name": "Angstgroep", "city": ""}, {"name": "Angstgroepen", "city": ""}, None),
    ],
)
def test_duplicates_are_seen(noord, create_group, first, second, reasons):
    create_group(**first)
    create_group(**second)

    assert pairs() == ([({first["name"], second["name"]}, reasons)] if reasons else [])


def test_pair_that_is_two_is_not_shown_again(noord, create_group):
    one, other = create_group("Rouwcafé", city="Heerlen"), create_group("Rouwcafé", city="Heerlen")

    call_distinct(other.pk, one.pk)
    call_distinct(one.pk, other.pk)

    assert pairs() == []


@pytest.mark.parametrize("number", [2, 12])
def test_looking_for_duplicates_costs_three_queries(noord, create_group, django_assert_num_queries, number):
    for place in range(number):
        create_group("Rouwcafé", city=f"Plaats {place // 2}")

    with django_assert_num_queries(3):
        found = find_pairs()

    assert len(found) == number // 2


@pytest.fixture
def two(noord, create_group):
    """A group that stays and one that goes, both from a list."""
    source = ImportSource.objects.create(name="Vereniging")
    kept = create_group("Rouwcafé", slug="rouwcafe", city="Heerlen", weekday=2, cost="2 euro")
    removed = create_group(
        "Rouw Café", slug="rouw-cafe", themes=("autisme",), city="Heerlen", weekday=4, host_email="anna@voorbeeld.nl",
        source_id="zl-1", imported_from=source, description="Samen koffie.",
    )  # fmt: skip
    ImportedRow.objects.create(source=source, key="id:zl-1", group=removed, values='{"name": "Rouw Café"}')
    FormerSlug.objects.create(slug="nog-ouder", group=removed)
    return kept, removed


def everything(kept, removed, taken=()):
    """The choice that keeps all themes and times."""
    both = [kept, removed]
    return MergeChoice(
        taken=taken,
        themes=list(Theme.objects.filter(groups__in=both).values_list("pk", flat=True)),
        schedules=list(Schedule.objects.filter(group__in=both).values_list("pk", flat=True)),
        exceptions=[],
    )


def test_merge_keeps_what_was_chosen(two):
    kept, removed = two

    merged = merge_groups(kept.pk, removed.pk, everything(kept, removed, ["description", "host_email"]))

    assert (merged.pk, merged.slug, merged.cost) == (kept.pk, "rouwcafe", "2 euro")
    assert (merged.description, merged.host_email) == ("Samen koffie.", "anna@voorbeeld.nl")
    assert sorted(theme.slug for theme in merged.themes.all()) == ["autisme", "rouw"]
    assert sorted(line.weekdays for line in merged.schedules.all()) == [[2], [4]]
    assert (Group.objects.count(), merged.upcoming[:1] != []) == (1, True)


def test_merge_keeps_links_lists_and_pointers(two):
    kept, removed = two

    merged = merge_groups(kept.pk, removed.pk, everything(kept, removed))

    row = ImportedRow.objects.get()
    assert dict(FormerSlug.objects.values_list("slug", "group")) == {"rouw-cafe": kept.pk, "nog-ouder": kept.pk}
    assert list(FormerKey.objects.values_list("former_id", "group")) == [(removed.pk, kept.pk)]
    assert (row.group_id, row.values) == (kept.pk, '{"name": "Rouw Café"}')
    assert (merged.source_id, merged.imported_from_id) == ("zl-1", row.source_id)


def test_old_pointer_of_another_module_leads_to_the_merged_group(two, finder, create_group, rf):
    kept, removed = two
    third = create_group("Derde", slug="derde")
    old_key, request = f"groups:{removed.pk}", rf.get("/", SERVER_NAME="noord.test")
    merge_groups(kept.pk, removed.pk, everything(kept, removed))
    merge_groups(third.pk, kept.pk, everything(third, kept))

    found = directory_entries("", [old_key], "/groepen/", request)

    assert [(entry.key, entry.title, entry.url) for entry in found] == [(old_key, "Derde", "/groepen/derde/")]


def test_history_of_both_groups_stays(two):
    kept, removed = two

    merged = merge_groups(kept.pk, removed.pk, everything(kept, removed, ["host_email"]))

    line = entries(merged)[0]
    former = FormerKey.objects.get()
    assert (line.message, [change.field for change in line.changes]) == (
        "Samengevoegd met ‘Rouw Café’",
        ["theme_slugs", "schedules", "source_id", "host_email"],
    )
    assert (former.content["description"], "host_email" in former.content) == ("Samen koffie.", False)


def test_merge_that_cannot_be_changes_nothing(two):
    kept, removed = two

    with pytest.raises(ValueError, match="itself"):
        merge_groups(kept.pk, kept.pk, everything(kept, removed))
    with pytest.raises(LookupError):
        merge_groups(kept.pk, 0, everything(kept, removed))

    assert (Group.objects.count(), FormerSlug.objects.count()) == (2, 1)


def post_of(response, **change):
    """What the form of the merge page sends when nothing is touched."""
    form = response.context["form"]
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()} | change


def test_pair_is_merged_in_the_admin(login, two):
    client = login(Role.MODERATOR)
    kept, removed = two
    url = f"/admin/groepen/samenvoegen/{kept.pk}/{removed.pk}/"
    page = client.get(url)

    response = client.post(url, post_of(page, keep="second", name="first", cost="second"))

    group = Group.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/admin/groepen/edit/{removed.pk}/")
    assert (group.pk, group.slug, group.name, group.cost) == (removed.pk, "rouw-cafe", "Rouwcafé", "")
    assert sorted(line.weekdays for line in group.schedules.all()) == [[2], [4]]


def test_merge_is_refused_when_a_group_changed_meanwhile(login, two):
    client = login(Role.MODERATOR)
    kept, removed = two
    url = f"/admin/groepen/samenvoegen/{kept.pk}/{removed.pk}/"
    data = post_of(client.get(url))
    Group.objects.filter(pk=removed.pk).update(cost="9 euro", changed_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))

    refused = client.post(url, data)
    again = client.post(url, post_of(client.get(url)))

    assert (refused.status_code, "Intussen heeft iemand" in refused.content.decode()) == (200, True)
    assert (again.status_code, Group.objects.count()) == (302, 1)


@pytest.mark.parametrize("change", [{"keep": "derde"}, {"name": "x"}, {"themes": ["0"]}, {"schedules": ["0"]}])
def test_merge_with_a_hand_made_form_is_refused(login, two, change):
    client = login(Role.MODERATOR)
    url = f"/admin/groepen/samenvoegen/{two[0].pk}/{two[1].pk}/"

    response = client.post(url, post_of(client.get(url), **change))

    assert (response.status_code, Group.objects.count()) == (200, 2)


def test_admin_lists_pairs_and_remembers_what_is_two(login, two):
    client = login(Role.EDITOR)
    first, second = sorted(group.pk for group in two)

    shown = client.get("/admin/groepen/dubbel/").context["pairs"]
    client.post("/admin/groepen/dubbel/", {"first": first, "second": second})
    wrong = [client.post("/admin/groepen/dubbel/", data).status_code for data in ({}, {"first": first, "second": "0"})]

    assert [(pair["first"].pk, pair["second"].pk) for pair in shown] == [(first, second)]
    assert client.get("/admin/groepen/dubbel/").context["pairs"] == []
    assert wrong == [404, 404]
