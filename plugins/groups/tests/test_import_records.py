"""From the cells of a row to the values of a group, as people, Excel and other programs write them."""

import datetime as dt
import json

import pytest

from zelfregie_core.domain.tables import Row
from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.importing.cells import BadCell
from zelfregie_groups.domain.importing.dates import date
from zelfregie_groups.domain.importing.records import Record, read_record
from zelfregie_groups.domain.importing.rhythm import rhythm, weekdays, weeks
from zelfregie_groups.domain.importing.schedule_cells import exceptions_of
from zelfregie_groups.domain.importing.theme_names import ThemeNames

THEMES = ThemeNames({"rouw": "rouw", "Rouw en verlies": "rouw", "Pijn, moe en ziek": "pijn"})


def read(**columns):
    return read_record(Row(2, {"name": "Rouw", "themes": "rouw", **columns}), THEMES)


def values(**columns):
    record = read(**columns)
    assert isinstance(record, Record), record
    return record.values


def wrong(**columns):
    found = read(**columns)
    assert isinstance(found, list), found
    return [(problem.column, str(problem.message)) for problem in found]


def noticed(**columns):
    return [(notice.column, str(notice.message)) for notice in read(**columns).notices]


@pytest.mark.parametrize(
    "cell",
    ["3-3-2026", "03/03/26", "2026-03-03", "3.3.2026", "46084", "46084,0", "3 maart 2026", "3 mrt. 2026", "3 mrt '26",
     "dinsdag 3 maart 2026", "di 3-3-2026", "2026-03-03T00:00:00", "2026-03-03 00:00:00", "20260303",
     "3e maart 2026", "March 3, 2026"],
)  # fmt: skip
def test_date_reads_what_people_and_excel_write(cell):
    assert date(cell) == dt.date(2026, 3, 3)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("29-02-2027", "29 februari 2027 bestaat niet: 2027 is geen schrikkeljaar. Verbeter de datum."),
        ("31 april 2026", "31 april 2026 bestaat niet. Verbeter de datum."),
        ("3/25/2026", "'3/25/2026' is geen datum: er is geen maand 25. Schrijf eerst de dag, dan de maand."),
        ("3 maart", "Bij '3 maart' staat geen jaar. Schrijf het erbij, zoals 3-3-2026."),
        ("3-3-0026", "'3-3-0026': het jaar klopt niet. Schrijf de datum als 3-3-2026."),
        ("binnenkort", "'binnenkort' is geen datum. Schrijf hem als 3-3-2026."),
        ("12345678901234567890", "'12345678901234567890' is geen datum. Schrijf hem als 3-3-2026."),
    ],
)
def test_date_says_why_it_is_none(cell, said):
    with pytest.raises(BadCell) as caught:
        date(cell)

    assert str(caught.value) == said


def test_date_knows_the_leap_day():
    assert date("29-2-2028") == dt.date(2028, 2, 29)
    assert date("") is None


@pytest.mark.parametrize(
    ("cell", "days"),
    [("dinsdag", (2,)), ("Di.", (2,)), ("dinsdagavond", (2,)), ("zondagen", (7,)), ("Tuesdays", (2,)), ("2", (2,)),
     ("", ()), ("dinsdag en donderdag", (2, 4)), ("di/do", (2, 4)), ("ma, wo", (1, 3)), ("ma t/m vr", (1, 2, 3, 4, 5)),
     ("maandag tot en met woensdag", (1, 2, 3)), ("vr-ma", (1, 5, 6, 7)), ("elke dag", (1, 2, 3, 4, 5, 6, 7)),
     ("weekend", (6, 7))],
)  # fmt: skip
def test_weekdays_reads_what_people_write(cell, days):
    assert weekdays(cell) == days


@pytest.mark.parametrize("cell", ["0", "8", "soms", "dinsdag of zo", "ma-di-wo"])
def test_weekdays_refuses_what_is_no_day(cell):
    with pytest.raises(BadCell, match="geen dag"):
        weekdays(cell)


@pytest.mark.parametrize(
    ("cell", "found"),
    [("eerste;derde", (1, 3)), ("1e en 3e", (1, 3)), ("laatste", (-1,)), ("eerste week van de maand", (1,)),
     ("2de", (2,)), ("", ())],
)  # fmt: skip
def test_weeks_reads_words_and_numbers(cell, found):
    assert weeks(cell) == found


