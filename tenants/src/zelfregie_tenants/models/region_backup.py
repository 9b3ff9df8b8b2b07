"""Which backups were made of a region, and what was done with them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zelfregie_tenants.models.region import Region


class RegionBackup(models.Model):
    """One backup file of a region: where it was put, what it is, and whether it was ever tried.

    The file is the backup; this row only knows of it. A backup that was moved or deleted by hand keeps its row, so
    whoever is about to destroy what is in it looks at the file, too.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="backups", verbose_name=_("regio"))
    #: The moment of the snapshot: what was saved later is not in it.
    made_at = models.DateTimeField(_("gemaakt op"))
    location = models.CharField(_("plaats"), max_length=1000)
    #: Of the file as it is on disk: encrypted, if it is.
    sha256 = models.CharField(_("vingerafdruk"), max_length=64)
    size = models.BigIntegerField(_("grootte"))
    encrypted = models.BooleanField(_("versleuteld"), default=False)
    release = models.CharField(_("versie"), max_length=40)
    #: When the file was last read back whole and agreed with itself.
    verified_at = models.DateTimeField(_("nagekeken op"), null=True, blank=True)
    #: When a region was last made from it, here: under its own name or another one.
    restored_at = models.DateTimeField(_("teruggezet op"), null=True, blank=True)
    #: When the file in this place was found to be damaged: nobody may count on it. None: nothing is known against it.
    damaged_at = models.DateTimeField(_("beschadigd gevonden op"), null=True, blank=True)

    class Meta:
        verbose_name = _("reservekopie")
        verbose_name_plural = _("reservekopieën")
        ordering = ["region", "-made_at"]
        get_latest_by = "made_at"
        constraints = [
            models.UniqueConstraint(fields=["region", "sha256"], name="region_backup_once"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.made_at:%Y-%m-%d %H:%M}"
