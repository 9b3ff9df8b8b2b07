"""What the last upgrades of the fleet did. A report: which migrations a region has is asked of its own schema."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zelfregie_tenants.models.region import Region


class UpgradeRun(models.Model):
    """One `zelfregie upgrade` that had something to do."""

    release = models.CharField(_("versie"), max_length=40)
    #: How many regions it set out to upgrade, and with how many processes.
    regions = models.PositiveIntegerField(_("aantal regio's"))
    jobs = models.PositiveSmallIntegerField(_("processen"))
    started_at = models.DateTimeField(_("begonnen op"), default=timezone.now)
    #: Empty while it runs, and for good when it was killed.
    finished_at = models.DateTimeField(_("klaar op"), null=True, blank=True)

    class Meta:
        verbose_name = _("upgrade")
        verbose_name_plural = _("upgrades")
        ordering = ["-pk"]
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.release} {self.started_at:%Y-%m-%d %H:%M}"


class RegionUpgrade(models.Model):
    """How one region fared in a run. A region that did well has its row from the transaction that upgraded it."""

    class Outcome(models.TextChoices):
        """How it ended."""

        DONE = "done", _("Gelukt")
        FAILED = "failed", _("Niet gelukt")

    run = models.ForeignKey(UpgradeRun, on_delete=models.CASCADE, related_name="results", verbose_name=_("upgrade"))
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="upgrades", verbose_name=_("regio"))
    outcome = models.CharField(_("uitkomst"), max_length=10, choices=Outcome.choices)
    migrations = models.PositiveIntegerField(_("aantal migraties"))
    seconds = models.FloatField(_("seconden"))
    #: Why it failed, as one sentence, without values from the region's tables.
    cause = models.TextField(_("oorzaak"), blank=True)
    finished_at = models.DateTimeField(_("klaar op"), default=timezone.now)

    class Meta:
        verbose_name = _("upgrade van een regio")
        verbose_name_plural = _("upgrades van regio's")
        ordering = ["run", "region"]
        constraints = [
            models.UniqueConstraint(fields=["run", "region"], name="region_upgrade_once_per_run"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["done", "failed"]), name="region_upgrade_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.outcome}"
