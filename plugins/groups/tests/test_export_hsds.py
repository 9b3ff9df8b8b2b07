"""Groups as HSDS 3.0: what each field says."""

import pytest
from open_data_samples import API, get_json, plain_group, two_services

from zelfregie_groups.domain.export.identity import Identity
from zelfregie_groups.models import Schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(client, finder):
    return two_services(client)


def test_service_says_all_that_is_known(services):
    service = services[0]

    plain = {name: value for name, value in service.items() if not isinstance(value, dict | list)}
    unpredictable = {"id", "organization_id", "last_modified"}
    assert {name: value for name, value in plain.items() if name not in unpredictable} == {
        "name": "Rouwcafé De Brug",
        "description": "Samen praten over verlies.\n\nMet koffie.",
        "url": "http://noord.test/groepen/rouwcafe-de-brug-heerlen/",
        "status": "active",
        "application_process": "liever wel, dan weten we dat je komt",
        "fees_description": "€ 2,50 voor koffie",
        "eligibility_description": "voor jezelf, voor nabestaanden, voor vrouwen",
        "minimum_age": 18,
        "maximum_age": 67,
        "assured_date": "2026-03-01",
    }
    assert [(row["name"], row["code"]) for row in service["languages"]] == [("Nederlands", "nl"), ("Turks", "tr")]
    assert [row["option"] for row in service["cost_options"]] == ["€ 2,50 voor koffie"]
    assert [(row["link_type"], row["taxonomy_term"]["code"]) for row in service["attributes"]] == [
        ("theme", "adhd"), ("theme", "rouw"), ("audience", "self"), ("audience", "bereaved"), ("audience", "women"),
        ("form", "in_person"),
    ]  # fmt: skip


def test_schedules_are_in_words_of_icalendar(services):
    both = [
        {name: value for name, value in row.items() if name not in {"id", "description", "schedule_link", "notes"}}
        for row in services[0]["schedules"]
    ]
    common = {"timezone_name": "Europe/Amsterdam", "attending_type": "bij elkaar", "wkst": "MO", "interval": 1}

    assert both == [
        {**common, "freq": "WEEKLY", "byday": "TU,TH", "opens_at": "19:30", "closes_at": "21:00"},
        {**common, "freq": "MONTHLY", "byday": "1SA,-1SA", "opens_at": "10:00"},
    ]


def test_cancelled_and_moved_meetings_are_told_and_linked(client, services):
    schedule = services[0]["schedules"][0]

    calendar = client.get(schedule["schedule_link"].removeprefix("http://noord.test"))

    assert schedule["notes"].startswith("in de zaal Niet van ")
    assert "2126" in schedule["notes"]
    assert (calendar.status_code, calendar["Content-Type"].partition(";")[0]) == (200, "text/calendar")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"frequency": "weekly", "interval": 2, "weekdays": [1], "start_date": "2026-01-05"},
            {"freq": "WEEKLY", "interval": 2, "byday": "MO", "dtstart": "2026-01-05", "valid_from": "2026-01-05"},
        ),
        (
            {"frequency": "monthly", "day_of_month": 15, "end_date": "2126-02-28"},
            {"freq": "MONTHLY", "interval": 1, "bymonthday": "15", "until": "2126-02-28", "valid_to": "2126-02-28"},
        ),
        (
            {"frequency": "once", "start_date": "2028-02-29"},
            {"dtstart": "2028-02-29", "valid_from": "2028-02-29", "until": "2028-02-29", "valid_to": "2028-02-29",
             "count": 1},
        ),
        ({"frequency": "other", "weekdays": [3]}, {}),
        ({"frequency": "weekly"}, {"freq": "WEEKLY", "interval": 1}),
    ],
)  # fmt: skip
def test_each_kind_of_rule(client, finder, fields, expected):
    group = plain_group()
    Schedule.objects.create(group=group, **fields)

    schedule = get_json(client, f"{API}services?full=true")["contents"][0]["schedules"][0]

    said = {"freq", "interval", "byday", "bymonthday", "dtstart", "until", "count", "valid_from", "valid_to"}
    assert {name: value for name, value in schedule.items() if name in said} == expected


def test_location_says_where_and_how_to_get_in(services):
    location = services[0]["service_at_locations"][0]["location"]

    assert (location["location_type"], location["name"], location["latitude"], location["longitude"]) == (
        "physical", "Buurthuis De Brug", 50.8882, 5.9795,
    )  # fmt: skip
    assert location["transportation"] == ("Openbaar vervoer: bus 4, halte Molenberglaan; Parkeren: gratis op het plein")
    assert [(row["description"], row["details"]) for row in location["accessibility"]] == [
        ("toegankelijk met een rolstoel", "ja"),
        ("aangepast toilet", "nee"),
    ]
    address = location["addresses"][0]
    assert (address["address_1"], address["postal_code"], address["city"], address["country"]) == (
        "Molenberglaan 12", "6411 AB", "Heerlen", "NL",
    )  # fmt: skip


def test_online_group_is_nowhere_and_a_pause_is_told(services):
    service = services[1]
    location = service["service_at_locations"][0]["location"]

    assert (service["status"], service["alert"]) == ("temporarily closed", "Deze groep heeft nu pauze.")
    assert (location["location_type"], location["addresses"], location["accessibility"]) == ("virtual", [], [])
    assert (service["languages"], service["schedules"], service["fees_description"]) == ([], [], "gratis")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("full", ("active", "Deze groep is nu vol.")),
        ("waiting_list", ("active", "Deze groep heeft nu een wachtlijst.")),
    ],
)
def test_group_without_room_is_active_with_an_alert(client, finder, status, expected):
    plain_group(status=status)

    service = get_json(client, f"{API}services")["contents"][0]

    assert (service["status"], service["alert"]) == expected


def test_a_number_is_found_by_its_identifier_and_only_by_that():
    identity = Identity("noord.test")
    numbers = range(1, 50)

    found = [identity.find("service", numbers, identity.of("service", number)) for number in (1, 49, 50)]

    assert found == [1, 49, None]
    assert identity.find("location", numbers, identity.of("service", 7)) is None
    assert Identity("zuid.test").find("service", numbers, identity.of("service", 7)) is None
