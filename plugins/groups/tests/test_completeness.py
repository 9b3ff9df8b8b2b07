"""How complete a group is, and what it is told to fill in."""

from datetime import date

import pytest

from zelfregie_groups.domain.completeness import Completeness, completeness, is_recently_confirmed
from zelfregie_groups.models import Group, Schedule

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
FULL = {
    "name": "Rouwcafé",
    "city": "Heerlen",
    "address": "Dorpsstraat 1",
    "description": "Samen praten.",
    "public_transport": "Bus 4.",
    "parking": "Op het plein.",
    "wheelchair": True,
    "accessible_toilet": False,
    "induction_loop": False,
    "bring_someone": "yes",
    "speaking": "listen",
    "welcomed_by": "Anna bij de deur.",
    "contact_first": "no",
    "first_time_note": "We beginnen met koffie.",
    "host_name": "Anna",
    "host_email": "anna@voorbeeld.nl",
    "size": 8,
    "joining": "open",
    "confirmed_on": date(2026, 10, 1),
}


@pytest.fixture
def make(noord, create_group):
    def make_group(**changes):
        schedule = changes.pop("schedule", {"weekdays": [2], "start_time": "19:30"})
        themes = changes.pop("themes", ("rouw",))
        group = create_group(**{**FULL, "themes": themes, **changes})
        if schedule:
            Schedule.objects.create(group=group, **schedule)
        return Group.objects.prefetch_related("themes", "schedules").get(pk=group.pk)

    return make_group


def test_complete_group_scores_100(make):
    assert completeness(make(), TODAY) == Completeness(100, ())


def test_bare_group_still_scores_for_what_it_has_and_names_the_rest(make):
    texts = {name: "" for name, value in FULL.items() if isinstance(value, str)}
    unknown = dict.fromkeys(("wheelchair", "accessible_toilet", "induction_loop", "size", "confirmed_on"))
    group = make(**{**texts, **unknown, "name": "x", "schedule": None, "themes": ()})

    found = completeness(group, TODAY)

    # Only "for whom" is known: it has a default.
    assert found.score == 2
    assert [missing.field for missing in found.missing][:3] == ["schedules", "city", "description"]
    assert len(found.missing) == 21
    assert all(missing.why.endswith(".") for missing in found.missing)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"speaking": ""}, "speaking"),
        ({"welcomed_by": ""}, "welcomed_by"),
        ({"bring_someone": ""}, "bring_someone"),
        ({"contact_first": ""}, "contact_first"),
        ({"first_time_note": "  \n"}, "first_time_note"),
        ({"description": " "}, "description"),
        ({"themes": ()}, "themes"),
        ({"city": ""}, "city"),
        ({"address": "", "location_name": ""}, "address"),
        ({"wheelchair": None}, "wheelchair"),
        ({"host_email": ""}, "host_email"),
        ({"confirmed_on": None}, "confirmed_on"),
        ({"confirmed_on": date(2025, 11, 21)}, "confirmed_on"),
        ({"schedule": {"weekdays": [2]}}, "schedules"),
        ({"schedule": {"weekdays": [2], "interval": 2, "start_time": "19:30"}}, "schedules"),
        ({"schedule": {"frequency": "monthly", "weekdays": [2], "start_time": "19:30"}}, "schedules"),
    ],
)
def test_each_gap_is_told_and_costs_points(make, changes, field):
    found = completeness(make(**changes), TODAY)

    assert [missing.field for missing in found.missing] == [field]
    assert found.score < 100


def test_name_of_the_place_is_enough_to_find_it(make):
    assert completeness(make(address="", location_name="De Brug"), TODAY).score == 100


def test_online_group_is_not_asked_for_a_place(make):
    nowhere = {"form": "online", "city": "", "address": "", "public_transport": "", "parking": "", "wheelchair": None}

    assert completeness(make(**nowhere), TODAY).score == 100


def test_first_time_weighs_more_than_any_other_question(make):
    without_first_time = completeness(make(speaking="", welcomed_by="", bring_someone="", contact_first=""), TODAY)
    without_access = completeness(make(wheelchair=None, accessible_toilet=None, induction_loop=None), TODAY)
    without_time = completeness(make(schedule=None), TODAY)

    assert without_first_time.score < without_time.score < without_access.score < 100


def test_completeness_asks_the_database_nothing(make, django_assert_num_queries):
    group = make()

    with django_assert_num_queries(0):
        score = completeness(group).score

    assert score == 100


@pytest.mark.parametrize(
    ("confirmed_on", "expected"),
    [(None, False), (date(2025, 11, 22), True), (date(2025, 11, 21), False), (date(2026, 11, 22), True)],
)
def test_confirmed_within_a_year(confirmed_on, expected):
    assert is_recently_confirmed(confirmed_on, TODAY) is expected
