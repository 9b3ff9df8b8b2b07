"""Codes survive how people read and type them, and a typing error never gives another code."""

import pytest

from zelfregie_referrals.codes import ALPHABET, LENGTH, new_code, read_code, shown


def test_new_code_can_be_read_back_as_people_type_it():
    for _attempt in range(200):
        code = new_code()

        assert len(code) == LENGTH
        assert {read_code(text) for text in (code, code.lower(), shown(code), f"  {code[:4]} {code[4:]} ")} == {code}


@pytest.mark.parametrize(("typed", "meant"), [("O", "0"), ("i", "1"), ("L", "1"), ("z", "2"), ("S", "5"), ("b", "8")])
def test_read_code_takes_a_look_alike_for_what_is_printed(typed, meant):
    code = next(code for code in iter(new_code, None) if meant in code)

    assert read_code(code.replace(meant, typed)) == code


def test_read_code_refuses_every_single_error_and_every_swap():
    for _attempt in range(20):
        code = new_code()
        errors = {code[:at] + other + code[at + 1 :] for at in range(LENGTH) for other in ALPHABET} - {code}
        swaps = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(LENGTH - 1)} - {code}

        assert [wrong for wrong in errors | swaps if read_code(wrong)] == []


@pytest.mark.parametrize("text", ["", "4KTF", "4KTF-92DC-1", "AEUAEUAE", "٣٣٣٣٣٣٣٣", "x" * 5000, "ßßßß"])
def test_read_code_gives_nothing_for_what_is_no_code(text):
    assert read_code(text) is None


def test_alphabet_spells_no_words_and_has_no_look_alikes():
    assert set(ALPHABET) & set("AEIOULSZB") == set()
