"""Rows that the tests of a file share are made once, and each test finds them as they were made."""

import pytest
from django.core.cache import cache
from django.db import connection
from wagtail.models import Page

from zelfregie_core.models import ContentPage, HomePage

pytestmark = pytest.mark.django_db
MADE = []


@pytest.fixture(scope="module")
def shared_page(shared_rows, in_region):
    """A page in noord and, with the same number, one in zuid."""
    MADE.append(connection.schema_name)
    numbers = []
    for slug in ("noord", "zuid"):
        with in_region(shared_rows[slug]):
            page = ContentPage(pk=7001, title=f"Van {slug}", slug="gedeeld")
            numbers.append(HomePage.objects.get().add_child(instance=page).pk)
    return numbers


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_the_rows_and_may_spoil_them(shared_page, shared_rows, in_region, turn):
    titles = []
    for slug in ("noord", "zuid"):
        with in_region(shared_rows[slug]):
            titles.append(Page.objects.get(pk=7001).title)
            Page.objects.filter(pk=7001).update(title="Bedorven")
            cache.set("bedorven", turn)

    assert (titles, shared_page) == (["Van noord", "Van zuid"], [7001, 7001])


def test_rows_are_made_once_in_noord(shared_page):
    assert MADE == ["region_noord"]
    assert (connection.schema_name, connection.in_atomic_block) == ("region_noord", True)
    assert cache.get("bedorven") is None


def test_visitor_sees_the_shared_page(shared_page, client):
    assert "Van noord" in client.get("/gedeeld/").content.decode()
