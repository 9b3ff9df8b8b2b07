"""Step 6: who will work on the site. As many rows as needed, with or without JavaScript."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_core.domain.roles import ROLE_LABELS, Role
from zelfregie_tenants.domain.region_wizard import steps
from zelfregie_tenants.interfaces.region_wizard.fields import LineField, MailField
from zelfregie_tenants.models import RegionDraft

#: A coordinator works on the national hub.
ROLES = (Role.ADMINISTRATOR, Role.MODERATOR, Role.EDITOR)
#: More people than this come in through the site's own admin.
MAX_PEOPLE = 30


class PersonForm(forms.Form):
    """One person."""

    name = LineField(label=gettext_lazy("Naam"), max_length=120)
    email = MailField(label=gettext_lazy("E-mailadres"), max_length=150)
    role = forms.ChoiceField(
        label=gettext_lazy("Rol"),
        # Without a first choice, so that a row that nobody filled in is empty.
        choices=[("", gettext_lazy("Kies een rol")), *((str(role), ROLE_LABELS[role]) for role in ROLES)],
    )

    def clean_name(self) -> str:
        """Refuse what separates people in the folder."""
        name = self.cleaned_data["name"]
        if ";" in name:
            raise forms.ValidationError(_("Het teken ; kan hier niet. Laat het weg."))
        return name

    def clean_email(self) -> str:
        """Write it as the account will be called."""
        return self.cleaned_data["email"].lower()


class BasePeople(forms.BaseFormSet):
    """All people; an empty row is nobody, also where somebody was."""

    def initial_form_count(self) -> int:
        """Let every row be empty."""
        return 0

    def clean(self) -> None:
        """Refuse somebody twice, and a site without anybody who can manage it."""
        if any(self.errors):
            return
        seen: set[str] = set()
        for form in self.forms:
            email = form.cleaned_data.get("email")
            if email in seen:
                form.add_error("email", _("%(email)s staat er al. Haal een van de twee weg.") % {"email": email})
            elif email:
                seen.add(email)
        if not any(form.cleaned_data.get("role") == Role.ADMINISTRATOR for form in self.forms):
            raise forms.ValidationError(_("Minstens één persoon moet beheerder zijn: die regelt de site."))


class PeopleForm:
    """The step as the other steps are: `is_valid`, `answers`, `columns`.

    Args:
        data: what was posted; None at first. `meer` in it asks for another row.
        draft: whose.
    """

    step = steps.PEOPLE

    def __init__(self, data: Any = None, files: Any = None, *, draft: RegionDraft, base: str = "") -> None:
        """Start from what the draft holds, with a row for the next person."""
        saved = draft.data.get(self.step, {}).get("people", [])
        initial = saved or [{"role": str(Role.ADMINISTRATOR)}]
        make = forms.formset_factory(
            PersonForm, BasePeople, extra=len(initial) + 1, max_num=MAX_PEOPLE, validate_max=True, absolute_max=60
        )
        if data is not None and "meer" in data:
            data = data.copy()
            count = data.get("people-TOTAL_FORMS", "")
            data["people-TOTAL_FORMS"] = str(min(int(count) + 1 if count.isdecimal() else 1, MAX_PEOPLE))
        self.formset = make(data, initial=None if data is not None else initial, prefix="people")
        for form in self.formset.forms:
            form.label_suffix = ""

    def is_valid(self) -> bool:
        """Whether everybody can be invited."""
        return self.formset.is_valid()

    @property
    def errors(self) -> Any:
        """What is wrong, for the page."""
        return any(self.formset.errors) or bool(self.formset.non_form_errors())

    def answers(self) -> dict[str, Any]:
        """Return the people in their order."""
        rows = [form.cleaned_data for form in self.formset.forms]
        return {"people": [{key: row[key] for key in ("name", "email", "role")} for row in rows if row]}

    def columns(self) -> dict[str, Any]:
        """Return nothing."""
        return {}
