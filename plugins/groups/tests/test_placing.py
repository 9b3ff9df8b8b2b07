"""Putting a group on the map, and points that cannot be right."""

import pytest

from zelfregie_groups.domain.placing import check_point, place_group
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (50.8837, 5.9815),  # Heerlen
        (53.4837, 6.1622),  # Schiermonnikoog
        (52.0874, 5.8203),  # the middle of the Hoge Veluwe
        (51.2508, 3.4493),  # Eede, at the border
        (52.3508, 5.2647),  # Almere, that the sea was before
    ],
)
def test_a_point_where_people_live_is_right(latitude, longitude):
    assert check_point(latitude, longitude) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "sentence"),
    [
        (0, 0, "Breedte 0 en lengte 0 liggen in zee bij Afrika. Weet je de getallen niet? Laat ze dan leeg."),
        (
            5.9815,
            50.8837,
            "De getallen lijken verwisseld: vul als breedtegraad 50.8837 in en als lengtegraad 5.9815.",
        ),
        (
            52.1,
            4.0,
            "Deze plek ligt in zee of niet in Nederland: Ter Heijde is het dichtst bij, op 14 km. "
            "Kijk de getallen na, of laat ze leeg.",
        ),
        (
            52.45,
            5.33,
            "Deze plek ligt in zee of niet in Nederland: Almere is het dichtst bij, op 11 km. "
            "Kijk de getallen na, of laat ze leeg.",
        ),
        (50.85, 4.35, "Deze plek ligt in zee of niet in Nederland: Kapellebrug is het dichtst bij, op 49 km. "
         "Kijk de getallen na, of laat ze leeg."),
        (40.75, -73.98, "Deze plek ligt niet in Nederland. Kijk de getallen na, of laat ze leeg."),
        (52.0, 0.0, "Deze plek ligt niet in Nederland. Kijk de getallen na, of laat ze leeg."),
        (91.0, 5.0, "Dit is geen plek op aarde. De breedtegraad is in Nederland 50 tot 54, de lengtegraad 3 tot 8."),
        (
            float("nan"),
            5.0,
            "Dit is geen plek op aarde. De breedtegraad is in Nederland 50 tot 54, de lengtegraad 3 tot 8.",
        ),
        (
            52.0,
            float("inf"),
            "Dit is geen plek op aarde. De breedtegraad is in Nederland 50 tot 54, de lengtegraad 3 tot 8.",
        ),
    ],
)  # fmt: skip
def test_a_point_that_cannot_be_right_says_why_and_what_to_do(latitude, longitude, sentence):
    assert check_point(latitude, longitude) == sentence


@pytest.mark.parametrize(
    ("fields", "point"),
    [
        ({"postal_code": "6411 AB", "city": "Heerlen"}, (50.8837, 5.9815)),
        ({"address": "Molenlaan 12", "postal_code": "6411ab", "city": "Heerlen"}, (50.8837, 5.9815)),
        ({"address": "Molenlaan 12", "city": "Heerlen"}, (50.8837, 5.9815)),
        ({"city": "Heerlen"}, (50.8837, 5.9815)),
        # Written wrongly, or of another place: the city is what we go by.
        ({"postal_code": "9999ZZ", "city": "Heerlen"}, (50.8837, 5.9815)),
        ({"postal_code": "9711 AA", "city": "Heerlen"}, (50.8837, 5.9815)),
        ({"postal_code": "B-3600", "city": "Genk"}, (None, None)),
        ({"postal_code": "52062", "city": "Aachen"}, (None, None)),
        ({"address": "Molenlaan 12"}, (None, None)),
        ({"city": "Heerlen", "form": "online"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_place_group_takes_the_best_that_is_known(noord, fields, point):
    group = Group(name="Rouwcafé", latitude=1.0, longitude=1.0, **fields)

    placed = place_group(group)

    assert ((group.latitude, group.longitude), placed) == (point, point != (None, None))
