"""Finding groups: the finder's side of the search. How words are matched is tested with the directory itself."""

import datetime as dt

import pytest
from django.utils import timezone

from zelfregie_core.models import Theme
from zelfregie_core.places import distance_km, locate
from zelfregie_groups.domain.alternatives import alternatives, elsewhere, online_count, other_themes
from zelfregie_groups.domain.directory import directory_entries
from zelfregie_groups.domain.finder import find_for_list, find_groups
from zelfregie_groups.domain.query import GroupQuery
from zelfregie_groups.models import Group, Schedule

pytestmark = pytest.mark.django_db
HEERLEN = {"postal_code": "6411 AB", "city": "Heerlen", "latitude": 50.8882, "longitude": 5.9795}
MAASTRICHT = {"city": "Maastricht", "latitude": 50.8514, "longitude": 5.6910}


def found_by(**query):
    return find_groups(GroupQuery(**query), None)


def names(**query):
    return [card.title for card in found_by(**query).cards]


@pytest.fixture(scope="module", autouse=True)
def _finder(shared_rows, create_finder):
    create_finder()
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": ["overleden"]})


def test_find_groups_leaves_drafts_out(create_group):
    create_group("A")
    create_group("B", published=False)

    assert names() == ["A"]


@pytest.mark.parametrize("text", ["rouwcafe", "overleden", "rouwgroep", "heerlen", "koffie drinken", "rouwcaffee"])
def test_find_groups_finds_words_synonyms_stems_and_mistakes(create_group, text):
    create_group("Rouwcafé", description="Koffie en goede gesprekken. We drinken samen.", **HEERLEN)
    create_group("Op adem", themes=("burn-out",), city="Kerkrade")

    assert names(text=text) == ["Rouwcafé"]


def test_find_groups_takes_the_name_of_a_theme_for_the_theme(create_group):
    create_group("Samen verder")
    create_group("Op adem", themes=("burn-out",), description="Ook over rouw en verlies op het werk.")

    found = found_by(text="rouw en VERLIES", page=1)

    assert [card.title for card in found.cards] == ["Samen verder"]
    assert (found.query.theme, found.query.text, found.theme.slug) == ("rouw", "", "rouw")


def test_find_groups_keeps_words_that_say_more_than_a_theme(create_group):
    assert found_by(text="rouw en verlies in Heerlen").query.text == "rouw en verlies in Heerlen"


def test_find_groups_tells_what_it_searched_for_instead(create_group):
    create_group("Diabetes in beweging", themes=("diabetes",))

    found = found_by(text="diabtes")

    assert [card.title for card in found.cards] == ["Diabetes in beweging"]
    assert [(one.typed, one.meant) for one in found.corrections] == [("diabtes", "diabetes")]


def test_find_groups_sorts_by_distance_and_leaves_out_what_is_farther(create_group):
    create_group("Ver", **MAASTRICHT)
    create_group("Dichtbij", **HEERLEN)
    create_group("Zonder plek op de kaart")
    create_group("Online", form="online")

    found = found_by(place="Heerlen", distance_km=25)
    place = locate("Heerlen")
    far = distance_km(place.latitude, place.longitude, MAASTRICHT["latitude"], MAASTRICHT["longitude"])

    assert [card.title for card in found.cards] == ["Dichtbij", "Ver"]
    assert found.cards[1].distance_km == pytest.approx(far, abs=1e-6)
    assert names(place="6411ab", distance_km=10) == ["Dichtbij"]


@pytest.mark.parametrize(
    ("place", "abroad"), [("9999ZZ", ""), ("Xyzzyplaats", ""), ("3600 Genk", "be"), ("52062 Aachen", "de")]
)
def test_find_groups_with_an_unknown_place_shows_all_and_says_so(create_group, place, abroad):
    create_group("A")

    found = found_by(place=place)

    assert (found.unknown_place, found.abroad, [card.title for card in found.cards]) == (True, abroad, ["A"])


def test_find_groups_proposes_places_for_a_typing_error():
    assert "Heerlen" in found_by(place="Heerlem").similar_places


def test_find_groups_names_the_other_places_of_a_name():
    assert found_by(place="Hengelo").namesakes == ("Hengelo (gemeente Bronckhorst)",)
    assert found_by(place="Hengelo (gemeente Bronckhorst)").location.municipality == "1876"


def test_find_groups_by_form_counts_hybrid_for_both(create_group):
    for form in ("in_person", "online", "hybrid"):
        create_group(form, form=form)

    assert sorted(names(form="online")) == ["hybrid", "online"]
    assert sorted(names(form="in_person")) == ["hybrid", "in_person"]


def test_find_groups_of_an_unknown_theme_finds_nothing(create_group):
    create_group("A")

    assert names(theme="bestaat-niet") == []


def test_find_groups_goes_to_the_last_page_that_is_there(create_group):
    for number in range(3):
        create_group(f"Groep {number}")

    found = find_groups(GroupQuery(sort="naam", page=99), None, limit=2)

    assert (found.query.page, [card.title for card in found.cards]) == (2, ["Groep 2"])


