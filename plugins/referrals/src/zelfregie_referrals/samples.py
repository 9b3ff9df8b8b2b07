"""One of everything, for `zelfregie plugin check referrals`: each text has the mark of its region."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from zelfregie_referrals.codes import new_code
from zelfregie_referrals.domain.links import token_of
from zelfregie_referrals.models import MonthlyCount, Practice, ReferralCard


def make_samples(mark: str) -> list[str]:
    """Fill the current region; return the addresses that only the link of a practice tells."""
    email = f"{mark.replace(' ', '.')}@voorbeeld.nl"
    practice = Practice.objects.create(name=f"Praktijk {mark}", city="Heerlen", email=email, source_id=mark)
    MonthlyCount.objects.create(practice=practice, month=dt.date(2026, 11, 1), made=1)
    now = timezone.now()
    card, used = (
        ReferralCard.objects.create(
            code=new_code(),
            practice=practice,
            target_key="groups:1",
            target_title=f"Groep {mark}",
            expires_at=now + dt.timedelta(days=30),
            redeemed_on=redeemed_on,
        )
        for redeemed_on in (None, now.date())
    )
    token = token_of(practice)
    below = [reverse(f"referrals:{name}", args=[token]) for name in ("practice", "make_card", "practice_overview")]
    return [
        *below,
        reverse("referrals:practice_card", args=[token, card.code]),
        reverse("referrals:print_card", args=[token, card.code, "a6"]),
        reverse("referrals:card_used", args=[used.code]),
        reverse("referrals:card", args=[card.code]),
    ]
