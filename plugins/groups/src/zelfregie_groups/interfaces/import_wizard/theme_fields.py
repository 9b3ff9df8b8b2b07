"""The part of the columns form about words for themes that the site does not know."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing.theme_list import ThemeWord, chosen_words, theme_words, with_choices
from zelfregie_groups.domain.importing.theme_names import ThemeNames, site_themes
from zelfregie_groups.models import ImportRun

#: What an editor picks for a word that is no theme.
NO_THEME = "-"
#: Name of the hidden field that says of which column the words are on the page.
SHOWN_FOR = "words_of"


@dataclass(frozen=True)
class ThemeWordFields:
    """The words of one column, each with a field.

    :param column: the column that holds the themes; empty when none does.
    :param left_out: how many words more there are than are asked about.
    """

    column: str
    words: Sequence[ThemeWord]
    left_out: int
    themes: ThemeNames
    earlier: Mapping[str, str]

    @classmethod
    def of(cls, run: ImportRun, mapping: Mapping[str, str]) -> Self:
        """Return the words of an import."""
        column = next((column for column, field in mapping.items() if field == "themes"), "")
        earlier = chosen_words(run.source.defaults)
        themes = site_themes(earlier)
        words, left_out = theme_words(run, column, themes) if column else ([], 0)
        return cls(column, words, left_out, themes, earlier)

    def fields(self, themes: Sequence[tuple[str, str]]) -> dict[str, forms.Field]:
        """Return a field for each word.

        :param themes: slugs and names.
        """
        none = (NO_THEME, _("geen thema"))
        choices = [("", _("(kies een thema)")), none, *themes]
        return {
            field_name(word): forms.ChoiceField(
                label=word.text[:80],
                choices=choices[1:] if word.is_guessed else choices,
                required=False,
                initial=_initial(word),
            )
            for word in self.words
        }

    def completed(self, data: QueryDict | None) -> QueryDict | None:
        """Return what was sent, with what we propose for words that were not on the page."""
        if data is None:
            return None
        data = data.copy()
        for word in self.words:
            data.setdefault(field_name(word), _initial(word))
        return data

    def are_new(self, data: QueryDict) -> bool:
        """Whether words that mean nothing yet were not on the page that was sent."""
        return data.get(SHOWN_FOR) != self.column and any(word.is_open for word in self.words)

    def chosen(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        """Return what the list remembers about its words. What we would guess ourselves is not kept."""
        shown: dict[str, str | None] = {}
        for word in self.words:
            value = cleaned[field_name(word)]
            shown[word.key] = None if value in ("", word.guess) else "" if value == NO_THEME else value
        return with_choices(self.earlier, shown, self.themes)


def field_name(word: ThemeWord) -> str:
    """Return the name of the field of a word: the same, whichever other words there are."""
    return f"word_{hashlib.blake2s(word.key.encode(), digest_size=8).hexdigest()}"


def chosen_mapping(columns: Sequence[str], data: QueryDict) -> dict[str, str]:
    """Return the field of each column as it was sent, right or wrong."""
    return {column: data.get(f"column_{number}", "") for number, column in enumerate(columns)}


def _initial(word: ThemeWord) -> str:
    return word.guess if word.chosen is None else word.chosen or NO_THEME
