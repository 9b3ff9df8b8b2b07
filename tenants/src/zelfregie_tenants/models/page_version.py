"""Which version of a region's public pages is the present one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PageVersion(models.Model):
    """A number that goes up with every change of what public pages show; pages are cached under it (ADR 21).

    It goes up in the transaction of the change itself, so that no page of after the change is taken for one of before.
    The row of `public` is that of what regions show of each other: the directory, and the register of regions.
    """

    schema_name = models.CharField(_("schema"), max_length=63, primary_key=True)
    number = models.BigIntegerField(_("versie"), default=1)

    class Meta:
        verbose_name = _("versie van de pagina's")
        verbose_name_plural = _("versies van de pagina's")

    def __str__(self) -> str:
        return f"{self.schema_name} {self.number}"
