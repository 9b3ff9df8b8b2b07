"""What the last look at a region's readiness found: the read model behind its own page and the hub's list."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zelfregie_tenants.models.region import Region


class ReadinessResult(models.Model):
    """The outcome of one check in one region, the last time that it was done.

    The sentences are in the language of the region, as they were when it was checked. An operator who opens a region
    although a check fails leaves the reason here; the next look does not wipe it out.
    """

    class Status(models.TextChoices):
        """How it went; the order is that of the page: what is wrong comes first."""

        BROKEN = "broken", _("Controle mislukt")
        WRONG = "wrong", _("Nog te doen")
        UNKNOWN = "unknown", _("Kon nu niet worden nagekeken")
        OK = "ok", _("In orde")

    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, related_name="readiness_results", verbose_name=_("regio")
    )
    plugin = models.CharField(_("module"), max_length=40)
    key = models.CharField(_("controle"), max_length=60)
    status = models.CharField(_("uitkomst"), max_length=10, choices=Status.choices)
    blocking = models.BooleanField(_("houdt het openen tegen"))
    #: `[{"status": ..., "message": ..., "link": ...}]`
    findings = models.JSONField(_("bevindingen"), default=list)
    checked_at = models.DateTimeField(_("nagekeken op"))
    #: When the administrators were told that it is wrong; empty as soon as it is right again.
    reported_at = models.DateTimeField(_("gemeld op"), null=True, blank=True)
    override_reason = models.CharField(_("reden om toch te openen"), max_length=300, blank=True)
    overridden_by = models.CharField(_("toch geopend door"), max_length=80, blank=True)
    overridden_at = models.DateTimeField(_("toch geopend op"), null=True, blank=True)

    class Meta:
        verbose_name = _("uitkomst van een controle")
        verbose_name_plural = _("uitkomsten van controles")
        ordering = ["region", "plugin", "key"]
        constraints = [
            models.UniqueConstraint(fields=["region", "key"], name="readiness_result_once_per_region"),
            models.CheckConstraint(
                condition=Q(status__in=["broken", "wrong", "unknown", "ok"]), name="readiness_result_status_known"
            ),
            models.CheckConstraint(
                condition=Q(overridden_at__isnull=True) | ~Q(override_reason=""),
                name="readiness_result_override_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
