"""A selection that somebody ticked or kept as an address, after one of its groups was merged into another."""

import pytest

from zelfregie_groups.domain.merging import MergeChoice, current_keys, merge_groups
from zelfregie_groups.domain.paper import gather
from zelfregie_groups.domain.query import read_query
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db

LIST = "/-/groups/lijst/"


def merge(kept, removed):
    lines = kept.schedules.values_list("pk", flat=True)
    return merge_groups(kept.pk, removed.pk, MergeChoice([], [], list(lines), []))


@pytest.fixture
def merged(finder, create_group):
    """Three groups, of which the second went into the first; the ids."""
    kept, removed, other = (create_group(name, weekday=2, city="Heerlen") for name in ("Blijft", "Weg", "Ander"))
    merge(kept, removed)
    return kept.pk, removed.pk, other.pk


def keys(*ids):
    return "&".join(f"keuze=groups:{pk}" for pk in ids)


def names(response):
    """The names on a printed list, in their order."""
    return [line.split("</")[0].rpartition(">")[2].strip() for line in response.text.split("groups-entry__name")[1:]]


def test_key_of_a_merged_group_becomes_that_of_the_other_and_stands_once(merged):
    kept, removed, other = (f"groups:{pk}" for pk in merged)

    assert current_keys([other, removed, kept]) == (other, kept)


def test_strange_keys_and_those_of_other_regions_stay_as_they_are(merged):
    _kept, removed, _other = merged
    odd = (f"zuid/groups:{removed}", "groups:999999", "groups:" + "9" * 19, "stories:1", "")

    assert current_keys(odd) == odd


def test_key_that_was_merged_twice_leads_to_the_last(merged, create_group):
    kept, removed, _other = merged
    last = create_group("Laatste")
    merge(last, Group.objects.get(pk=kept))

    assert current_keys([f"groups:{removed}", f"groups:{kept}"]) == (f"groups:{last.pk}",)


def test_printed_list_follows_a_merge(client, merged):
    _kept, removed, other = merged

    response = client.get(f"{LIST}?{keys(other, removed)}&indeling=zoeken")

    assert (names(response), "Weg" in response.text) == (["Ander", "Blijft"], False)


def test_booklet_follows_a_merge(rf, merged):
    kept, removed, _other = merged
    request = rf.get(f"/-/groups/boekje.pdf?{keys(removed)}", SERVER_NAME="noord.test")

    paper = gather(request, read_query(request.GET), most=60)

    assert [entry.card.key for chapter in paper.chapters for entry in chapter.entries] == [f"groups:{kept}"]


def test_calendar_follows_a_merge(client, merged):
    _kept, removed, _other = merged

    text = client.get(f"/-/groups/agenda.ics?{keys(removed)}").content.decode()

    assert ("SUMMARY:Blijft" in text, "SUMMARY:Ander" in text) == (True, False)


def test_finder_has_the_merged_group_ticked_and_carries_no_key_that_is_gone(client, merged):
    kept, removed, _other = merged

    page = client.get(f"/groepen/?{keys(removed)}").text

    assert f'name="keuze" value="groups:{kept}" form="lijst" checked' in page
    assert f"groups:{removed}" not in page


def test_selection_of_a_group_that_is_no_longer_on_the_site_stays_empty(client, merged):
    kept, removed, other = merged
    Group.objects.filter(pk=kept).update(published=False)

    response = client.get(f"{LIST}?{keys(removed, other)}&indeling=zoeken")

    assert names(response) == ["Ander"]


def test_merge_in_one_region_says_nothing_of_the_same_key_in_another(
    noord, zuid, in_region, same_numbers, create_group, create_finder, region_client
):
    for region in (noord, zuid):
        with in_region(region):
            create_finder()
    pk = same_numbers(Group)
    for region in (noord, zuid):
        with in_region(region):
            for number, name in enumerate(("Eerste", "Tweede")):
                create_group(f"{name} van {region.slug}", pk=pk + number, weekday=2)
    with in_region(noord):
        merge(Group.objects.get(pk=pk), Group.objects.get(pk=pk + 1))

    pages = {region.slug: names(region_client(region).get(f"{LIST}?{keys(pk + 1)}")) for region in (noord, zuid)}

    assert pages == {"noord": ["Eerste van noord"], "zuid": ["Tweede van zuid"]}
    beside = region_client(zuid).get(f"{LIST}?keuze=noord/groups:{pk}&{keys(pk + 1)}&indeling=zoeken")
    assert names(beside) == ["Eerste van noord", "Tweede van zuid"]
