"""The filters of the finder: what they count, and what takes one away."""

import pytest

from zelfregie_groups.domain.filters import filter_form
from zelfregie_groups.domain.finder import find_groups
from zelfregie_groups.domain.query import GroupQuery

pytestmark = pytest.mark.django_db
HEERLEN = {"city": "Heerlen", "latitude": 50.8882, "longitude": 5.9795}
MAASTRICHT = {"city": "Maastricht", "latitude": 50.8514, "longitude": 5.6910}


@pytest.fixture(scope="module", autouse=True)
def _finder(shared_rows, create_finder):
    create_finder()


def form_of(query):
    return filter_form(find_groups(query, None), 15)


def counted(form, name):
    part = next(part for part in form.filters if part.name == name)
    return {choice.label: choice.count for choice in part.choices}


def test_filters_count_what_each_value_would_leave(create_group):
    create_group("A", weekday=2, audience=["relative"], wheelchair=True, **HEERLEN)
    create_group("B", weekday=3, status="full", languages=["nl", "ar"], **HEERLEN)
    create_group("C", form="online")

    form = form_of(GroupQuery(weekdays=(2,)))

    assert counted(form, "dag") == {
        "maandag": 0, "dinsdag": 1, "woensdag": 1, "donderdag": 0, "vrijdag": 0, "zaterdag": 0, "zondag": 0,
    }  # fmt: skip
    assert counted(form, "dagdeel") == {"ochtend": 0, "middag": 0, "avond": 1}
    assert counted(form, "vorm") == {"maakt niet uit": None, "bij elkaar": 1, "online": 0}
    assert counted(form, "voor") == {"voor jezelf": 0, "voor naasten": 1, "voor nabestaanden": 0}
    assert counted(form, "toegankelijk") == {"met een rolstoel": 1}
    assert counted(form, "plek") == {"er is plek": 1}


def test_every_count_is_what_choosing_it_finds(create_group):
    for number in range(12):
        create_group(
            f"Groep {number}", weekday=1 + number % 7, form=("in_person", "online", "hybrid")[number % 3],
            status=("active", "full")[number % 2], audience=[("self", "relative")[number % 2]],
            languages=["nl", "ar"] if number % 4 == 0 else ["nl"], wheelchair=number % 5 == 0, **HEERLEN,
        )  # fmt: skip
    fields = {"dag": "weekdays", "dagdeel": "dayparts", "voor": "audience", "taal": "languages"}
    base = GroupQuery(place="Heerlen", has_room=True)

    form = form_of(base)

    shown, found = {}, {}
    for part in form.filters:
        for choice in part.choices:
            value = int(choice.value) if part.name in ("dag", "afstand") else choice.value
            changes = {"vorm": {"form": value}, "afstand": {"distance_km": value}, "toegankelijk": {"accessible": True}}
            change = changes.get(part.name) or {fields[part.name]: (value,)} if part.name != "plek" else {}
            if choice.count is not None:
                shown[part.name, choice.value] = choice.count
                found[part.name, choice.value] = find_groups(base.changed(**change), None).total
    assert shown == found


def test_languages_that_nobody_speaks_are_left_out_unless_chosen(create_group):
    create_group("A", languages=["nl", "ar"])

    assert counted(form_of(GroupQuery(languages=("tr",))), "taal") == {"Nederlands": 1, "Arabisch": 1, "Turks": 0}


def test_distance_is_asked_only_around_a_place(create_group):
    create_group("A", **HEERLEN)
    create_group("B", **MAASTRICHT)

    near = form_of(GroupQuery(place="Heerlen", distance_km=20))

    assert counted(near, "afstand") == {
        "tot 5 km": 1, "tot 10 km": 1, "tot 15 km": 1, "tot 20 km": 1, "tot 25 km": 2, "tot 50 km": 2, "tot 100 km": 2,
    }  # fmt: skip
    assert next(part.name for part in form_of(GroupQuery()).filters) == "dag"
    assert next(part.name for part in form_of(GroupQuery(place="Heerlen", form="online")).filters) == "dag"


def test_chips_take_one_thing_away_each(create_group):
    query = GroupQuery(
        text="koffie", theme="rouw", place="6411", weekdays=(2, 3), dayparts=("evening",), form="in_person",
        audience=("self",), languages=("ar",), accessible=True, has_room=True,
    )  # fmt: skip

    form = form_of(query)

    assert [(chip.label, len(query.pairs(15)) - len(chip.without.pairs(15))) for chip in form.chips] == [
        ("“koffie”", 1), ("Rouw en verlies", 1), ("6411, tot 15 km", 1), ("dinsdag", 1), ("woensdag", 1), ("avond", 1),
        ("bij elkaar", 1), ("voor jezelf", 1), ("Arabisch", 1), ("toegankelijk met een rolstoel", 1), ("er is plek", 1),
    ]  # fmt: skip


def test_number_of_filters_counts_a_distance_only_when_it_was_changed():
    assert form_of(GroupQuery(place="Heerlen")).number_chosen == 0
    assert form_of(GroupQuery(place="Heerlen", distance_km=5, weekdays=(1, 2), has_room=True)).number_chosen == 3
