"""Understanding what people type: themes, synonyms, compounds and mistakes."""

import pytest

from zelfregie_core.domain.themes import standard_themes
from zelfregie_core.search import (
    MAX_WORD,
    Lexicon,
    Reading,
    Term,
    clean_query,
    correct,
    fold_words,
    replaced,
    search_words,
    sort_key,
)

LEXICON = Lexicon(
    [
        ("burn-out", ["Burn-out", "overspannen", "stress op het werk"]),
        ("depressie", ["Depressie en somberheid", "somber", "geen energie meer"]),
        ("diabetes", ["Diabetes", "suikerziekte"]),
        ("kanker", ["Kanker"]),
        ("longziekten", ["Longziekten", "copd"]),
        ("mantelzorg", ["Mantelzorg", "mantelzorger", "overspannen"]),
        ("rouw", ["Rouw en verlies", "weduwe"]),
    ]
)
USED = {"depressie": 9, "diabetes": 5, "kanker": 7, "ranken": 1, "reuma": 2, "rouwcafe": 3, "wandelen": 8, "van": 99}


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("rouw", ("rouw",)),
        ("Róuw!", ("rouw",)),
        ("verlies", ("rouw",)),
        ("rouwgroep", ("rouw",)),
        ("ik zoek een rouwgroep", ("rouw",)),
        ("weduwe", ("rouw",)),
        ("diabe", ("diabetes",)),
        ("dia", ()),  # too short for the beginning of a word
        ("borstkanker", ("kanker",)),
        ("kankers", ("kanker",)),
        ("vrouwen", ()),  # "rouw" is too short to be looked for inside a word
        ("mantel zorg", ("mantelzorg",)),
        ("burn out", ("burn-out",)),
        ("burnout", ("burn-out",)),
        ("ik heb stress op het werk", ("burn-out",)),
        ("stress", ("burn-out",)),  # the beginning of a synonym
        ("werk", ()),  # one word of a synonym of several is not yet the synonym
        ("overspannen", ("burn-out", "mantelzorg")),
        ("rouw en diabetes", ("rouw", "diabetes")),
        ("en", ()),  # the "en" of "Rouw en verlies" says nothing
        ("fietsen", ()),
        ("", ()),
    ],
)
def test_text_means_themes(text, themes):
    assert LEXICON.read(text).themes == themes


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        (
            "mantel zorg Heerlen",
            (
                Term("mantelzorg", ("mantelzorg",), ("mantelzorg", "mantelzorgheerlen")),
                Term("heerlen", (), ("heerlen", "mantelzorgheerlen")),
            ),
        ),
        ("stress op het werk", (Term("stress op het werk", ("burn-out",)),)),
        ("wandelgroep", (Term("wandelgroep", (), ("wandelgroep", "wandel")),)),
        ("groep", (Term("groep", (), ("groep",)),)),  # it says nothing, but is all there is
        ("ik zoek een groep met fietsen", (Term("fietsen", (), ("fietsen",)),)),
        ("fietsen Fietsen", (Term("fietsen", (), ("fietsen",)),)),
        ("!?", ()),
    ],
)
def test_text_is_read_as_terms(text, terms):
    assert LEXICON.read(text) == Reading(terms)


def test_words_are_those_that_name_no_theme():
    assert LEXICON.read("rouw wandelen Heerlen").words == ("wandelen", "heerlen")


def test_long_text_and_long_words_are_cut():
    reading = LEXICON.read(" ".join([f"woord{number}" for number in range(20)] + ["x" * 500]))
    long = LEXICON.read("x" * 500)

    assert [term.typed for term in reading.terms] == [f"woord{number}" for number in range(8)]
    assert long.terms == (Term("x" * MAX_WORD, (), ("x" * MAX_WORD,)),)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("diabtes", "diabetes"),
        ("diabeets", "diabetes"),  # two letters swapped are one mistake
        ("deppresie", "depressie"),
        ("rumea", None),  # two mistakes are too many in five letters
        ("reumha", "reuma"),
        ("rouwkafe", "rouwcafe"),
        ("wandellen", "wandelen"),
        ("wnadelne", "wandelen"),
        ("anker", "kanker"),  # one letter short
        ("kan", None),  # too short
        ("vam", None),
        ("", None),
        ("fietsen", None),
    ],
)
def test_mistake_is_put_right_by_the_nearest_word(typed, meant):
    assert correct(typed, USED) == meant


def test_known_word_stays_what_it_is():
    assert {word: correct(word, USED) for word in USED if len(word) >= 4} == {
        word: word for word in USED if len(word) >= 4
    }


def test_short_word_is_never_corrected():
    assert [correct(word, ["man", "mannen", "zorg"]) for word in ("ma", "mn", "van", "zrg")] == [None] * 4


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("kofie", {"kofje": 1, "koffie": 50}, "koffie"),  # as near: the one that is used most
        ("kofie", {"tofie": 90, "koffie": 1}, "koffie"),  # as near: the one with the same first letter
        ("kofie", {"koffie": 1, "kofiel": 1}, "koffie"),  # in all alike: the first in the alphabet
        ("kofie", ["koffie"], "koffie"),
        ("bonker", {"kanker": 5}, None),  # two mistakes in a short word that begins otherwise
        ("kofie", {}, None),
    ],
)
def test_likeliest_word_is_chosen(typed, known, meant):
    assert correct(typed, known) == meant


@pytest.mark.parametrize(
    ("typed", "theme"),
    [("diabtes", "diabetes"), ("deppresie", "depressie"), ("overspanen", "burn-out"), ("mantelzrog", "mantelzorg")],
)
def test_mistake_in_the_national_list_leads_to_its_theme(typed, theme):
    lexicon = Lexicon((slug, [known.name, *known.synonyms]) for slug, known in standard_themes().items())

    assert theme in lexicon.read(correct(typed, list(lexicon.words)) or "").themes


def test_corrections_replace_whole_words_only():
    assert replaced("Diabtes en diabtess", {"diabtes": "diabetes"}) == "diabetes en diabtess"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Óver de  drempel!", "over de drempel"),
        ("’t Lichtpunt", "t lichtpunt"),
        ("snake_case", "snake case"),
        ("STRAẞE", "strasse"),
        ("مجموعة", "مجموعة"),
        ("🙂", ""),
    ],
)
def test_words_are_compared_without_case_accents_and_signs(text, folded):
    assert fold_words(text) == folded


def test_sort_key_of_signs_is_the_signs():
    assert (sort_key("Óver"), sort_key("🙂")) == ("over", "🙂")


def test_query_is_cleaned_and_cut():
    assert clean_query("  a\x00b\n\tc \ud800" + "d" * 500, 10) == "a b c dddd"


@pytest.mark.parametrize(
    ("text", "words"),
    [("Ik zoek een groep voor rouw", ("rouw",)), ("een groep", ("een", "groep")), ("rouw Rouw", ("rouw",)), ("", ())],
)
def test_words_that_say_nothing_do_not_count(text, words):
    assert search_words(text) == words
