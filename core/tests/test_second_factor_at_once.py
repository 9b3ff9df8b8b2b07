"""One code opens one session, also when it comes in several times at the same instant."""

import base64
import threading

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from zelfregie_core.domain import second_factor
from zelfregie_core.domain.second_factor import Verdict

TRIES = 6


@pytest.mark.django_db(transaction=True)
def test_one_of_many_at_once_gets_in(noord, in_region):
    user = get_user_model().objects.create_user("anna", "anna@example.org", "x")
    codes = HOTP(base64.b32decode(second_factor.begin(user).key), 6, SHA1())  # noqa: S303 -- what apps use
    now = timezone.now()
    step = int(now.timestamp()) // 30
    reserve = second_factor.confirm(user, codes.generate(step - 1).decode(), at=now)[0]

    found = {}
    for typed in (codes.generate(step).decode(), reserve):
        verdicts, together = [], threading.Barrier(TRIES)

        def try_code(typed=typed, verdicts=verdicts, together=together):
            with in_region(noord):
                together.wait(timeout=60)
                verdicts.append(second_factor.check_code(user, typed, at=now).verdict)
            connection.close()

        threads = [threading.Thread(target=try_code) for _number in range(TRIES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found[typed] = verdicts

    good, reserve_verdicts = found.values()
    assert sorted(good) == [Verdict.GOOD] + [Verdict.USED] * (TRIES - 1)
    assert reserve_verdicts.count(Verdict.GOOD_RESERVE) == 1
