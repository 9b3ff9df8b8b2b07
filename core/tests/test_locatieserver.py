"""The address service: answers in its documented shape, and a local stand-in that is slow, broken or lying."""

import copy
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from address_service import address_service

from zelfregie_core.places import locate, locate_address

pytestmark = pytest.mark.django_db

ADDRESS = "Coriovallumstraat 9, 6411 CA Heerlen"
#: In the shape of https://api.pdok.nl/bzk/locatieserver/search/v3_1/free, with the fields that we ask for.
ANSWER = {
    "response": {
        "numFound": 2,
        "start": 0,
        "maxScore": 22.4,
        "numFoundExact": True,
        "docs": [
            {
                "type": "adres",
                "weergavenaam": "Coriovallumstraat 9, 6411CA Heerlen",
                "centroide_ll": "POINT(5.97889123 50.88612345)",
                "postcode": "6411CA",
                "woonplaatsnaam": "Heerlen",
                "gemeentecode": "0917",
            },
            {
                "type": "weg",
                "weergavenaam": "Coriovallumstraat, Heerlen",
                "centroide_ll": "POINT(5.9775 50.8855)",
                "woonplaatsnaam": "Heerlen",
                "gemeentecode": "0917",
            },
        ],
    }
}


def with_first(**changes):
    """The answer with its first result changed, and no second one."""
    answer = copy.deepcopy(ANSWER)
    answer["response"]["docs"] = [{**answer["response"]["docs"][0], **changes}]
    return answer


class Service:
    """The stand-in: what it answers, and what it was asked."""

    def __init__(self):
        self.status, self.body, self.pause, self.questions = 200, ANSWER, 0.0, []
        self.is_over = threading.Event()

    def answers(self, body, status=200, pause=0.0):
        self.body, self.status, self.pause = body, status, pause


@pytest.fixture
def service(noord, settings):
    service = Service()

    def answer(path):
        service.questions.append(path)
        service.is_over.wait(service.pause)
        return service.status, service.body

    with address_service(settings, answer):
        yield service
        service.is_over.set()


def test_an_address_gets_its_exact_point(service):
    found = locate_address(ADDRESS)

    assert (found.label, found.latitude, found.longitude, found.precision, found.municipality) == (
        "Coriovallumstraat 9, 6411CA Heerlen",
        50.886123,
        5.978891,
        "address",
        "0917",
    )


def test_the_service_is_asked_for_the_address_and_nothing_else(service):
    locate_address(f"  {ADDRESS} ")
    (question,) = service.questions

    assert urlsplit(question).path == "/search/v3_1/free"
    assert parse_qs(urlsplit(question).query) == {
        "q": [ADDRESS],
        "fq": ["type:(adres OR postcode OR weg)"],
        "rows": ["5"],
        "fl": ["type,weergavenaam,centroide_ll,postcode,woonplaatsnaam,gemeentecode"],
    }


@pytest.mark.parametrize("text", ["Heerlen", "6411", "Beekdaelen", "onbekend", "", "x" * 301])
def test_what_is_no_full_address_stays_inside(service, text):
    assert (locate_address(text), service.questions) == (locate(text[:80]), [])


def test_the_service_is_off_without_an_address(service, settings):
    settings.ZELFREGIE_LOCATIESERVER_URL = ""

    assert (locate_address(ADDRESS).precision, service.questions) == ("postcode4", [])


def test_the_same_address_is_asked_once_also_when_it_is_not_found(service):
    first = [locate_address(ADDRESS), locate_address(ADDRESS.upper())]
    service.answers({"response": {"numFound": 0, "docs": []}})
    second = [locate_address("Nergensweg 1, 6411 CA Heerlen") for _time in range(2)]

    assert first[0] == first[1]
    assert [found.precision for found in second] == ["postcode4", "postcode4"]
    assert len(service.questions) == 2


