"""What remains of cards: three numbers per practice per month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zelfregie_referrals.models.practice import Practice


class MonthlyCount(models.Model):
    """How many cards a practice made, and how many were opened and used, in one month.

    Counted when it happens, so the numbers stay when the cards are removed.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="monthly_counts", verbose_name=_("praktijk")
    )
    month = models.DateField(_("maand"), help_text=_("De eerste dag van de maand."))
    made = models.PositiveIntegerField(_("gemaakt"), default=0)
    opened = models.PositiveIntegerField(_("bekeken"), default=0)
    used = models.PositiveIntegerField(_("gebruikt"), default=0)

    class Meta:
        verbose_name = _("aantal per maand")
        verbose_name_plural = _("aantallen per maand")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "month"], name="monthly_count_once_per_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
