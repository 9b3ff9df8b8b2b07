"""The list of words that mistakes are put right with: made by a task, so that no search waits for it."""

import pytest
from django_tasks_db.models import DBTaskResult

from zelfregie_core.plugins import HERE, Correction, Listing, ListingQuery
from zelfregie_tenants.domain.directory import vocabulary
from zelfregie_tenants.domain.directory.search import search_listings
from zelfregie_tenants.domain.directory.store import store_listings


@pytest.fixture
def put(noord):
    """Put a listing with a title in the directory, of noord or another region."""

    def write(number, title, region=None):
        listing = Listing(key=f"groups:{number}", title=title, path="/", words=(("A", title),))
        store_listings(region or noord, "groups", [listing], [])

    return write


@pytest.fixture
def corrections(noord):
    """What a search of a region puts right."""

    def find(text, by=None, region=HERE):
        return search_listings(ListingQuery(plugin="groups", text=text, region=region), by or noord).corrections

    return find


def test_search_does_not_count_words_and_a_task_does(put, corrections, task_queue):
    put(1, "Xylofoon")

    before = corrections("xylofoom")
    ran = task_queue()

    assert (before, ran, corrections("xylofoom")) == ((), 1, (Correction("xylofoom", "xylofoon"),))


def test_list_is_asked_for_once(put, corrections, task_queue):
    put(1, "Xylofoon")

    for _search in range(3):
        corrections("xylofoom")

    assert DBTaskResult.objects.count() == 1


def test_search_without_a_list_costs_no_query_on_the_listings(put, corrections, task_queue, django_assert_num_queries):
    put(1, "Xylofoon")
    corrections("xylofoom")

    with django_assert_num_queries(2):  # the themes, and the search
        corrections("xylofoom")


def test_old_list_is_used_while_a_new_one_is_made(noord, put, corrections, task_queue, monkeypatch):
    put(1, "Xylofoon")
    vocabulary.refresh_vocabulary.call("groups", noord.pk)
    put(2, "Trombone")
    monkeypatch.setattr(vocabulary, "FRESH", -1)

    before = corrections("xylofoom"), corrections("trombonne")
    task_queue()

    assert before == ((Correction("xylofoom", "xylofoon"),), ())
    assert corrections("trombonne") == (Correction("trombonne", "trombone"),)


def test_hub_knows_the_words_of_the_whole_country_and_a_region_its_own(put, corrections, noord, zuid, hub):
    put(1, "Xylofoon", zuid)

    found = {region.slug: corrections("xylofoom", region, region="") for region in (noord, zuid, hub)}

    meant = (Correction("xylofoom", "xylofoon"),)
    assert found == {"noord": (), "zuid": meant, hub.slug: meant}