def test_find_groups_shows_what_a_card_needs(create_group):
    group = create_group(
        "Rouwcafé", weekday=2, audience=["bereaved"], gender="women", age_from=18, languages=["nl", "ar"],
        wheelchair=True, status="waiting_list", form="hybrid", **HEERLEN,
    )  # fmt: skip

    card = found_by().cards[0]

    assert card.url == f"/groepen/{group.slug}/"
    assert card.key == f"groups:{group.pk}"
    assert [(theme.slug, theme.name) for theme in card.themes] == [("rouw", "Rouw en verlies")]
    assert (card.where, card.audience) == ("Heerlen, ook online", "voor nabestaanden, voor vrouwen, vanaf 18 jaar")
    assert (card.languages, card.accessible, card.status) == ("Nederlands, Arabisch", True, "waiting_list")
    assert card.schedules == ("elke dinsdag, 19.30 tot 21.00 uur",)
    assert [timezone.localtime(moment).isoweekday() for moment in card.dates] == [2, 2, 2]
    assert card.next_text.startswith("dinsdag ")
    assert card.next_text.endswith(", 19.30 uur")
    assert card.later_text.startswith("daarna ")


def test_card_of_a_date_without_a_time_says_no_time(create_group):
    group = create_group("Wandeling", themes=())
    day = timezone.localdate() + dt.timedelta(days=3)
    Schedule.objects.create(group=group, frequency="once", start_date=day)

    card = found_by().cards[0]

    assert "uur" not in card.next_text
    assert str(day.day) in card.next_text


def test_alternatives_name_a_distance_that_does_find_something(create_group):
    create_group("Ver", **MAASTRICHT)

    offered = alternatives(found_by(place="Heerlen", distance_km=5), None)

    assert [(offer.label, offer.query.distance_km) for offer in offered] == [("1 groep binnen 25 km", 25)]


def test_alternatives_always_find_what_they_promise(create_group):
    create_group("Heel ver", city="Groningen", latitude=53.2194, longitude=6.5665)
    create_group("Online", form="online", status="full")

    found = found_by(text="rouw", place="Heerlen", distance_km=5)
    offered = alternatives(found, None)

    assert online_count(found) == 1
    assert [offer.label for offer in offered] == [
        "groepen die verder weg zijn; de dichtstbijzijnde is op 263 km",
        "1 groep die online bijeenkomt",
    ]
    assert [find_groups(offer.query, None).total > 0 for offer in offered] == [True, True]


def test_alternatives_offer_groups_without_the_filters(create_group):
    create_group("Vol", status="full", **HEERLEN)

    offered = alternatives(found_by(has_room=True, weekdays=(3,), place="Groningen"), None)

    assert [offer.label for offer in offered] == ["1 groep als je de filters weghaalt"]
    assert [find_groups(offer.query, None).total for offer in offered] == [1]


def test_other_themes_are_those_near_the_place_related_ones_first(create_group):
    create_group("Dichtbij", **HEERLEN)
    create_group("Ook dichtbij", themes=("adhd",), **HEERLEN)
    create_group("Ver", themes=("burn-out",), **MAASTRICHT)

    near = other_themes(found_by(text="zzz", place="Heerlen", distance_km=5), None)
    far = other_themes(found_by(text="zzz", place="Groningen", distance_km=5), None)

    assert ({theme.slug for theme in near[0]}, near[1]) == ({"rouw", "adhd"}, True)
    assert ({theme.slug for theme in far[0]}, far[1]) == ({"rouw", "adhd", "burn-out"}, False)


def test_elsewhere_shows_groups_of_other_regions_however_far(create_group, create_finder, zuid, in_region):
    with in_region(zuid):
        create_finder()
        create_group("In het zuiden", themes=("adhd",), city="Groningen", latitude=53.2194, longitude=6.5665)

    there = elsewhere(found_by(theme="adhd", place="Heerlen"), None)

    assert (there.total, [(card.title, card.region) for card in there.cards]) == (1, [("In het zuiden", "zuid")])
    assert there.cards[0].url.startswith("http")
    assert there.cards[0].key.startswith("zuid/groups:")


def test_find_for_list_keeps_the_order_of_the_choice(create_group):
    keys = [f"groups:{create_group(name).pk}" for name in ("A", "B", "C")]
    draft = create_group("Concept", published=False)

    found = find_for_list(GroupQuery(keys=(keys[2], keys[0], f"groups:{draft.pk}", "groups:99999999")), None)

    assert ([card.title for card in found.cards], found.total) == (["C", "A"], 2)


def test_find_for_list_without_a_choice_is_the_whole_result(create_group):
    for number in range(25):
        create_group(f"Groep {number:02}")

    assert len(find_for_list(GroupQuery(sort="naam", page=2), None).cards) == 25


def test_directory_entries_put_groups_with_room_first(create_group):
    for name, status in (("A", "full"), ("B", "active"), ("C", "paused")):
        create_group(name, status=status)
    create_group("D", published=False)

    entries = directory_entries("", None, "/groepen/", None)

    assert [(entry.title, entry.is_open) for entry in entries] == [("B", True), ("A", False), ("C", False)]


def test_directory_entries_by_key_also_give_drafts(create_group):
    draft = create_group("Concept", published=False)

    entries = directory_entries("", [f"groups:{draft.pk}", "groups:x", "stories:1"], "/groepen/", None)

    assert [(entry.title, entry.is_open, entry.url) for entry in entries] == [("Concept", False, "/groepen/")]


def test_finder_and_database_agree_on_what_is_published(create_group):
    for number in range(5):
        create_group(f"Groep {number}", published=number % 2 == 0)

    assert found_by().total == Group.objects.published().count()
