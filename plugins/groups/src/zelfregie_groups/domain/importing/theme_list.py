"""The theme words of a list that an editor gives a meaning, once: what they are, and what was chosen."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zelfregie_core.domain.tables import restored
from zelfregie_groups.domain.importing.rows import load, row_chunks
from zelfregie_groups.domain.importing.theme_names import THEME_WORDS, ThemeNames, word_key
from zelfregie_groups.models import ImportRun

#: Words that are asked about; a list with more has another column for its themes.
MOST_ASKED = 50
#: Words that are counted, and that a list remembers.
MOST_COUNTED = 5_000
MOST_KEPT = 500


@dataclass(frozen=True)
class ThemeWord:
    """A word in the column for themes that is no name of a theme.

    :param text: as the list writes it first.
    :param guess: the slug that it is taken for; empty when it means nothing yet.
    :param chosen: what an editor chose: a slug, empty for no theme; None when nobody did.
    :param nearest: names of themes that may be meant.
    """

    key: str
    text: str
    rows: int
    guess: str
    chosen: str | None
    nearest: tuple[str, ...] = ()

    @property
    def is_guessed(self) -> bool:
        """Whether we guess, and nobody chose."""
        return bool(self.guess) and self.chosen is None

    @property
    def is_open(self) -> bool:
        """Whether it means nothing yet."""
        return not self.guess and self.chosen is None


def theme_words(run: ImportRun, column: str, themes: ThemeNames) -> tuple[list[ThemeWord], int]:
    """Return the words in a column that are no names of themes, at most fifty, and how many more there are.

    Those that mean nothing come first, then those for which an editor chose, then those that we guess; of each the most
    frequent first.
    """
    counts: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for chunk in row_chunks(run, "cells"):
        for row in chunk:
            for word in themes.words(restored(str((load(row.cells) or {}).get(column) or ""))):
                key = word_key(word)
                if key and key not in themes.known and (key in counts or len(counts) < MOST_COUNTED):
                    counts[key] += 1
                    texts.setdefault(key, word)
    found = [
        (key, count, themes.guess(texts[key]).slug or "", themes.chosen.get(key)) for key, count in counts.most_common()
    ]
    found.sort(key=lambda one: (one[3] is not None, bool(one[2])))
    words = [
        ThemeWord(key, texts[key], count, guess, chosen, () if guess else tuple(themes.nearest(texts[key])))
        for key, count, guess, chosen in found[:MOST_ASKED]
    ]
    return words, len(found) - len(words)


def chosen_words(defaults: Mapping[str, Any]) -> dict[str, str]:
    """Return what an editor chose for the words of a list, from ``ImportSource.defaults``."""
    kept = defaults.get(THEME_WORDS)
    return {str(word): str(slug) for word, slug in kept.items()} if isinstance(kept, Mapping) else {}


def with_choices(earlier: Mapping[str, str], shown: Mapping[str, str | None], themes: ThemeNames) -> dict[str, str]:
    """Return what a list remembers: earlier choices for words that were not asked about, and the new ones.

    :param shown: words that were asked about, to what was chosen; None for nothing.
    """
    kept = {word: slug for word, slug in earlier.items() if word not in shown and word in themes.chosen}
    new = {word: slug for word, slug in shown.items() if slug is not None}
    return dict(list({**kept, **new}.items())[-MOST_KEPT:])
