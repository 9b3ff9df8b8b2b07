"""Which plugins a region has switched on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zelfregie_tenants.models.region import Region

PLUGIN_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"


class PluginActivation(models.Model):
    """The switch of one plugin for one region, with the plugin's settings there.

    No row means off. Off never deletes data: the plugin's tables are in every schema, always.
    """

    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, related_name="plugin_activations", verbose_name=_("regio")
    )
    plugin = models.CharField(_("module"), max_length=40)
    enabled = models.BooleanField(_("aan"), default=True)
    settings = models.JSONField(_("instellingen"), default=dict, blank=True)
    changed_at = models.DateTimeField(_("gewijzigd op"), default=timezone.now)
    #: The highest version of the plugin that may have written this region's data; an older one may not read it.
    version = models.CharField(_("versie"), max_length=40, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("module van een regio")
        verbose_name_plural = _("modules van regio's")
        ordering = ["region", "plugin"]
        constraints = [
            models.UniqueConstraint(fields=["region", "plugin"], name="plugin_activation_once_per_region"),
            models.CheckConstraint(condition=Q(plugin__regex=PLUGIN_PATTERN), name="plugin_activation_plugin_slug"),
        ]

    def __str__(self) -> str:
        return f"{self.plugin} @ {self.region_id}"
