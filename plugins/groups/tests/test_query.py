"""What an address asks of the finder. No database."""

from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict

from zelfregie_core.places import locate
from zelfregie_groups.domain.query import GroupQuery, read_query, sort_choices

FULL = GroupQuery(
    text="rouw", theme="rouw", place="6411 AB", distance_km=25, form="in_person", weekdays=(2, 5),
    dayparts=("afternoon", "evening"), audience=("relative", "bereaved"), languages=("nl", "ar"), accessible=True,
    has_room=True, sort="datum", page=3, keys=("groups:12", "twente/groups:12"),
)  # fmt: skip


def test_parameters_and_read_query_are_each_others_inverse():
    written = FULL.parameters(15)

    assert read_query(QueryDict(written), 15) == FULL
    assert written == (
        "q=rouw&thema=rouw&plaats=6411+AB&afstand=25&vorm=in_person&dag=2&dag=5&dagdeel=afternoon&dagdeel=evening"
        "&voor=relative&voor=bereaved&taal=nl&taal=ar&toegankelijk=1&plek=1&volgorde=datum&p=3"
        "&keuze=groups:12&keuze=twente/groups:12"
    )


def test_parameters_of_the_same_search_are_the_same():
    other = QueryDict("dag=5&dag=2&dag=2&voor=bereaved&voor=relative&q=+rouw++en+verlies&p=1&afstand=15&vorm=")

    assert read_query(other, 15).parameters(15) == "q=rouw+en+verlies&dag=2&dag=5&voor=relative&voor=bereaved"


def test_parameters_of_the_bare_page_are_empty():
    assert GroupQuery(distance_km=20).parameters(20) == ""
    assert GroupQuery().address("/groepen/", 15) == "/groepen/"


@pytest.mark.parametrize(
    "address",
    ["dag=0&dag=8&dag=x&dag=²&dag=-1", "dagdeel=nacht", "voor=iedereen", "taal=xx", "vorm=hybrid", "toegankelijk=ja",
     "plek=true", "volgorde=willekeurig", "p=abc", "p=-1", "p=٣", "afstand=-1", "afstand=1e3", "afstand=٣",
     "keuze=stories:1", "keuze=groups:x", "keuze=groups:1/2", "keuze=/groups:1", "keuze=groups:" + "9" * 19,
     "keuze=Twente/groups:1", "q=%00%00", "plaats=%00"],
)  # fmt: skip
def test_read_query_leaves_out_what_it_does_not_understand(address):
    assert read_query(QueryDict(address), 15) == GroupQuery()


def test_read_query_keeps_numbers_within_sense():
    query = read_query(QueryDict("afstand=999&p=99999&q=" + "x" * 5000), 15)

    assert (query.distance_km, query.page, len(query.text)) == (200, 10_000, 100)
    assert read_query(QueryDict("afstand=0&p=0"), 15) == GroupQuery(distance_km=1)


def test_read_query_takes_a_plain_mapping():
    assert read_query({"q": "rouw", "dag": "2"}) == GroupQuery(text="rouw", weekdays=(2,))


def test_read_query_keeps_a_hundred_choices_at_most():
    query = read_query(QueryDict("&".join(f"keuze=groups:{number}" for number in range(1, 300))))

    assert query.keys == tuple(f"groups:{number}" for number in range(1, 101))


def test_changed_goes_back_to_the_first_page():
    assert FULL.changed(text="").page == 1


def test_listing_query_looks_across_the_border_only_around_a_place():
    here = locate("Heerlen")

    near = GroupQuery(text="rouw", place="Heerlen").listing_query(here)
    online = GroupQuery(place="Heerlen", form="online").listing_query(here)
    everywhere = GroupQuery(text="rouw").listing_query(None)

    assert (near.latitude, near.distance_km, near.neighbours, near.sort) == (here.latitude, 15.0, True, "nearest")
    assert (online.latitude, online.distance_km, online.neighbours, online.forms) == (None, None, False, ("online",))
    assert (everywhere.neighbours, everywhere.sort) == (False, "best")


@pytest.mark.parametrize(
    ("query", "is_near", "orders"),
    [
        (GroupQuery(), False, ["datum", "naam"]),
        (GroupQuery(text="rouw"), False, ["passend", "datum", "naam"]),
        (GroupQuery(text="rouw", place="Heerlen"), True, ["dichtbij", "passend", "datum", "naam"]),
    ],
)
def test_sort_choices_are_those_that_say_something(query, is_near, orders):
    assert sort_choices(query, is_near) == orders


def test_order_that_says_nothing_gives_way_to_the_usual_one():
    query = read_query(QueryDict("volgorde=dichtbij"))

    assert (query.order(is_near_a_place=False), query.order(is_near_a_place=True)) == ("datum", "dichtbij")
    assert dict(parse_qsl(query.parameters(15))) == {"volgorde": "dichtbij"}
