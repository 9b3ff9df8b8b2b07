"""Meeting Guide and HSDS, with the dirt that real lists have."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from zelfregie_groups.domain.importing.columns import COLUMNS
from zelfregie_groups.domain.importing.formats import read_list
from zelfregie_groups.domain.importing.problems import ImportProblem

SHARED = Path(__file__).parents[4] / "shared" / "data"


def read(document: Any) -> list[dict[str, str]]:
    """The rows of a document."""
    return [dict(cells) for _number, cells in read_list(json.dumps(document).encode()).rows]


def meeting(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Rouwgroep",
        "slug": "rouwgroep",
        "day": 2,
        "time": "19:30",
        "end_time": "21:00",
        "location": "De Brug",
        "formatted_address": "Molenberglaan 12, 6416 EL Heerlen, Nederland",
        **changes,
    }


def schedules(row: dict[str, str]) -> Any:
    return json.loads(row["schedules"])


def test_meeting_becomes_a_group():
    rows = read([meeting(notes="Bel aan.", types=["O", "X", "W"], updated="2026-03-01 10:00:00",
                         latitude="50.8800", longitude=5.98, attendance_option="hybrid")])  # fmt: skip

    assert rows == [
        {
            "source_id": "rouwgroep",
            "name": "Rouwgroep",
            "description": "Bel aan.",
            "form": "hybrid",
            "location_name": "De Brug",
            "address": "Molenberglaan 12",
            "postal_code": "6416 EL",
            "city": "Heerlen",
            "latitude": "50.880000",
            "longitude": "5.980000",
            "schedules": '[{"frequency": "weekly", "weekdays": [2], "start_time": "19:30", "end_time": "21:00"}]',
            "gender": "women",
            "wheelchair": "ja",
            "confirmed_on": "2026-03-01",
        }
    ]


def test_contact_fields_are_never_read():
    mail, phone = "geheim@voorbeeld.nl", "0612345678"
    secret = {
        "contact_1_name": "Anna Geheim",
        "contact_1_email": mail,
        "contact_1_phone": phone,
        "feedback_emails": [mail],
        "entity_email": mail,
        "entity_phone": phone,
        "conference_phone": phone,
        "conference_url": "https://zoom.voorbeeld.nl/j/geheim",
        "conference_url_notes": "wachtwoord geheim",
    }

    text = json.dumps(read([meeting(**secret)]))

    assert ("geheim" in text.lower(), "0612345678" in text) == (False, False)


@pytest.mark.parametrize(
    ("day", "weekdays"),
    [(0, [7]), (6, [6]), ("1", [1]), ([1, 3], [1, 3]), ("sunday", [7]), ("Wednesday", [3])],
)
def test_days_are_counted_from_sunday(day, weekdays):
    assert schedules(read([meeting(day=day)])[0])[0]["weekdays"] == weekdays


@pytest.mark.parametrize("day", [None, "", 7, -1, "x", {}, []])
def test_a_meeting_without_a_day_has_no_dates(day):
    assert schedules(read([meeting(day=day)])[0]) == [{"frequency": "other", "start_time": "19:30"}]


def test_a_meeting_by_appointment_says_so():
    assert schedules(read([meeting(day=None, time=None, end_time=None)])[0]) == [
        {"frequency": "other", "note": "Op afspraak."}
    ]


def test_a_meeting_that_goes_on_after_midnight_keeps_its_begin():
    table = read_list(json.dumps([meeting(time="23:00", end_time="00:00")]).encode())
    row = next(table.rows)[1]

    assert schedules(dict(row)) == [{"frequency": "weekly", "weekdays": [2], "start_time": "23:00"}]
    assert table.notices == ["1 bijeenkomst eindigt na middernacht; de eindtijd is weggelaten."]


@pytest.mark.parametrize(
    ("changes", "form"),
    [
        ({}, "in_person"),
        ({"attendance_option": "online"}, "online"),
        ({"conference_url": "https://zoom.voorbeeld.nl/j/1"}, "hybrid"),
        ({"conference_url": "https://zoom.voorbeeld.nl/j/1", "approximate": "yes"}, "online"),
        ({"conference_phone": "010", "formatted_address": ""}, "online"),
        ({"types": ["ONL", "TC"]}, "online"),
        ({"attendance_option": "in-person", "conference_url": "https://x.nl"}, "in_person"),
    ],
)
def test_form_follows_from_what_the_entry_says(changes, form):
    assert read([meeting(**changes)])[0]["form"] == form


@pytest.mark.parametrize("changes", [{"attendance_option": "inactive"}, {"types": "TC,O"}])
def test_a_meeting_that_stopped_for_now_is_paused(changes):
    assert read([meeting(**changes)])[0]["status"] == "paused"


def test_an_online_group_has_no_place():
    row = read([meeting(attendance_option="online", latitude=38.65, longitude=-75.4, location="Online Meeting")])[0]

    assert {"city", "address", "latitude", "location_name"} & set(row) == set()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("Molenberglaan 12, 6416EL Heerlen, Nederland", ("Molenberglaan 12", "6416 EL", "Heerlen")),
        ("Molenberglaan 12, Heerlen", ("Molenberglaan 12", "", "Heerlen")),
        ("18 Olive Ave, Rehoboth Beach, DE 19971, USA", ("18 Olive Ave", "DE 19971", "Rehoboth Beach")),
        ("Markt 1, 52062 Aachen, Deutschland", ("Markt 1", "52062", "Aachen")),
        ("Grote Markt 2, 3600 Genk, België", ("Grote Markt 2", "3600", "Genk")),
        ("Heerlen", ("", "", "Heerlen")),
        ("Sussex County, DE, USA", ("", "", "Sussex County")),
        ("", ("", "", "")),
    ],
)
def test_an_address_on_one_line_is_taken_apart(address, found):
    row = read([meeting(formatted_address=address, attendance_option="in_person")])[0]

    assert (row.get("address", ""), row.get("postal_code", ""), row.get("city", "")) == found


def test_meetings_of_one_group_at_one_place_become_one_group():
    days = [("maandag", 1, "19:30"), ("dinsdag", 2, "19:30"), ("zaterdag", 6, "10:00")]
    entries = [
        meeting(name=f"Samen {word}", slug=f"samen-{day}", day=day, time=time, end_time=None, group="Samen", group_id=9)
        for word, day, time in days
    ]

    rows = read(entries)

    assert [(row["name"], row["source_id"]) for row in rows] == [("Samen", "samen-1")]
    assert schedules(rows[0]) == [
        {"frequency": "weekly", "weekdays": [1, 2], "start_time": "19:30"},
        {"frequency": "weekly", "weekdays": [6], "start_time": "10:00"},
    ]


@pytest.mark.parametrize(
    "change",
    [{"location": "Elders"}, {"attendance_option": "online"}, {"types": ["W"]}, {"group_id": 10}, {"name": "Anders"}],
)
def test_meetings_that_differ_in_what_matters_stay_apart(change):
    entries = [meeting(group_id=9), meeting(group_id=9, slug="twee", day=4) | change]

    assert len(read(entries)) == 2


def test_notes_of_one_day_stand_with_that_day():
    rows = read([meeting(group_id=9, notes="Stil."), meeting(group_id=9, slug="twee", day=4, notes="Met muziek.")])

    assert [line["note"] for line in schedules(rows[0])] == ["Stil.", "Met muziek."]
    assert "description" not in rows[0]


@pytest.mark.parametrize(
    "dirt",
    [
        {"types": "O,X"}, {"types": None}, {"types": {"a": 1}}, {"regions": "Heerlen"}, {"latitude": "n.v.t."},
        {"latitude": 0, "longitude": 0}, {"time": "19.30"}, {"time": 1930}, {"end_time": "laat"},
        {"updated": "gisteren"},
        {"notes": ["a", "b"]}, {"slug": 12}, {"group_id": None, "group": None}, {"formatted_address": 5},
        {"coordinates": "50.88,5.98"}, {"coordinates": [1]}, {"day": [0, "x", 9]}, {"name": "مجموعة 💛" * 20},
    ],
)  # fmt: skip
def test_dirt_in_an_entry_costs_that_field_only(dirt):
    rows = read([meeting(**dirt), meeting(slug="heel", name="Hele groep")])

    assert [row["name"] for row in rows][-1] == "Hele groep"
    assert {name for row in rows for name in row} <= set(COLUMNS)


def test_entries_that_are_none_are_counted():
    table = read_list(json.dumps([None, 5, "x", {}, {"name": ""}, meeting()]).encode())

    assert len(list(table.rows)) == 1
    assert table.notices == ["5 regels hebben geen naam en zijn overgeslagen."]


def test_numbers_that_come_twice_are_not_used():
    table = read_list(json.dumps([meeting(), meeting(name="Andere groep")]).encode())

    assert [cells.get("source_id", "") for _number, cells in table.rows] == ["", ""]
    assert ["hetzelfde nummer" in notice for notice in table.notices] == [True]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"[]", "De lijst is leeg"),
        (b'[{"name": "Groep", "slug": "gr', "houdt halverwege op (regel 1)"),
        (b'[{"name": "Groep", "slug": "g"},', "houdt halverwege op"),
        (b'[{"name": "a", "slug": "b"} {"name": "c"}]', "regel 1, bij teken 29"),
        (b'{"type": "FeatureCollection", "features": []}', "geen lijst met groepen die we kennen"),
        (b'[{"naam": "Groep"}]', "geen lijst met groepen die we kennen"),
        (b"[" * 100_000, "te diep"),
        (b'[{"name": ' + b"9" * 5000 + b"}]", "te grote getallen"),
        (b'{"services": []}', "De lijst is leeg"),
    ],
)
def test_json_that_is_no_list_is_refused_with_the_place(data, sentence):
    with pytest.raises(ImportProblem) as caught:
        read_list(data)

    assert sentence in str(caught.value)


def test_json_in_another_encoding_is_read_with_a_notice():
    table = read_list(json.dumps([meeting(name="Rouwcafé")], ensure_ascii=False).encode("cp1252"))

    assert next(table.rows)[1]["name"] == "Rouwcafé"
    assert ["Windows-1252" in notice for notice in table.notices] == [True]


def service(**changes: Any) -> dict[str, Any]:
    return {
        "id": "s1",
        "name": "Rouwgroep",
        "description": "Praten over verlies.",
        "status": "active",
        "email": "geheim@voorbeeld.nl",
        "minimum_age": 18,
        "maximum_age": 120,
        "assured_date": "2026-03-01",
        "contacts": [{"id": "c", "name": "Anna Geheim", "phones": [{"number": "0612345678"}]}],
        "phones": [{"id": "p", "number": "0612345678"}],
        "languages": [{"id": "l", "code": "nl"}, {"id": "m", "name": "Engels"}],
        "cost_options": [{"id": "k", "option": "Koffie", "amount": 2, "amount_description": "2 euro"}],
        "attributes": [{"id": "a", "link_type": "theme", "taxonomy_term": {"name": "Rouw en verlies", "code": "rouw"}}],
        "schedules": [{"id": "t", "freq": "WEEKLY", "interval": 2, "byday": "TU", "dtstart": "2026-01-06",
                       "opens_at": "19:30", "closes_at": "21:00"}],
        "service_at_locations": [
            {
                "id": "sal",
                "location": {
                    "id": "loc",
                    "location_type": "physical",
                    "name": "De Brug",
                    "latitude": 50.88,
                    "longitude": 5.98,
                    "transportation": "Bus 4",
                    "addresses": [
                        {"address_1": "Postbus 1", "city": "Elders", "address_type": "postal"},
                        {"address_1": "Molenberglaan 12", "city": "Heerlen", "postal_code": "6416 EL",
                         "address_type": "physical"},
                    ],
                    "accessibility": [{"description": "Rolstoel", "details": "ja"},
                                      {"description": "Ringleiding", "details": "Nee"}],
                },
            }
        ],
        **changes,
    }  # fmt: skip


def test_service_becomes_a_group_without_people():
    rows = read({"contents": [service()], "total_items": 1})

    text = json.dumps(rows)
    assert ("geheim" in text.lower(), "0612345678" in text) == (False, False)
    assert rows == [
        {
            "source_id": "s1",
            "name": "Rouwgroep",
            "themes": "Rouw en verlies",
            "description": "Praten over verlies.",
            "form": "in_person",
            "location_name": "De Brug",
            "address": "Molenberglaan 12",
            "postal_code": "6416 EL",
            "city": "Heerlen",
            "latitude": "50.88",
            "longitude": "5.98",
            "schedules": json.dumps(
                [
                    {
                        "frequency": "weekly",
                        "interval": 2,
                        "weekdays": [2],
                        "start_date": "2026-01-06",
                        "start_time": "19:30",
                        "end_time": "21:00",
                    }
                ]
            ),
            "languages": "nl;engels",
            "cost": "2 euro",
            "age_from": "18",
            "public_transport": "Bus 4",
            "wheelchair": "ja",
            "induction_loop": "nee",
            "confirmed_on": "2026-03-01",
        }
    ]


@pytest.mark.parametrize(
    ("schedule", "rule"),
    [
        ({"freq": "WEEKLY", "byday": "MO, WE"}, {"frequency": "weekly", "weekdays": [1, 3]}),
        ({"freq": "MONTHLY", "byday": "1TU,-1TU"}, {"frequency": "monthly", "weekdays": [2], "weeks": [1, -1]}),
        ({"freq": "MONTHLY", "bymonthday": "15"}, {"frequency": "monthly", "day_of_month": 15}),
        ({"freq": "WEEKLY", "dtstart": "2026-01-06", "until": "2026-06-30"},
         {"frequency": "weekly", "weekdays": [2], "start_date": "2026-01-06", "end_date": "2026-06-30"}),
        ({"count": 1, "dtstart": "2026-01-06"}, {"frequency": "once", "start_date": "2026-01-06"}),
        ({"freq": "YEARLY", "description": "Elk jaar in mei"}, {"frequency": "other", "note": "Elk jaar in mei"}),
        ({"freq": "WEEKLY", "byday": "MO", "byweekno": "41"}, {"frequency": "other"}),
        ({"freq": "WEEKLY", "byday": "XX"}, {"frequency": "other"}),
        ({"freq": "WEEKLY", "dtstart": "2026-06-06", "until": "2026-01-01"}, {"frequency": "other"}),
        ({"description": "Wanneer het uitkomt"}, {"frequency": "other", "note": "Wanneer het uitkomt"}),
    ],
)  # fmt: skip
def test_schedules_become_rules_or_words(schedule, rule):
    rows = read({"services": [service(schedules=[{"opens_at": "19:30:00Z", **schedule}])]})

    assert schedules(rows[0]) == [{**rule, "start_time": "19:30"}]


def test_a_service_at_two_places_becomes_two_groups():
    places = [{"id": f"sal{number}", "location": {"id": f"l{number}", "name": f"Plek {number}"}} for number in (1, 2)]

    rows = read([service(service_at_locations=places)])

    assert [(row["source_id"], row["location_name"]) for row in rows] == [("s1", "Plek 1"), ("sal2", "Plek 2")]


@pytest.mark.parametrize(
    ("kinds", "form"), [(["virtual"], "online"), (["physical"], "in_person"), (["physical", "virtual"], "hybrid")]
)
def test_form_of_a_service_follows_from_its_places(kinds, form):
    places = [{"id": f"s{at}", "location": {"id": f"l{at}", "location_type": kind}} for at, kind in enumerate(kinds)]

    assert [row["form"] for row in read([service(service_at_locations=places)])] == [form]


def test_a_service_that_is_gone_is_left_out_and_one_that_is_closed_pauses():
    rows = read([service(status="defunct"), service(id="s2", status="temporarily closed")])

    assert [(row["source_id"], row["status"]) for row in rows] == [("s2", "paused")]


@pytest.mark.parametrize(
    "dirt",
    [{"schedules": None}, {"schedules": [None, 5]}, {"languages": "nl"}, {"attributes": [{"taxonomy_term": None}]},
     {"service_at_locations": [{"location": None}]}, {"minimum_age": "x"}, {"cost_options": [{"amount": 0}]},
     {"assured_date": 5}, {"status": None}, {"service_at_locations": {"a": 1}}],
)  # fmt: skip
def test_dirt_in_a_service_costs_that_field_only(dirt):
    assert [row["name"] for row in read([service(**dirt)])] == ["Rouwgroep"]


def tables(**changed: list[dict[str, str]]) -> dict[str, bytes]:
    """HSDS as tables, with a datapackage that names one of them otherwise."""
    content = {
        "diensten": [{"id": "s1", "name": "Rouwgroep", "status": "active"}],
        "locations": [{"id": "l1", "name": "De Brug", "latitude": "50.88", "longitude": "5.98"}],
        "service_at_locations": [{"id": "sal1", "service_id": "s1", "location_id": "l1"}],
        "addresses": [
            {"id": "a", "location_id": "l1", "address_1": "Markt 1", "city": "Heerlen", "postal_code": "6411 AB"}
        ],
        "schedules": [{"id": "t", "service_id": "s1", "freq": "WEEKLY", "byday": "TU", "opens_at": "19:30"}],
        "languages": [{"id": "x", "service_id": "s1", "code": "nl"}],
        "cost_options": [{"id": "k", "service_id": "s1", "option": "2 euro"}],
        "taxonomy_terms": [{"id": "tt", "name": "Rouw"}],
        "attributes": [{"id": "at", "link_id": "s1", "taxonomy_term_id": "tt", "link_type": "theme"}],
        "accessibility": [{"id": "ac", "location_id": "l1", "description": "Rolstoel"}],
        **changed,
    }
    made = {}
    for name, rows in content.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]) if rows else ["id"])
        writer.writeheader()
        writer.writerows(rows)
        made[f"{name}.csv"] = text.getvalue().encode()
    made["services.csv"] = b"id,name\n"
    made["datapackage.json"] = json.dumps({"resources": [{"name": "services", "path": "diensten.csv"}]}).encode()
    return made


EXPECTED = {
    "source_id": "s1", "name": "Rouwgroep", "themes": "Rouw", "form": "in_person", "location_name": "De Brug",
    "address": "Markt 1", "postal_code": "6411 AB", "city": "Heerlen", "latitude": "50.88", "longitude": "5.98",
    "schedules": '[{"frequency": "weekly", "weekdays": [2], "start_time": "19:30"}]', "languages": "nl",
    "cost": "2 euro", "wheelchair": "ja",
}  # fmt: skip


def test_tables_in_a_zip_become_groups():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in tables().items():
            archive.writestr(f"hsds/{name}", content)

    assert [dict(cells) for _number, cells in read_list(data.getvalue()).rows] == [EXPECTED]


def test_tables_in_a_folder_become_groups(tmp_path):
    for name, content in tables().items():
        (tmp_path / name).write_bytes(content)

    assert [dict(cells) for _number, cells in read_list(tmp_path).rows] == [EXPECTED]


def test_tables_without_services_are_refused(tmp_path):
    (tmp_path / "locations.csv").write_text("id,name\n", encoding="utf-8")

    with pytest.raises(ImportProblem, match=r"services\.csv"):
        read_list(tmp_path)


@pytest.mark.skipif(not (SHARED / "meeting-guide/sussex.json").exists(), reason="the real list is not in this checkout")
def test_a_real_meeting_guide_list_is_read_whole():
    table = read_list(SHARED / "meeting-guide/sussex.json")
    rows = [dict(cells) for _number, cells in table.rows]

    numbers = [row["source_id"] for row in rows]
    assert (len(rows), len(set(numbers))) == (115, 115)
    assert sum(len(line.get("weekdays", ())) for row in rows for line in schedules(row)) == 123
    assert all(row["name"] and row["form"] for row in rows)


@pytest.mark.skipif(not (SHARED / "hsds/examples").exists(), reason="the examples of HSDS are not in this checkout")
@pytest.mark.parametrize("name", ["service_list.json", "service_full.json"])
def test_the_examples_of_hsds_are_read(name):
    rows = [dict(cells) for _number, cells in read_list(SHARED / "hsds/examples" / name).rows]

    assert [row["name"] for row in rows] == ["Community Counselling"]
