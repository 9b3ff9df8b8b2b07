"""What regions publish, together: the read model behind every finder and the search over the country."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zelfregie_tenants.models.plugin_activation import PLUGIN_PATTERN
from zelfregie_tenants.models.region import Region


def empty_list() -> list[Any]:
    """Return a new list for each row."""
    return []


class Listing(models.Model):
    """One thing of one region that visitors of every region can find; see `zelfregie_core.plugins.listings`.

    Holds only what the region's own site shows to everybody. Whether a row is found also depends, at the moment of the
    search, on the region being launched and the plugin being on there.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="listings", verbose_name=_("regio"))
    plugin = models.CharField(_("module"), max_length=40)
    key = models.CharField(_("kenmerk"), max_length=80)
    title = models.CharField(_("naam"), max_length=200)
    sort_title = models.CharField(max_length=200)
    path = models.CharField(_("pad"), max_length=300)
    summary = models.TextField(_("samenvatting"), blank=True)
    themes = ArrayField(models.CharField(max_length=80), default=empty_list)
    city = models.CharField(_("plaats"), max_length=80, blank=True)
    latitude = models.FloatField(_("breedtegraad"), null=True)
    longitude = models.FloatField(_("lengtegraad"), null=True)
    form = models.CharField(_("vorm"), max_length=10)
    status = models.CharField(_("stand"), max_length=15)
    audience = ArrayField(models.CharField(max_length=10), default=empty_list)
    languages = ArrayField(models.CharField(max_length=3), default=empty_list)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=empty_list)
    dayparts = ArrayField(models.CharField(max_length=10), default=empty_list)
    accessible = models.BooleanField(default=False)
    upcoming = ArrayField(models.DateTimeField(), default=empty_list)
    card = models.JSONField(default=dict)
    #: Folded words, parts of words, stems and themes: what the search looks in.
    vector = SearchVectorField()
    #: The words of the name, the themes and the place only. Small, so that ranking reads no more than the row.
    head = SearchVectorField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("vermelding")
        verbose_name_plural = _("vermeldingen")
        ordering = ["region", "plugin", "key"]
        constraints = [
            models.UniqueConstraint(fields=["region", "plugin", "key"], name="listing_once_per_region"),
            models.CheckConstraint(condition=Q(plugin__regex=PLUGIN_PATTERN), name="listing_plugin_slug"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="listing_has_both_coordinates_or_none",
            ),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="listing_vector"),
            models.Index(fields=["plugin", "latitude", "longitude"], name="listing_point"),
        ]

    def __str__(self) -> str:
        return f"{self.plugin} {self.key}"
