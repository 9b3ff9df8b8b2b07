"""The second factor at login: a code of six digits from an app (RFC 6238), or a reserve code.

Why this is our own model around the TOTP of ``cryptography``: docs/adr/0012-a-second-factor-of-our-own.md.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from zelfregie_core.domain.second_factor_record import CLOSED, CODES, OFF, ON, RESET, record
from zelfregie_core.models import Branding, SecondFactor

DIGITS = 6
STEP_SECONDS = 30
#: A clock may be one step off, either way.
DRIFT_STEPS = 1
KEY_BYTES = 20
SETUP_TIME = timedelta(hours=1)
RESERVE_CODES = 10
RESERVE_DIGITS = 10
#: Wrong codes in a row that cost nothing; each one after that doubles the wait, from 30 seconds to 15 minutes.
FREE_TRIES = 4
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
#: Wrong codes of longer ago are forgotten.
REMEMBERED = timedelta(days=1)


class Verdict(StrEnum):
    """What a code is worth."""

    GOOD = "good"
    GOOD_RESERVE = "good_reserve"
    WRONG = "wrong"
    USED = "used"
    CLOSED = "closed"


@dataclass(frozen=True)
class Answer:
    """What came of trying a code.

    :param wait: how many seconds no code is looked at; 0 when the next try may follow at once.
    """

    verdict: Verdict
    wait: int = 0

    @property
    def is_good(self) -> bool:
        return self.verdict in {Verdict.GOOD, Verdict.GOOD_RESERVE}


def has_second_factor(user: Any) -> bool:
    """True iff ``user`` is asked for a code at login, in the current region."""
    return SecondFactor.objects.confirmed().filter(user_id=user.pk).exists()


def users_with_second_factor() -> QuerySet[Any]:
    """The users of the current region who are asked for a code at login, active or not."""
    return get_user_model()._default_manager.filter(second_factor__confirmed_at__isnull=False)


def begin(user: Any) -> SecondFactor:
    """Give ``user`` a secret to put in an app; it counts for nothing before :func:`confirm`.

    Returns the row that is there when a set-up, or a second factor, already exists: who reloads the page keeps the
    secret that was scanned. A set-up that was left for longer than an hour starts with another secret.
    """
    key = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
    old = SecondFactor.objects.filter(user=user, confirmed_at=None, created_at__lt=timezone.now() - SETUP_TIME)
    old.defer("key").delete()
    factor, _created = SecondFactor.objects.get_or_create(user=user, defaults={"key": key})
    return factor


@transaction.atomic
def confirm(user: Any, typed: str, *, at: datetime | None = None) -> list[str] | None:
    """Switch the second factor on when ``typed`` is a good code of the app.

    :param at: the moment; now by default.
    :return: the reserve codes, to be shown this once; None when the code is wrong or there is nothing to confirm.
    """
    now = at or timezone.now()
    factor = SecondFactor.objects.select_for_update().filter(user_id=user.pk, confirmed_at=None).first()
    step = factor and _step_of(factor, _digits(typed), now)
    if not factor or not step:
        return None
    factor.last_step, factor.confirmed_at = step, now
    record(ON, factor.user, by=factor.user)
    return _give_reserve_codes(factor)


@transaction.atomic
def renew_reserve_codes(user: Any) -> list[str] | None:
    """Make new reserve codes and forget the old ones; None when there is no second factor."""
    factor = SecondFactor.objects.select_for_update().confirmed().filter(user_id=user.pk).first()
    if factor is None:
        return None
    record(CODES, factor.user, by=factor.user)
    return _give_reserve_codes(factor)


@transaction.atomic
def remove(user: Any, *, by: Any = None) -> bool:
    """Take the second factor of ``user`` away; a password is enough at the next login.

    :param by: who does it; None for the command line.
    :return: True iff one was there. Only then is it written in the log and mailed.
    """
    # Without reading the secret: this must work when it cannot be decrypted any more.
    deleted, _rows = SecondFactor.objects.confirmed().filter(user_id=user.pk).defer("key").delete()
    if deleted:
        record(OFF if by is not None and by.pk == user.pk else RESET, user, by=by)
    return bool(deleted)


@transaction.atomic
def check_code(user: Any, typed: str, *, at: datetime | None = None) -> Answer:
    """Try a code at login. The row is locked, so that one code opens one session.

    After a few wrong codes no code is looked at for a while, which grows and has an end: who knows the password cannot
    keep the owner out for ever, nor guess on. The owner is told by mail: somebody knows the password.

    :param at: the moment; now by default.
    """
    now = at or timezone.now()
    factor = SecondFactor.objects.select_for_update().confirmed().filter(user_id=user.pk).first()
    if factor is None:
        return Answer(Verdict.WRONG)
    if factor.closed_until and factor.closed_until > now:
        return Answer(Verdict.CLOSED, wait=_seconds(factor.closed_until - now))
    digits = _digits(typed)
    digest = _digest(factor, digits)
    step = _step_of(factor, digits, now)
    if len(digits) == RESERVE_DIGITS and digest in factor.reserve_codes:
        factor.reserve_codes.remove(digest)
        return _accept(factor, Verdict.GOOD_RESERVE)
    if step and step > factor.last_step:
        factor.last_step = step
        return _accept(factor, Verdict.GOOD)
    if step:
        return Answer(Verdict.USED)
    return _refuse(factor, now)


def setup_address(factor: SecondFactor) -> str:
    """The ``otpauth:`` address that the QR code holds: the secret, whose it is and of which site."""
    # Percent signs, no plus signs: some apps show a plus in the name as it stands.
    issuer = Branding.load().site_name.replace(":", " ")
    label = f"{quote(issuer)}:{quote(factor.user.get_username(), safe='@')}"
    return f"otpauth://totp/{label}?{urlencode({'secret': factor.key, 'issuer': issuer}, quote_via=quote)}"


def _accept(factor: SecondFactor, verdict: Verdict) -> Answer:
    factor.wrong_codes, factor.closed_until = 0, None
    factor.save()
    return Answer(verdict)


def _refuse(factor: SecondFactor, now: datetime) -> Answer:
    if factor.closed_until and factor.closed_until < now - REMEMBERED:
        factor.wrong_codes = 0
    factor.wrong_codes = min(factor.wrong_codes + 1, 1000)
    too_many = factor.wrong_codes - FREE_TRIES
    wait = min(FIRST_WAIT * 2 ** min(too_many - 1, 10), LONGEST_WAIT) if too_many > 0 else timedelta()
    factor.closed_until = now + wait
    factor.save()
    if too_many == 1:
        record(CLOSED, factor.user)
    return Answer(Verdict.WRONG, wait=_seconds(wait))


def _give_reserve_codes(factor: SecondFactor) -> list[str]:
    codes = [f"{secrets.randbelow(10**RESERVE_DIGITS):0{RESERVE_DIGITS}}" for _number in range(RESERVE_CODES)]
    factor.reserve_codes = [_digest(factor, code) for code in codes]
    factor.save()
    half = RESERVE_DIGITS // 2
    return [f"{code[:half]} {code[half:]}" for code in codes]


def _digest(factor: SecondFactor, digits: str) -> str:
    return hmac.digest(base64.b32decode(factor.key), f"reserve:{digits}".encode(), "sha256").hex()


def _step_of(factor: SecondFactor, digits: str, now: datetime) -> int:
    """The newest step, of those that may be now, of which ``digits`` is the code; 0 when it is of none."""
    if len(digits) != DIGITS:
        return 0
    codes = HOTP(base64.b32decode(factor.key), DIGITS, SHA1())  # noqa: S303 -- RFC 6238; apps know no other
    current = int(now.timestamp()) // STEP_SECONDS
    steps = range(current + DRIFT_STEPS, current - DRIFT_STEPS - 1, -1)
    return next((step for step in steps if hmac.compare_digest(codes.generate(step), digits.encode())), 0)


def _digits(typed: str) -> str:
    """What was typed without what people put between digits; empty when it holds anything else."""
    bare = re.sub(r"[\s-]", "", typed)
    return bare if re.fullmatch(r"[0-9]{1,20}", bare) else ""


def _seconds(wait: timedelta) -> int:
    return max(0, -int(-wait.total_seconds() // 1))
