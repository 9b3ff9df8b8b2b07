"""From where a visitor is to a postcode; nothing is kept."""

import pytest

from zelfregie_groups.interfaces.places import WHERE_AM_I

pytestmark = pytest.mark.django_db

PATH = "/-/groups/waar-ben-ik/"


@pytest.fixture(autouse=True)
def _fresh_counts(noord):
    from django.core.cache import cache

    cache.clear()


def test_a_point_becomes_a_postcode_and_a_place(client):
    response = client.post(PATH, {"lat": "50.88", "lon": "5.98"})

    assert response.json() == {"place": "6411", "label": "Heerlen"}
    assert "no-store" in response["Cache-Control"]
    assert "Set-Cookie" not in response


def test_a_point_in_the_address_is_refused_because_addresses_are_logged(client):
    assert client.get(f"{PATH}?lat=52.37&lon=4.90").status_code == 405


def test_a_page_without_a_token_may_ask(region_client, noord):
    strict = region_client(noord)
    strict.handler.enforce_csrf_checks = True

    assert strict.post(PATH, {"lat": "50.88", "lon": "5.98"}).status_code == 200


def test_no_more_than_two_decimals_are_looked_at(client):
    near = client.post(PATH, {"lat": "50.8849", "lon": "5.9849"}).json()

    assert near == client.post(PATH, {"lat": "50.88", "lon": "5.98"}).json()


@pytest.mark.parametrize(("lat", "lon"), [("0", "0"), ("5.98", "50.88"), ("52.10", "4.00"), ("40.75", "-73.98")])
def test_outside_the_netherlands_a_sentence_says_what_to_do(client, lat, lon):
    response = client.post(PATH, {"lat": lat, "lon": lon})

    assert (response.status_code, response.json()) == (
        404,
        {"message": "Je bent nu niet in Nederland. Typ de postcode of plaats waar je een groep zoekt."},
    )


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"lat": "50.88"},
        {"lat": "hier", "lon": "daar"},
        {"lat": "nan", "lon": "5"},
        {"lat": "1e999", "lon": "5"},
        {"lat": "5" * 9999, "lon": "5,98"},
        {"lat": "\x00", "lon": "٥"},
    ],
)
def test_nonsense_gets_a_sentence(client, given):
    response = client.post(PATH, given)

    assert (response.status_code, response.json()) == (
        400,
        {"message": "We begrijpen niet waar je bent. Typ je postcode of plaats."},
    )


def test_who_asks_too_often_waits(client):
    codes = [client.post(PATH, {"lat": "50.88", "lon": "5.98"}).status_code for _time in range(WHERE_AM_I.tries + 1)]

    assert codes == [200] * WHERE_AM_I.tries + [429]


def test_the_point_is_in_no_log_of_ours(client, caplog):
    client.post(PATH, {"lat": "50.88", "lon": "5.98"})
    client.post(PATH, {"lat": "12.34", "lon": "5.98"})

    assert [
        record for record in caplog.records if "50.88" in record.getMessage() or "12.34" in record.getMessage()
    ] == []
