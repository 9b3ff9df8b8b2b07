"""Forms. None asks anything about a patient: tests/test_no_patient_data.py holds it.

They know no model and no view, so that the page type can use one, too.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from zelfregie_referrals.codes import read_code


class CodeForm(forms.Form):
    """The code on a card, as people type it."""

    code = forms.CharField(
        label=_("De code op je kaart"),
        help_text=_("Acht letters en cijfers, bijvoorbeeld 4KTF-92DC. Hoofdletters en streepjes mag je weglaten."),
        max_length=40,
        error_messages={"required": _("Vul de code in die op je kaart staat.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "size": 14}
        ),
    )

    def clean_code(self) -> str:
        """The code as it is stored.

        :raises ValidationError: when this cannot be a code.
        """
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("Deze code klopt nog niet. Kijk of er een letter of cijfer mist, of anders op de kaart staat.")
            )
        return code


class TargetForm(forms.Form):
    """What a practice makes a card for."""

    target = forms.CharField(max_length=80, widget=forms.HiddenInput)


class LinkRequestForm(forms.Form):
    """Asking for the personal link again."""

    email = forms.EmailField(
        label=_("E-mailadres van de praktijk"),
        help_text=_("Het algemene adres waarmee de praktijk bij ons bekend is."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Vul het e-mailadres van de praktijk in.")},
    )
