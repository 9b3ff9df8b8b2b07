"""The story of somebody who has been through it."""

import uuid

from django.db import models
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zelfregie_core.fields import EncryptedLineField, EncryptedTextField

TITLE_LENGTH = 120
NAME_LENGTH = 60


class StoryQuerySet(QuerySet["Story"]):
    """Chainable predicates."""

    def published(self) -> "StoryQuerySet":
        """What visitors may read, newest first."""
        return self.filter(status=Story.Status.PUBLISHED).order_by("-published_at", "-pk")

    def waiting(self) -> "StoryQuerySet":
        """What a moderator still has to read, longest waiting first; stories that ask for care before the others."""
        return self.filter(status=Story.Status.SUBMITTED).order_by("-needs_care", "submitted_at", "pk")

    def in_queue_order(self) -> "StoryQuerySet":
        """All stories, those that wait for a moderator first."""
        waits = Case(When(status=Story.Status.SUBMITTED, then=Value(0)), default=Value(1), output_field=IntegerField())
        return self.order_by(waits, "-needs_care", "-submitted_at", "-pk")


class Story(models.Model):
    """A story, from the moment a visitor sends it in.

    Title, name and text are encrypted at rest, because they are about somebody's health and may never be published. Of
    a published story a plain copy stands in ``search_text``; it goes when the story goes.
    """

    class Status(models.TextChoices):
        SUBMITTED = "submitted", _("wacht op lezen")
        PUBLISHED = "published", _("geplaatst")
        REJECTED = "rejected", _("niet geplaatst")
        WITHDRAWN = "withdrawn", _("teruggetrokken")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_id = models.CharField(_("nummer in het bestand"), max_length=80, blank=True, default="", editable=False)
    source_fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)

    slug = models.SlugField(_("adres"), max_length=TITLE_LENGTH, unique=True, null=True, blank=True, editable=False)
    title = EncryptedLineField(_("titel"), max_length=TITLE_LENGTH, may_be_plain=True)
    author_name = EncryptedLineField(
        _("naam bij het verhaal"),
        max_length=NAME_LENGTH,
        may_be_plain=True,
        help_text=_("Een voornaam of een verzonnen naam; geen achternaam."),
    )
    theme = models.ForeignKey(
        "zelfregie_core.Theme",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name=_("thema"),
    )
    body = EncryptedTextField(_("verhaal"))
    search_text = models.TextField(blank=True, default="", editable=False)

    status = models.CharField(
        _("stand"), max_length=20, choices=Status.choices, default=Status.SUBMITTED, editable=False
    )
    needs_care = models.BooleanField(_("vraagt aandacht"), default=False, editable=False)
    submitted_at = models.DateTimeField(_("ingestuurd op"), auto_now_add=True)
    published_at = models.DateTimeField(_("geplaatst op"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("afgesloten op"), null=True, blank=True, editable=False)
    moderation_note = EncryptedTextField(_("uitleg bij niet plaatsen"), blank=True, default="", editable=False)

    contact_email = EncryptedTextField(_("e-mailadres"), blank=True, default="", editable=False)
    consent_text = models.TextField(_("tekst van de toestemming"), blank=True, default="", editable=False)
    consent_version = models.CharField(max_length=20, blank=True, default="", editable=False)
    consent_at = models.DateTimeField(_("toestemming gegeven op"), null=True, blank=True, editable=False)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("verhaal")
        verbose_name_plural = _("verhalen")
        default_permissions = ("change", "view")
        permissions = [("publish_story", _("Mag verhalen plaatsen, weigeren en weghalen"))]
        constraints = [
            models.UniqueConstraint(
                fields=["source_id"], condition=~Q(source_id=""), name="zelfregie_stories_source_id"
            ),
            # Only what is published has an address and a readable copy.
            models.CheckConstraint(
                condition=Q(status="published", slug__isnull=False, published_at__isnull=False)
                | Q(~Q(status="published"), slug__isnull=True, published_at__isnull=True, search_text=""),
                name="zelfregie_stories_only_published_is_public",
            ),
        ]
        indexes = [models.Index(fields=["status", "-published_at"], name="zelfregie_stories_listing")]

    def __str__(self) -> str:
        # Ends up in Wagtail's log, which outlives the story: a number, not the title.
        return gettext("Verhaal %(number)s") % {"number": self.pk}

    @property
    def paragraphs(self) -> list[str]:
        """The text, paragraph by paragraph; an empty line separates two."""
        text = self.body.replace("\r\n", "\n").replace("\r", "\n")
        return [part.strip() for part in text.split("\n\n") if part.strip()]

    @property
    def excerpt(self) -> str:
        """The first paragraph, for a card."""
        return self.paragraphs[0] if self.paragraphs else ""

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.SUBMITTED
