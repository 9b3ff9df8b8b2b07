"""Places that share a name."""

import pytest

from zelfregie_core.places import locate, namesakes
from zelfregie_core.places.tables import places


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Hengelo", ["Hengelo (gemeente Bronckhorst)"]),
        ("hengelo ov", []),
        ("Bergen", ["Bergen L"]),
        ("Beek", ["Beek (gemeente Laarbeek)", "Beek (gemeente Berg en Dal)", "Beek (gemeente Montferland)"]),
        ("Beek (gemeente Laarbeek)", []),
        ("Heerlen", []),
        ("6411", []),
        ("Nergenshuizen", []),
        ("", []),
    ],
)
def test_namesakes_are_the_other_places_of_a_name(text, others):
    assert [place.label for place in namesakes(text)] == others


def test_locate_takes_every_label_of_a_namesake():
    offered = {place.label: place for name in {place.name for _folded, place in places()} for place in namesakes(name)}
    found = {label: locate(label) for label in offered}

    points = {label: (place.latitude, place.longitude) for label, place in offered.items()}
    assert {label: place and (place.latitude, place.longitude) for label, place in found.items()} == points


def test_locate_knows_no_place_in_a_municipality_where_it_is_not():
    assert locate("Hengelo (gemeente Maastricht)") is None
