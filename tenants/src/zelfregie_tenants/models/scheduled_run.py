"""When a recurring task was last asked for in a region."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zelfregie_tenants.models.region import Region


class ScheduledRun(models.Model):
    """The last time that a recurring task was enqueued for a region; no row means never."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="scheduled_runs", verbose_name=_("regio"))
    task_path = models.CharField(_("taak"), max_length=200)
    enqueued_at = models.DateTimeField(_("laatst gepland op"))

    class Meta:
        verbose_name = _("geplande uitvoering")
        verbose_name_plural = _("geplande uitvoeringen")
        ordering = ["region", "task_path"]
        constraints = [
            models.UniqueConstraint(fields=["region", "task_path"], name="scheduled_run_once_per_region"),
        ]

    def __str__(self) -> str:
        return f"{self.task_path} @ {self.region_id}"
