"""Guessing which column is which field."""

from zelfregie_groups.domain.importing.columns import COLUMNS
from zelfregie_groups.domain.importing.mapping import guess_mapping


def test_guess_reads_the_names_people_use():
    columns = ["Naam groep", "Plaats", "Dag(en)", "Tijd", "Contact e-mail", "Doelgroep", "Onderwerp", "Group size"]

    assert guess_mapping(columns, {}) == {
        "Naam groep": "name", "Plaats": "city", "Dag(en)": "weekday", "Tijd": "start_time",
        "Contact e-mail": "host_email", "Doelgroep": "audience", "Onderwerp": "themes", "Group size": "size",
    }  # fmt: skip


def test_guess_knows_our_own_names():
    assert guess_mapping(COLUMNS, {}) == {name: name for name in COLUMNS}


def test_guess_looks_into_the_cells():
    examples = {
        "Kolom1": ["6411 AB", "6211kx"],
        "Kolom2": ["a@voorbeeld.nl", "b@voorbeeld.nl"],
        "Kolom3": ["19:30", "10.00 uur"],
        "Kolom4": ["21:00", "12.00 uur"],
        "Kolom5": ["dinsdag", "di en do"],
        "Kolom6": ["50,88", "51.02"],
        "Kolom7": ["zomaar", "wat"],
    }

    assert guess_mapping(list(examples), examples) == {
        "Kolom1": "postal_code", "Kolom2": "host_email", "Kolom3": "start_time", "Kolom4": "end_time",
        "Kolom5": "weekday", "Kolom6": "latitude",
    }  # fmt: skip


def test_guess_does_not_take_a_name_for_what_is_not_in_the_cells():
    assert guess_mapping(["Doelgroep"], {"Doelgroep": ["mensen met een burn-out", "mensen in rouw"]}) == {}


def test_guess_gives_each_field_once():
    assert guess_mapping(["Naam", "Naam groep"], {}) == {"Naam": "name"}


def test_guess_lets_what_was_chosen_before_win():
    remembered = {"Naam": "description", "Plaats": "", "Weg": "city"}

    assert guess_mapping(["Naam", "Plaats", "Titel"], {}, remembered) == {"Naam": "description", "Titel": "name"}
