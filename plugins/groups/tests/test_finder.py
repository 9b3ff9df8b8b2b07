"""Finding groups in the database."""

import pytest

from zelfregie_core.models import Theme
from zelfregie_core.places import distance_km, locate
from zelfregie_groups.domain.alternatives import alternatives, count_found, other_themes
from zelfregie_groups.domain.finder import find_groups
from zelfregie_groups.domain.query import GroupQuery

pytestmark = pytest.mark.django_db
HEERLEN = {"postal_code": "6411 AB", "city": "Heerlen", "latitude": 50.8882, "longitude": 5.9795}
MAASTRICHT = {"city": "Maastricht", "latitude": 50.8514, "longitude": 5.6910}


def names(**query):
    return [group.name for group in find_groups(GroupQuery(**query)).groups]


@pytest.fixture(autouse=True)
def _themes():
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": ["overleden"]})
    Theme.objects.update_or_create(
        slug="burn-out", defaults={"name": "Burn-out", "synonyms": ["overspannen", "stress op het werk"]}
    )


def test_find_groups_leaves_drafts_out(create_group):
    create_group("A")
    create_group("B", published=False)

    assert names() == ["A"]


def test_find_groups_sorts_by_name_without_accents_and_quotes(create_group):
    for name in ("Zon", "'t Anker", "Élan", "dapper"):
        create_group(name)

    assert names() == ["dapper", "Élan", "'t Anker", "Zon"]


@pytest.mark.parametrize(
    "text",
    ["rouwcafe", "ROUWCAFÉ", "verlies", "overleden", "rouwgroep", "groep over rouw", "heerlen", "koffie drinken",
     "gesprek", "rouw heerlen"],
)  # fmt: skip
def test_find_groups_finds_words_synonyms_and_stems(create_group, text):
    create_group("Rouwcafé", description="Koffie en goede gesprekken. We drinken samen.", **HEERLEN)
    create_group("Op adem", themes=("burn-out",), city="Kerkrade")

    assert names(text=text) == ["Rouwcafé"]


@pytest.mark.parametrize("text", ["overspannen", "ik heb stress op het werk", "burn-out", "burn out", "overspan"])
def test_find_groups_finds_synonyms_of_several_words(create_group, text):
    create_group("Rouwcafé", **HEERLEN)
    create_group("Op adem", themes=("burn-out",))

    assert names(text=text) == ["Op adem"]


@pytest.mark.parametrize("text", ["100%", "_", "%", "\\", "a%b", "'; --", "(", "*", "rouw\x00zzz"])
def test_find_groups_takes_wildcards_literally(create_group, text):
    create_group("Rouwcafé")

    assert names(text=text) == []


def test_find_groups_finds_an_emoji_and_another_script(create_group):
    create_group("مجموعة الدعم 🌻")

    assert names(text="🌻") == ["مجموعة الدعم 🌻"]
    assert names(text="الدعم") == ["مجموعة الدعم 🌻"]


def test_find_groups_short_words_count_from_the_beginning(create_group):
    create_group("MS-café", themes=())
    create_group("Amsterdam", themes=())

    assert names(text="ms") == ["MS-café"]


def test_find_groups_sorts_by_distance_and_leaves_out_what_is_farther(create_group):
    create_group("Ver", **MAASTRICHT)
    create_group("Dichtbij", **HEERLEN)
    create_group("Zonder plek op de kaart")
    create_group("Online", form="online")

    found = find_groups(GroupQuery(place="Heerlen", distance_km=25))
    place = locate("Heerlen")
    far = distance_km(place.latitude, place.longitude, MAASTRICHT["latitude"], MAASTRICHT["longitude"])

    assert [group.name for group in found.groups] == ["Dichtbij", "Ver"]
    assert found.groups[1].distance_km == pytest.approx(far, abs=1e-6)
    assert names(place="6411ab", distance_km=10) == ["Dichtbij"]


def test_find_groups_keeps_a_group_in_the_same_point(create_group):
    place = locate("Heerlen")
    create_group("Hier", latitude=place.latitude, longitude=place.longitude)

    assert names(place="Heerlen", distance_km=1) == ["Hier"]


