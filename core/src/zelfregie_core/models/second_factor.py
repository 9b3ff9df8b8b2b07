"""What somebody logs in with beside the password: an app that shows codes, and reserve codes on paper."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from zelfregie_core.fields import EncryptedTextField


class SecondFactorQuerySet(models.QuerySet["SecondFactor"]):
    """Second factors of the current region."""

    def confirmed(self) -> "SecondFactorQuerySet":
        """Those that are asked for at login: their owner has shown a good code once."""
        return self.filter(confirmed_at__isnull=False)


class SecondFactor(models.Model):
    """The second factor of one user; a row that is not confirmed is a set-up that is still going on."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor")
    #: The secret that the app shares with us (RFC 6238), in base32 as apps write it.
    key = EncryptedTextField()
    #: Digests of the reserve codes that are left; they are keyed with `key`, which stands nowhere in the clear.
    reserve_codes = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    #: The latest step of 30 seconds of which a code was used; that code and older ones are good no more.
    last_step = models.BigIntegerField(default=0)
    #: Wrong codes since the last good one, and until when no code is looked at.
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True, blank=True)

    objects = SecondFactorQuerySet.as_manager()

    # Wagtail keeps an index of what refers to what; this table changes with every login and is of no use there.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tweede stap bij inloggen")
        verbose_name_plural = _("tweede stappen bij inloggen")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} ({self.user_id})"
