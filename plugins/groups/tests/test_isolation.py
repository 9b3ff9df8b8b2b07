"""Two regions with rows of the same keys; the switch."""

import pytest

from zelfregie_core.plugins.calls import call_plugins_flat
from zelfregie_groups.domain.directory import directory_entries
from zelfregie_groups.hooks import register_indicators
from zelfregie_groups.models import Group
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(noord, zuid, create_group, create_finder, in_region):
    """A group with the same key and address in both regions."""
    for region in (noord, zuid):
        with in_region(region):
            create_finder()
            create_group(f"Groep van {region.slug}", pk=7001, slug="groep", source_id="a")
    return noord, zuid


def test_pages_show_only_the_regions_own_groups(both, region_client):
    shown = {
        region.slug: [
            slug
            for slug in ("noord", "zuid")
            for path in ("/", "/groepen/", "/groepen/groep/", "/zoeken/?q=groep+van")
            if f"Groep van {slug}" in region_client(region).get(path).content.decode()
        ]
        for region in both
    }

    assert shown == {"noord": ["noord"] * 4, "zuid": ["zuid"] * 4}


def test_directory_and_indicators_count_only_the_regions_own(both, in_region, rf):
    outcome = {}
    for region in both:
        with in_region(region):
            entries = directory_entries("", ["groups:7001", "groups:7002"], "/groepen/", rf.get("/"))
            figures = [indicator.count() for indicator in register_indicators()]
            outcome[region.slug] = ([entry.title for entry in entries], figures)

    assert outcome == {"noord": (["Groep van noord"], [1, 1]), "zuid": (["Groep van zuid"], [1, 1])}


def test_everything_of_the_plugin_hides_where_it_is_off_and_comes_back(both, region_client, in_region):
    noord, zuid = both
    paths = ["/groepen/", "/groepen/groep/"]

    set_plugin_enabled(noord, "groups", enabled=False)
    off = [region_client(noord).get(path).status_code for path in paths]
    home = region_client(noord).get("/").content.decode()
    elsewhere = [region_client(zuid).get(path).status_code for path in paths]
    set_plugin_enabled(noord, "groups", enabled=True)
    on = [region_client(noord).get(path).status_code for path in paths]

    assert (off, elsewhere, on) == ([404, 404], [200, 200], [200, 200])
    assert "Groep van noord" not in home
    with in_region(noord):
        assert Group.objects.count() == 1


def test_directory_entries_survive_strange_keys(noord, create_group, rf):
    create_group("A", pk=5, published=False)

    keys = ["groups:5", "groups:x", "groups:" + "9" * 40, "stories:5", "groups:٥", ""]
    entries = directory_entries("", keys, "/groepen/", rf.get("/"))

    assert [(entry.key, entry.is_open, entry.url) for entry in entries] == [("groups:5", False, "/groepen/")]


def test_directory_entries_are_reached_through_the_hook(noord, finder, create_group, rf):
    create_group("Rouwcafé", city="Heerlen", weekday=2)
    create_group("Concept", published=False)
    request = rf.get("/", SERVER_NAME="noord.test")

    entries = call_plugins_flat("directory_entries", request, text="rouwcafe", keys=None)

    assert [(entry.title, entry.facts) for entry in entries if entry.key.startswith("groups:")] == [
        (
            "Rouwcafé",
            (
                ("Waar", "Heerlen"),
                ("Wanneer", "elke dinsdag, 19.30 tot 21.00 uur"),
                ("Voor wie", "voor jezelf"),
                ("Kosten", "gratis"),
            ),
        )
    ]
