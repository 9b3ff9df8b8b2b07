"""What happened to regions: the log that outlives them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RegionEvent(models.Model):
    """One change in the life of a region: what, when, and by which operator.

    It holds the slug as text and no key of the region, so that it still says that a region was erased when nothing else
    of it is left. No personal data besides the operator's login name.
    """

    class Action(models.TextChoices):
        """What an operator can do with a region."""

        GO_LIVE = "go_live", _("Geopend")
        OVERRIDE = "override", _("Geopend zonder dat alles in orde was")
        SUSPEND = "suspend", _("Tijdelijk gesloten")
        RESUME = "resume", _("Weer geopend")
        ARCHIVE = "archive", _("Gearchiveerd")
        UNARCHIVE = "unarchive", _("Uit het archief gehaald")
        EXPORT = "export", _("Meegegeven")
        IMPORT = "import", _("Overgenomen")
        RESTORE = "restore", _("Teruggezet uit een reservekopie")
        PLUGIN_ON = "plugin_on", _("Module aangezet")
        PLUGIN_OFF = "plugin_off", _("Module uitgezet")
        PERSON_EXPORTED = "person_exported", _("Gegevens van een persoon meegegeven")
        PERSON_ERASED = "person_erased", _("Gegevens van een persoon gewist")
        ERASE_BEGUN = "erase_begun", _("Wissen begonnen")
        ERASED = "erased", _("Gewist")

    slug = models.CharField(_("kenmerk"), max_length=40, db_index=True)
    action = models.CharField(_("gebeurtenis"), max_length=20, choices=Action.choices)
    state_before = models.CharField(_("stand ervoor"), max_length=10, blank=True)
    state_after = models.CharField(_("stand erna"), max_length=10, blank=True)
    reason = models.CharField(_("reden"), max_length=300, blank=True)
    operator = models.CharField(_("door"), max_length=80, blank=True)
    at = models.DateTimeField(_("op"), default=timezone.now)

    class Meta:
        verbose_name = _("gebeurtenis van een regio")
        verbose_name_plural = _("gebeurtenissen van regio's")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.slug}: {self.action}"
