"""A practice: who hands out cards."""

import secrets

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

validate_postal_code = RegexValidator(
    r"^[1-9]\d{3}( ?[A-Za-z]{2})?$", _("Schrijf een postcode als 6411 AB of als 6411.")
)


def new_link_key() -> str:
    """A random public half for a personal link: 16 letters and digits, 96 bits."""
    return secrets.token_urlsafe(12)


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Chainable questions about practices."""

    def active(self) -> "PracticeQuerySet":
        """Only practices that may make cards."""
        return self.filter(active=True)

    def with_counts(self) -> "PracticeQuerySet":
        """Each practice with ``made``, ``opened`` and ``used``: its cards of all time, in the same query."""
        return self.annotate(
            **{name: Coalesce(Sum(f"monthly_counts__{name}"), Value(0)) for name in ("made", "opened", "used")}
        )


class Practice(models.Model):
    """A GP practice, social team or other professional that hands out referral cards.

    The practice has no account: a personal link is its key. The link itself is stored nowhere. It consists of
    ``link_key`` and a signature of it with the installation's secret, so a copy of the database opens no practice,
    and the same link can still be sent again (see ``domain.links``).
    """

    class Kind(models.TextChoices):
        GP = "huisarts", _("huisartsenpraktijk")
        TEAM = "wijkteam", _("wijkteam")
        PHARMACY = "apotheek", _("apotheek")
        MENTAL_HEALTH = "ggz", _("ggz")
        OTHER = "overig", _("overig")

    source_id = models.CharField(
        _("kenmerk in de bron"),
        max_length=80,
        blank=True,
        help_text=_("Het nummer in het bestand waaruit deze praktijk komt. Leeg bij een praktijk die je zelf invoert."),
    )
    name = models.CharField(_("naam"), max_length=160)
    kind = models.CharField(_("soort"), max_length=20, choices=Kind.choices, default=Kind.GP)
    postal_code = models.CharField(_("postcode"), max_length=7, blank=True, validators=[validate_postal_code])
    city = models.CharField(_("plaats"), max_length=80, blank=True)
    email = models.EmailField(
        _("e-mailadres van de praktijk"),
        blank=True,
        help_text=_("Het algemene adres, niet dat van één persoon. Hierheen sturen we de persoonlijke link."),
    )
    active = models.BooleanField(
        _("doet mee"),
        default=True,
        help_text=_("Uit: de persoonlijke link werkt niet. Kaarten die al zijn meegegeven, blijven gewoon werken."),
    )
    link_key = models.CharField(max_length=32, unique=True, default=new_link_key, editable=False)
    link_sent_at = models.DateTimeField(_("link verstuurd op"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("toegevoegd op"), auto_now_add=True)
    #: What the last import brought, per column: a value that differs from it was changed by hand and is kept.
    imported_values = models.JSONField(default=dict, blank=True, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("praktijk")
        verbose_name_plural = _("praktijken")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_id"],
                condition=~Q(source_id=""),
                name="practice_source_id_unique",
                violation_error_message=_("Er is al een praktijk met dit kenmerk."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