def test_weeks_refuses_a_fifth():
    with pytest.raises(BadCell, match="eerste, tweede, derde, vierde, laatste"):
        weeks("vijfde")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("weekly", ("weekly", 1, (), ())),
        ("biweekly", ("weekly", 2, (), ())),
        ("tweewekelijks", ("weekly", 2, (), ())),
        ("1x per 2 weken", ("weekly", 2, (), ())),
        ("om de drie weken", ("weekly", 3, (), ())),
        ("wekelijks op dinsdag en donderdag", ("weekly", 1, (2, 4), ())),
        ("Elke dinsdag", ("weekly", 1, (2,), ())),
        ("eerste dinsdag van de maand", ("monthly", 1, (2,), (1,))),
        ("1e en 3e dinsdag v/d maand", None),
        ("1e en 3e dinsdag van de maand", ("monthly", 1, (2,), (1, 3))),
        ("laatste vrijdag", ("monthly", 1, (5,), (-1,))),
        ("1 x per maand", ("monthly", 1, (), ())),
        ("per kwartaal", ("monthly", 3, (), ())),
        ("eenmalig", ("once", 1, (), ())),
        ("2x per maand", None),
        ("als de kat van huis is", None),
    ],
)
def test_rhythm_reads_how_often(cell, found):
    said = rhythm(cell)

    assert (said and (said.frequency, said.interval, said.weekdays, said.weeks)) == found


def test_record_reads_the_fields_about_people():
    found = values(
        gender="V", age_from="18+", age_to="", size="8-12", joining="vaste groep", wheelchair="ja",
        accessible_toilet="onbekend", induction_loop="Nee", bring_someone="in overleg", speaking="luisteren",
        welcomed_by="Marjan", contact_first="ja", first_time_note="Kom\nbinnen", confirmed_on="3-3-2026",
        status="wachtlijst",
    )  # fmt: skip

    assert {name: found[name] for name in found if name not in ("name", "themes")} == {
        "gender": "women", "age_from": 18, "age_to": None, "size": 10, "joining": "closed", "wheelchair": True,
        "accessible_toilet": None, "induction_loop": False, "bring_someone": "ask", "speaking": "listen",
        "welcomed_by": "Marjan", "contact_first": "required", "first_time_note": "Kom\nbinnen",
        "confirmed_on": "2026-03-03", "status": "waiting_list",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "column"),
    [
        ({"gender": "poezen"}, "gender"),
        ({"age_from": "121"}, "age_from"),
        ({"age_from": "30", "age_to": "18"}, "age_to"),
        ({"size": "1"}, "size"),
        ({"size": "veel"}, "size"),
        ({"wheelchair": "misschien"}, "wheelchair"),
        ({"speaking": "zingen"}, "speaking"),
        ({"confirmed_on": "31-2-2026"}, "confirmed_on"),
        ({"first_time_note": "x" * 1001}, "first_time_note"),
        ({"day_of_month": "32"}, "day_of_month"),
        ({"interval": "53"}, "interval"),
        ({"weeks": "zesde"}, "weeks"),
        ({"start_date": "3-3-2027", "end_date": "3-3-2026"}, "end_date"),
        ({"start_time": "19:30 - 18:00"}, "end_time"),
        ({"schedules": "[1, 2"}, "schedules"),
        ({"schedules": '[{"frequency": "hourly"}]'}, "schedules"),
        ({"schedules": '[{"frequency": "weekly", "weekdays": [9]}]'}, "schedules"),
        ({"rrule": "FREQ=HOURLY"}, "rrule"),
        ({"rrule": "geen regel"}, "rrule"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=TU;UNTIL=20200101", "start_date": "2026-01-06"}, "rrule"),
    ],
)
def test_record_names_the_column_at_fault(columns, column):
    assert [name for name, _message in wrong(**columns)] == [column]


