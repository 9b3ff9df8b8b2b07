"""The choices of a merge: which group stays, and per part whose value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_groups.domain.editing import token_of
from zelfregie_groups.domain.history_text import exception_text, label_of, readable
from zelfregie_groups.domain.merging import PARTS, MergeChoice
from zelfregie_groups.domain.schedule_text import schedule_text
from zelfregie_groups.models import Group

FIRST, SECOND = "first", "second"


@dataclass(frozen=True)
class PartRow:
    """A part of two groups, as people read it."""

    key: str
    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        return self.first != self.second


def part_rows(first: Group, second: Group) -> list[PartRow]:
    """Return every part of two groups side by side; themes and times at the end."""
    rows = [PartRow(key, part_label(key), part_text(first, key), part_text(second, key)) for key in PARTS]
    lines = (
        ("themes", _("Thema's"), lambda group: "\n".join(sorted(theme.name for theme in group.themes.all()))),
        ("schedules", _("Wanneer"), lambda group: "\n".join(schedule_text(line) for line in group.schedules.all())),
        ("exceptions", _("Uitzonderingen"), lambda group: "\n".join(map(exception_text, group.exceptions.all()))),
    )
    return rows + [PartRow(key, label, text(first), text(second)) for key, label, text in lines]


def part_label(key: str) -> str:
    """Return what people call a part."""
    named = {"age": _("Leeftijd"), "place": _("Plek")}
    return named.get(key) or label_of(key)


def part_text(group: Group, key: str) -> str:
    """Return a part of a group as people read it."""
    if key == "age":
        from_to = [value for value in (group.age_from, group.age_to) if value is not None]
        return " - ".join(map(str, from_to))
    if key == "place":
        lines = [group.location_name, group.address, f"{group.postal_code} {group.city}".strip()]
        return "\n".join(line for line in lines if line)
    if key == "host_email":
        return group.host_email
    return readable(key, getattr(group, key))


class MergeForm(forms.Form):
    """One radio per part that differs; what is the same needs no choice. Themes and times can all be kept."""

    keep = forms.ChoiceField(label=gettext_lazy("Welk webadres blijft?"), widget=forms.RadioSelect)

    def __init__(self, first: Group, second: Group, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.first, self.second = first, second
        self.fields["keep"].choices = [(FIRST, f"/{first.slug}/"), (SECOND, f"/{second.slug}/")]
        self.fields["keep"].initial = FIRST
        rows = [row for row in part_rows(first, second) if row.key in PARTS]
        self.rows = [row for row in rows if row.differs]
        self.same = [row for row in rows if not row.differs and row.first]
        for row in self.rows:
            self.fields[row.key] = forms.ChoiceField(
                label=row.label,
                choices=[(FIRST, row.first or _("(leeg)")), (SECOND, row.second or _("(leeg)"))],
                initial=FIRST if row.first else SECOND,
                widget=forms.RadioSelect,
            )
        self._add_lines("themes", _("Thema's"), lambda theme: theme.name)
        self._add_lines("schedules", _("Wanneer"), lambda line: schedule_text(line) or _("(leeg)"))
        self._add_lines("exceptions", _("Uitzonderingen"), exception_text)
        self.fields["token"] = forms.CharField(widget=forms.HiddenInput, initial=self.token)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("token") != self.token:
            # Show the new values, with the new token: what was chosen may no longer be there.
            self.data = self.data.copy()
            self.data["token"] = self.token
            raise forms.ValidationError(
                _("Intussen heeft iemand een van deze groepen gewijzigd. Kijk je keuzes nog eens na.")
            )
        return cleaned

    def kept_and_removed(self) -> tuple[Group, Group]:
        """Return the group whose key and address stay, and the other."""
        return (self.first, self.second) if self.cleaned_data["keep"] == FIRST else (self.second, self.first)

    def choice(self) -> MergeChoice:
        """Return what was chosen, for ``merge_groups``."""
        other = SECOND if self.cleaned_data["keep"] == FIRST else FIRST
        return MergeChoice(
            taken=[row.key for row in self.rows if self.cleaned_data[row.key] == other],
            themes=[int(pk) for pk in self.cleaned_data.get("themes", ())],
            schedules=[int(pk) for pk in self.cleaned_data.get("schedules", ())],
            exceptions=[int(pk) for pk in self.cleaned_data.get("exceptions", ())],
        )

    @property
    def part_fields(self) -> list[forms.BoundField]:
        """The fields of the parts that differ."""
        return [self[row.key] for row in self.rows]

    @property
    def line_fields(self) -> list[forms.BoundField]:
        """The fields of which several values can stay."""
        return [self[name] for name in ("themes", "schedules", "exceptions") if name in self.fields]

    def _add_lines(self, name: str, label: str, text: Any) -> None:
        """Offer the lines of both groups; a line that both have is kept once."""
        choices: dict[str, str] = {}
        wanted: dict[str, str] = {}
        for group in (self.first, self.second):
            for line in getattr(group, name).all():
                words = str(capfirst(text(line)))
                choices[str(line.pk)] = words
                wanted.setdefault(words, str(line.pk))
        if choices:
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                choices=[(pk, words) for pk, words in choices.items() if wanted[words] == pk],
                initial=list(wanted.values()),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def token(self) -> str:
        """Which versions of the groups are shown: as ``version_token``, the smallest key first."""
        groups = sorted((self.first, self.second), key=lambda group: group.pk)
        return token_of(group.changed_at for group in groups)
