"""Feeds of two regions whose groups share keys and addresses; and the switch."""

import pytest

from zelfregie_groups.models import Group, Schedule
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db

FEEDS = ["agenda.ics", "agenda/groep.ics", "agenda/thema/rouw.ics", "nieuw.rss"]


@pytest.fixture
def both(noord, zuid, create_group, create_finder, in_region):
    for region in (noord, zuid):
        with in_region(region):
            create_finder()
            group = create_group(f"Groep van {region.slug}", pk=7001, slug="groep")
            Schedule.objects.create(pk=9001, group=group, weekdays=[2])
    return noord, zuid


def test_feeds_hold_only_the_regions_own_groups(both, region_client):
    shown = {
        region.slug: [
            slug
            for path in FEEDS
            for slug in ("noord", "zuid")
            if f"Groep van {slug}" in region_client(region).get(f"/-/groups/{path}").content.decode()
        ]
        for region in both
    }

    assert shown == {"noord": ["noord"] * 4, "zuid": ["zuid"] * 4}


def test_events_of_two_regions_have_other_keys_and_addresses(both, region_client):
    bodies = {
        region.slug: region_client(region).get("/-/groups/agenda/groep.ics").content.decode().splitlines()
        for region in both
    }

    assert {
        slug: [line for line in lines if line.startswith(("UID", "URL:http"))] for slug, lines in bodies.items()
    } == {
        slug: [
            f"URL:http://{slug}.test/groepen/",
            f"UID:schedule-9001@{slug}.test",
            f"URL:http://{slug}.test/groepen/groep/",
        ]
        for slug in ("noord", "zuid")
    }


def test_an_etag_of_one_region_does_not_fit_the_other(both, region_client):
    noord, zuid = both
    etag = region_client(noord).get("/-/groups/agenda.ics")["ETag"]

    response = region_client(zuid).get("/-/groups/agenda.ics", headers={"if-none-match": etag})

    assert (response.status_code, b"Groep van zuid" in response.content) == (200, True)


def test_feeds_are_gone_where_the_plugin_is_off(both, region_client, in_region):
    noord, zuid = both

    set_plugin_enabled(noord, "groups", enabled=False)
    off = [region_client(noord).get(f"/-/groups/{path}").status_code for path in FEEDS]
    elsewhere = [region_client(zuid).get(f"/-/groups/{path}").status_code for path in FEEDS]

    assert (off, elsewhere) == ([404] * 4, [200] * 4)
    with in_region(noord):
        assert Group.objects.count() == 1
