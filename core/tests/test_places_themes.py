"""The national list of themes is complete, consistent and careful."""

import re
import tomllib
from importlib.resources import files

CRISIS_THEMES = {"suicidaliteit", "nabestaanden-zelfdoding", "depressie", "jongeren"}


def themes():
    text = files("zelfregie_core").joinpath("data", "themes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["theme"]


def test_themes_have_all_fields_and_unique_names():
    found = themes()

    assert len(found) >= 40
    assert len({theme["slug"] for theme in found}) == len({theme["name"] for theme in found}) == len(found)
    for theme in found:
        assert set(theme) == {"slug", "name", "synonyms", "icon", "intro", "tips", "related"}, theme["slug"]
        assert re.fullmatch(r"[a-z][a-z-]*[a-z]", theme["slug"])
        assert theme["icon"] == theme["slug"]
        assert 4 <= len(theme["tips"]) <= 6, theme["slug"]
        assert len(theme["synonyms"]) == len({word.lower() for word in theme["synonyms"]})
        assert 2 <= len(re.findall(r"[.!?](?:\s|$)", theme["intro"])) <= 6, theme["slug"]


def test_themes_are_related_to_themes_that_exist():
    found = {theme["slug"]: theme for theme in themes()}

    assert {other for theme in found.values() for other in theme["related"]} - set(found) == set()
    assert [slug for slug, theme in found.items() if slug in theme["related"]] == []


def test_themes_about_wanting_to_die_name_the_helpline():
    found = {theme["slug"]: theme for theme in themes()}

    for slug in sorted(CRISIS_THEMES):
        text = found[slug]["intro"] + " ".join(found[slug]["tips"])
        assert "0800-0113" in text, slug
