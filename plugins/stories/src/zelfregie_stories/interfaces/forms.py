"""The form with which a visitor sends in a story."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zelfregie_core.models import Theme
from zelfregie_stories.domain.consent import CONSENT_DETAILS, CONSENT_LABEL, consent_text
from zelfregie_stories.domain.form_stamp import Stamp, new_stamp, read_stamp
from zelfregie_stories.domain.submission import Submission
from zelfregie_stories.models.story import NAME_LENGTH, TITLE_LENGTH

BODY_LENGTH = 20_000


class LineField(forms.CharField):
    """One line: spaces and line breaks become single spaces."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class TextField(forms.CharField):
    """Text of more lines. A line break counts as one character, as it does in the browser."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class StoryForm(forms.Form):
    """Title, name, theme, story, e-mail address and consent; and two things that a person does not see.

    ``website`` is a trap for programs that fill in every field, ``stamp`` says when the form was opened. Neither ever
    throws a story away: the form comes back with everything in it and asks to send once more.
    """

    title = LineField(
        label=_("Titel van je verhaal"),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Geef je verhaal een titel. Een paar woorden is genoeg.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    author_name = LineField(
        label=_("Naam bij je verhaal"),
        max_length=NAME_LENGTH,
        help_text=_("Je voornaam, of een naam die je zelf bedenkt. Gebruik geen achternaam."),
        error_messages={"required": _("Kies een naam. Je mag er een verzinnen.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    theme = forms.ModelChoiceField(
        label=_("Thema"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=_("Weet ik niet, of staat er niet bij"),
        error_messages={"invalid_choice": _("Kies een thema uit de lijst.")},
    )
    body = TextField(
        label=_("Je verhaal"),
        max_length=BODY_LENGTH,
        help_text=_(
            "Wat maakte je mee? Wat hielp je? Laat namen van anderen, adressen en data weg. "
            "Een lege regel begint een nieuwe alinea."
        ),
        error_messages={"required": _("Schrijf je verhaal in dit vak.")},
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    contact_email = forms.EmailField(
        label=_("Je e-mailadres"),
        required=False,
        help_text=_("Dan hoor je wat er met je verhaal gebeurt. Het adres komt nooit op de site."),
        error_messages={"invalid": _("Kijk het adres na. Het ziet eruit als naam@voorbeeld.nl.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=CONSENT_LABEL,
        help_text=CONSENT_DETAILS,
        error_messages={
            "required": _("We mogen je verhaal alleen plaatsen als je dat goed vindt. Zet een vinkje als dat zo is.")
        },
    )
    website = forms.CharField(
        label=_("Website (laat dit leeg)"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.all()
        self.opened: Stamp | None = None
        if not self.is_bound:
            self.initial["stamp"] = new_stamp()

    def clean(self) -> dict[str, Any]:
        """Ask somebody who may be a program to send once more."""
        cleaned = super().clean() or self.cleaned_data
        self.opened = read_stamp(cleaned.get("stamp", ""))
        doubtful = bool(cleaned.get("website")) or self.opened is None or self.opened.is_too_fast
        if self.opened is None or cleaned.get("website"):
            # What is shown again must be able to pass.
            self.data = self.data.copy()
            self.data["website"] = ""
            self.data["stamp"] = self.data["stamp"] if self.opened else new_stamp()
        if doubtful:
            raise forms.ValidationError(
                _("Het ging zo snel dat het een computer kan zijn. Wacht even en verstuur je verhaal nog eens."),
                code="doubtful",
            )
        return cleaned

    def submission(self) -> Submission:
        """What was filled in, of a valid form."""
        if self.opened is None:
            raise ValueError("the form is not valid")
        data = self.cleaned_data
        return Submission(
            public_id=self.opened.public_id,
            title=data["title"],
            author_name=data["author_name"],
            body=data["body"],
            theme=data["theme"],
            contact_email=data["contact_email"],
            consent_text=consent_text(),
        )