@pytest.mark.parametrize("place", ["9999ZZ", "Xyzzyplaats", "3600 Genk"])
def test_find_groups_with_an_unknown_place_shows_all_and_says_so(create_group, place):
    create_group("A")

    found = find_groups(GroupQuery(place=place))

    assert (found.unknown_place, [group.name for group in found.groups]) == (True, ["A"])


def test_find_groups_proposes_places_for_a_typing_error():
    assert "Heerlen" in find_groups(GroupQuery(place="Heerlem")).similar_places


def test_find_groups_by_form_counts_hybrid_for_both(create_group):
    for form in ("in_person", "online", "hybrid"):
        create_group(form, form=form)

    assert names(form="online") == ["hybrid", "online"]
    assert names(form="in_person") == ["hybrid", "in_person"]


def test_find_groups_with_room_leaves_out_full_and_paused(create_group):
    for status in ("active", "full", "paused"):
        create_group(status, status=status)

    assert names(has_room=True) == ["active"]


def test_find_groups_of_an_unknown_theme_finds_nothing(create_group):
    create_group("A")

    assert names(theme="bestaat-niet") == []


def test_alternatives_name_a_distance_that_does_find_something(create_group):
    create_group("Ver", **MAASTRICHT)

    found = find_groups(GroupQuery(place="Heerlen", distance_km=5))

    assert [(offer.label, offer.query.distance_km) for offer in alternatives(found, 0)] == [
        ("1 groep binnen 25 km", 25)
    ]


def test_alternatives_always_find_what_they_promise(create_group):
    create_group("Heel ver", city="Groningen", latitude=53.2194, longitude=6.5665)
    create_group("Online", form="online", status="full")
    found = find_groups(GroupQuery(text="rouw", place="Heerlen", distance_km=5))

    offered = alternatives(found, count_found(found)[1])

    assert [offer.label for offer in offered] == [
        "groepen die verder weg zijn; de dichtstbijzijnde is op 263 km",
        "1 groep die online bijeenkomt",
    ]
    assert [find_groups(offer.query).groups.count() > 0 for offer in offered] == [True, True]


def test_alternatives_offer_groups_without_room(create_group):
    create_group("Vol", status="full")
    found = find_groups(GroupQuery(has_room=True))

    assert [find_groups(offer.query).groups.count() for offer in alternatives(found, 0)] == [1]


def test_other_themes_are_those_near_the_place(create_group):
    create_group("Dichtbij", **HEERLEN)
    create_group("Ver", themes=("burn-out",), **MAASTRICHT)

    near, far = (
        other_themes(find_groups(GroupQuery(place=place, distance_km=5))) for place in ("Heerlen", "Groningen")
    )

    assert ([theme.slug for theme in near[0]], near[1]) == (["rouw"], True)
    assert ([theme.slug for theme in far[0]], far[1]) == (["burn-out", "rouw"], False)


def test_find_groups_looks_inside_words_for_long_words_only(create_group):
    create_group("Vrouwen met borstkanker", themes=())

    assert names(text="rouw") == []
    assert names(text="vrouw") == ["Vrouwen met borstkanker"]
    assert names(text="kanker") == ["Vrouwen met borstkanker"]


@pytest.mark.parametrize(
    "query",
    [{}, {"form": "online"}, {"form": "in_person"}, {"place": "Heerlen"}, {"place": "Heerlen", "form": "online"},
     {"place": "Heerlen", "form": "in_person"}, {"text": "rouw", "has_room": True}, {"place": "Nergenshuizen"}],
)  # fmt: skip
def test_count_found_agrees_with_what_is_found(create_group, query):
    for form in ("in_person", "online", "hybrid"):
        create_group(f"{form} hier", form=form, **HEERLEN)
        create_group(f"{form} vol", form=form, status="full", **HEERLEN)
        create_group(f"{form} ver", form=form, **MAASTRICHT)
    found = find_groups(GroupQuery(**query))

    assert count_found(found)[0] == len(found.groups)
