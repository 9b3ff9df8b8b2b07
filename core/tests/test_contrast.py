"""The contrast formula of WCAG 2.2."""

import pytest

from zelfregie_core.domain.contrast import contrast_ratio, nearest_passing, parse_colour, passes


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#FFF", "#00f", 8.59),
    ],
)
def test_contrast_ratio_follows_the_standard(first, second, ratio):
    assert round(contrast_ratio(first, second), 2) == ratio
    assert contrast_ratio(first, second) == contrast_ratio(second, first)


def test_passes_does_not_round_up():
    assert not passes("#777777", "#ffffff", 4.5)
    assert passes("#767676", "#ffffff", 4.5)


@pytest.mark.parametrize("colour", ["#f2b544", "#ffff00", "#ff7f7f", "#00ff00", "#777777"])
def test_nearest_passing_passes_and_keeps_the_hue(colour):
    found = nearest_passing(colour, "#ffffff", 4.5)

    assert passes(found, "#ffffff", 4.5)
    red, green, blue = parse_colour(colour)
    near_red, near_green, near_blue = parse_colour(found)
    assert (near_red >= near_green, near_green >= near_blue) == (red >= green, green >= blue)


def test_nearest_passing_leaves_a_good_colour_alone():
    assert nearest_passing("#7A1F5C", "#ffffff", 4.5) == "#7a1f5c"


def test_nearest_passing_takes_the_nearest_grey():
    assert nearest_passing("#777777", "#ffffff", 4.5) == "#767676"


@pytest.mark.parametrize("value", ["", "red", "#12", "#12345", "#gggggg", "7a1f5c"])
def test_parse_colour_refuses_other_texts(value):
    with pytest.raises(ValueError, match="not a colour"):
        parse_colour(value)
