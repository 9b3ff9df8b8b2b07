"""What a text that a visitor typed asks for: themes, by name or synonym, and words. Pure functions.

"ik zoek een rouwgroep" asks for the theme rouw; "mantel zorg Heerlen" for mantelzorg, and the word "heerlen".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from zelfregie_core.search.words import MAX_WORD, MAX_WORDS, NOISE, fold_words

#: From this length the beginning of a word counts as the word: "diabe" for "diabetes".
WORD_PART = 4
#: From this length a word is also looked for inside others: "kanker" in "borstkanker", but no "rouw" in "vrouwen".
WORD_INSIDE = 6


@dataclass(frozen=True)
class Term:
    """One thing that is asked for; a listing fits when it has one of the themes, or one of the words.

    :param typed: the folded word or words as they were typed.
    :param themes: slugs of the themes that these name.
    :param words: the word, and other ways to write it, such as in one piece with the word beside it. Empty when only
        the theme counts: of "stress op het werk" no single word does.
    """

    typed: str
    themes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a text asks for. A listing fits when it fits every term.

    :param terms: in the order of the text; empty when the text has no words.
    """

    terms: tuple[Term, ...] = ()

    @property
    def themes(self) -> tuple[str, ...]:
        """The slugs of all themes that the text names, once each."""
        return tuple(dict.fromkeys(slug for term in self.terms for slug in term.themes))

    @property
    def words(self) -> tuple[str, ...]:
        """The words that name no theme."""
        return tuple(term.typed for term in self.terms if not term.themes)


class Lexicon:
    """The names and synonyms of themes, ready to read texts with."""

    def __init__(self, themes: Iterable[tuple[str, Iterable[str]]]) -> None:
        """:param themes: (slug, its name and then its synonyms) of each theme."""
        #: Names of several words: "stress op het werk".
        self.phrases: dict[str, list[str]] = {}
        #: Words that mean a theme by themselves.
        self.words: dict[str, list[str]] = {}
        for slug, names in themes:
            for number, name in enumerate(names):
                folded = fold_words(name)
                parts = folded.split()
                if len(parts) > 1:
                    _add(self.phrases, folded, slug)
                    _add(self.words, "".join(parts), slug)
                # Of a synonym of several words no single word counts: "meer" is not yet "geen energie meer".
                for part in parts if number == 0 or len(parts) == 1 else ():
                    if part not in NOISE:
                        _add(self.words, part, slug)

    def themes_of(self, word: str) -> tuple[str, ...]:
        """Return the themes that a word means: one that bears it, else one that begins with it, else a compound.

        "diabe" begins diabetes; "rouwgroep" begins with rouw; "borstkanker" has kanker inside.
        """
        if word in self.words:
            return tuple(self.words[word])
        begun, inside = [], []
        for name, slugs in self.words.items():
            if len(word) >= WORD_PART and name.startswith(word):
                begun += slugs
            elif (len(name) >= WORD_PART and word.startswith(name)) or (len(name) >= WORD_INSIDE and name in word):
                inside += slugs
        return tuple(dict.fromkeys(begun or inside))

    def read(self, text: str) -> Reading:
        """Return what a text asks for, at most eight words of it."""
        phrase, terms = self._phrases_in(f" {fold_words(text)} ")
        words = [word[:MAX_WORD] for word in phrase.split()]
        telling = [word for word in words if word not in NOISE]
        if not telling and not terms:
            telling = words  # "groep" is all that was typed
        telling = list(dict.fromkeys(telling))[:MAX_WORDS]
        telling = self._joined(telling)
        for number, word in enumerate(telling):
            beside = [telling[number - 1] + word] if number else []
            beside += [word + telling[number + 1]] if number + 1 < len(telling) else []
            others = [*_without_noise(word), *(joined for joined in beside if len(joined) <= MAX_WORD)]
            terms.append(Term(word, self.themes_of(word), tuple(dict.fromkeys([word, *others]))))
        return Reading(tuple(terms))

    def _phrases_in(self, phrase: str) -> tuple[str, list[Term]]:
        """Take the names of several words out of a folded text with a space at both ends."""
        terms = []
        for name in sorted(self.phrases, key=lambda name: (-len(name), name)):
            if f" {name} " in phrase:
                terms.append(Term(name, tuple(self.phrases[name])))
                phrase = phrase.replace(f" {name} ", " ")
        return phrase, terms

    def _joined(self, words: list[str]) -> list[str]:
        """The words, with two that make one name together in one piece: "mantel zorg" is mantelzorg."""
        joined: list[str] = []
        for word in words:
            if joined and joined[-1] + word in self.words:
                joined[-1] += word
            else:
                joined.append(word)
        return joined


@cache
def _noise_ends() -> tuple[str, ...]:
    """Words at the end of a compound that do not say which group, longest first: "wandelgroep" asks for wandel."""
    return tuple(sorted((word for word in NOISE if len(word) >= 5), key=lambda word: (-len(word), word)))


def _without_noise(word: str) -> list[str]:
    for end in _noise_ends():
        if word.endswith(end) and len(word) - len(end) >= WORD_PART:
            return [word.removesuffix(end)]
    return []


def _add(index: dict[str, list[str]], name: str, slug: str) -> None:
    slugs = index.setdefault(name, [])
    if slug not in slugs:
        slugs.append(slug)


def replaced(text: str, corrections: Mapping[str, str]) -> str:
    """Return a folded text with some of its words replaced."""
    return " ".join(corrections.get(word, word) for word in fold_words(text).split())
