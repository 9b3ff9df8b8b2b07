"""Making, finding, opening, using and removing cards."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_core.plugins import DirectoryEntry
from zelfregie_referrals.codes import new_code
from zelfregie_referrals.domain.counts import count
from zelfregie_referrals.models import Practice, ReferralCard

MAX_ATTEMPTS = 5


def make_card(practice: Practice, entry: DirectoryEntry) -> ReferralCard:
    """Make a card for what an entry stands for, and count it.

    :raises IntegrityError: never in practice: when five random codes in a row are taken.
    """
    now = timezone.now()
    days = settings_of("referrals").card_days
    with transaction.atomic():
        card = _store(
            ReferralCard(
                practice=practice,
                target_key=entry.key,
                target_title=entry.title[:200],
                created_at=now,
                expires_at=now + dt.timedelta(days=days),
            )
        )
        count(practice.pk, "made")
    indicators_changed()
    return card


def find_card(code: str) -> ReferralCard | None:
    """The card with a code as it is stored (see ``codes.read_code``), or None."""
    return ReferralCard.objects.filter(code=code).first()


def mark_opened(card: ReferralCard) -> None:
    """Note that somebody looked at what the code leads to. Only the first time counts."""
    today = timezone.localdate()
    with transaction.atomic():
        if ReferralCard.objects.filter(pk=card.pk, opened_on=None).update(opened_on=today):
            count(card.practice_id, "opened")
    card.opened_on = card.opened_on or today


def redeem(card: ReferralCard) -> bool:
    """Use a card. Of two that try at the same moment only one succeeds.

    :return: False when the card was used before or is expired.
    """
    today = timezone.localdate()
    with transaction.atomic():
        unused = ReferralCard.objects.filter(pk=card.pk, redeemed_on=None, expires_at__gt=timezone.now())
        if not unused.update(redeemed_on=today):
            return False
        mark_opened(card)
        count(card.practice_id, "used")
    card.redeemed_on = today
    indicators_changed()
    return True


def remove_old_cards() -> int:
    """Remove the cards that are long expired; what was counted stays.

    :return: the number of cards removed.
    """
    before = timezone.now() - dt.timedelta(days=settings_of("referrals").keep_expired_days)
    _total, per_model = ReferralCard.objects.removable(before).delete()
    return per_model.get(ReferralCard._meta.label, 0)


def _store(card: ReferralCard) -> ReferralCard:
    """Save a card under a free code."""
    for _attempt in range(MAX_ATTEMPTS):
        card.code = new_code()
        try:
            with transaction.atomic():
                card.save(force_insert=True)
        except IntegrityError:
            card.pk = None
            continue
        return card
    raise IntegrityError("no free code for a referral card")
