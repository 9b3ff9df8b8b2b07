"""Two regions whose groups share keys and addresses: each prints its own, and never the other's from the cache."""

import pytest
from pdf_files import pdf_source, strings_of

from zelfregie_core.models import Branding
from zelfregie_groups.domain import booklet
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db
PATHS = ("/-/groups/lijst/", "/-/groups/lijst/?keuze=groups:7001", "/-/groups/lijst/?q=groep", "/groepen/groep/")
needs_pango = pytest.mark.skipif(
    not booklet.can_make_booklets(), reason="libpango is not installed (on Debian: apt-get install libpangoft2-1.0-0)"
)


@pytest.fixture
def both(noord, zuid, create_group, create_finder, in_region):
    """A group with the same key and address in both regions."""
    for region in (noord, zuid):
        with in_region(region):
            create_finder()
            Branding.objects.update_or_create(defaults={"site_name": f"Zelfregie {region.slug}"})
            create_group(f"Groep van {region.slug}", pk=7001, slug="groep", city="Heerlen")
    return noord, zuid


def test_lists_and_pages_show_only_the_regions_own_groups(both, region_client):
    shown = {
        region.slug: [
            slug
            for slug in ("noord", "zuid")
            for path in PATHS
            if f"Groep van {slug}" in region_client(region).get(path).content.decode()
        ]
        for region in both
    }

    assert shown == {"noord": ["noord"] * 4, "zuid": ["zuid"] * 4}


@needs_pango
def test_booklets_hold_only_the_regions_own_groups_also_the_second_time(both, region_client):
    texts = {}
    for _time in (1, 2):
        for region in both:
            response = region_client(region).get("/-/groups/boekje.pdf?keuze=groups:7001")
            assert response.status_code == 200
            texts.setdefault(region.slug, []).append(strings_of(pdf_source(response.content), "Alt"))

    expected = {slug: [f"QR-code naar de pagina van Groep van {slug}"] for slug in ("noord", "zuid")}
    assert texts == {slug: [alt] * 2 for slug, alt in expected.items()}


def test_the_cache_of_booklets_belongs_to_one_region(both, in_region):
    """The very same text, as two regions with the same name and the same groups would have it."""
    noord, _zuid = both
    with in_region(noord):
        booklet.django_cache.set(booklet._cache_key("<p>x</p>"), b"of noord", 60)

    found = {}
    for region in both:
        with in_region(region):
            found[region.slug] = booklet.cached_booklet("<p>x</p>")

    assert found == {"noord": b"of noord", "zuid": None}


def test_paper_is_not_there_where_the_plugin_is_off(both, region_client):
    noord, zuid = both
    paths = ["/-/groups/lijst/", "/-/groups/boekje.pdf"]

    set_plugin_enabled(noord, "groups", enabled=False)
    off = [region_client(noord).get(path).status_code for path in paths]
    elsewhere = region_client(zuid).get(paths[0]).status_code

    assert (off, elsewhere) == ([404, 404], 200)


def test_a_choice_of_another_regions_draft_is_not_printed(both, region_client, in_region, create_group):
    noord, zuid = both
    with in_region(zuid):
        create_group("Concept van zuid", pk=7002, slug="concept", published=False)
        create_group("Ook van zuid", pk=7003, slug="ook")

    page = region_client(noord).get("/-/groups/lijst/?keuze=zuid/groups:7002&keuze=zuid/groups:7003").content.decode()

    assert "Concept van zuid" not in page
    assert "Ook van zuid" in page
    assert "http://zuid.test/groepen/ook/" in page
