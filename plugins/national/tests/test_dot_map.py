"""The map: dots inside the frame, numbers where they fit."""

import re

from zelfregie_core.places import municipalities
from zelfregie_national.domain.dot_map import HEIGHT, MAX_MARKERS, WIDTH, draw_map


def points(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"M([\d.]+) ([\d.]+)h0", path)]


def test_country_is_one_dot_per_municipality_inside_the_frame():
    country = points(draw_map([]).country)

    assert len(country) == len(municipalities())
    assert [point for point in country if not (0 < point[0] < WIDTH and 0 < point[1] < HEIGHT)] == []


def test_north_is_up_and_east_is_right(make_entry):
    groningen, maastricht = draw_map(
        [make_entry(1, latitude=53.22, longitude=6.57), make_entry(2, latitude=50.85, longitude=5.69)]
    ).areas

    assert groningen.y < maastricht.y
    assert groningen.x > maastricht.x


def test_region_is_marked_in_the_middle_of_its_municipalities(make_entry):
    (area,) = draw_map([make_entry(1, municipalities=("0917", "0928"))]).areas
    dots = points(area.dots)

    assert len(dots) == 2
    assert min(x for x, _y in dots) <= area.x <= max(x for x, _y in dots)


def test_region_without_a_place_is_only_in_the_list(make_entry):
    assert draw_map([make_entry(1)]).areas == ()


def test_many_regions_get_dots_without_numbers(make_entry):
    many = [make_entry(number, latitude=52.0, longitude=5.0) for number in range(1, MAX_MARKERS + 2)]

    areas = draw_map(many).areas

    assert len(areas) == MAX_MARKERS + 1
    assert {area.x for area in areas} == {None}
