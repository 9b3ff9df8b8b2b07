"""Which words of a list mean which theme."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from zelfregie_core.models import Theme
from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.importing.theme_words import Guess, WordIndex
from zelfregie_groups.domain.text import fold_words

#: A list with more words of its own gets no suggestions for the rest: those help nobody, and cost time and memory.
MOST_SUGGESTIONS = 300
MOST_THEMES = 12
#: Out of a hundred; less alike is no help.
LIKENESS = 78
#: So many cells and words are remembered; of more the meaning is found anew each time.
MOST_REMEMBERED = 20_000
#: A longer word is no name of a theme.
LONGEST = 200
#: Key in ``ImportSource.defaults`` of the words to which an editor gave a meaning.
THEME_WORDS = "theme_words"


@dataclass(frozen=True)
class ThemeReading:
    """What a cell says about themes: slugs, remarks on words that were understood, and on words that were not."""

    slugs: list[str]
    notices: list[str]
    problems: list[str]


@dataclass
class ThemeNames:
    """Which words mean which theme.

    :param slugs: slugs, names and synonyms, to slugs.
    :param names: slugs to names; what is not here is called by its slug.
    :param chosen: words as ``word_key`` writes them, to what an editor said: a slug, or empty for no theme at all.
    """

    slugs: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(init=False)
    unknown: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {fold_words(word): slug for word, slug in self.slugs.items()}
        existing = set(self.slugs.values())
        # A theme that an editor chose may have been removed since.
        self.chosen = {word: slug for word, slug in self.chosen.items() if not slug or slug in existing}
        self._index = WordIndex(self.names, self.slugs)
        self._guesses: dict[str, Guess] = {}
        self._readings: dict[str, ThemeReading] = {}

    def read(self, cell: str) -> ThemeReading:
        """Return what a cell says: names, then what an editor chose, then what clearly means one theme."""
        reading = self._readings.get(cell)
        if reading is None:
            reading = self._read(cell)
            if len(self._readings) < MOST_REMEMBERED:
                self._readings[cell] = reading
        return reading

    def _read(self, cell: str) -> ThemeReading:
        reading = ThemeReading([], [], [])
        for word in self.words(cell):
            slug = self.meaning(word)
            if slug is None and (slug := self.guess(word).slug):
                message = _("'%(word)s' gelezen als '%(theme)s'.")
                reading.notices.append(message % {"word": word[:60], "theme": self.name(slug)})
            if slug:
                reading.slugs.append(slug)
            elif slug is None:
                reading.problems.append(self._sentence(word))
        return ThemeReading(sorted(set(reading.slugs)), reading.notices, reading.problems)

    def words(self, cell: str) -> list[str]:
        """Return the words in a cell, each for one theme."""
        # A name may hold a comma itself: "Pijn, moe en ziek".
        cell = cell.strip()
        is_one = bool(cell) and word_key(cell) in self.known
        return [cell] if is_one else cells.parts(cell)[:MOST_THEMES]

    def meaning(self, word: str) -> str | None:
        """Return what a word means without guessing: a slug, empty for no theme; None when nobody knows."""
        key = word_key(word)
        return self.known.get(key) or self.chosen.get(key)

    def guess(self, word: str) -> Guess:
        """Return what a word without a meaning of its own is taken for."""
        key = word_key(word)
        found = self._guesses.get(key)
        if found is None:
            found = self._index.guess(word[:LONGEST])
            if len(self._guesses) < MOST_REMEMBERED:
                self._guesses[key] = found
        return found

    def name(self, slug: str) -> str:
        """Return what a theme is called."""
        return self.names.get(slug, slug)

    def nearest(self, word: str) -> list[str]:
        """Return the names of themes that somebody may have meant by a word, at most three."""
        slugs = list(self.guess(word).candidates)
        if not slugs:
            key = word_key(word)[:60]
            alike = process.extract(key, self.known.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=LIKENESS)
            slugs = [self.known[name] for name, _score, _at in alike]
        return list(dict.fromkeys(map(self.name, slugs)))[:3]

    def _sentence(self, word: str) -> str:
        # A list with its own words for themes repeats them on every row.
        if word in self.unknown:
            return self.unknown[word]
        message = _("Het thema '%(theme)s' bestaat niet.") % {"theme": word[:60]}
        if len(self.unknown) >= MOST_SUGGESTIONS:
            return message
        nearest = self.nearest(word)
        if nearest:
            message += " " + _("Bedoel je: %(names)s?") % {"names": _listed(nearest)}
        else:
            message += " " + _("Kies een thema van de site, of laat een beheerder het toevoegen.")
        self.unknown[word] = message
        return message


def word_key(word: str) -> str:
    """Return how a word is remembered: without case, accents and punctuation."""
    return fold_words(word[:LONGEST])


def site_themes(chosen: Mapping[str, str] | None = None) -> ThemeNames:
    """Return the words for the themes of the region: slugs and names before synonyms, older themes before newer.

    :param chosen: words to which an editor gave a meaning, see ``ThemeNames``.
    """
    themes = list(Theme.objects.order_by("-pk"))
    words: dict[str, str] = {}
    for theme in themes:
        words.update(dict.fromkeys(theme.synonyms, theme.slug))
    for theme in themes:
        words.update({theme.name: theme.slug, theme.slug: theme.slug})
    return ThemeNames(words, {theme.slug: theme.name for theme in themes}, chosen or {})


def _listed(names: list[str]) -> str:
    """Names with "of" before the last; themes may hold commas and "en" themselves, hence the quotation marks."""
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else _("%(first)s of %(last)s") % {
        "first": ", ".join(quoted[:-1]), "last": quoted[-1]
    }  # fmt: skip
