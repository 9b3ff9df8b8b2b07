"""The brake counts per visitor and per region, keeps no address and lets go."""

import time

import pytest
from django.core.cache import cache

from zelfregie_core.domain.throttle import Limit, allow, is_used_up, note

pytestmark = pytest.mark.django_db
OWN = Limit("proef:code", tries=2, seconds=600)
TOGETHER = Limit("proef:code", tries=3, seconds=600, shared=True)


@pytest.fixture
def visit(rf):
    """A request from an address."""
    return lambda address="192.0.2.7": rf.get("/", REMOTE_ADDR=address)


@pytest.fixture
def move_clock(monkeypatch):
    """Return what moves the clock of this process ahead; the cache reads it too."""

    def move(seconds):
        now = time.time() + seconds
        monkeypatch.setattr(time, "time", lambda: now)

    return move


def test_throttle_stops_who_used_up_the_tries_and_nobody_else(visit):
    answers = [allow(visit(), OWN) for _try in range(3)]

    assert answers == [True, True, False]
    assert allow(visit("192.0.2.8"), OWN) is True


def test_throttle_spares_the_shared_limit_when_the_own_one_is_used_up(visit):
    answers = [allow(visit(), OWN, TOGETHER) for _try in range(4)]
    others = [allow(visit(f"192.0.2.{number}"), OWN, TOGETHER) for number in (8, 9)]

    assert (answers, others) == ([True, True, False, False], [True, False])


def test_throttle_that_only_looks_counts_nothing(visit):
    looks = [is_used_up(visit(), OWN) for _look in range(5)]

    assert looks == [False] * 5


def test_throttle_lets_go_when_the_window_has_passed_since_the_first_try(visit, move_clock):
    note(visit(), OWN)
    move_clock(599)
    note(visit(), OWN)
    before = is_used_up(visit(), OWN)

    move_clock(2)

    assert (before, is_used_up(visit(), OWN)) == (True, False)


def test_throttle_of_one_region_does_not_count_anothers_visitors(visit, zuid, in_region):
    for _try in range(2):
        note(visit(), OWN)
        note(visit(), TOGETHER)

    with in_region(zuid):
        elsewhere = [is_used_up(visit(), limit) for limit in (OWN, TOGETHER)]

    assert (elsewhere, is_used_up(visit(), OWN)) == ([False, False], True)


def test_throttle_keeps_no_address(visit):
    note(visit(), OWN)

    stored = repr(cache._cache)
    assert ("proef:code:" in stored, "192.0.2.7" in stored) == (True, False)


def test_throttle_counts_the_visitor_and_not_the_proxy(rf, settings):
    settings.ZELFREGIE_TRUSTED_PROXIES = 1
    requests = [rf.get("/", headers={"X-Forwarded-For": f"made-up, 198.51.100.{number}"}) for number in (7, 7, 7, 8)]

    assert [allow(request, OWN) for request in requests] == [True, True, False, True]
