"""The form with which an editor describes a group, and what it checks."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from zelfregie_groups.domain.placing import check_point, place_group
from zelfregie_groups.domain.recurrence import dates_of
from zelfregie_groups.domain.rule import Rule
from zelfregie_groups.interfaces.schedule_forms import KNOWN_ANSWERS, MOVES, rules_of
from zelfregie_groups.models import Group

_DUTCH_POSTCODE = re.compile(r"^\s*([1-9]\d{3})\s*([A-Za-z]{2})\s*$")
_FOREIGN_POSTCODE = re.compile(r"^\s*(?:[BbDd]\s*-\s*)?(\d{4,5})\s*$")
_PLACE = frozenset({"address", "postal_code", "city", "form"})
_POINT = frozenset({"latitude", "longitude"})


class GroupForm(WagtailAdminModelForm):
    """Checks what an editor typed, and finds the coordinates when the place changed."""

    audience = forms.MultipleChoiceField(
        label=_("Voor wie"), choices=Group.Audience.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    languages = forms.MultipleChoiceField(
        label=_("Taal"), choices=Group.Language.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    host_email = forms.EmailField(
        label=_("E-mailadres van de begeleider"),
        required=False,
        max_length=254,
        help_text=_("Staat nooit op de site en wordt versleuteld bewaard."),
    )
    wheelchair = forms.NullBooleanField(
        label=_("Toegankelijk met een rolstoel"), widget=forms.RadioSelect(choices=KNOWN_ANSWERS), required=False
    )
    accessible_toilet = forms.NullBooleanField(
        label=_("Aangepast toilet"), widget=forms.RadioSelect(choices=KNOWN_ANSWERS), required=False
    )
    induction_loop = forms.NullBooleanField(
        label=_("Ringleiding"), widget=forms.RadioSelect(choices=KNOWN_ANSWERS), required=False
    )

    def clean_postal_code(self) -> str:
        """Write a postcode as it is written: "6411ab " becomes "6411 AB". Belgian and German ones stay."""
        typed = str(self.cleaned_data["postal_code"]).strip()
        if dutch := _DUTCH_POSTCODE.match(typed):
            return f"{dutch[1]} {dutch[2].upper()}"
        if foreign := _FOREIGN_POSTCODE.match(typed):
            return foreign[1]
        if not typed:
            return ""
        raise ValidationError(
            _("Dit is geen postcode. Schrijf vier cijfers en twee letters, zoals 6411 AB, of maak het veld leeg.")
        )

    def clean_confirmed_on(self) -> Any:
        confirmed_on = self.cleaned_data["confirmed_on"]
        if confirmed_on and confirmed_on > timezone.localdate():
            raise ValidationError(_("Deze dag moet nog komen. Kies vandaag of een eerdere dag."))
        return confirmed_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_ages(cleaned)
        self._check_point(cleaned)
        return cleaned

    def is_valid(self) -> bool:
        """Check the schedules and exceptions with the group: a meeting can only be moved if there is one."""
        is_valid = super().is_valid()
        return self._check_moved_meetings() and is_valid

    def _post_clean(self) -> None:
        """Look up where the group meets while nothing is locked: the address service may take seconds to answer."""
        super()._post_clean()
        changed = set(self.changed_data)
        if not self.errors and ((changed & _PLACE and not changed & _POINT) or not self.instance.has_point):
            place_group(self.instance)

    def save(self, commit: bool = True) -> Group:
        with transaction.atomic():
            return super().save(commit=commit)

    def _check_ages(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("age_from"), cleaned.get("age_to")
        if first is not None and last is not None and last < first:
            self.add_error("age_to", _("De hoogste leeftijd is lager dan de laagste. Heb je ze verwisseld?"))

    def _check_point(self, cleaned: dict[str, Any]) -> None:
        if _POINT & set(self.errors):
            return
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        if (latitude is None) != (longitude is None):
            empty = "latitude" if latitude is None else "longitude"
            self.add_error(empty, _("Vul beide getallen in, of maak ze allebei leeg."))
        elif latitude is not None and longitude is not None and _POINT & set(self.changed_data):
            problem = check_point(latitude, longitude)
            if problem:
                self.add_error("latitude", problem)

    def _check_moved_meetings(self) -> bool:
        """True unless a meeting is moved on a date on which the group does not meet."""
        if not {"schedules", "exceptions"} <= set(self.formsets) or not self.formsets["schedules"].is_valid():
            return True
        rules = [rule for rule in rules_of(self.formsets["schedules"]) if rule.gives_dates]
        fine = True
        for child in self.formsets["exceptions"].forms:
            data = getattr(child, "cleaned_data", None) or {}
            day = data.get("date")
            if day is None or data.get("DELETE") or not any(data.get(name) for name in MOVES):
                continue
            if rules and not any(_meets_on(rule, day) for rule in rules):
                child.add_error("date", _("Op deze dag heeft de groep geen bijeenkomst om te verplaatsen."))
                fine = False
        return fine


def _meets_on(rule: Rule, day: Any) -> bool:
    return next(iter(dates_of(rule, day, day)), None) is not None
