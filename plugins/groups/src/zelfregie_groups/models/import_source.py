"""A list that groups come from, again and again: a file that an editor uploads, or a feed that is fetched."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportSource(models.Model):
    """Where a list comes from, how its columns are read, and how it is doing. A source without ``url`` is uploaded."""

    class Format(models.TextChoices):
        TABLE = "table", _("Excel of CSV")
        MEETING_GUIDE = "meeting_guide", _("Meeting Guide (JSON)")
        HSDS = "hsds", _("HSDS 3.0 (JSON of een zip met tabellen)")

    name = models.CharField(_("naam"), max_length=120, unique=True)
    format = models.CharField(_("soort lijst"), max_length=20, choices=Format.choices, default=Format.TABLE)
    url = models.URLField(_("webadres van de lijst"), max_length=500, blank=True)
    every_hours = models.PositiveSmallIntegerField(
        _("om de hoeveel uur"), default=24, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    is_active = models.BooleanField(_("ophalen"), default=True)
    #: Column of the file -> field of ours, as an editor chose it; empty: guessed anew.
    mapping = models.JSONField(_("kolommen"), default=dict, blank=True)
    #: Field of ours -> value for rows that do not have it, such as a theme for the whole list.
    defaults = models.JSONField(_("vaste waarden"), default=dict, blank=True)
    created_at = models.DateTimeField(_("gemaakt op"), auto_now_add=True)

    checked_at = models.DateTimeField(_("laatst opgehaald"), null=True, blank=True, editable=False)
    succeeded_at = models.DateTimeField(_("laatst gelukt"), null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(_("mislukt sinds"), null=True, blank=True, editable=False)
    warned_at = models.DateTimeField(_("gewaarschuwd op"), null=True, blank=True, editable=False)
    last_error = models.TextField(_("wat er misging"), blank=True, editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    #: SHA-256 of what was read last: the same bytes need no new import.
    digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("lijst")
        verbose_name_plural = _("lijsten")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=["table", "meeting_guide", "hsds"]), name="groups_source_format_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
