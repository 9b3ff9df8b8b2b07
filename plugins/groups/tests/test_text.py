"""Words, queries and sentences: pure functions."""

import pytest

from zelfregie_groups.domain.query import GroupQuery, read_query
from zelfregie_groups.domain.text import clean_query, fold_words, search_words, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Één-ouder GEZIN", "een ouder gezin"), ("burn_out!", "burn out"), ("مجموعة الدعم", "مجموعة الدعم"), ("🌻", "")],
)
def test_fold_words_forgets_case_accents_and_punctuation(text, folded):
    assert fold_words(text) == folded


def test_sort_key_of_a_name_without_letters_is_the_name():
    assert sort_key("🌻🌻") == "🌻🌻"


def test_search_words_leave_out_words_that_say_group():
    assert search_words("Een zelfhulpgroep voor rouw") == ("rouw",)


def test_search_words_keep_noise_when_there_is_nothing_else():
    assert search_words("de groep") == ("de", "groep")


def test_search_words_are_at_most_eight():
    assert len(search_words(" ".join(f"woord{number}" for number in range(50)))) == 8


def test_clean_query_takes_out_control_characters_and_cuts():
    assert clean_query("  rouw\x00\n en \ud800verlies" + "x" * 500, 15) == "rouw en verlies"


def test_read_query_understands_a_full_address():
    parameters = {"q": "rouw", "thema": "verlies", "plaats": "6411", "afstand": "25", "vorm": "online", "plek": "1"}

    query = read_query(parameters, 15)

    assert query == GroupQuery(text="rouw", theme="verlies", place="6411", distance_km=25, form="online", has_room=True)


@pytest.mark.parametrize("distance", ["", "-5", "abc", "1e3", "²", "9999", "5.5"])
def test_read_query_ignores_a_distance_that_is_none(distance):
    assert read_query({"afstand": distance}, 15).distance_km == 15


def test_read_query_ignores_unknown_choices():
    assert read_query({"vorm": "'; DROP", "plek": "yes"}, 15) == GroupQuery()


def test_parameters_are_short_and_read_back():
    query = GroupQuery(text="rouw & verlies", place="Heerlen", distance_km=15)

    assert query.parameters(15) == "q=rouw+%26+verlies&plaats=Heerlen"
    assert query.changed(distance_km=25).parameters(15) == "q=rouw+%26+verlies&plaats=Heerlen&afstand=25"
