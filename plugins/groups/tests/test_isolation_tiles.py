"""Tiles and the visitor's place in two regions: what is kept is kept per region, and the switch holds."""

import pytest
from django.core.cache import caches

from zelfregie_groups.domain import tiles
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db


def test_a_tile_that_one_region_kept_is_not_in_the_other(noord, zuid, in_region):
    caches["tiles"].clear()
    with in_region(noord):
        caches["tiles"].set("groups:tile:12:2116:1374", b"noord")
    with in_region(zuid):
        there = tiles.kept_tile(12, 2116, 1374)
    with in_region(noord):
        here = tiles.kept_tile(12, 2116, 1374)

    assert (here, there) == (b"noord", None)


def test_both_are_gone_where_the_plugin_is_off(noord, zuid, region_client):
    paths = ["/-/groups/waar-ben-ik/", "/-/groups/kaart/12/2116/1374.png"]

    set_plugin_enabled(noord, "groups", enabled=False)
    off = [region_client(noord).get(path).status_code for path in paths]
    elsewhere = [region_client(zuid).get(path).status_code for path in paths]

    # Tiles are off in the tests, also where the plugin is on; the other one is there, for POST.
    assert (off, elsewhere) == ([404, 404], [405, 404])
