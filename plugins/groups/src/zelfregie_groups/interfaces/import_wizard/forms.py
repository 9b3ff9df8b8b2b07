"""The forms of the import."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zelfregie_core.models import Theme
from zelfregie_groups.domain.importing.columns import COLUMNS, LABELS
from zelfregie_groups.domain.importing.fetching import check_url
from zelfregie_groups.domain.importing.formats import MAX_BYTES
from zelfregie_groups.domain.importing.formats.sniffing import too_large
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.domain.importing.theme_list import ThemeWord
from zelfregie_groups.interfaces.import_wizard.theme_fields import ThemeWordFields, field_name
from zelfregie_groups.models import Group, ImportSource

EVERY = [(1, _("elk uur")), (6, _("elke zes uur")), (24, _("elke dag")), (168, _("elke week"))]
ACCEPT = ".xlsx,.csv,.txt,.tsv,.json,.zip"


class ListFileField(forms.FileField):
    """A file with a list; what is in it is judged when it is read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Bestand"),
            help_text=_("Excel (.xlsx), CSV, of een JSON- of zip-bestand van een ander systeem. Hoogstens 20 MB."),
            widget=forms.FileInput(attrs={"accept": ACCEPT}),
            allow_empty_file=True,
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile) and (upload.size or 0) > MAX_BYTES:
            raise ValidationError(too_large())
        return upload


def content_of(upload: UploadedFile) -> Path | bytes:
    """Return where an uploaded file is on disk, or its bytes when it is small enough not to be."""
    if isinstance(upload, TemporaryUploadedFile):
        return Path(upload.temporary_file_path())
    return upload.read()


class WebAddressField(forms.CharField):
    """The address of a list. Whether it leads anywhere is found out when it is fetched."""

    widget = forms.URLInput

    def clean(self, value: Any) -> str:
        url = super().clean(value).strip()
        if url:
            try:
                check_url(url)
            except ImportProblem as problem:
                raise ValidationError(str(problem)) from problem
        return url


