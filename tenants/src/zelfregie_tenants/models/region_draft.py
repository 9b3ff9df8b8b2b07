"""A region in the making: what a coordinator filled in, step by step, and how far its launch is."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zelfregie_core.fields import EncryptedJSONField
from zelfregie_tenants.models.region import SLUG_PATTERN, Region


class RegionDraftQuerySet(models.QuerySet["RegionDraft"]):
    """Chainable questions about drafts."""

    def loose(self) -> RegionDraftQuerySet:
        """Only drafts that can be thrown away: nothing is made of them, or their region has the same to read."""
        without = Q(region=None) | Q(source=RegionDraft.Source.REGION)
        return self.filter(without).exclude(state__in=RegionDraft.BUSY)


class RegionDraft(models.Model):
    """The answers of the wizard for one region. They are the truth: the instance folder is baked from them each time.

    It stays when the region is there, so that the same wizard can change the region later; it goes with the region. A
    region that came from a folder gets one when a coordinator opens it.
    """

    class State(models.TextChoices):
        """How far it is; from `requested` on in the order of a launch."""

        EDITING = "editing", _("Nog aan het invullen")
        REQUESTED = "requested", _("Aangevraagd")
        FOLDER = "folder", _("Map gemaakt")
        SCHEMA = "schema", _("Plek in de database gemaakt")
        CONTENT = "content", _("Teksten en mensen erop gezet")
        INVITED = "invited", _("Mensen uitgenodigd")
        READY = "ready", _("Klaar")
        FAILED = "failed", _("Niet gelukt")

    class Source(models.TextChoices):
        """Where the answers come from."""

        WIZARD = "wizard", _("De wizard")
        REGION = "region", _("Een regio die er al was")

    #: A background task is at work, or waits for its turn.
    BUSY = (State.REQUESTED, State.FOLDER, State.SCHEMA, State.CONTENT, State.INVITED)

    slug = models.CharField(_("kenmerk"), max_length=40, unique=True, validators=[RegexValidator(SLUG_PATTERN)])
    #: Checked answers by step; see `domain/region_wizard/steps.py`. They name the people who are invited.
    data = EncryptedJSONField(_("antwoorden"), default=dict, blank=True)
    logo = models.BinaryField(_("logo"), default=bytes, blank=True)
    logo_suffix = models.CharField(_("soort van het logo"), max_length=5, blank=True)
    favicon = models.BinaryField(_("icoon"), default=bytes, blank=True)
    favicon_suffix = models.CharField(_("soort van het icoon"), max_length=5, blank=True)
    #: The furthest step that was reached.
    step = models.CharField(_("stap"), max_length=20, default="naam")
    state = models.CharField(_("stand"), max_length=10, choices=State.choices, default=State.EDITING)
    #: What went wrong in the last launch, or what it could not do: a list of texts.
    messages = EncryptedJSONField(_("berichten"), default=list, blank=True)
    #: What the coordinator agreed to when asking for the launch; see `domain/region_wizard/deciding.py`.
    decisions = EncryptedJSONField(_("besluiten"), default=dict, db_default={}, blank=True)
    #: Whether the folder is the blueprint's own, or holds what an earlier launch of another folder brought.
    source = models.CharField(
        _("herkomst"), max_length=10, choices=Source.choices, default=Source.WIZARD, db_default="wizard"
    )
    #: Fingerprint of what was last applied to the region when these answers were read from it, or launched.
    base = models.CharField(_("vingerafdruk van de regio"), max_length=64, db_default="", default="", blank=True)
    #: Raised with every change: who saves an older one is told instead of overwriting.
    version = models.PositiveIntegerField(_("versie"), default=1)
    region = models.OneToOneField(
        Region, on_delete=models.CASCADE, null=True, blank=True, related_name="draft", verbose_name=_("regio")
    )
    #: Login names in the hub: its accounts are in a schema of their own.
    created_by = models.CharField(_("gemaakt door"), max_length=150)
    changed_by = models.CharField(_("gewijzigd door"), max_length=150)
    created_at = models.DateTimeField(_("gemaakt op"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("gewijzigd op"), default=timezone.now)
    #: When the launch last said how far it is.
    progress_at = models.DateTimeField(_("laatste voortgang"), null=True, blank=True)

    objects = RegionDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("regio in de maak")
        verbose_name_plural = _("regio's in de maak")
        ordering = ["slug"]
        default_permissions = ()
        permissions = [("launch_region", "Regio's beginnen en bijwerken")]
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=SLUG_PATTERN), name="region_draft_slug_pattern"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "editing", "requested", "folder", "schema", "content", "invited", "ready", "failed",
                    ]
                ),
                name="region_draft_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(region__isnull=False), name="region_draft_ready_has_region"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.data.get("naam", {}).get("name", "")) or self.slug

    @property
    def is_read(self) -> bool:
        """Whether the answers were read from a region, and can be again."""
        return self.source == self.Source.REGION

    @property
    def is_loose(self) -> bool:
        """Whether it can be thrown away; as `loose()`."""
        return (self.region_id is None or self.is_read) and not self.is_busy

    @property
    def site_name(self) -> str:
        """What the site is called."""
        return str(self) if self.is_read else f"Zelfregie {self}"

    @property
    def is_busy(self) -> bool:
        """Whether a launch was asked for and has not ended."""
        return self.state in self.BUSY
