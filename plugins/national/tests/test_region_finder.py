"""Which region is mine? By postcode, municipality, or the nearest one; never silence."""

import pytest

from zelfregie_national.domain.region_finder import Outcome, find_region


@pytest.fixture
def parkstad(make_entry):
    return make_entry(1, "Parkstad", municipalities=("0917", "0928"), postcodes=((6400, 6479),))


@pytest.fixture
def twente(make_entry):
    return make_entry(2, "Twente", latitude=52.22, longitude=6.89, postcodes=((7500, 7549),))


@pytest.mark.parametrize("text", ["6411", "6411 AB", "6411ab Heerlen", "  heerlen ", "Heerlen", "Kerkrade"])
def test_place_inside_a_region(parkstad, twente, text):
    finding = find_region(text, [parkstad, twente])

    assert (finding.outcome, finding.region, finding.distance) == (Outcome.INSIDE, parkstad, None)


def test_postcode_decides_before_the_municipality(make_entry):
    by_municipality = make_entry(1, "Parkstad", municipalities=("0917",))
    by_postcode = make_entry(2, "Grensgebied", postcodes=((6411, 6411),))
    both = [by_municipality, by_postcode]

    assert [find_region(text, both).region for text in ("6411", "6412")] == [by_postcode, by_municipality]


def test_of_two_regions_that_claim_a_place_the_nearest_is_meant(make_entry):
    far = make_entry(1, "Ver", postcodes=((6400, 6499),), latitude=53.0, longitude=6.5)
    near = make_entry(2, "Dichtbij", postcodes=((6400, 6499),), latitude=50.9, longitude=6.0)

    assert find_region("6411", [far, near]).region == near


def test_place_outside_all_regions_gets_the_nearest_with_its_distance(parkstad, twente):
    finding = find_region("Zwolle", [parkstad, twente])

    assert (finding.outcome, finding.region, finding.place) == (Outcome.NEAREST, twente, "Zwolle")
    assert 50 < finding.distance < 70


def test_unknown_place_gets_names_that_look_like_it(parkstad):
    found = {text: find_region(text, [parkstad]) for text in ("Heerl", "Xyzzy")}

    assert {finding.outcome for finding in found.values()} == {Outcome.UNKNOWN_PLACE}
    assert {text: finding.suggestions for text, finding in found.items()} == {
        "Heerl": ("Heerlen", "Heerle"),
        "Xyzzy": (),
    }


@pytest.mark.parametrize("text", ["9999ZZ", "3600 Genk", "12345", "x" * 5000, "<script>"])
def test_what_is_no_dutch_place_is_unknown(parkstad, text):
    assert find_region(text, [parkstad]).outcome is Outcome.UNKNOWN_PLACE


@pytest.mark.parametrize("text", ["", "   ", "\x00"])
def test_nothing_asked(parkstad, text):
    assert find_region(text, [parkstad]).outcome is Outcome.NOTHING_ASKED


def test_without_regions_or_places_we_say_so(make_entry):
    assert find_region("Heerlen", []).outcome is Outcome.NO_REGION
    assert find_region("Heerlen", [make_entry(1)]).outcome is Outcome.NO_REGION


def test_unknown_municipality_codes_do_no_harm(make_entry):
    region = make_entry(1, "Oud", municipalities=("9998",))

    assert find_region("Heerlen", [region]).outcome is Outcome.NO_REGION
