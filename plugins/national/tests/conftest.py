"""Regions for the hub to show: rows of the platform, and made-up ones for the functions that only calculate."""

import pytest
from django.utils import timezone
from wagtail.models import Site

from zelfregie_core.plugins import RegionOverview
from zelfregie_national.domain.regions import RegionEntry
from zelfregie_national.models import RegionsPage
from zelfregie_tenants.models import Domain, Region
from zelfregie_tenants.models.region import schema_name_for

PARKSTAD = {"municipalities": ["0917", "0928"], "postcodes": ["6400-6479"]}
TWENTE = {"municipalities": ["0153"], "postcodes": ["7500-7549"]}


@pytest.fixture
def make_entry():
    """A region as the functions of the domain take it."""

    def make(number, name="Regio", **fields):
        given = {
            "slug": f"regio-{number}", "tagline": "", "url": f"http://regio-{number}.test/", "latitude": None,
            "longitude": None, "municipalities": (), "postcodes": (), "figures": (), **fields,
        }  # fmt: skip
        return RegionEntry(number, RegionOverview(name=name, **given), (), None)

    return make


@pytest.fixture
def make_region(db):
    """A live region in the platform's register, without a site: the hub needs no more."""

    def make(slug, name, area=None, latitude=None, longitude=None):
        region = Region(
            slug=slug,
            schema_name=schema_name_for(slug),
            name=name,
            state=Region.State.LAUNCHED,
            launched_at=timezone.now(),
            area=area or {"municipalities": [], "postcodes": []},
            latitude=latitude,
            longitude=longitude,
        )
        # `save` refuses to make a region from inside another one; a row of the register is all that is wanted.
        Region.objects.bulk_create([region])
        Domain.objects.create(domain=f"{slug}.test", tenant=region, is_primary=True)
        return region

    return make


@pytest.fixture
def regions(noord, zuid):
    """Noord and zuid get a name and a place."""
    for region, name, area, centre in (
        (noord, "Zelfregie Twente", TWENTE, (52.22, 6.89)),
        (zuid, "Zelfregie Parkstad", PARKSTAD, (50.89, 5.98)),
    ):
        Region.objects.filter(pk=region.pk).update(
            name=name, area=area, latitude=centre[0], longitude=centre[1], tagline=f"Samen in {name}"
        )
    return noord, zuid


@pytest.fixture
def regions_page(hub, in_region):
    """The page of all regions on the hub."""
    with in_region(hub):
        home = Site.objects.get().root_page
        return home.add_child(instance=RegionsPage(title="Regio's", slug="regios", show_in_menus=True))


@pytest.fixture
def hub_client(hub, region_client):
    """A browser at the hub."""
    return region_client(hub)
