"""What a launch wrote: the third side of the comparison between a folder, a site, and what was last applied."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zelfregie_tenants.models.region import Region


class AppliedItem(models.Model):
    """One thing that a launch put in place: what the folder said of it then, and on what folder and site agreed.

    What the folder or the site says now is compared with it, field by field. Where only the folder moved on a launch
    may follow; where somebody changed the site by hand it leaves that alone.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="applied_items", verbose_name=_("regio"))
    kind = models.CharField(_("soort"), max_length=20)
    key = models.CharField(_("kenmerk"), max_length=200)
    digest = models.CharField(_("vingerafdruk"), max_length=64, blank=True)
    #: Field -> value, in plain data; None for what is compared as a whole, by its digest (people, files, older rows).
    content = models.JSONField(_("inhoud"), null=True, blank=True, default=None)
    #: A page's translation key: the same in every copy of the schema, unlike a primary key.
    reference = models.CharField(_("verwijzing"), max_length=64, blank=True)
    applied_at = models.DateTimeField(_("toegepast op"), default=timezone.now)

    class Meta:
        verbose_name = _("toegepast onderdeel")
        verbose_name_plural = _("toegepaste onderdelen")
        ordering = ["region", "kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "key"], name="applied_item_once_per_region"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