def test_record_reads_a_range_of_ages_and_times_from_one_cell():
    found = values(age_from="18-30", start_time="19.30 - 21.00 uur", weekday="dinsdag", frequency="elke week")

    assert (found["age_from"], found["age_to"]) == (18, 30)
    assert found["schedules"] == [{"frequency": "weekly", "weekdays": [2], "start_time": "19:30", "end_time": "21:00"}]


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"frequency": "eerste dinsdag van de maand", "start_time": "19:30"},
         {"frequency": "monthly", "weekdays": [2], "weeks": [1], "start_time": "19:30"}),
        ({"weekday": "eerste dinsdag van de maand"}, {"frequency": "monthly", "weekdays": [2], "weeks": [1]}),
        ({"weekday": "dinsdag", "weeks": "eerste;derde"}, {"frequency": "monthly", "weekdays": [2], "weeks": [1, 3]}),
        ({"weekday": "dinsdag", "frequency": "biweekly", "start_date": "6-1-2026"},
         {"frequency": "weekly", "weekdays": [2], "interval": 2, "start_date": "2026-01-06"}),
        ({"day_of_month": "15e"}, {"frequency": "monthly", "day_of_month": 15}),
        ({"frequency": "eenmalig", "start_date": "6-1-2026"}, {"frequency": "once", "start_date": "2026-01-06"}),
        ({"weekday": "dinsdag"}, {"frequency": "other", "weekdays": [2]}),
        ({"weekday": "dinsdag", "frequency": "monthly"}, {"frequency": "monthly", "weekdays": [2]}),
        ({"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "start_date": "6-1-2026", "start_time": "19:30",
          "end_time": "21:00"},
         {"frequency": "weekly", "interval": 2, "weekdays": [2], "start_date": "2026-01-06", "start_time": "19:30",
          "end_time": "21:00"}),
        ({"rrule": "DTSTART;TZID=Europe/Amsterdam:20260106T193000\nRRULE:FREQ=MONTHLY;BYDAY=1TU"},
         {"frequency": "monthly", "weekdays": [2], "weeks": [1], "start_date": "2026-01-06", "start_time": "19:30"}),
    ],
)  # fmt: skip
def test_record_reads_real_recurrence(columns, rule):
    assert values(**columns)["schedules"] == [rule]


def test_record_reads_several_rules_as_our_export_writes_them():
    rules = [
        {"frequency": "weekly", "weekdays": [1], "start_time": "10:00"},
        {"frequency": "monthly", "weekdays": [5], "weeks": [-1], "start_time": "20:00", "note": "met soep"},
    ]

    assert values(schedules=json.dumps(rules), weekday="dinsdag")["schedules"] == rules


def test_record_keeps_a_rhythm_that_it_does_not_understand_as_words():
    columns = {"weekday": "dinsdag", "frequency": "2x per maand, behalve in juli"}

    assert values(**columns)["schedules"] == [
        {"frequency": "other", "weekdays": [2], "note": "2x per maand, behalve in juli"}
    ]
    assert [column for column, _message in noticed(**columns)] == ["frequency"]


def test_exceptions_reads_days_stops_and_moves():
    cell = (
        "2026-12-25; 1-7-2027 t/m 31-8-2027 (zomer);2027-05-04>2027-05-11 19:30;"
        "2027-06-01>20:00-21:30 @De Brug\n2027-09-01/2027-09-02;2026-12-25;3/3/2027"
    )

    assert exceptions_of(cell) == [
        {"date": "2026-12-25"},
        {"date": "2027-03-03"},
        {"date": "2027-05-04", "new_date": "2027-05-11", "new_start_time": "19:30"},
        {"date": "2027-06-01", "new_start_time": "20:00", "new_end_time": "21:30", "new_location": "De Brug"},
        {"date": "2027-07-01", "last_date": "2027-08-31", "note": "zomer"},
        {"date": "2027-09-01", "last_date": "2027-09-02"},
    ]


@pytest.mark.parametrize(
    "cell",
    ["zomer", "2026-12-25 2026-12-26", "2027-08-31/2027-07-01", "29-2-2027", "2027-05-04>", "2027-05-04>morgen",
     "2027-05-04>21:00-20:00", ">2027-05-04", ";".join(f"{day}-1-2026" for day in range(1, 29)) * 5],
)  # fmt: skip
def test_exceptions_refuses_what_it_does_not_understand(cell):
    with pytest.raises(BadCell):
        exceptions_of(cell)


