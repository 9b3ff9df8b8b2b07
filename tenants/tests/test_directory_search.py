"""Searching the directory: words, themes, place, filters, counts, order."""

import datetime as dt

import pytest
from django.utils import timezone

from zelfregie_core.models import Theme
from zelfregie_core.plugins import HERE, Correction, Listing, ListingQuery
from zelfregie_tenants.domain.directory.search import search_listings
from zelfregie_tenants.domain.directory.store import store_listings

HEERLEN = (50.888, 5.979)


@pytest.fixture
def put(noord):
    """Put listings of noord (or another region) in the directory: title to fields."""

    def write(region=noord, /, **titles):
        listings = []
        for number, (title, fields) in enumerate(titles.items(), start=1):
            name = fields.pop("title", title)
            words = [("A", name), *fields.pop("words", [])]
            point = fields.pop("point", None)
            latitude, longitude = point or (None, None)
            listings.append(
                Listing(
                    key=fields.pop("key", f"groups:{number}"), title=name, path=f"/groepen/{title}/",
                    words=tuple(words), latitude=latitude, longitude=longitude, **fields,
                )  # fmt: skip
            )
        return store_listings(region, "groups", listings, [])

    return write


@pytest.fixture
def titles(noord):
    """What a search of noord finds, in order."""

    def find(region=noord, /, **query):
        results = search_listings(ListingQuery(plugin="groups", region=HERE, **query), region)
        return [hit.listing.title for hit in results.hits]

    return find


def test_smoke(noord, zuid, put, titles):
    put(
        een={"title": "Rouwcafé", "themes": ("rouw",), "point": HEERLEN, "words": [("C", "Samen wandelen in het bos")]},
        twee={"title": "Borstkankergroep", "themes": ("kanker",), "status": "full"},
        drie={"title": "Mantelzorg", "themes": ("mantelzorg",), "form": "online"},
        vier={"title": "Diabetes type 2", "themes": ("diabetes",)},
    )
    assert titles(text="rouw") == ["Rouwcafé"]
    assert titles(text="rouwgroep") == ["Rouwcafé"]
    assert titles(text="wandelen") == ["Rouwcafé"]
    assert titles(text="kanker") == ["Borstkankergroep"]
    assert titles(text="borst kanker") == ["Borstkankergroep"]
    assert titles(text="mantel zorg") == ["Mantelzorg"]
    assert titles(text="diabtes") == ["Diabetes type 2"]
    assert titles(text="wandellen") == ["Rouwcafé"]
    assert titles(latitude=50.9, longitude=5.98, distance_km=5) == ["Rouwcafé"]
    assert titles(keys=("groups:3", "groups:1")) == ["Mantelzorg", "Rouwcafé"]
    results = search_listings(ListingQuery(plugin="groups", region=HERE, latitude=50.9, longitude=5.98, distance_km=5), noord)
    assert results.counts["distance_km"] == dict.fromkeys((5, 10, 15, 25, 50, 100), 1)
