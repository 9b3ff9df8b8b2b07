"""Exports of many groups take no more memory than those of some."""

import gc
import tracemalloc

import pytest

from zelfregie_core.models import Theme
from zelfregie_groups.domain.export.published import CHUNK
from zelfregie_groups.models import Group, Schedule

pytestmark = pytest.mark.django_db
PATHS = (
    "/-/groups/export/hsds.json",
    "/-/groups/export/hsds.zip",
    "/-/groups/export/groepen.csv",
    "/-/groups/export/groepen.xlsx",
)


def make_groups(number):
    """Make groups at once, each with a theme and a time."""
    first = Group.objects.count()
    groups = [
        Group(name=f"Groep {at}", slug=f"groep-{at}", city="Heerlen", description="Samen praten. " * 20)
        for at in range(first, first + number)
    ]
    for group in groups:
        group.derive()
    Group.objects.bulk_create(groups)
    theme = Theme.objects.get(slug="rouw")
    through = Group.themes.through
    through.objects.bulk_create([through(group=group, theme=theme) for group in groups])
    Schedule.objects.bulk_create([Schedule(group=group, weekdays=[2], start_time="19:30") for group in groups])


def peak(client, path):
    """The most memory that an answer took while it was made and sent, and its size."""
    gc.collect()
    tracemalloc.start()
    response = client.get(path)
    size = sum(len(part) for part in response.streaming_content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status_code == 200
    return most, size


@pytest.mark.slow
def test_memory_stays_flat(client, finder):
    make_groups(CHUNK)
    peak(client, PATHS[0])
    some = {path: peak(client, path) for path in PATHS}
    make_groups(2 * CHUNK)

    many = {path: peak(client, path) for path in PATHS}

    sizes = {path: many[path][1] / some[path][1] for path in PATHS}
    grown = {path: many[path][0] / some[path][0] for path in PATHS}
    assert min(sizes.values()) > 2.5, sizes
    assert max(grown.values()) < 1.4, grown
