"""When a group meets (HSDS: schedule)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from zelfregie_groups.domain.schedule_text import schedule_text
from zelfregie_groups.models.group import Group


class Schedule(models.Model):
    """One line of a group's meeting times. A group may have several.

    What is not known is empty: the site shows nothing that it cannot be sure of, and no computed dates.
    """

    class Weekday(models.IntegerChoices):
        """Numbered as in ISO 8601."""

        MONDAY = 1, _("maandag")
        TUESDAY = 2, _("dinsdag")
        WEDNESDAY = 3, _("woensdag")
        THURSDAY = 4, _("donderdag")
        FRIDAY = 5, _("vrijdag")
        SATURDAY = 6, _("zaterdag")
        SUNDAY = 7, _("zondag")

    class Frequency(models.TextChoices):
        WEEKLY = "weekly", _("elke week")
        BIWEEKLY = "biweekly", _("om de week")
        MONTHLY = "monthly", _("elke maand")
        OTHER = "other", _("anders")

    group = ParentalKey(Group, on_delete=models.CASCADE, related_name="schedules", verbose_name=_("groep"))
    weekday = models.PositiveSmallIntegerField(_("dag"), choices=Weekday.choices, null=True, blank=True)
    start_time = models.TimeField(_("begint om"), null=True, blank=True)
    end_time = models.TimeField(_("eindigt om"), null=True, blank=True)
    frequency = models.CharField(_("hoe vaak"), max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY)
    note = models.CharField(
        _("toelichting"),
        max_length=200,
        blank=True,
        help_text=_("Bijvoorbeeld: eerste dinsdag van de maand, niet in juli en augustus."),
    )

    class Meta:
        verbose_name = _("tijd van bijeenkomsten")
        verbose_name_plural = _("tijden van bijeenkomsten")
        ordering = ["weekday", "start_time", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__gte=1, weekday__lte=7),
                name="groups_schedule_weekday_iso",
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True) | Q(start_time__isnull=False, end_time__gt=F("start_time")),
                name="groups_schedule_end_after_start",
                violation_error_message=_("De eindtijd moet na de begintijd zijn."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The line as people read it: "dinsdag, 19.30 tot 21.00 uur, om de week"."""
        return schedule_text(
            weekday=str(self.Weekday(self.weekday).label) if self.weekday else "",
            start=self.start_time,
            end=self.end_time,
            frequency="" if self.frequency == self.Frequency.OTHER else str(self.get_frequency_display()),
            note=self.note,
        )
