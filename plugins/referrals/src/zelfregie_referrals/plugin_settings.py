"""What a region may set in its manifest, under ``[plugins.referrals]``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReferralSettings:
    """Settings of referral cards.

    :param card_days: how many days a card works after it was made.
    :param keep_expired_days: how many days after that the row stays, so that a late visitor reads "expired" and not
        "unknown". Then it is removed; the counts per month stay.
    """

    card_days: int = 90
    keep_expired_days: int = 30

    def __post_init__(self) -> None:
        """Refuse numbers with which cards would not work or would stay for ever.

        :raises ValueError: with the rule that was broken.
        """
        if not 7 <= self.card_days <= 365:
            raise ValueError(f"card_days must be 7 to 365, not {self.card_days}.")
        if not 0 <= self.keep_expired_days <= 90:
            raise ValueError(f"keep_expired_days must be 0 to 90, not {self.keep_expired_days}.")
