"""The places of the Netherlands: known answers, bad input, and that the tables are sound."""

import csv
from collections import Counter
from importlib.resources import files

import pytest

from zelfregie_core.places import distance_km, find_places, fold, locate, municipalities


def table(name):
    with files("zelfregie_core").joinpath("data", name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("text", ["6411", "6411 AB", "6411ab", " 6411AB ", "6411 ab Heerlen", "6411, Heerlen"])
def test_locate_reads_a_postcode_however_it_is_written(text):
    found = locate(text)

    assert (found.label, found.precision, found.municipality) == ("6411 Heerlen", "postcode4", "0917")
    assert distance_km(found.latitude, found.longitude, 50.8837, 5.9815) < 2


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("1012", "0363"),
        ("3011", "0599"),
        ("2511", "0518"),
        ("3511", "0344"),
        ("9711", "0014"),
        ("5611", "0772"),
        ("7511", "0153"),
        ("6211", "0935"),
        ("8911", "0080"),
        ("4331", "0687"),
        ("7551", "0164"),
        ("6471", "0928"),
        ("7561", "1774"),
        ("5761", "1652"),
    ],
)
def test_locate_knows_the_municipality_of_a_postcode(text, municipality):
    assert locate(text).municipality == municipality


@pytest.mark.parametrize(
    ("text", "label", "municipality"),
    [
        ("heerlen", "Heerlen", "0917"),
        ("HEERLEN", "Heerlen", "0917"),
        ("Den Bosch", "'s-Hertogenbosch", "0796"),
        ("s-Gravenhage", "Den Haag", "0518"),
        ("St. Odilienberg", "Sint Odiliënberg", "1669"),
        ("Hengelo", "Hengelo (gemeente Hengelo)", "0164"),
        ("Valkenburg", "Valkenburg (gemeente Valkenburg aan de Geul)", "0994"),
    ],
)
def test_locate_knows_places_without_case_accents_and_punctuation(text, label, municipality):
    found = locate(text)

    assert (found.label, found.municipality, found.precision) == (label, municipality, "place")


@pytest.mark.parametrize(
    ("text", "code"),
    [("Beekdaelen", "1954"), ("sudwest fryslan", "1900"), ("Valkenburg aan de Geul", "0994")],
)
def test_locate_knows_a_municipality_that_is_no_place(text, code):
    found = locate(text)

    assert (found.municipality, found.precision) == (code, "area")


def test_locate_places_a_post_office_box_among_its_neighbours():
    found = locate("6400 AA")

    assert (found.precision, found.municipality) == ("area", None)
    assert distance_km(found.latitude, found.longitude, 50.8837, 5.9815) < 10


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "abc",
        "9999ZZ",
        "9999 zz",
        "3600 Genk",
        "2000 Antwerpen",
        "B-3600",
        "Genk",
        "0412",
        "641",
        "64111",
        "6411 A",
        "6411 SS",
        "6411 Groningen",
        "6411 AB 12",
        "'; DROP TABLE",
        "\x00",
        "🙂",
        "Heerlen" * 5000,
        "6411 " + "a" * 100_000,
    ],
)
def test_locate_is_none_for_what_is_not_in_the_netherlands(text):
    assert locate(text) is None


def test_locate_tells_a_village_from_the_placeholder_postcode():
    assert locate("9999 XJ").municipality == "1979"
    assert locate("9999XX") is None


def test_find_places_puts_names_that_start_with_the_text_first_and_large_ones_before_small():
    names = [place.name for place in find_places("heer", limit=3)]

    assert names == ["Heerlen", "Heerhugowaard", "Heerenveen"]


def test_find_places_also_finds_inside_a_name_and_ignores_accents():
    assert [place.name for place in find_places("odilienberg")] == ["Sint Odiliënberg"]
    assert [place.name for place in find_places("'S-HERTOGENB")] == ["'s-Hertogenbosch"]


@pytest.mark.parametrize("text", ["", "h", "qqqq", "x" * 10_000, "%"])
def test_find_places_finds_nothing_for_too_little_or_nonsense(text):
    assert find_places(text) == []


def test_find_places_respects_the_limit():
    assert [len(find_places("a" + letter, limit=4)) for letter in "lm"] == [4, 4]
    assert find_places("heerlen", limit=0) == []


def test_distance_km_is_zero_to_itself_and_symmetric():
    heerlen, enschede = (50.8837, 5.9815), (52.2183, 6.8958)

    assert distance_km(*heerlen, *heerlen) == 0
    assert distance_km(*heerlen, *enschede) == distance_km(*enschede, *heerlen)
    assert round(distance_km(*heerlen, *enschede)) == 161


def test_fold_leaves_letters_and_single_spaces():
    assert fold("  Súdwest-Fryslân ") == "sudwest fryslan"
    assert fold("Sint Geertruid") == fold("St. Geertruid")


def test_municipalities_are_the_342_of_today():
    found = municipalities()
    provinces = Counter(municipality.province for municipality in found.values())

    assert len(found) == 342
    assert provinces == {
        "Groningen": 10,
        "Fryslân": 18,
        "Drenthe": 12,
        "Overijssel": 25,
        "Flevoland": 6,
        "Gelderland": 51,
        "Utrecht": 26,
        "Noord-Holland": 44,
        "Zuid-Holland": 50,
        "Zeeland": 13,
        "Noord-Brabant": 56,
        "Limburg": 31,
    }
    assert found["0917"].name == "Heerlen"
    assert all(len(code) == 4 and code.isdigit() and code == found[code].code for code in found)


def test_tables_lie_in_the_netherlands_and_refer_to_known_municipalities():
    known = municipalities()
    rows = table("places.csv") + table("postcodes.csv")

    outside = [
        row for row in rows if not (50.7 < float(row["latitude"]) < 53.6 and 3.3 < float(row["longitude"]) < 7.3)
    ]

    assert outside == []
    assert {row["municipality"] for row in rows} - set(known) == set()


def test_postcodes_are_unique_and_lie_near_their_municipality():
    known = municipalities()
    rows = table("postcodes.csv")

    far = [
        row["postcode"]
        for row in rows
        if distance_km(
            float(row["latitude"]),
            float(row["longitude"]),
            known[row["municipality"]].latitude,
            known[row["municipality"]].longitude,
        )
        > 40
    ]

    assert len({row["postcode"] for row in rows}) == len(rows) > 4000
    assert far == []
