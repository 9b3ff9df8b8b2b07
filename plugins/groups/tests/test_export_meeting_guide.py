"""Groups in the Meeting Guide format: only what fits, and nobody to be reached at."""

import datetime as dt
import json
import re

import pytest
from django.utils import timezone
from open_data_samples import TELL_TALE, body, full_group, plain_group

from zelfregie_groups.domain.importing.formats import read_list
from zelfregie_groups.models import Schedule, ScheduleException

pytestmark = pytest.mark.django_db
PATH = "/-/groups/meeting-guide.json"
#: Fields of the specification (code4recovery/spec), without those for people and for money.
KNOWN = {
    "name", "slug", "day", "time", "end_time", "timezone", "location", "formatted_address", "address", "city",
    "postal_code", "country", "approximate", "region", "latitude", "longitude", "notes", "types", "url", "updated",
    "entity", "entity_website_url",
}  # fmt: skip


def feed(client):
    return json.loads(body(client.get(PATH)))


def weekly(**fields):
    """A group that fits, unless the fields say otherwise."""
    rule = {"weekdays": [2], "start_time": "19:30"} | {name: fields.pop(name) for name in set(fields) & RULE}
    group = plain_group(**{"city": "Heerlen", **fields})
    Schedule.objects.create(group=group, **rule)
    return group


RULE = {"weekdays", "start_time", "end_time", "frequency", "interval", "start_date", "end_date", "weeks"}


def test_one_entry_per_weekday_of_exact_weekly_times(client, finder):
    full_group()

    entries = feed(client)

    assert entries[0] == {
        "name": "Rouwcafé De Brug",
        "slug": "rouwcafe-de-brug-heerlen-2",
        "day": 2,
        "time": "19:30",
        "end_time": "21:00",
        "timezone": "Europe/Amsterdam",
        "location": "Buurthuis De Brug",
        "formatted_address": "Molenberglaan 12, 6411 AB Heerlen, Nederland",
        "address": "Molenberglaan 12",
        "city": "Heerlen",
        "postal_code": "6411 AB",
        "country": "NL",
        "approximate": "no",
        "region": "Zelfregie Noord",
        "latitude": 50.8882,
        "longitude": 5.9795,
        "notes": "in de zaal\n€ 2,50 voor koffie\nLiever wel, dan weten we dat je komt",
        "types": ["NL", "TUR", "W", "X"],
        "url": "http://noord.test/groepen/rouwcafe-de-brug-heerlen/",
        "updated": entries[0]["updated"],
        "entity": "Zelfregie Noord",
        "entity_website_url": "http://noord.test/",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", entries[0]["updated"])
    assert [(entry["slug"], entry["day"]) for entry in entries] == [
        ("rouwcafe-de-brug-heerlen-2", 2), ("rouwcafe-de-brug-heerlen-4", 4),
    ]  # fmt: skip


def test_sunday_is_the_first_day(client, finder):
    weekly(weekdays=[1, 7])

    assert [entry["day"] for entry in feed(client)] == [1, 0]


@pytest.mark.parametrize(
    "fields",
    [
        {"frequency": "monthly", "weeks": [1]},
        {"interval": 2, "start_date": "2026-01-06"},
        {"frequency": "once", "start_date": "2126-01-06"},
        {"frequency": "other"},
        {"start_time": None},
        {"weekdays": []},
        {"end_date": "2020-01-01"},
        {"start_date": "2126-01-01"},
        {"form": "online"},
        {"city": ""},
        {"status": "full"},
        {"status": "waiting_list"},
        {"status": "paused"},
        {"published": False},
    ],
)
def test_what_does_not_fit_is_left_out(client, finder, fields):
    weekly(**fields)

    assert feed(client) == []


def test_a_group_comes_back_after_its_stop(client, finder):
    group = weekly()
    today = timezone.localdate()
    stop = ScheduleException.objects.create(
        group=group, date=today - dt.timedelta(days=3), last_date=today + dt.timedelta(days=3)
    )
    during = len(feed(client))
    stop.last_date = today - dt.timedelta(days=1)
    stop.save()

    assert (during, len(feed(client))) == (0, 1)


def test_keys_are_unique_and_short(client, finder):
    for number in range(3):
        weekly(name="Groep van een heel lange naam " * 6, slug=f"{'groep-' * 12}{number:08d}"[:80])
    double = weekly(name="Dubbel")
    Schedule.objects.create(group=double, weekdays=[2], start_time="10:00")

    slugs = [entry["slug"] for entry in feed(client)]

    assert (len(slugs), len(set(slugs)), max(map(len, slugs)) <= 64) == (5, 5, True)
    assert {slug for slug in slugs if slug.startswith("dubbel")} == {"dubbel-heerlen-2", "dubbel-heerlen-2-2"}


def test_nobody_can_be_reached_through_it(client, finder):
    full_group()

    response = client.get(PATH)
    text = body(response).decode()

    fields = {name for entry in json.loads(text) for name in entry}
    assert fields - KNOWN == set()
    assert [name for name in fields if re.search("contact|email|phone|conference|feedback|venmo", name)] == []
    assert TELL_TALE not in text
    assert response["Access-Control-Allow-Origin"] == "*"


def test_our_own_importer_reads_it(client, finder, tmp_path):
    full_group()
    (tmp_path / "feed.json").write_bytes(body(client.get(PATH)))

    rows = [cells for _number, cells in read_list(tmp_path / "feed.json").rows]

    assert [(row["name"], row["city"], row["postal_code"]) for row in rows] == [
        ("Rouwcafé De Brug", "Heerlen", "6411 AB")
    ]
    assert [rule["weekdays"] for rule in json.loads(rows[0]["schedules"])] == [[2, 4]]
