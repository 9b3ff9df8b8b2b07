"""When a group meets (HSDS: schedule), and the dates on which it does not, or does otherwise."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from zelfregie_groups.domain.schedule_text import exception_text, schedule_text
from zelfregie_groups.models.group import Group, empty_list


class Schedule(models.Model):
    """A rule by which a group meets; a group may have several. In words of iCalendar: DTSTART, RRULE and a note.

    What is not known is empty. A rule that does not say on which dates a group meets ("every two weeks" without a
    first date, "every month" without a day) is shown in words and gives no dates.
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
        WEEKLY = "weekly", _("per week")
        MONTHLY = "monthly", _("per maand")
        ONCE = "once", _("één keer")
        OTHER = "other", _("anders, zie de toelichting")

    class WeekOfMonth(models.IntegerChoices):
        """Numbered as BYDAY of iCalendar does: -1 is the last."""

        FIRST = 1, _("eerste")
        SECOND = 2, _("tweede")
        THIRD = 3, _("derde")
        FOURTH = 4, _("vierde")
        LAST = -1, _("laatste")

    group = ParentalKey(Group, on_delete=models.CASCADE, related_name="schedules", verbose_name=_("groep"))
    frequency = models.CharField(_("hoe vaak"), max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY)
    interval = models.PositiveSmallIntegerField(
        _("om de hoeveel"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
        help_text=_("1: elke week of maand. 2: om de week of maand; vul dan ook de eerste datum in."),
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices),
        verbose_name=_("dagen"),
        default=empty_list,
        blank=True,
    )
    weeks = ArrayField(
        models.SmallIntegerField(choices=WeekOfMonth.choices),
        verbose_name=_("welke week van de maand"),
        default=empty_list,
        blank=True,
    )
    day_of_month = models.PositiveSmallIntegerField(
        _("dag van de maand"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Alleen als de groep elke maand op dezelfde datum bijeenkomt."),
    )
    start_date = models.DateField(_("eerste datum"), null=True, blank=True)
    end_date = models.DateField(_("laatste datum"), null=True, blank=True)
    start_time = models.TimeField(_("begint om"), null=True, blank=True)
    end_time = models.TimeField(_("eindigt om"), null=True, blank=True)
    note = models.CharField(
        _("toelichting"), max_length=200, blank=True, help_text=_("Bijvoorbeeld: in de zomer buiten.")
    )

    class Meta:
        verbose_name = _("tijd van bijeenkomsten")
        verbose_name_plural = _("tijden van bijeenkomsten")
        ordering = ["weekdays", "start_time", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="groups_schedule_weekdays_iso"
            ),
            models.CheckConstraint(
                condition=Q(weeks__contained_by=[1, 2, 3, 4, -1]), name="groups_schedule_weeks_of_month"
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True) | Q(start_time__isnull=False, end_time__gt=F("start_time")),
                name="groups_schedule_end_after_start",
                violation_error_message=_("De eindtijd moet na de begintijd zijn."),
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="groups_schedule_until_after_start",
                violation_error_message=_("De laatste datum ligt voor de eerste."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The rule as people read it: "om de week op dinsdag, 19.30 tot 21.00 uur"."""
        return schedule_text(self)


class ScheduleException(models.Model):
    """Dates on which a group does not meet, or meets at another moment or place (iCalendar: EXDATE, RECURRENCE-ID).

    With ``new_date`` or ``new_start_time`` or ``new_location`` the meeting of ``date`` is moved; without any of them
    all meetings from ``date`` until and with ``last_date`` are cancelled: a day, or a summer stop.
    """

    group = ParentalKey(Group, on_delete=models.CASCADE, related_name="exceptions", verbose_name=_("groep"))
    date = models.DateField(_("datum"))
    last_date = models.DateField(
        _("tot en met"), null=True, blank=True, help_text=_("Voor een langere pauze, zoals de zomer.")
    )
    new_date = models.DateField(_("nieuwe datum"), null=True, blank=True)
    new_start_time = models.TimeField(_("begint dan om"), null=True, blank=True)
    new_end_time = models.TimeField(_("eindigt dan om"), null=True, blank=True)
    new_location = models.CharField(_("andere plek"), max_length=200, blank=True)
    note = models.CharField(_("toelichting"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("uitzondering")
        verbose_name_plural = _("uitzonderingen")
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_date__isnull=True) | Q(last_date__gte=F("date")),
                name="groups_exception_in_order",
                violation_error_message=_("De datum bij 'tot en met' ligt voor de eerste datum."),
            ),
            models.CheckConstraint(
                condition=Q(last_date__isnull=True)
                | Q(new_date__isnull=True, new_start_time__isnull=True, new_location=""),
                name="groups_exception_moves_one_meeting",
                violation_error_message=_("Een langere pauze kun je niet verplaatsen. Maak 'tot en met' leeg."),
            ),
            models.CheckConstraint(
                condition=Q(new_end_time__isnull=True)
                | Q(new_start_time__isnull=False, new_end_time__gt=F("new_start_time")),
                name="groups_exception_end_after_start",
                violation_error_message=_("De eindtijd moet na de begintijd zijn."),
            ),
        ]

    def __str__(self) -> str:
        return exception_text(self)

    @property
    def moves(self) -> bool:
        """Whether the meeting takes place otherwise, instead of not at all."""
        return bool(self.new_date or self.new_start_time or self.new_location)
