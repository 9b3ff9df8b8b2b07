"""When a group meets, as an editor fills it in: a rule with checkboxes, and the dates that go otherwise."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from zelfregie_groups.domain.recurrence import HORIZON, dates_of
from zelfregie_groups.domain.rule import MONTHLY, ONCE, OTHER, WEEKLY, Rule
from zelfregie_groups.models import Schedule

#: What makes of an exception a moved meeting.
MOVES = ("new_date", "new_start_time", "new_location")
KNOWN_ANSWERS = ((True, _("ja")), (False, _("nee")), (None, _("weet ik niet")))


class ScheduleForm(WagtailAdminModelForm):
    """One rule. What is checked follows from how often the group meets."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Op welke dagen"),
        choices=Schedule.Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    weeks = forms.TypedMultipleChoiceField(
        label=_("In welke week van de maand"),
        choices=Schedule.WeekOfMonth.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Alleen bij ‘per maand’. Bijvoorbeeld: de eerste dinsdag."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "interval" in self.fields:
            self.fields["interval"].label = _("Om de hoeveel weken of maanden")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _check_order(self, "start_date", "end_date", _("De laatste datum ligt voor de eerste."), may_be_equal=True)
        if cleaned.get("end_time") and not cleaned.get("start_time"):
            self.add_error("start_time", _("Vul ook in hoe laat het begint."))
        _check_order(self, "start_time", "end_time", _("De eindtijd moet na de begintijd zijn."))
        check = {WEEKLY: self._check_weekly, MONTHLY: self._check_monthly, ONCE: self._check_once}
        check.get(cleaned.get("frequency"), self._check_other)(cleaned)
        if not self.errors:
            self._check_gives_dates(cleaned)
        return cleaned

    def _check_weekly(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("weekdays"):
            self._need("weekdays", _("Kies op welke dag de groep bijeenkomt. Weet je het niet? Kies dan ‘anders’."))
        if cleaned.get("weeks") or cleaned.get("day_of_month"):
            wrong = "weeks" if cleaned.get("weeks") else "day_of_month"
            self._need(wrong, _("Dit hoort bij ‘per maand’. Maak het leeg, of kies ‘per maand’."))
        self._check_interval(cleaned)

    def _check_monthly(self, cleaned: dict[str, Any]) -> None:
        days, weeks, day = cleaned.get("weekdays"), cleaned.get("weeks"), cleaned.get("day_of_month")
        if day and (days or weeks):
            self._need("day_of_month", _("Kies of een dag van de maand, of een week met een dag. Niet allebei."))
        elif not day and not (days and weeks):
            if weeks:
                self._need("weekdays", _("Kies ook op welke dag van die week."))
            elif days:
                self._need("weeks", _("Kies ook in welke week van de maand, bijvoorbeeld de eerste."))
            else:
                self._need("weeks", _("Kies een week en een dag, of vul de dag van de maand in."))
        self._check_interval(cleaned)

    def _check_once(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("start_date"):
            self._need("start_date", _("Vul de datum van de bijeenkomst in."))

    def _check_other(self, cleaned: dict[str, Any]) -> None:
        # A day, or a time, says enough to be shown; lists often say no more than that.
        says_when = cleaned.get("note") or cleaned.get("weekdays") or cleaned.get("start_time")
        if cleaned.get("frequency") == OTHER and not says_when:
            self._need("note", _("Schrijf hier wanneer de groep dan bijeenkomt."))

    def _check_interval(self, cleaned: dict[str, Any]) -> None:
        if (cleaned.get("interval") or 1) > 1 and not cleaned.get("start_date"):
            self._need(
                "start_date", _("Vul een eerste datum in. Anders weten we niet welke weken of maanden het zijn.")
            )

    def _check_gives_dates(self, cleaned: dict[str, Any]) -> None:
        rule = rule_of(cleaned)
        if not rule.gives_dates:
            return
        today = timezone.localdate()
        first = rule.start_date or min(today, (rule.end_date or today) - dt.timedelta(days=366))
        if next(iter(dates_of(rule, first, first + HORIZON)), None) is None:
            self.add_error(
                "end_date" if rule.end_date else "start_date",
                _("Zo is er geen enkele bijeenkomst. Kijk de dagen en de datums na."),
            )

    def _need(self, field: str, message: Any) -> None:
        if field not in self.errors:
            self.add_error(field, message)


class ExceptionForm(WagtailAdminModelForm):
    """A date on which the group does not meet, a longer break, or a meeting at another moment or place."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _check_order(self, "date", "last_date", _("‘Tot en met’ ligt voor de eerste datum."), may_be_equal=True)
        if cleaned.get("last_date") and any(
            cleaned.get(name) for name in ("new_date", "new_start_time", "new_location")
        ):
            self.add_error("last_date", _("Een langere pauze kun je niet verplaatsen. Maak ‘tot en met’ leeg."))
        if cleaned.get("new_end_time") and not cleaned.get("new_start_time"):
            self.add_error("new_start_time", _("Vul ook in hoe laat het dan begint."))
        _check_order(self, "new_start_time", "new_end_time", _("De eindtijd moet na de begintijd zijn."))
        return cleaned


def rule_of(cleaned: dict[str, Any]) -> Rule:
    """Return the rule that a checked form describes."""
    return Rule(
        frequency=cleaned["frequency"],
        interval=cleaned.get("interval") or 1,
        weekdays=tuple(sorted(cleaned.get("weekdays") or ())),
        weeks=tuple(cleaned.get("weeks") or ()),
        day_of_month=cleaned.get("day_of_month"),
        start_date=cleaned.get("start_date"),
        end_date=cleaned.get("end_date"),
        start_time=cleaned.get("start_time"),
        end_time=cleaned.get("end_time"),
    )


def rules_of(formset: Iterable[forms.ModelForm]) -> list[Rule]:
    """Return the rules of a checked formset, without those that will be removed."""
    filled = [form.cleaned_data for form in formset if getattr(form, "cleaned_data", None)]
    return [rule_of(data) for data in filled if data.get("frequency") and not data.get("DELETE")]


def _check_order(form: forms.Form, first: str, last: str, message: Any, may_be_equal: bool = False) -> None:
    begin, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if begin is None or end is None or last in form.errors:
        return
    if end < begin or (end == begin and not may_be_equal):
        form.add_error(last, message)
