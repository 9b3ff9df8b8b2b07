"""What a region counted, on a day: the read model behind the national pages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zelfregie_tenants.models.plugin_activation import PLUGIN_PATTERN
from zelfregie_tenants.models.region import Region


class IndicatorSnapshot(models.Model):
    """One figure of one region on one day.

    A count has a numerator only; a share or a rate has a denominator too. The version says by which definition it was
    counted, so that a comparison never mixes two.
    """

    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, related_name="indicator_snapshots", verbose_name=_("regio")
    )
    plugin = models.CharField(_("module"), max_length=40)
    key = models.CharField(_("kengetal"), max_length=60)
    numerator = models.BigIntegerField(_("teller"))
    denominator = models.BigIntegerField(_("noemer"), null=True, blank=True)
    definition_version = models.PositiveSmallIntegerField(_("versie van de definitie"), default=1)
    taken_on = models.DateField(_("datum van de gegevens"))
    taken_at = models.DateTimeField(_("geteld op"))

    class Meta:
        verbose_name = _("kengetal van een regio")
        verbose_name_plural = _("kengetallen van regio's")
        ordering = ["region", "plugin", "key", "-taken_on"]
        get_latest_by = "taken_on"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "plugin", "key", "definition_version", "taken_on"],
                name="indicator_snapshot_once_per_day",
            ),
            models.CheckConstraint(condition=Q(plugin__regex=PLUGIN_PATTERN), name="indicator_snapshot_plugin_slug"),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(denominator__gte=0),
                name="indicator_snapshot_denominator_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plugin}.{self.key} {self.taken_on}"
