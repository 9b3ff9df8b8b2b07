"""Groups in which every field that is exported is filled, and what must never be found outside."""

import datetime as dt
import json
from typing import Any

from django.test import Client

from zelfregie_core.models import Theme
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.models import Group, Schedule, ScheduleException

#: Stands in everything that is no visitor's business; must be found nowhere.
TELL_TALE = "geheim-7f3a"
API = "/-/groups/hsds/"
#: Every address with open data that needs no identifier.
ADDRESSES = (
    API,
    f"{API}openapi.json",
    f"{API}services?full=true",
    f"{API}services?minimal=true",
    f"{API}services?format=ndjson",
    f"{API}taxonomies",
    f"{API}taxonomy_terms",
    f"{API}organizations?full_service=true",
    f"{API}service_at_locations?full=true",
    "/-/groups/export/groepen.csv",
    "/-/groups/export/groepen.xlsx",
    "/-/groups/export/hsds.json",
    "/-/groups/export/hsds.zip",
    "/-/groups/meeting-guide.json",
    "/-/groups/widget/",
    "/-/groups/widget/voorbeeld/",
    "/-/groups/open-data/",
)


def full_group(name: str = "Rouwcafé De Brug", **fields: Any) -> Group:
    """Make a group of which everything is known: twice a week, with a stop and a moved meeting."""
    values: dict[str, Any] = {
        "description": "Samen praten over verlies.\n\nMet koffie.",
        "audience": ["self", "bereaved"],
        "gender": "women",
        "age_from": 18,
        "age_to": 67,
        "size": 9,
        "joining": "open",
        "languages": ["nl", "tr"],
        "cost": "€ 2,50 voor koffie",
        "location_name": "Buurthuis De Brug",
        "address": "Molenberglaan 12",
        "postal_code": "6411 AB",
        "city": "Heerlen",
        "latitude": 50.8882,
        "longitude": 5.9795,
        "public_transport": "bus 4, halte Molenberglaan",
        "parking": "gratis op het plein",
        "wheelchair": True,
        "accessible_toilet": False,
        "bring_someone": "ask",
        "speaking": "listen",
        "contact_first": "please",
        "first_time_note": "We beginnen met een rondje.",
        "confirmed_on": dt.date(2026, 3, 1),
        "welcomed_by": f"Anna {TELL_TALE}",
        "host_name": f"Anna {TELL_TALE}",
        "host_email": f"{TELL_TALE}@voorbeeld.nl",
        "source_id": f"{name[-40:]} {TELL_TALE}",
    }
    with collected_changes():
        group = Group.objects.create(name=name, **{**values, **fields})
        group.themes.set(Theme.objects.filter(slug__in=("rouw", "adhd")))
        Schedule.objects.create(group=group, weekdays=[2, 4], start_time="19:30", end_time="21:00", note="in de zaal")
        Schedule.objects.create(group=group, frequency="monthly", weekdays=[6], weeks=[1, -1], start_time="10:00")
        ScheduleException.objects.create(group=group, date="2126-07-01", last_date="2126-08-31", note="zomer")
        ScheduleException.objects.create(group=group, date="2126-12-24", new_date="2126-12-23", new_start_time="18:00")
    return Group.objects.get(pk=group.pk)


def plain_group(name: str = "Praatgroep", **fields: Any) -> Group:
    """Make a group of which only the name is known."""
    return Group.objects.create(name=name, **fields)


def body(response: Any) -> bytes:
    """Return what an answer holds, whether it is sent in pieces or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def status_of(response: Any) -> int:
    """Return the status of an answer, after reading it: what is not read stays open."""
    body(response)
    return response.status_code


def get_json(client: Client, path: str) -> Any:
    """Return what the API answers, which must be a success."""
    response = client.get(path)
    assert response.status_code == 200, (path, body(response))
    return json.loads(body(response))


def three_groups() -> dict[str, Group]:
    """Make three groups, by their names; only of the first is everything known."""
    return {group.name: group for group in (full_group(), plain_group("Tweede"), plain_group("Derde"))}


def two_services(client: Client) -> list[Any]:
    """Make a group of which everything is known and one of which nothing is, and return them as HSDS services."""
    full_group()
    plain_group("Online groep", form="online", status="paused", audience=[], languages=[])
    return json.loads(body(client.get("/-/groups/export/hsds.json")))
