"""The front end's tags and filters, and the promises about its files."""

import datetime as dt
import gzip
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

import zelfregie_core
from zelfregie_core.templatetags import zelfregie as tags
from zelfregie_core.templatetags.zelfregie_icons import (
    DEFAULT_THEME_ICON,
    THEME_ICONS,
    icon_names,
    render_icon,
    render_people_circle,
    theme_icon_name,
)

PACKAGE = Path(zelfregie_core.__file__).parent
STATIC = PACKAGE / "static" / "zelfregie_core"
#: Opened from somebody's own disk, out of a zip: nothing of the site is there to style it.
DOCUMENTS = {"gegevens.html"}
TEMPLATES = sorted(path for path in (PACKAGE / "templates").rglob("*.html") if path.name not in DOCUMENTS)


class QuestionForm(forms.Form):
    name = forms.CharField(label="Je voornaam", help_text="Zo noemen we je.")
    who = forms.ChoiceField(label="Voor wie", choices=[("a", "Mijzelf"), ("b", "Een naaste")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Ik vind het goed")


def test_css_stays_within_its_budget() -> None:
    files = [*(STATIC / "css").glob("*.css"), *(STATIC / "vendor").rglob("*.css")]

    size = sum(len(gzip.compress(path.read_bytes())) for path in files)

    assert size <= 40_000


def test_fonts_stay_within_their_budget() -> None:
    assert sum(path.stat().st_size for path in STATIC.rglob("*.woff2")) <= 45_000


def test_css_loads_nothing_from_elsewhere() -> None:
    addresses = [
        address
        for path in STATIC.rglob("*.css")
        for address in re.findall(r"(?:url\(|@import)[^;)]*", path.read_text("utf-8"))
        if "//" in address or "@import" in address
    ]

    assert addresses == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_inline_style_or_script(template: Path) -> None:
    text = template.read_text("utf-8")

    assert re.findall(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\ssrc=)", text) == []


def test_every_theme_of_the_national_list_has_its_own_icon() -> None:
    themes = tomllib.loads((PACKAGE / "data" / "themes.toml").read_text("utf-8"))["theme"]

    without = [theme["slug"] for theme in themes if theme_icon_name(theme["slug"], theme["icon"]) == DEFAULT_THEME_ICON]

    assert without == []


def test_theme_icons_are_vendored() -> None:
    assert {*THEME_ICONS.values(), DEFAULT_THEME_ICON} - set(icon_names()) == set()


def test_icon_refuses_an_unknown_name() -> None:
    with pytest.raises(ValueError, match="no icon 'nonsense'"):
        render_icon("nonsense")


def test_icon_with_a_label_is_read_aloud() -> None:
    svg = render_icon("lock", "Besloten <groep>")

    assert 'role="img" aria-label="Besloten &lt;groep&gt;"' in svg
    assert "aria-hidden" not in svg


def test_people_circle_differs_per_variant_and_keeps_one_place_free() -> None:
    drawings = [render_people_circle(variant) for variant in range(1, 7)]

    assert len(set(drawings)) == 6
    assert [drawing.count("zr-shape--free") for drawing in drawings] == [1] * 6


@pytest.mark.parametrize(
    ("style", "expected"),
    [("year", "dinsdag 3 maart 2026"), ("short", "3 mrt")],
)
def test_dutch_date_writes_dates_as_people_do(style: str, expected: str) -> None:
    assert tags.dutch_date(dt.date(2026, 3, 3), style) == expected


def test_dutch_date_writes_english_dates_in_english() -> None:
    with translation.override("en"):
        written = [tags.dutch_date(dt.date(2026, 3, 3), style) for style in ("year", "short")]

    assert written == ["Tuesday 3 March 2026", "3 Mar"]


def test_dutch_date_adds_the_year_of_another_year() -> None:
    assert tags.dutch_date(dt.date(2019, 3, 5)) == "dinsdag 5 maart 2019"


def test_time_range_says_uur_once() -> None:
    assert tags.time_range(dt.time(19, 30), dt.time(21, 0)) == "19.30 tot 21.00 uur"
    assert tags.time_range(dt.time(9, 5)) == "9.05 uur"
    assert tags.time_range(None) == ""


@pytest.mark.parametrize(
    ("kilometres", "expected"),
    [
        (0.02, "100 m"),
        (0.84, "800 m"),
        (0.96, "1,0 km"),
        (2.34, "2,3 km"),
        (9.96, "10 km"),
        (14.2, "14 km"),
        (None, ""),
    ],
)
def test_distance_gets_coarser_with_the_distance(kilometres: float | None, expected: str) -> None:
    assert tags.distance(kilometres) == expected


def test_phone_href_dials_what_people_write() -> None:
    assert tags.phone_href("+31 (0)45 - 123 45 67") == "tel:+31451234567"


def test_page_query_keeps_the_filters() -> None:
    context = Context({"request": RequestFactory().get("/", {"q": "rouw & verlies", "p": "1"})})

    html = Template("{% load zelfregie %}{% page_query 'p' 2 %}").render(context)

    assert html == "?q=rouw+%26+verlies&amp;p=2"


def test_render_section_gives_the_template_its_context() -> None:
    section = SimpleNamespace(
        plugin="groups",
        template="zelfregie_core/components/badge.html",
        context={"text": "Nieuw <b>", "kind": "ok"},
    )

    html = Template("{% load zelfregie %}{% render_section section %}").render(Context({"section": section}))

    assert html.strip() == '<span class="zr-badge zr-badge--ok">Nieuw &lt;b&gt;</span>'


def test_form_ties_help_and_errors_to_the_control() -> None:
    form = QuestionForm({})

    html = render_to_string(
        "zelfregie_core/components/form.html", {"form": form, "submit_label": "Verstuur", "method": "get"}
    )

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert re.findall(r'<a href="#([^"]+)"', html) == ["id_name", "id_who_0", "id_agree"]
    assert 'id="id_who_0"' in html
