"""Cells as people and programs write them."""

import datetime as dt

import pytest

from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.importing.cells import BadCell
from zelfregie_groups.domain.importing.words import words_of


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("19:30", dt.time(19, 30)),
        ("19.30", dt.time(19, 30)),
        ("19,30", dt.time(19, 30)),
        ("19:30:00", dt.time(19, 30)),
        ("19.30 uur", dt.time(19, 30)),
        ("19u30", dt.time(19, 30)),
        ("1930", dt.time(19, 30)),
        ("930", dt.time(9, 30)),
        ("19", dt.time(19)),
        ("7:30 PM", dt.time(19, 30)),
        ("7:30 p.m.", dt.time(19, 30)),
        ("12:15 AM", dt.time(0, 15)),
        ("0,8125", dt.time(19, 30)),
        ("0.8125", dt.time(19, 30)),
        ("0,5", dt.time(12)),
        (",75", None),
        ("0.812500000000001", dt.time(19, 30)),
        ("1899-12-30 19:30:00", dt.time(19, 30)),
        ("30-12-1899 19:30", dt.time(19, 30)),
        ("", None),
    ],
)
def test_clock_time_reads_what_programs_write(cell, time):
    if cell == ",75":
        with pytest.raises(BadCell):
            cells.clock_time(cell)
        return
    assert cells.clock_time(cell) == time


@pytest.mark.parametrize("cell", ["25:00", "19:75", "avond", "19:30-21:00", "-1", "19:3", "١٩:٣٠x"])
def test_clock_time_refuses_what_is_no_time(cell):
    with pytest.raises(BadCell, match="19:30"):
        cells.clock_time(cell)


@pytest.mark.parametrize(
    ("cell", "degrees"), [("50,8882", 50.8882), (" 5.9795° O", 5.9795), ("-3.2", -3.2), ("51", 51.0), ("", None)]
)
def test_coordinate_reads_points_and_commas(cell, degrees):
    assert cells.coordinate(cell) == degrees


@pytest.mark.parametrize("cell", ["50.888.200", "508882000", "noord", "nan", "1e5"])
def test_coordinate_refuses_what_is_no_number_of_degrees(cell):
    with pytest.raises(BadCell):
        cells.coordinate(cell)


def test_plain_text_takes_html_away_and_keeps_the_words():
    cell = "<p>Welkom &amp; tot ziens</p><script>alert(1)</script><b>Koffie</b><br>klaar"

    assert cells.plain_text(cell) == "Welkom & tot ziens\nKoffie\nklaar"


def test_plain_text_keeps_what_only_looks_like_html():
    assert cells.plain_text("minder < meer > R&B") == "minder < meer > R&B"


def test_plain_text_removes_control_characters():
    assert cells.plain_text("a\x00b\x07 c\xa0d\r\n\n\n\ne") == "ab c d\n\ne"


@pytest.mark.parametrize(
    ("cell", "code"), [("6411ab", "6411 AB"), (" 6411  AB ", "6411 AB"), ("6411", "6411"), ("B-3600", "B-3600")]
)
def test_postal_code_is_written_the_dutch_way(cell, code):
    assert cells.postal_code(cell) == code


def test_email_address_does_not_repeat_a_wrong_address():
    with pytest.raises(BadCell) as caught:
        cells.email_address("anna at voorbeeld")

    assert "anna" not in str(caught.value)


def test_choice_names_what_is_possible():
    with pytest.raises(BadCell, match="in_person, online, hybrid"):
        cells.choice("thuis", words_of("form"), "in_person")


def test_choice_reads_dutch_words():
    assert cells.choice("Op  Locatie", words_of("form"), "") == "in_person"
    assert cells.choices("Naasten; zelf,naasten", words_of("audience"), []) == ["relative", "self"]
