"""A region's two colours: what passes, what is refused, and what is proposed instead."""

import pytest
from django.core.exceptions import ValidationError

from zelfregie_core.domain.brand import SHAPE_VARIANTS, brand_css, brand_problems, shade, shape_variant, tint
from zelfregie_core.domain.contrast import contrast_ratio
from zelfregie_core.models import Branding


@pytest.mark.parametrize(
    ("primary", "accent"),
    [
        ("#7a1f5c", "#f2b544"),
        ("#0b5d4e", "#f49f6c"),
        ("#1f4e8c", "#8fd0c8"),
        ("#3b2a6b", "#ff9b71"),
        ("#000000", "#ffffff"),
    ],
)
def test_readable_colours_have_no_problems(primary: str, accent: str) -> None:
    assert brand_problems(primary, accent) == {}


def test_light_primary_is_refused_with_the_nearest_that_passes() -> None:
    problems = brand_problems("#ff6600", "#ffffff")

    assert list(problems) == ["primary"]
    proposed = problems["primary"].rsplit(" ", 1)[1].rstrip(".")
    assert 4.5 <= contrast_ratio(proposed, "#ffffff") < 4.7


def test_accent_too_dark_for_dark_letters_is_refused() -> None:
    problems = brand_problems("#7a1f5c", "#7a1f5c")

    assert list(problems) == ["accent"]
    proposed = problems["accent"].rsplit(" ", 1)[1].rstrip(".")
    assert 4.5 <= contrast_ratio(proposed, shade("#7a1f5c")) < 4.8


def test_both_problems_are_told_at_once() -> None:
    assert sorted(brand_problems("#ffff00", "#111111")) == ["accent", "primary"]


def test_stylesheet_holds_only_custom_properties() -> None:
    assert brand_css("#7a1f5c", "#f2b544") == (
        ":root {\n"
        "  --zr-primary: #7a1f5c;\n"
        "  --zr-primary-contrast: #ffffff;\n"
        "  --zr-primary-dark: #431133;\n"
        "  --zr-primary-soft: #f4edf2;\n"
        "  --zr-accent: #f2b544;\n"
        "  --zr-accent-contrast: #431133;\n"
        "  --zr-accent-soft: #fcecd0;\n"
        "}\n"
    )


def test_mixing_keeps_the_ends() -> None:
    assert (shade("#336699", 0), shade("#336699", 1), tint("#336699", 1)) == ("#336699", "#000000", "#ffffff")


def test_shape_is_the_same_for_the_same_name_and_within_bounds() -> None:
    variants = {shape_variant(f"Regio {number}") for number in range(200)}

    assert variants == set(range(1, SHAPE_VARIANTS + 1))
    assert shape_variant("Twente") == shape_variant("Twente")


def test_branding_refuses_unreadable_colours_per_field() -> None:
    with pytest.raises(ValidationError) as refused:
        Branding(site_name="Noord", primary="#ffcc00", accent="#ffffff").full_clean()

    assert list(refused.value.message_dict) == ["primary"]


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "", "7a1f5c"])
def test_branding_refuses_what_is_no_colour(colour: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Branding(site_name="Noord", primary=colour, accent="#ffffff").full_clean()

    assert "primary" in refused.value.message_dict
