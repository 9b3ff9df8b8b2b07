"""Searching the directory: words, themes, place, filters, counts, order."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from zelfregie_core.models import Theme
from zelfregie_core.places import distance_km
from zelfregie_core.plugins import HERE, Correction, Listing, ListingQuery
from zelfregie_tenants.domain.directory.search import search_listings
from zelfregie_tenants.domain.directory.store import store_listings

HEERLEN = (50.888, 5.979)
KERKRADE = (50.866, 6.062)  # 6 km from Heerlen
MAASTRICHT = (50.851, 5.690)  # 21 km
ROERMOND = (51.194, 5.988)  # 34 km


@pytest.fixture
def put(noord):
    """Put listings in the directory: (title, fields) each; keys are ``groups:1`` and on."""

    def write(*given, region=None):
        listings = []
        for number, (title, fields) in enumerate(given, start=1):
            fields = dict(fields)
            point = fields.pop("point", (None, None))
            words = [("A", title), *fields.pop("words", ())]
            given_fields = {"key": f"groups:{number}", "path": f"/groepen/{number}/", **fields}
            listings.append(
                Listing(title=title, words=tuple(words), latitude=point[0], longitude=point[1], **given_fields)
            )
        return store_listings(region or noord, "groups", listings, [])

    return write


@pytest.fixture
def search(noord):
    """Search from noord (or another region) in its own listings."""

    def find(by=None, **query):
        return search_listings(ListingQuery(plugin="groups", **{"region": HERE, **query}), by or noord)

    return find


@pytest.fixture
def titles(search):
    """The titles that a search finds, in order."""

    def find(**query):
        return [hit.listing.title for hit in search(**query).hits]

    return find


@pytest.fixture
def directory(put):
    """Five groups of which each is found by words of its own."""
    put(
        ("Rouwcafé", {"themes": ("rouw",), "words": [("C", "Samen wandelen in het bos, met een kop koffie.")]}),
        ("Borstkankergroep", {"themes": ("kanker",), "words": [("B", "Wijkcentrum De Brug")]}),
        ("Delen en dragen", {"themes": ("mantelzorg",), "words": [("A", "Mantelzorg")]}),
        ("Leven met suiker", {"themes": ("diabetes",), "words": [("A", "Diabetes"), ("B", "suikerziekte")]}),
        (
            "Óver de drempel مجموعة",
            {"themes": ("autisme",), "words": [("C", "Leven met reuma, stijve schouders en moeheid")]},
        ),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rouw", ["Rouwcafé"]),
        ("ik zoek een rouwgroep", ["Rouwcafé"]),
        ("ROUWCAFE", ["Rouwcafé"]),
        ("wandelen", ["Rouwcafé"]),
        ("wandelt", ["Rouwcafé"]),  # the Dutch stem
        ("wandelgroep", ["Rouwcafé"]),
        ("kanker", ["Borstkankergroep"]),
        ("borst kanker", ["Borstkankergroep"]),
        ("de brug", ["Borstkankergroep"]),
        ("mantel zorg", ["Delen en dragen"]),
        ("mantelzorg", ["Delen en dragen"]),
        ("diab", ["Leven met suiker"]),
        ("suikerziekte", ["Leven met suiker"]),
        ("koffie bos", ["Rouwcafé"]),
        ("drempel", ["Óver de drempel مجموعة"]),
        ("مجموعة", ["Óver de drempel مجموعة"]),
        ("bo", []),  # too short to be the beginning of a word
        ("ouder", []),  # too short to be looked for inside words such as "schouders"
    ],
)
def test_words_find_what_is_meant(text, found, directory, titles):
    assert titles(text=text) == found


@pytest.mark.parametrize(
    ("text", "typed", "meant", "found"),
    [
        ("diabtes", "diabtes", "diabetes", "Leven met suiker"),
        ("reumha", "reumha", "reuma", "Óver de drempel مجموعة"),
        ("wandellen", "wandellen", "wandelen", "Rouwcafé"),
        ("kofie", "kofie", "koffie", "Rouwcafé"),
    ],
)
def test_mistakes_are_put_right_and_said(text, typed, meant, found, directory, search):
    results = search(text=text)

    assert ([hit.listing.title for hit in results.hits], results.corrections) == ([found], (Correction(typed, meant),))


@pytest.mark.parametrize(("text", "theme"), [("overspanen", "burn-out"), ("deppresie", "depressie")])
def test_mistake_in_a_theme_is_understood_without_any_listing(text, theme, directory, search):
    assert theme in search(text=text).themes


def test_word_that_a_listing_has_is_never_put_right(directory, put, search):
    put(("Kofie", {"key": "groups:9"}))

    results = search(text="kofie")

    assert ([hit.listing.title for hit in results.hits], results.corrections) == (["Kofie"], ())


def test_new_word_is_found_before_the_list_of_words_knows_it(directory, put, search):
    search(text="xylofon")  # the list of words is made now, and kept

    put(("Xylofoon", {"key": "groups:9"}))

    assert [hit.listing.title for hit in search(text="xylofoon").hits] == ["Xylofoon"]


def test_region_reads_its_own_synonyms(directory, titles):
    Theme.objects.filter(slug="rouw").update(synonyms=["stil gemis"])

    assert titles(text="een stil gemis") == ["Rouwcafé"]


def test_part_of_the_words_is_found_and_said(directory, search):
    results = search(text="rouw olifantenpaadje")

    assert [hit.listing.title for hit in results.hits] == ["Rouwcafé"]
    assert (results.is_part, results.unknown) == (True, ("olifantenpaadje",))


def test_words_that_fit_no_listing_together_find_those_with_some(directory, search):
    results = search(text="koffie brug bos")

    assert {hit.listing.title for hit in results.hits} == {"Rouwcafé", "Borstkankergroep"}
    assert (results.total, results.is_part, results.unknown) == (2, True, ())


def test_filter_that_leaves_nothing_is_not_hidden_by_other_words(directory, search):
    results = search(text="rouw wandelen", has_room=True, weekdays=(3,))

    assert (results.total, results.is_part, results.unknown) == (0, False, ())


def test_word_that_leads_nowhere_is_said(directory, search):
    results = search(text="olifantenpaadje")

    assert (results.total, results.unknown, results.corrections) == (0, ("olifantenpaadje",), ())


@pytest.mark.parametrize(
    "text",
    [
        "&|!:*'()",
        "'",
        "\\",
        "rouw' | '~diabetes",
        "a:*b",
        "%s %(p0)s %",
        "🙂",
        "\x00",
        "\ud800",
        "a" * 5000,
        "<-> <2>",
        "",
    ],
)
def test_odd_text_does_no_harm(text, directory, search):
    results = search(text=text)

    assert results.total in (0, 1, 5)
    assert Listing not in [type(hit) for hit in results.hits]


def test_signs_are_looked_for_in_the_name_as_they_are(put, titles):
    put(("🙂 Lach mee", {}), ("Praat mee", {}))

    assert titles(text="🙂") == ["🙂 Lach mee"]


# --- place


@pytest.fixture
def around_heerlen(put, zuid):
    put(
        ("Heerlen", {"point": HEERLEN}),
        ("Maastricht", {"point": MAASTRICHT}),
        ("Online", {"form": "online"}),
        ("Beide", {"form": "hybrid", "point": ROERMOND}),
    )
    put(("Kerkrade", {"point": KERKRADE}), ("Online in zuid", {"form": "online"}), region=zuid)


NEAR = {"latitude": HEERLEN[0], "longitude": HEERLEN[1], "sort": "nearest"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"distance_km": 25}, ["Heerlen", "Maastricht"]),
        ({"distance_km": 10, "neighbours": True}, ["Heerlen", "Kerkrade"]),
        ({"distance_km": 10, "region": ""}, ["Heerlen", "Kerkrade"]),
        ({"distance_km": 10, "forms": ("in_person",)}, ["Heerlen"]),
        ({"distance_km": 10, "forms": ("online",)}, ["Beide", "Online"]),
        ({"distance_km": 10, "forms": ("online",), "region": ""}, ["Beide", "Online", "Online in zuid"]),
        ({"distance_km": 10, "forms": ("online",), "neighbours": True}, ["Beide", "Online"]),
        ({"distance_km": 10, "forms": ("in_person", "online")}, ["Heerlen", "Beide", "Online"]),
        ({"distance_km": None}, ["Heerlen", "Maastricht", "Beide"]),
        ({"distance_km": 0}, ["Heerlen"]),
        ({"latitude": float("nan"), "sort": "name"}, ["Beide", "Heerlen", "Maastricht", "Online"]),
    ],
)
def test_place_and_form_decide_together(query, found, around_heerlen, titles):
    assert titles(**{**NEAR, **query}) == found


def test_distance_is_the_one_of_core(around_heerlen, search):
    hits = search(**NEAR, distance_km=50).hits

    wanted = [round(distance_km(*HEERLEN, *point), 6) for point in (HEERLEN, MAASTRICHT, ROERMOND)]
    assert [round(hit.distance_km, 6) for hit in hits] == wanted


def test_without_a_point_only_the_own_region_is_searched(around_heerlen, titles):
    assert titles(neighbours=True, sort="name") == ["Beide", "Heerlen", "Maastricht", "Online"]


def test_other_regions_listing_is_labelled_and_leads_to_its_own_site(around_heerlen, search):
    hits = search(**NEAR, distance_km=10, neighbours=True).hits

    assert [(hit.region, hit.region_name, hit.url, hit.is_own) for hit in hits] == [
        ("noord", "Zelfregie Noord", "/groepen/1/", True),
        ("zuid", "Zelfregie Zuid", "http://zuid.test/groepen/1/", False),
    ]


# --- filters, counts, order


@pytest.fixture
def varied(put):
    soon = timezone.now() + dt.timedelta(days=1)
    put(
        ("A", {"point": HEERLEN, "themes": ("rouw",), "weekdays": (2,), "audience": ("self",), "accessible": True}),
        ("B", {"point": KERKRADE, "themes": ("rouw",), "weekdays": (3,), "status": "full", "upcoming": (soon,)}),
        ("C", {"point": MAASTRICHT, "themes": ("autisme",), "weekdays": (2, 4), "dayparts": ("evening",)}),
        ("D", {"form": "online", "themes": ("rouw",), "weekdays": (2,), "languages": ("nl", "tr")}),
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"themes": ("rouw",)}, ["A", "B", "D"]),
        ({"themes": ("rouw", "autisme")}, ["A", "B", "C", "D"]),
        ({"themes": ("'quote",)}, []),
        ({"weekdays": (2,), "themes": ("rouw",)}, ["A", "D"]),
        ({"weekdays": (99,)}, ["A", "B", "C", "D"]),
        ({"audience": ("self",)}, ["A"]),
        ({"languages": ("tr", "ar")}, ["D"]),
        ({"dayparts": ("evening",)}, ["C"]),
        ({"accessible": True}, ["A"]),
        ({"has_room": True}, ["A", "C", "D"]),
        ({"forms": ("online",)}, ["D"]),
        ({"forms": ("teletekst",)}, ["A", "B", "C", "D"]),
        ({"limit": 2, "offset": 1}, ["B", "C"]),
        ({"limit": 0}, []),
        ({"limit": -5, "offset": -5}, []),
        ({"region": "nergens"}, []),
    ],
)
@pytest.mark.parametrize("counts", [True, False])
def test_filters_narrow(query, found, counts, varied, titles):
    assert titles(sort="name", counts=counts, **query) == found


def test_each_count_is_what_choosing_that_value_finds(varied, search):
    """Ask for the counts once, and then for each value by itself."""
    chosen = {**NEAR, "distance_km": 25.0, "themes": ("rouw",), "weekdays": (2,)}
    counted = search(**chosen, theme_counts=True).counts

    found = {
        "themes": {slug: search(**{**chosen, "themes": (slug,)}).total for slug in ("rouw", "autisme")},
        "weekdays": {day: search(**{**chosen, "weekdays": (day,)}).total for day in (2, 3, 4)},
        "audience": {"self": search(**chosen, audience=("self",)).total},
        "forms": {form: search(**chosen, forms=(form,)).total for form in ("in_person", "online")},
        "has_room": {True: search(**chosen, has_room=True).total},
        "accessible": {True: search(**chosen, accessible=True).total},
        "distance_km": {step: search(**{**chosen, "distance_km": step}).total for step in (5, 10, 15, 25, 50, 100)},
    }
    assert counted == {
        name: kept for name, values in found.items() if (kept := {value: n for value, n in values.items() if n})
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"sort": "name"}, ["A", "B", "C", "D"]),
        ({"sort": "soonest"}, ["B", "A", "C", "D"]),
        ({**NEAR, "distance_km": 50}, ["A", "B", "C"]),
        ({"sort": "best"}, ["A", "C", "D", "B"]),  # room first
        ({"sort": "odd"}, ["A", "C", "D", "B"]),
    ],
)
def test_order(query, found, varied, titles):
    assert titles(**query) == found


def test_best_puts_the_name_before_the_description(put, titles):
    put(
        ("Anders", {"key": "groups:5", "words": [("C", "Samen wandelen")]}),
        ("Wandelen", {"key": "groups:6", "status": "full"}),
        ("Buiten", {"key": "groups:7", "words": [("B", "Wandelen")]}),
    )

    assert titles(text="wandelen") == ["Wandelen", "Buiten", "Anders"]


def test_moment_that_has_passed_is_not_the_next(put, search):
    now = timezone.now()
    past, next_one = now - dt.timedelta(days=1), (now + dt.timedelta(days=2)).replace(microsecond=0)
    put(("Groep", {"upcoming": (past, next_one)}), ("Voorbij", {"upcoming": (past,)}))

    assert [hit.next_at for hit in search(sort="soonest").hits] == [next_one, None]


def test_chosen_listings_come_in_the_order_of_the_choice(around_heerlen, search, zuid):
    keys = ("zuid/groups:1", "groups:3", "groups:1", "groups:99", "nergens/groups:1", "\x00", "'")

    hits = search(keys=keys, themes=("rouw",)).hits

    assert [(hit.listing.title, hit.is_own) for hit in hits] == [
        ("Kerkrade", False),
        ("Online", True),
        ("Heerlen", True),
    ]


def test_hit_gives_the_listing_back_as_it_was(put, search):
    moment = (timezone.now() + dt.timedelta(days=2)).replace(microsecond=123)
    fields = {
        "point": HEERLEN, "themes": ("rouw",), "summary": "“Kort” \\ 🙂", "city": "Heerlen", "audience": ("self",),
        "languages": ("nl",), "weekdays": (1, 7), "dayparts": ("morning",), "accessible": True, "upcoming": (moment,),
        "card": {"cost": "€ 2", "schedules": [{"a": [1, None]}]},
    }  # fmt: skip

    put(("Groep", fields))

    listing = search().hits[0].listing
    assert {name: getattr(listing, name) for name in fields if name != "point"} == {
        name: value for name, value in fields.items() if name != "point"
    }


# --- cost


@pytest.mark.parametrize("text", ["", "rouw", "diabtes", "rouw olifantenpaadje"])
def test_search_costs_at_most_four_queries(text, directory, search, django_assert_max_num_queries):
    query = {"text": text, **NEAR, "distance_km": 25, "neighbours": True}
    search()  # which plugins are on is read once per request

    with django_assert_max_num_queries(4):
        search(**query)


def test_search_costs_the_same_with_many_rows(put, search, django_assert_num_queries):
    search()
    costs = []
    for number in (1, 60):
        put(*((f"Groep {index}", {"themes": ("rouw",)}) for index in range(number)))
        with django_assert_num_queries(2):
            costs.append(search(text="rouw").total)

    assert costs == [1, 60]


def test_words_are_looked_up_in_an_index(directory):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM zelfregie_tenants_listing WHERE vector @@ '''rouw'':*'::tsquery")
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "listing_vector" in plan
