"""Parts of a group that belong together: where it meets (HSDS: location), and the first time."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from zelfregie_groups.models.choices import BringSomeone, ContactFirst, Speaking


class LocationFields(models.Model):
    """Where a group meets and how to get there (HSDS: location, accessibility, service_at_location).

    A group has at most one place, so it is part of the group. None as an answer about access means: not known.
    """

    location_name = models.CharField(
        _("naam van de plek"), max_length=120, blank=True, help_text=_("Bijvoorbeeld: Buurthuis De Brug.")
    )
    address = models.CharField(_("straat en nummer"), max_length=120, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("plaats"), max_length=80, blank=True)
    latitude = models.FloatField(
        _("breedtegraad"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Ongeveer 50 tot 54. Leeg: de site bepaalt hem met de postcode of de plaats."),
    )
    longitude = models.FloatField(
        _("lengtegraad"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Ongeveer 3 tot 8. Leeg: de site bepaalt hem met de postcode of de plaats."),
    )
    public_transport = models.CharField(
        _("openbaar vervoer"), max_length=200, blank=True, help_text=_("Bijvoorbeeld: bus 4, halte Molenberglaan.")
    )
    parking = models.CharField(
        _("parkeren"), max_length=200, blank=True, help_text=_("Bijvoorbeeld: gratis op het plein achter het gebouw.")
    )
    wheelchair = models.BooleanField(_("toegankelijk met een rolstoel"), null=True, blank=True)
    accessible_toilet = models.BooleanField(_("aangepast toilet"), null=True, blank=True)
    induction_loop = models.BooleanField(_("ringleiding"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def has_point(self) -> bool:
        return self.latitude is not None and self.longitude is not None


class FirstTimeFields(models.Model):
    """What happens the first time. Empty means: the group has not said it yet."""

    bring_someone = models.CharField(
        _("mag je iemand meenemen?"), max_length=10, choices=BringSomeone.choices, blank=True
    )
    speaking = models.CharField(_("moet je iets vertellen?"), max_length=10, choices=Speaking.choices, blank=True)
    welcomed_by = models.CharField(
        _("wie wacht je op?"),
        max_length=120,
        blank=True,
        help_text=_("Bijvoorbeeld: Marjan staat bij de deur, met een geel vest. Alleen een voornaam."),
    )
    contact_first = models.CharField(
        _("moet je je eerst melden?"), max_length=10, choices=ContactFirst.choices, blank=True
    )
    first_time_note = models.TextField(
        _("hoe gaat de eerste keer?"),
        max_length=1000,
        blank=True,
        help_text=_("In een paar korte zinnen: hoe begint het, hoe lang duurt het, hoe sluit je af?"),
    )

    class Meta:
        abstract = True

    @property
    def tells_first_time(self) -> bool:
        """Whether the group says anything of its own about the first time."""
        return any(
            (self.bring_someone, self.speaking, self.welcomed_by, self.contact_first, self.first_time_note.strip())
        )