class NewListForm(forms.Form):
    """A list that the site does not know yet: a file, or an address."""

    file = ListFileField(required=False)
    url = WebAddressField(
        label=_("Of het webadres van een lijst"),
        required=False,
        max_length=500,
        help_text=_("De site haalt de lijst dan zelf steeds opnieuw op. Bijvoorbeeld van een landelijke vereniging."),
    )
    every_hours = forms.TypedChoiceField(
        label=_("Hoe vaak ophalen"), choices=EVERY, coerce=int, initial=24, required=False, empty_value=24
    )
    name = forms.CharField(
        label=_("Naam van de lijst"),
        required=False,
        max_length=110,
        help_text=_("Bijvoorbeeld: Groepen van Parkstad. Leeg: de naam van het bestand."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned.get("file")) == bool(cleaned.get("url")):
            raise ValidationError(_("Kies een bestand, of vul een webadres in. Eén van de twee."))
        if ImportSource.objects.filter(name=cleaned.get("name", "")).exists():
            self.add_error("name", _("Er is al een lijst met deze naam. Kies die lijst, of bedenk een andere naam."))
        return cleaned


class UploadForm(forms.Form):
    """The next version of a list."""

    file = ListFileField()


class SourceForm(forms.ModelForm):
    """How a list is called, and how it is fetched."""

    url = WebAddressField(label=_("Webadres"), required=False, max_length=500)
    every_hours = forms.TypedChoiceField(label=_("Hoe vaak ophalen"), choices=EVERY, coerce=int)

    class Meta:
        model = ImportSource
        fields = ["name", "url", "every_hours"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = self.instance.every_hours
        if every not in dict(EVERY):
            self.fields["every_hours"].choices = [*EVERY, (every, _("om de %(hours)s uur") % {"hours": every})]
        if not self.instance.url:
            del self.fields["url"], self.fields["every_hours"]

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if not url:
            raise ValidationError(_("Zonder webadres kan de site niets ophalen. Zet het ophalen liever op pauze."))
        return str(url)

    def save(self, commit: bool = True) -> ImportSource:
        if "url" in self.changed_data:
            # Another address: nothing is known of it yet.
            self.instance.etag = self.instance.last_modified = self.instance.digest = ""
            self.instance.checked_at = self.instance.failing_since = self.instance.warned_at = None
            self.instance.last_error = ""
        return super().save(commit)


def _labels() -> list[tuple[str, str]]:
    return [(name, str(LABELS[name]).capitalize()) for name in COLUMNS]


class ColumnsForm(forms.Form):
    """Which column is which field, and what holds for all groups of the list."""

    fixed_themes = forms.MultipleChoiceField(
        label=_("Thema's"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Voor groepen waarbij de lijst zelf geen thema noemt."),
    )
    fixed_city = forms.CharField(label=_("Plaats"), required=False, max_length=80)
    fixed_form = forms.ChoiceField(label=_("Vorm"), required=False)
    fixed_audience = forms.MultipleChoiceField(
        label=_("Voor wie"), required=False, choices=Group.Audience.choices, widget=forms.CheckboxSelectMultiple
    )
    fixed_languages = forms.MultipleChoiceField(
        label=_("Taal"), required=False, choices=Group.Language.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        columns: Sequence[str],
        examples: Mapping[str, Sequence[str]],
        mapping: Mapping[str, str],
        defaults: Mapping[str, Any],
        words: ThemeWordFields,
        **kwargs: Any,
    ) -> None:
        super().__init__(words.completed(data), **kwargs)
        self.columns, self.examples, self.words = list(columns), examples, words
        themes = list(Theme.objects.order_by("name").values_list("slug", "name"))
        self.fields["fixed_themes"].choices = themes
        self.fields["fixed_form"].choices = [("", _("staat in de lijst, of: bij elkaar")), *Group.Form.choices]
        for name in ("themes", "audience", "languages"):
            self.fields[f"fixed_{name}"].initial = defaults.get(name, "").split(";")
        for name in ("city", "form"):
            self.fields[f"fixed_{name}"].initial = defaults.get(name, "")
        choices = [("", _("(niet gebruiken)")), *_labels()]
        for number, column in enumerate(self.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column, choices=choices, required=False, initial=mapping.get(column, "")
            )
        self.fields.update(words.fields(themes))

    def rows(self) -> Iterator[tuple[str, list[str], Any]]:
        """Each column with its examples and its field."""
        for number, column in enumerate(self.columns):
            yield column, list(self.examples.get(column, ()))[:3], self[f"column_{number}"]

    def fixed(self) -> list[Any]:
        """The fields that hold for all groups."""
        return [self[name] for name in self.fields if name.startswith("fixed_")]

    def open_words(self) -> list[tuple[ThemeWord, Any]]:
        """Each theme word that an editor gives a meaning, with its field."""
        return [(word, self[field_name(word)]) for word in self.words.words if not word.is_guessed]

    def guessed_words(self) -> list[tuple[ThemeWord, Any]]:
        """Each theme word of which we guess the meaning, with its field."""
        return [(word, self[field_name(word)]) for word in self.words.words if word.is_guessed]

    @property
    def mapping(self) -> dict[str, str]:
        """The field of each column; an empty one is remembered too, so that it is not guessed next time."""
        return {column: self.cleaned_data[f"column_{number}"] for number, column in enumerate(self.columns)}

    @property
    def defaults(self) -> dict[str, str]:
        """The values that hold for all groups, as cells."""
        given = {name.removeprefix("fixed_"): value for name, value in self.cleaned_data.items() if "fixed_" in name}
        return {name: ";".join(value) if isinstance(value, list) else value for name, value in given.items() if value}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen: dict[str, str] = {}
        for number, column in enumerate(self.columns):
            field = cleaned.get(f"column_{number}", "")
            if field and field in seen:
                self.add_error(
                    f"column_{number}",
                    _("De kolom '%(other)s' is ook al '%(field)s'. Kies er één.")
                    % {"other": seen[field], "field": LABELS[field]},
                )
            seen.setdefault(field, column)
        if "name" not in seen:
            self.add_error(None, _("Kies welke kolom de naam van de groep is. Zonder naam kan er geen groep komen."))
        if "themes" not in seen and not cleaned.get("fixed_themes"):
            self.add_error(
                "fixed_themes", _("De lijst heeft geen kolom met thema's. Kies hier een thema voor de hele lijst.")
            )
        return cleaned
