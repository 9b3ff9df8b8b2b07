"""The calendar of 100, 300 and 1,000 groups: the feed over HTTP, and a year of dates, ours and by another library.

Run by bench/run.py as a process of its own, with DATABASE_URL set. Prints JSON.
"""

import datetime as dt
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

import icalendar  # noqa: E402 -- after setup
import recurring_ical_events  # noqa: E402 -- after setup
from common import EXAMPLE, instance  # noqa: E402 -- after setup
from django.db import connection  # noqa: E402 -- after setup
from django.test import Client  # noqa: E402 -- after setup
from django.test.utils import CaptureQueriesContext  # noqa: E402 -- after setup
from django.utils import timezone  # noqa: E402 -- after setup

from zelfregie_core.models import Theme  # noqa: E402 -- after setup
from zelfregie_groups.domain.recurrence import Rule, meetings  # noqa: E402 -- after setup
from zelfregie_groups.models import Group, Schedule, ScheduleException  # noqa: E402 -- after setup
from zelfregie_tenants.domain.launch import launch_region  # noqa: E402 -- after setup
from zelfregie_tenants.domain.schemas import prepare_platform  # noqa: E402 -- after setup
from zelfregie_tenants.models import Region  # noqa: E402 -- after setup

SLUG = "agenda"
HOST = f"{SLUG}.localhost"
SIZES = (100, 300, 1000)
ROUNDS = 7
TODAY = timezone.localdate()


def main() -> None:
    """Launch a region, fill it step by step, and measure at each size."""
    prepare_platform()
    with tempfile.TemporaryDirectory(prefix="zr-") as name:
        launch_region(instance(Path(name), SLUG, lists=False), invite=False)
    connection.set_tenant(Region.objects.get(slug=SLUG))
    Group.objects.all().delete()
    figures = {}
    for size in SIZES:
        add_groups(size - Group.objects.count())
        figures[str(size)] = measure()
        print(size, figures[str(size)], file=sys.stderr)
    print(json.dumps(figures))


def add_groups(count: int) -> None:
    """Add groups as regions have them: most weekly, some every two weeks or monthly, with stops and moves."""
    themes = list(Theme.objects.values_list("pk", flat=True))
    first = Group.objects.count()
    numbers = range(first, first + count)
    groups = Group.objects.bulk_create(group(number) for number in numbers)
    Group.themes.through.objects.bulk_create(
        Group.themes.through(group=made, theme_id=themes[number % len(themes)])
        for number, made in zip(numbers, groups, strict=True)
    )
    evening = {"start_time": dt.time(19, 30), "end_time": dt.time(21)}
    Schedule.objects.bulk_create(
        Schedule(group=made, **evening, **rule(number)) for number, made in zip(numbers, groups, strict=True)
    )
    summer = {"date": dt.date(TODAY.year + 1, 7, 1), "last_date": dt.date(TODAY.year + 1, 8, 31)}
    ScheduleException.objects.bulk_create(ScheduleException(group=made, **summer) for made in groups)
    ScheduleException.objects.bulk_create(
        ScheduleException(group=made, date=day(number), new_date=day(number) + dt.timedelta(days=1))
        for number, made in zip(numbers, groups, strict=True)
        if number % 4 == 0
    )


def group(number: int) -> Group:
    """A made-up group."""
    made = Group(
        name=f"Praatgroep {number}",
        slug=f"groep-{number}",
        description="Samen praten met mensen die hetzelfde meemaken. " * 6,
        location_name=f"Buurthuis {number}",
        address=f"Molenlaan {number}",
        postal_code="7511 AB",
        city="Enschede",
        latitude=52.2183,
        longitude=6.8958,
    )
    made.derive()
    return made


def day(number: int) -> dt.date:
    """A weekday of the group's rule, two weeks from now."""
    return TODAY + dt.timedelta(days=(rule(number)["weekdays"][0] - TODAY.isoweekday()) % 7 + 14)


def rule(number: int) -> dict:
    """Every third group every two weeks, every fifth once a month, the others weekly."""
    weekday = number % 5 + 1
    if number % 5 == 0:
        return {"frequency": "monthly", "weekdays": [weekday], "weeks": [number % 4 + 1]}
    if number % 3 == 0:
        return {"interval": 2, "weekdays": [weekday], "start_date": TODAY - dt.timedelta(days=100)}
    return {"weekdays": [weekday]}


def measure() -> dict:
    """Milliseconds and queries of the feed, and milliseconds and dates of a year, by both."""
    client = Client()
    feed_ms = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            response = client.get("/-/groups/agenda.ics", SERVER_NAME=HOST)
        feed_ms.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200:
            sys.exit(f"the feed answered {response.status_code}")
    begin = timezone.localtime()
    end = begin + dt.timedelta(days=365)
    started = time.perf_counter()
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(response.content))
    theirs = len(query.between(begin, end))
    theirs_ms = (time.perf_counter() - started) * 1000
    connection.set_tenant(Region.objects.get(slug=SLUG))
    groups = list(Group.objects.prefetch_related("schedules", "exceptions"))
    started = time.perf_counter()
    ours = sum(
        len(meetings([Rule.of(line) for line in group.schedules.all()], group.exceptions.all(), begin, end))
        for group in groups
    )
    ours_ms = (time.perf_counter() - started) * 1000
    return {
        "feed_ms": feed_ms,
        "queries": len(queries),
        "kilobytes": len(response.content) / 1000,
        "ours_ms": ours_ms,
        "theirs_ms": theirs_ms,
        "ours": ours,
        "theirs": theirs,
    }


if __name__ == "__main__":
    if not EXAMPLE.exists():
        sys.exit(f"{EXAMPLE} is not there")
    main()
