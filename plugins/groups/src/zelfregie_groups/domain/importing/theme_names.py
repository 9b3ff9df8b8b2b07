"""Which words of a list mean which theme."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from zelfregie_core.models import Theme
from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.text import fold_words

#: A list with more words of its own gets no suggestions for the rest: those help nobody, and cost time and memory.
MOST_SUGGESTIONS = 300
MOST_THEMES = 12


@dataclass
class ThemeNames:
    """Which words mean which theme: slugs, names and synonyms."""

    slugs: Mapping[str, str]
    known: dict[str, str] = field(init=False)
    unknown: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {fold_words(word): slug for word, slug in self.slugs.items()}

    def read(self, cell: str) -> tuple[list[str], list[str]]:
        """Return the slugs that a cell names, and a sentence for each word that is no theme."""
        slugs, problems = [], []
        for word in [cell.strip()] if self._slug(cell) else cells.parts(cell)[:MOST_THEMES]:
            if slug := self._slug(word):
                slugs.append(slug)
                continue
            problems.append(self._sentence(word))
        return sorted(set(slugs)), problems

    def _slug(self, word: str) -> str | None:
        # A name may hold a comma itself: "Pijn, moe en ziek".
        return self.known.get(fold_words(word[:200])) if word.strip() else None

    def _sentence(self, word: str) -> str:
        # A list with its own words for themes repeats them on every row.
        if word in self.unknown:
            return self.unknown[word]
        message = _("Het thema '%(theme)s' bestaat niet.") % {"theme": word[:60]}
        if len(self.unknown) >= MOST_SUGGESTIONS:
            return message
        nearest = process.extract(fold_words(word)[:60], self.known.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=65)
        if nearest:
            names = ", ".join(dict.fromkeys(self.known[name] for name, _score, _at in nearest))
            message += " " + _("Bedoel je: %(names)s?") % {"names": names}
        else:
            message += " " + _("Kies een thema van de site, of laat een beheerder het toevoegen.")
        self.unknown[word] = message
        return message


def site_themes() -> ThemeNames:
    """Return the words for the themes of the region: slugs and names before synonyms, older themes before newer."""
    words: dict[str, str] = {}
    for theme in Theme.objects.order_by("-pk"):
        words.update(dict.fromkeys(theme.synonyms, theme.slug))
    for theme in Theme.objects.all():
        words.update({theme.name: theme.slug, theme.slug: theme.slug})
    return ThemeNames(words)
