"""Feeds over HTTP: who gets what, at what cost, and asked again."""

import datetime as dt

import icalendar
import pytest
from defusedxml import ElementTree
from django.urls import reverse

from zelfregie_core.models import Branding, Theme
from zelfregie_groups.domain.calendar_links import calendar_url, subscribe_url
from zelfregie_groups.domain.changes import groups_changed
from zelfregie_groups.models import FormerSlug, Group, Schedule, ScheduleException

pytestmark = pytest.mark.django_db


def summaries(response):
    calendar = icalendar.Calendar.from_ical(response.content)
    return sorted(str(event["SUMMARY"]) for event in calendar.walk("VEVENT"))


@pytest.fixture
def groups(finder, create_group):
    return [
        create_group("Rouwcafé", city="Heerlen", slug="rouwcafe", weekday=2),
        create_group("Samen sterk", themes=("burn-out",), slug="samen-sterk", weekday=3),
        create_group("Concept", slug="concept", published=False, weekday=4),
    ]


def test_the_region_calendar_has_the_published_groups(groups, client):
    response = client.get("/-/groups/agenda.ics")

    assert summaries(response) == ["Rouwcafé", "Samen sterk"]
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="bijeenkomsten.ics"'


@pytest.mark.parametrize(
    ("parameters", "found", "name"),
    [
        ("?thema=rouw", ["Rouwcafé"], "Bijeenkomsten: Noord (Rouw en verlies)"),
        ("?q=rouwcafe", ["Rouwcafé"], "Bijeenkomsten: Noord (rouwcafe)"),
        ("?plaats=6411&afstand=5", ["Rouwcafé"], "Bijeenkomsten: Noord (6411)"),
        ("?dag=3", ["Samen sterk"], "Bijeenkomsten: Noord"),
        ("?keuze=groups:{0}&keuze=groups:{2}&keuze=zuid/groups:{1}", ["Rouwcafé"], "Bijeenkomsten: Noord"),
        ("?keuze=groups:999999", [], "Bijeenkomsten: Noord"),
        ("?p=3&volgorde=naam", ["Rouwcafé", "Samen sterk"], "Bijeenkomsten: Noord"),
    ],
)
def test_the_region_calendar_takes_a_search_of_the_finder(groups, client, parameters, found, name):
    Branding.objects.update(site_name="Noord")
    for group, place in zip(groups, [(50.88, 5.98), (52.37, 4.9), (50.88, 5.98)], strict=True):
        Group.objects.filter(pk=group.pk).update(latitude=place[0], longitude=place[1])
    groups_changed([group.pk for group in groups])

    response = client.get("/-/groups/agenda.ics" + parameters.format(*(group.pk for group in groups)))

    assert summaries(response) == found
    assert str(icalendar.Calendar.from_ical(response.content)["X-WR-CALNAME"]) == name


def test_the_theme_calendar_has_the_groups_of_the_theme(groups, client):
    response = client.get("/-/groups/agenda/thema/rouw.ics")

    assert summaries(response) == ["Rouwcafé"]
    assert str(icalendar.Calendar.from_ical(response.content)["X-WR-CALNAME"]).startswith("Rouw en verlies: ")


