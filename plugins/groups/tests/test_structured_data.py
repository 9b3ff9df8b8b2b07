"""What search engines read about a group."""

import datetime as dt
import json
import re

import pytest
from django.utils import timezone

from zelfregie_core.models import SiteSettings, Theme
from zelfregie_groups.domain.structured_data import as_script
from zelfregie_groups.models import Schedule, ScheduleException

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client, finder, create_group):
    """Make a group and return the linked data on its page."""
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw"})
    settings = SiteSettings.load()
    settings.organisation_name = "Stichting Noord"
    settings.save()

    def read_page(*schedules, exceptions=(), **fields):
        group = create_group(slug="groep", **fields)
        for values in schedules:
            Schedule.objects.create(group=group, **values)
        for values in exceptions:
            ScheduleException.objects.create(group=group, **values)
        page = client.get("/groepen/groep/").content.decode()
        scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert len(scripts) == 1
        return json.loads(scripts[0]), page

    return read_page


def test_group_with_dates_is_a_series_of_events(read):
    data, _page = read(
        {"weekdays": [2], "start_time": "19:30", "end_time": "21:00"},
        address="Dorpsstraat 1", postal_code="6411 AB", city="Heerlen", latitude=50.8882, longitude=5.9795,
        wheelchair=True, gender="women", age_from=18, languages=["nl", "en"], description="Samen.",
    )  # fmt: skip

    assert data["@type"] == "EventSeries"
    assert data["url"] == "http://noord.test/groepen/groep/"
    assert data["eventSchedule"] == [
        {
            "@type": "Schedule",
            "repeatFrequency": "P1W",
            "byDay": ["https://schema.org/Tuesday"],
            "startTime": "19:30",
            "endTime": "21:00",
            "scheduleTimezone": "Europe/Amsterdam",
        }
    ]
    assert [event["@type"] for event in data["subEvent"]] == ["Event"] * 3
    starts = [dt.datetime.fromisoformat(event["startDate"]) for event in data["subEvent"]]
    assert [(start.isoweekday(), start.hour, start.minute) for start in starts] == [(2, 19, 30)] * 3
    assert starts[0] >= timezone.now()
    assert data["location"] == [
        {
            "@type": "Place",
            "name": "Heerlen",
            "address": {
                "@type": "PostalAddress",
                "addressCountry": "NL",
                "streetAddress": "Dorpsstraat 1",
                "postalCode": "6411 AB",
                "addressLocality": "Heerlen",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": 50.8882, "longitude": 5.9795},
            "amenityFeature": [{"@type": "LocationFeatureSpecification", "name": "wheelchair", "value": True}],
        }
    ]
    assert data["organizer"] == {"@type": "Organization", "name": "Stichting Noord"}
    assert data["audience"]["suggestedGender"] == "female"
    assert data["audience"]["suggestedMinAge"] == 18
    assert (data["isAccessibleForFree"], data["inLanguage"]) == (True, ["nl", "en"])


def test_group_without_dates_is_an_organization(read):
    data, _page = read({"weekdays": [2], "interval": 2, "start_time": "19:30"}, city="Heerlen")

    assert data["@type"] == "Organization"
    assert sorted(data) == ["@context", "@id", "@type", "keywords", "location", "name", "url"]


def test_group_that_costs_money_says_it_is_not_free(read):
    data, _page = read({"weekdays": [2], "start_time": "19:30"}, cost="€ 2 per keer")

    assert data["isAccessibleForFree"] is False


def test_online_group_has_no_place(read):
    data, _page = read({"weekdays": [2], "start_time": "19:30"}, form="online", city="Heerlen", address="Geheim 1")

    assert data["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert data["location"] == [{"@type": "VirtualLocation", "url": "http://noord.test/groepen/groep/"}]


def test_moved_meeting_has_its_other_place(read):
    today = timezone.localdate()
    day = today + dt.timedelta(days=(1 - today.isoweekday()) % 7 + 7)

    data, _page = read(
        {"weekdays": [1], "start_time": "19:30"},
        exceptions=[{"date": day, "new_location": "De Molen"}],
        city="Heerlen",
    )

    places = {event["startDate"][:10]: event["location"][0]["name"] for event in data["subEvent"]}
    assert places[day.isoformat()] == "De Molen"
    assert sorted(set(places.values())) == ["De Molen", "Heerlen"]


def test_nothing_of_the_host_is_in_it(read):
    data, _page = read(
        {"weekdays": [2], "start_time": "19:30"}, host_name="Anna", host_email="geheim@voorbeeld.nl", welcomed_by="Bea"
    )

    assert [word for word in ("Anna", "geheim", "Bea") if word in json.dumps(data)] == []


def test_text_cannot_end_the_script(read):
    data, page = read(name="</script><script>alert(1)</script>", description="<!--<script> & \u2028 co")

    assert data["name"] == "</script><script>alert(1)</script>"
    assert data["description"] == "<!--<script> & co"
    assert "<script>alert" not in page


def test_every_character_with_a_meaning_in_html_is_escaped():
    text = as_script({"name": "<>&\u2028\u2029'\"é"})

    assert set("<>&\u2028\u2029") & set(text) == set()
    assert json.loads(text) == {"name": "<>&\u2028\u2029'\"é"}
