"""Whether a region has enough groups to open with: each has its page, a place and a coming date."""

import datetime as dt

import pytest
from django.utils import timezone

from zelfregie_core.plugins import Outcome
from zelfregie_groups.domain.readiness import enough_fresh_groups
from zelfregie_groups.models import Group
from zelfregie_tenants.models import PluginActivation

pytestmark = pytest.mark.django_db
POINT = {"latitude": 50.9, "longitude": 5.9}


def _fresh(create_group, number=1, **fields):
    """Groups that meet next week, somewhere."""
    for count in range(number):
        group = create_group(f"Groep {count} {sorted(fields)}", **{**POINT, **fields})
        Group.objects.filter(pk=group.pk).update(upcoming=[timezone.now() + dt.timedelta(days=7)])
    return group


def _found():
    (finding,) = enough_fresh_groups()
    return finding.outcome, finding.link


def test_groups_without_a_finder_have_no_page(noord, create_group):
    _fresh(create_group, 5)

    assert _found() == (Outcome.WRONG, "/admin/pages/")


def test_as_many_fresh_groups_as_the_region_asks_for(noord, finder, create_group):
    empty = _found()
    _fresh(create_group, 4)
    four = _found()
    _fresh(create_group, form="online", latitude=None, longitude=None, status="full")

    assert [empty, four, _found()] == [(Outcome.WRONG, "/admin/groepen/")] * 2 + [(Outcome.OK, "")]


@pytest.mark.parametrize("fields", [{"latitude": None, "longitude": None}, {"published": False}, {"status": "paused"}])
def test_group_to_which_nobody_can_go_does_not_count(noord, finder, create_group, fields):
    PluginActivation.objects.filter(region=noord, plugin="groups").update(settings={"fresh_groups": 1})
    _fresh(create_group, **fields)
    without = _found()

    group = _fresh(create_group)
    with_one = _found()
    Group.objects.filter(pk=group.pk).update(upcoming=[timezone.now() - dt.timedelta(days=1)])

    assert [outcome for outcome, _link in (without, with_one, _found())] == ["wrong", "ok", "wrong"]


def test_another_regions_groups_do_not_count(noord, zuid, in_region, finder, create_group):
    with in_region(zuid):
        _fresh(create_group, 5)

    assert _found() == (Outcome.WRONG, "/admin/groepen/")