def test_the_group_calendar_has_one_group_with_absolute_addresses(groups, client):
    response = client.get("/-/groups/agenda/rouwcafe.ics")
    (event,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")

    assert (str(event["SUMMARY"]), str(event["URL"])) == ("Rouwcafé", "http://noord.test/groepen/rouwcafe/")
    assert str(event["UID"]) == f"schedule-{groups[0].schedules.get().pk}@noord.test"


@pytest.mark.parametrize(
    "path",
    ["agenda/concept.ics", "agenda/bestaat-niet.ics", "agenda/thema/bestaat-niet.ics", "agenda/../agenda/x.ics"],
)
def test_what_is_not_published_has_no_calendar(groups, client, path):
    assert client.get(f"/-/groups/{path}").status_code == 404


def test_the_calendar_of_a_former_address_leads_to_the_new_one(groups, client):
    FormerSlug.objects.create(slug="oude-naam", group=groups[0])
    FormerSlug.objects.create(slug="oud-concept", group=groups[2])

    response = client.get("/-/groups/agenda/oude-naam.ics")

    assert (response.status_code, response["Location"]) == (301, "/-/groups/agenda/rouwcafe.ics")
    assert client.get("/-/groups/agenda/oud-concept.ics").status_code == 404


@pytest.mark.parametrize("path", ["agenda.ics", "agenda/rouwcafe.ics", "agenda/thema/rouw.ics", "nieuw.rss"])
def test_a_region_without_a_finder_has_no_feeds(noord, create_group, client, path):
    create_group("Rouwcafé", slug="rouwcafe", weekday=2)

    assert client.get(f"/-/groups/{path}").status_code == 404


@pytest.mark.parametrize("path", ["agenda.ics", "agenda/rouwcafe.ics", "agenda/thema/rouw.ics", "nieuw.rss"])
def test_who_has_the_newest_gets_no_second_copy(groups, client, path):
    first = client.get(f"/-/groups/{path}")

    again = client.get(f"/-/groups/{path}", headers={"if-none-match": first["ETag"]})
    Group.objects.filter(slug="rouwcafe").update(name="Rouwcafé Heerlen")
    changed = client.get(f"/-/groups/{path}", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, "Rouwcafé Heerlen" in changed.content.decode()) == (200, True)
    assert first["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in first


@pytest.mark.parametrize("path", ["agenda.ics", "agenda/rouwcafe.ics", "agenda/thema/rouw.ics", "nieuw.rss"])
def test_feeds_are_only_read(groups, client, path):
    assert client.post(f"/-/groups/{path}").status_code == 405
    assert client.head(f"/-/groups/{path}").content == b""


@pytest.mark.parametrize(("path", "queries"), [("agenda.ics", 10), ("agenda/thema/rouw.ics", 11), ("nieuw.rss", 9)])
@pytest.mark.parametrize("count", [1, 5])
def test_the_cost_of_a_feed_does_not_grow_with_the_groups(
    finder, create_group, client, django_assert_num_queries, path, queries, count
):
    for number in range(count):
        group = create_group(f"Groep {number}", weekday=2)
        Schedule.objects.create(group=group, weekdays=[4])
        ScheduleException.objects.create(group=group, date=dt.date(2093, 1, 1))
    client.get("/-/groups/agenda.ics")  # Wagtail caches the addresses of pages

    with django_assert_num_queries(queries):
        client.get(f"/-/groups/{path}")


def test_new_groups_are_in_the_rss_newest_first(groups, client):
    Group.objects.filter(slug="rouwcafe").update(description="Voor wie iemand mist. & <b>meer</b>")

    response = client.get("/-/groups/nieuw.rss")
    channel = ElementTree.fromstring(response.content).find("channel")
    items = [
        (
            item.findtext("title"),
            item.findtext("link"),
            [category.text for category in item.findall("category")],
            item.findtext("description"),
        )
        for item in channel.findall("item")
    ]

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert channel.findtext("link") == "http://noord.test/"
    assert items == [
        (
            "Samen sterk",
            "http://noord.test/groepen/samen-sterk/",
            ["Burn-out en overspanning"],
            "elke woensdag, 19.30 tot 21.00 uur",
        ),
        (
            "Rouwcafé",
            "http://noord.test/groepen/rouwcafe/",
            ["Rouw en verlies"],
            "Heerlen, elke dinsdag, 19.30 tot 21.00 uur. Voor wie iemand mist. & <b>meer</b>",
        ),
    ]


def test_the_rss_holds_the_thirty_newest(finder, create_group, client):
    for number in range(31):
        create_group(f"Groep {number}", slug=f"groep-{number}")

    channel = ElementTree.fromstring(client.get("/-/groups/nieuw.rss").content).find("channel")
    titles = [item.findtext("title") for item in channel.findall("item")]

    assert titles == [f"Groep {number}" for number in range(30, 0, -1)]


def test_a_name_with_control_characters_does_not_break_the_rss(finder, create_group, client):
    create_group("Rouw\x07café\x0b 🌻", slug="rouw")

    channel = ElementTree.fromstring(client.get("/-/groups/nieuw.rss").content).find("channel")

    assert [item.findtext("title") for item in channel.findall("item")] == ["Rouwcafé 🌻"]


def test_calendar_urls_are_for_a_group_a_theme_and_the_region(groups, rf):
    request = rf.get("/", SERVER_NAME="noord.test")

    paths = [
        calendar_url(groups[0]),
        calendar_url(theme=Theme.objects.get(slug="rouw")),
        calendar_url(),
        calendar_url(parameters="thema=rouw"),
    ]

    assert paths == [
        "/-/groups/agenda/rouwcafe.ics",
        "/-/groups/agenda/thema/rouw.ics",
        "/-/groups/agenda.ics",
        "/-/groups/agenda.ics?thema=rouw",
    ]
    assert subscribe_url(request, paths[0]) == "webcal://noord.test/-/groups/agenda/rouwcafe.ics"
    assert reverse("groups:new_groups") == "/-/groups/nieuw.rss"
