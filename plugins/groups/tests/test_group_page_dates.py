"""When a group meets, on its page: the next dates, and what is different about them."""

import datetime as dt
import re
from itertools import pairwise

import pytest
from django.utils import timezone

from zelfregie_groups.models import ScheduleException

pytestmark = pytest.mark.django_db
PAGE = "/groepen/rouwcafe/"


@pytest.fixture
def make(finder, create_group):
    """Make the group whose page is asked for; the finder is there."""

    def make_group(**fields):
        return create_group("Rouwcafé", slug="rouwcafe", **fields)

    return make_group


def html(client):
    response = client.get(PAGE)
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def text(client):
    """What is read in the page itself, without marks, head and foot of the site."""
    main = html(client).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def next_weekday(day, after=None):
    """The first date from tomorrow that is this day of the week."""
    start = (after or timezone.localdate()) + dt.timedelta(days=1)
    return start + dt.timedelta(days=(day - start.isoweekday()) % 7)


def test_page_names_the_next_three_dates(client, make):
    make(weekday=2)
    shown = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)', html(client))

    days = [dt.date.fromisoformat(day) for day in shown]
    assert [day.isoweekday() for day in days] == [2, 2, 2]
    assert [(later - day).days for day, later in pairwise(days)] == [7, 7]
    assert days[0] - timezone.localdate() < dt.timedelta(days=8)


def test_page_says_clearly_what_is_cancelled_and_moved(client, make):
    group = make(weekday=2)
    cancelled = next_weekday(2)
    moved = cancelled + dt.timedelta(days=7)
    other = moved + dt.timedelta(days=1)
    ScheduleException.objects.create(group=group, date=cancelled, note="De zaal is dicht")
    ScheduleException.objects.create(group=group, date=moved, new_date=other, new_location="De Molen")

    page = html(client)

    dates = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)', page)
    assert cancelled.isoformat() not in dates
    assert other.isoformat() in dates
    words = text(client)
    assert "De zaal is dicht. Op dinsdag" in words
    assert "is er geen bijeenkomst." in words
    assert "De bijeenkomst van dinsdag" in words
    assert "De Molen." in words
    assert "verplaatst" in words


def test_page_tells_a_summer_stop_that_is_near_and_not_one_that_is_far(client, make):
    group = make(weekday=2)
    today = timezone.localdate()
    near, far = today + dt.timedelta(days=10), today + dt.timedelta(days=200)
    ScheduleException.objects.create(group=group, date=near, last_date=near + dt.timedelta(days=30), note="Zomerstop")
    ScheduleException.objects.create(group=group, date=far, last_date=far + dt.timedelta(days=30), note="Verre pauze")

    words = text(client)

    assert "Zomerstop. Geen bijeenkomsten van" in words
    assert "Verre pauze" not in words


def test_page_in_a_stop_says_until_when(client, make):
    group = make(weekday=2)
    today = timezone.localdate()
    ScheduleException.objects.create(group=group, date=today, last_date=today + dt.timedelta(days=40))

    assert "Er zijn nu geen bijeenkomsten, tot en met" in text(client)
