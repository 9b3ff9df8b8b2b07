"""A referral card: a code for a group, and nothing about the person who gets it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zelfregie_referrals.codes import shown
from zelfregie_referrals.models.practice import Practice


class ReferralCardQuerySet(models.QuerySet["ReferralCard"]):
    """Chainable questions about cards."""

    def removable(self, before: object) -> "ReferralCardQuerySet":
        """Cards that expired before a moment."""
        return self.filter(expires_at__lt=before)


class ReferralCard(models.Model):
    """A card that a practice handed over (FHIR: a ServiceRequest without a subject).

    It says which group, and whether the code was opened and used, per day and not per minute. Who got it is known to
    the practice's own memory only. The row is removed when the card is long expired; ``MonthlyCount`` stays.
    """

    class Status(models.TextChoices):
        MADE = "made", _("gemaakt")
        OPENED = "opened", _("bekeken")
        USED = "used", _("gebruikt")
        EXPIRED = "expired", _("verlopen")

    code = models.CharField(_("code"), max_length=8, unique=True)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="cards", verbose_name=_("praktijk"))
    target_key = models.CharField(_("verwijst naar"), max_length=80)
    target_title = models.CharField(_("groep"), max_length=200)
    created_at = models.DateTimeField(_("gemaakt op"), default=timezone.now)
    expires_at = models.DateTimeField(_("geldig tot"), db_index=True)
    opened_on = models.DateField(_("bekeken op"), null=True, blank=True)
    redeemed_on = models.DateField(_("gebruikt op"), null=True, blank=True)

    objects = ReferralCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("verwijskaart")
        verbose_name_plural = _("verwijskaarten")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.target_title

    @property
    def shown_code(self) -> str:
        """The code as it is printed: ``4KTF-92DC``."""
        return shown(self.code)

    @property
    def status(self) -> "ReferralCard.Status":
        """Where the card stands: used goes before expired, expired before opened."""
        if self.redeemed_on:
            return self.Status.USED
        if self.expires_at <= timezone.now():
            return self.Status.EXPIRED
        return self.Status.OPENED if self.opened_on else self.Status.MADE