@pytest.mark.parametrize(
    ("columns", "point", "notices"),
    [
        ({"postal_code": "6411ab"}, True, []),
        ({"postal_code": "6411 AB "}, True, []),
        ({"postal_code": "9999ZZ"}, False, ["postal_code"]),
        ({"postal_code": "9999ZZ", "city": "Heerlen"}, True, ["postal_code"]),
        ({"postal_code": "6411 AB", "city": "Groningen"}, False, ["postal_code"]),
        ({"postal_code": "3500", "city": "Hasselt"}, False, ["postal_code"]),
        ({"postal_code": "3600", "city": "Genk"}, False, ["postal_code"]),
        ({"postal_code": "B-2000", "city": "Antwerpen"}, False, ["postal_code"]),
        ({"postal_code": "52062", "city": "Aachen"}, False, ["postal_code"]),
        ({"city": "Heerlen"}, True, []),
        ({"city": "Nergenshuizen"}, False, ["city"]),
        ({"latitude": "50,8882", "longitude": "5,9795"}, True, []),
        ({"latitude": "5.9795", "longitude": "50.8882"}, True, ["latitude"]),
        ({"latitude": "0", "longitude": "0", "postal_code": "6411 AB"}, True, ["latitude"]),
        ({"latitude": "0", "longitude": "0"}, False, ["latitude"]),
        ({"latitude": "53.5", "longitude": "4.0"}, False, ["latitude"]),
        ({"latitude": "-33.9", "longitude": "151.2"}, False, ["latitude"]),
        ({"city": "Heerlen", "form": "online"}, False, []),
    ],
)
def test_record_never_has_a_wrong_place(columns, point, notices):
    record = read(**columns)

    found = record.values.get("point")
    assert (found is not None, [notice.column for notice in record.notices]) == (point, notices)
    if found:
        assert found == pytest.approx([50.888, 5.98], abs=0.02)


def test_record_of_a_list_without_a_column_says_nothing_about_it():
    record = read_record(Row(2, {"name": "Rouw"}), THEMES)

    assert record.values == {"name": "Rouw"}


def test_themes_may_have_a_comma_in_their_name():
    assert values(themes="Pijn, moe en ziek")["themes"] == ["pijn"]
    assert noticed(themes="") == [("themes", "Er staat geen thema. Zonder thema vinden maar weinig mensen deze groep.")]


@pytest.mark.parametrize(("cell", "found"), [("12", [12]), ("12,0", [12]), ("8 tot 12 mensen", [8, 12]), ("", [])])
def test_whole_numbers_reads_numbers_and_ranges(cell, found):
    assert cells.whole_numbers(cell, 0, 500) == found


@pytest.mark.parametrize("cell", ["veel", "12-8", "1,5", "501", "1-2-3", "9" * 30])
def test_whole_numbers_refuses_the_rest(cell):
    with pytest.raises(BadCell):
        cells.whole_numbers(cell, 0, 500)


def test_a_row_of_huge_cells_is_refused_quickly():
    columns = dict.fromkeys(("description", "address", "weekday", "frequency", "exceptions", "themes", "host_email",
                             "start_time", "start_date", "size", "rrule", "audience", "languages", "latitude"),
                            "a1 " * 17_000)  # fmt: skip

    found = wrong(**columns)

    assert {"description", "address", "weekday", "exceptions", "host_email"} <= {column for column, _said in found}
    assert max(len(message) for _column, message in found) < 500


def test_several_rules_are_read_by_day_and_time_whatever_their_order():
    friday = {"frequency": "weekly", "weekdays": [5], "start_time": "10:00"}
    late = {"frequency": "weekly", "weekdays": [2], "start_time": "19:30"}
    early = {"frequency": "weekly", "weekdays": [2], "start_time": "09:00"}
    unknown = {"frequency": "weekly", "weekdays": [2]}

    found = values(schedules=json.dumps([friday, unknown, late, early]))

    assert found["schedules"] == [early, late, unknown, friday]


def test_what_is_wrong_with_a_time_is_told_of_every_row_with_that_cell():
    themes = ThemeNames({})

    found = [read_record(Row(number, {"name": "Praathuis", "start_time": "laat"}), themes) for number in (2, 3)]

    assert [[(problem.row, problem.column) for problem in problems] for problems in found] == [
        [(2, "start_time")],
        [(3, "start_time")],
    ]
