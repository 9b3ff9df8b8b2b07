"""Belgian and German postcodes, and from a point to a place."""

import pytest

from zelfregie_core.places import country_abroad, locate, nearest_place, nearest_postcode


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("B-3600", "be"),
        ("BE 3600", "be"),
        ("3600 Genk", "be"),
        ("3600 België", "be"),
        ("2000 Antwerpen", "be"),
        ("Genk", "be"),
        ("Luik", "be"),
        ("52062", "de"),
        ("D-52062", "de"),
        ("de 52062", "de"),
        ("52062 Aachen", "de"),
        ("D-52062 Aachen", "de"),
        ("Aken", "de"),
        ("6411 AB, Duitsland", "de"),
    ],
)
def test_a_postcode_or_place_of_a_neighbour_is_unknown_with_its_country(text, country):
    assert (locate(text), country_abroad(text)) == (None, country)


@pytest.mark.parametrize("text", ["3600", "6411 AB", "Heerlen", "Bergen", "Mook"])
def test_what_may_be_dutch_is_of_no_neighbour(text):
    assert (country_abroad(text), locate(text) is None) == (None, False)


@pytest.mark.parametrize(
    "text", ["", " ", "9999ZZ", "1234AB", "6411 Groningen", "3600 Onbekend", "641", "x" * 500, "\x00", "'; DROP TABLE"]
)
def test_nonsense_is_of_no_neighbour(text):
    assert (locate(text), country_abroad(text)) == (None, None)


def test_four_digits_alone_are_dutch():
    # Genk has this postcode too; which place we read is in the label, so that a visitor sees it.
    assert (locate("3600").label, country_abroad("3600")) == ("3600 (omgeving Maarssen)", None)


@pytest.mark.parametrize("text", ["NL-6411 AB", "nl 6411ab", "6411\xa0AB", "6411   ab"])
def test_a_dutch_postcode_is_read_with_its_country_and_odd_blanks(text):
    assert locate(text).label == "6411 Heerlen"


@pytest.mark.parametrize(
    ("point", "place", "postcode"),
    [
        ((50.88, 5.98), "Heerlen", "6411"),
        ((52.37, 4.90), "Amsterdam", "1011"),
        ((53.45, 6.84), "Eemshaven", "9979"),
    ],
)
def test_nearest_finds_the_place_and_the_postcode_around_a_point(point, place, postcode):
    found, _away = nearest_postcode(*point)

    assert (nearest_place(*point)[0].name, found.code) == (place, postcode)


@pytest.mark.parametrize(
    "point", [(0, 0), (5.98, 50.88), (90, 0), (-90, 180), (float("nan"), 5.0), (52.0, float("inf")), (52.0, 9.5)]
)
def test_nearest_is_none_outside_the_netherlands(point):
    assert (nearest_place(*point), nearest_postcode(*point)) == (None, None)


def test_nearest_is_the_same_as_looking_at_every_place():
    from zelfregie_core.places.distance import distance_km
    from zelfregie_core.places.tables import places

    points = [(50.8 + step * 0.19, 3.4 + (step * 7 % 38) * 0.1) for step in range(15)]
    every = [place for _name, place in places()]

    slow = [min(distance_km(*point, place.latitude, place.longitude) for place in every) for point in points]

    assert [nearest_place(*point)[1] for point in points] == slow