def test_a_street_will_do_when_the_number_is_not_known(service):
    service.answers({"response": {"docs": ANSWER["response"]["docs"][1:]}})

    assert locate_address("Coriovallumstraat 999, Heerlen").precision == "street"


def test_a_second_result_is_taken_when_the_first_is_about_another_place(service):
    answer = copy.deepcopy(ANSWER)
    answer["response"]["docs"].insert(0, {**ANSWER["response"]["docs"][0], "centroide_ll": "POINT(4.9 52.37)"})
    service.answers(answer)

    assert locate_address(ADDRESS).longitude == 5.978891


@pytest.mark.parametrize(
    "answer",
    [
        with_first(centroide_ll="POINT(50.88612345 5.97889123)"),
        with_first(centroide_ll="POINT(0 0)"),
        with_first(centroide_ll="POINT(-73.98 40.75)"),
        with_first(centroide_ll="POINT(4.9041 52.371)"),
        with_first(centroide_ll="POINT(nan nan)"),
        with_first(centroide_ll="POINT(5.9 50.8 12)"),
        with_first(centroide_ll=None),
        with_first(centroide_ll=[5.9, 50.8]),
        with_first(weergavenaam="Coriovallumstraat 9, 1012AB Amsterdam"),
        with_first(weergavenaam=None),
        with_first(type="gemeente"),
        {"response": {"docs": [None, 1, "x", []]}},
        {"response": {"docs": {}}},
        {"response": None},
        {"docs": []},
        [],
        None,
        b"<html>Onderhoud</html>",
        b"{",
        b"",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b" " * 300_000,
    ],
)
def test_a_lying_or_broken_answer_leaves_us_with_the_table(service, answer):
    service.answers(answer)

    assert locate_address(ADDRESS) == locate("6411 CA Heerlen")


@pytest.mark.parametrize("status", [204, 301, 403, 404, 429, 500, 503])
def test_a_refusal_leaves_us_with_the_table(service, status):
    service.answers(ANSWER, status)

    assert locate_address(ADDRESS) == locate("6411")


def test_a_slow_service_costs_two_seconds_at_most_and_then_nothing(service):
    service.answers(ANSWER, pause=4)

    took = []
    for number in range(5):
        started = time.monotonic()
        found = locate_address(f"Coriovallumstraat {number}, 6411 CA Heerlen")
        took.append(time.monotonic() - started)
        assert found.precision == "postcode4"

    assert max(took) < 3.9  # the service takes four seconds
    assert len(service.questions) == 3


def test_a_failure_is_not_kept(service):
    service.answers(b"{")
    broken = locate_address(ADDRESS)
    service.answers(ANSWER)

    assert (broken.precision, locate_address(ADDRESS).precision) == ("postcode4", "address")


def test_a_place_that_we_do_not_know_must_be_the_one_that_was_asked(service):
    text = "Coriovallumstraat 9, Onbekendburg"
    service.answers(with_first(weergavenaam="Coriovallumstraat 9, 6411CA Heerlen"))

    assert locate_address(text) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Molenlaan 12, 6411 AB Heerlen", "6411 Heerlen"),
        ("Molenlaan 12 6411AB", "6411 Heerlen"),
        ("Molenlaan 12, Heerlen", "Heerlen"),
        ("Buurthuis, Molenlaan 12, 6411 AB, Heerlen", "6411 Heerlen"),
    ],
)
def test_without_the_service_the_table_reads_the_postcode_or_the_place(noord, text, label):
    assert locate_address(text).label == label


@pytest.mark.parametrize("text", ["Molenlaan 12, 6411 AB Groningen", "Molenlaan 12", "Kerkstraat 1, 3600 Genk", "\x00"])
def test_without_the_service_a_contradiction_or_nothing_known_is_none(noord, text):
    assert locate_address(text) is None


def test_two_regions_keep_what_they_found_apart(service, zuid, in_region):
    locate_address(ADDRESS)

    with in_region(zuid):
        locate_address(ADDRESS)

    assert len(service.questions) == 2
