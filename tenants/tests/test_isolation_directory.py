"""The directory is shared by all regions: what must not be found, and whose a listing is. Rows share their keys."""

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from zelfregie_core.domain import directory
from zelfregie_core.plugins import HERE, Listing, ListingQuery
from zelfregie_tenants.domain.directory.rebuild import rebuild_region
from zelfregie_tenants.domain.directory.search import search_listings
from zelfregie_tenants.domain.directory.store import store_listings
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Domain, Region
from zelfregie_tenants.models import Listing as ListingRow


@pytest.fixture
def both(noord, zuid):
    """A listing with the same key and words in two regions."""
    for region in (noord, zuid):
        title = f"Geheim van {region.slug}"
        listing = Listing(
            key="groups:7001", title=title, path="/groepen/g/", words=(("A", title),), latitude=52.0, longitude=5.0
        )
        store_listings(region, "groups", [listing], [])
    return noord, zuid


def found(current, **query):
    results = search_listings(ListingQuery(plugin="groups", text="geheim", sort="name", **query), current)
    return [(hit.listing.title, hit.region, hit.is_own) for hit in results.hits]


def test_region_finds_its_own_and_labels_the_others(both):
    near = {"latitude": 52.0, "longitude": 5.0, "distance_km": 5.0, "neighbours": True, "region": HERE}

    answers = {region.slug: (found(region, region=HERE), found(region, **near)) for region in both}

    assert answers == {
        slug: (
            [(f"Geheim van {slug}", slug, True)],
            [(f"Geheim van {name}", name, name == slug) for name in ("noord", "zuid")],
        )
        for slug in ("noord", "zuid")
    }


@pytest.mark.parametrize("state", [Region.State.DRAFT, Region.State.SUSPENDED, Region.State.ARCHIVED])
def test_region_that_is_not_online_is_found_by_nobody(state, both, hub):
    noord, zuid = both
    Region.objects.filter(pk=zuid.pk).update(state=state)

    assert found(noord) == [("Geheim van noord", "noord", True)]
    assert found(hub) == [("Geheim van noord", "noord", False)]
    assert found(zuid, region="zuid") == []
    assert found(noord, keys=("zuid/groups:7001",)) == []


def test_region_that_switched_the_plugin_off_is_not_found_and_finds_nothing(both, hub):
    noord, zuid = both
    set_plugin_enabled(zuid, "groups", enabled=False)

    assert (found(noord), found(zuid), len(found(hub))) == ([("Geheim van noord", "noord", True)], [], 1)


def test_region_without_an_address_is_not_found_by_others(both, hub):
    Domain.objects.filter(tenant=both[1]).delete()

    assert [title for title, _region, _own in found(hub)] == ["Geheim van noord"]


def test_region_that_is_erased_takes_its_listings_along(both):
    noord, zuid = both
    with schema_context("public"):
        ListingRow.objects.filter(region=noord).update(title="Blijft")
        Region.objects.filter(pk=zuid.pk).delete()

    assert list(ListingRow.objects.values_list("title", flat=True)) == ["Blijft"]


def test_words_and_counts_tell_nothing_of_a_region_that_is_off(both):
    noord, zuid = both
    listing = Listing(key="groups:1", title="Xylofoon", path="/", words=(("A", "Xylofoon"),), themes=("rouw",))
    store_listings(zuid, "groups", [listing], [])
    set_plugin_enabled(zuid, "groups", enabled=False)

    results = search_listings(ListingQuery(plugin="groups", text="xylofoom"), noord)
    counts = search_listings(ListingQuery(plugin="groups"), noord).counts

    assert (results.total, results.corrections, results.unknown) == (0, (), ("xylofoom",))
    assert "themes" not in counts


def test_list_of_words_is_the_one_of_the_region(both):
    _noord, zuid = both
    listing = Listing(key="groups:1", title="Xylofoon", path="/", words=(("A", "Xylofoon"),))
    store_listings(zuid, "groups", [listing], [])

    mistakes = [search_listings(ListingQuery(plugin="groups", text="xylofoom", region=HERE), region) for region in both]

    assert [[word.meant for word in results.corrections] for results in mistakes] == [[], ["xylofoon"]]


def test_outside_a_region_nothing_is_found(both):
    with schema_context("public"):
        assert directory.search(ListingQuery(plugin="groups", text="geheim")).total == 0


def test_writing_and_rebuilding_one_region_leaves_the_other_alone(both):
    noord, _zuid = both
    store_listings(noord, "groups", [], ["groups:7001"])
    rebuild_region(noord)

    assert list(ListingRow.objects.values_list("region__slug", flat=True)) == ["zuid"]


def test_directory_holds_no_key_into_a_region(both):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) "
            "WHERE c.contype = 'f' AND c.conrelid = 'public.zelfregie_tenants_listing'::regclass"
        )
        assert cursor.fetchall() == [("region_id",)]
