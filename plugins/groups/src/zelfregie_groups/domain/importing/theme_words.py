"""What a word of a list may mean that is no name of a theme: part of a name, singular or plural, mistyped. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from zelfregie_groups.domain.text import NOISE, fold_words

#: Shorter words are too much alike; a mistake in the first letter is rare, and makes another word of many.
MIN_LENGTH = 5
#: From this length a word may have two mistakes: in a shorter one "ouderen" would be "ouders".
TWO_MISTAKES = 9
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_GENITIVE = re.compile(r"['’´`]s\b")
#: Words at the end of a compound that do not say which group: "rouwgroep".
_ENDS = tuple(sorted((word for word in NOISE if len(word) >= 5), key=lambda word: (-len(word), word)))
_SINGLE_TO_PLURAL = {"f": "v", "s": "z"}


@dataclass(frozen=True)
class Guess:
    """What a word may mean.

    :param slug: the one theme that it clearly means; None when there is none.
    :param candidates: without such a theme: those that it may mean.
    """

    slug: str | None = None
    candidates: tuple[str, ...] = ()


class WordIndex:
    """The words of the names and synonyms of themes, to guess with.

    :param names: slug to name.
    :param words: slugs, names and synonyms, to the slug that they mean.
    """

    def __init__(self, names: Mapping[str, str], words: Mapping[str, str]) -> None:
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._parts: dict[str, set[str]] = defaultdict(set)
        #: Words that mean a theme by themselves: "angst" of "Angst en paniek", no "gedachten" of "Gedachten aan ...".
        self._heads: dict[str, set[str]] = defaultdict(set)
        self._names: dict[frozenset[str], set[str]] = defaultdict(set)
        for word, slug in [*words.items(), *((name, slug) for slug, name in names.items())]:
            self._whole[squeezed(word)].add(slug)
            tokens = fold_words(word).split() if word == slug else telling(word)
            for token in tokens:
                self._parts[token].add(slug)
            if len(tokens) == 1:
                self._heads[tokens[0]].add(slug)
        for slug, name in names.items():
            self._names[frozenset(telling(name))].add(slug)
            for token in _heads(name):
                self._heads[token].add(slug)
        self._near_whole, self._near_heads = _by_letter(self._whole), _by_letter(self._heads)

    def guess(self, word: str) -> Guess:
        """Return what a word means that is no name or synonym as it stands."""
        tokens, whole = telling(word), squeezed(word)
        found = set(self._whole.get(whole, ())) or set(self._names.get(frozenset(tokens), ()))
        if not found and len(tokens) == 1:
            found = self._one(tokens[0])
        elif not found:
            found = self._several(tokens)
        found = found or _near(whole, self._near_whole) or self._misspelt(tokens)
        if len(found) == 1:
            return Guess(next(iter(found)))
        return Guess(candidates=tuple(sorted(found or self._somewhere(tokens))))

    def _one(self, token: str) -> set[str]:
        """The themes of one word: as it stands or without an end that says nothing, singular or plural."""
        for form in filter(None, (token, _without_end(token))):
            if whole := _known(form, self._whole):
                # "nabestaanden" is the plural of a word for one theme, and in the name of another.
                return whole | self._parts.get(form, set()) if form not in self._whole else self._whole[form]
            # "verlies" is called so by one theme, and is a word of others.
            if heads := _known(form, self._heads):
                return heads | _known(form, self._parts)
        return set()

    def _several(self, tokens: list[str]) -> set[str]:
        """The themes that have all of several words, of which one must mean them by itself."""
        found = [_known(token, self._parts) for token in tokens]
        shared = set.intersection(*found) if found else set()
        heads = {slug for token in tokens for slug in _known(token, self._heads)}
        return shared if shared <= heads else set()

    def _misspelt(self, tokens: list[str]) -> set[str]:
        """The themes of words of which each is nearly one that means a theme by itself."""
        found = [_known(token, self._heads) or _near(token, self._near_heads) for token in tokens]
        return set.intersection(*found) if found else set()

    def _somewhere(self, tokens: list[str]) -> set[str]:
        """The themes that have all of these words somewhere."""
        found = [_known(token, self._parts) for token in tokens]
        return set.intersection(*found) if found else set()


def _known(word: str, index: Mapping[str, set[str]]) -> set[str]:
    """The themes of a word and of its singular or plural."""
    return {slug for form in (word, *number_forms(word)) if form in index for slug in index[form]}


def _near(word: str, index: Mapping[str, list[tuple[str, set[str]]]]) -> set[str]:
    """The themes of all words that are near enough: two themes are one too many."""
    if len(word) < MIN_LENGTH:
        return set()
    found: set[str] = set()
    for known, slugs in index.get(word[0], ()):
        limit = 1 if min(len(word), len(known)) < TWO_MISTAKES else 2
        if len(known) >= MIN_LENGTH - 1 and OSA.distance(word, known, score_cutoff=limit) <= limit:
            found |= slugs
    return found


def squeezed(text: str) -> str:
    """Return a text as letters and digits only: "Burn-out", "burn out" and "burnout" are one word."""
    return fold_words(text).replace(" ", "")


def telling(text: str) -> list[str]:
    """Return the folded words of a text that say something: "angst", "paniek" of "Angst en paniek"."""
    bare = _HYPHEN.sub("", _GENITIVE.sub("s", text))
    return [word for word in fold_words(bare).split() if word not in NOISE]


@lru_cache(maxsize=4096)
def number_forms(word: str) -> frozenset[str]:
    """Return what may be the plural of a folded Dutch word, and what may be its singular."""
    forms = {word + "s", word + "n", word + "en", word[:-1] + _SINGLE_TO_PLURAL.get(word[-1:], word[-1:]) + "en"}
    if len(word) > 2:
        forms |= {word + word[-1] + "en", word[:-2] + word[-1] + "en" if word[-2] == word[-3] else word + "en"}
    if len(word) > 4 and word.endswith("s"):
        forms.add(word[:-1])
    if len(word) > 4 and word.endswith("n"):
        forms.add(word[:-1])
    if len(word) > 5 and word.endswith("en"):
        stem = word[:-2]
        forms.add(stem)
        hard = stem[:-1] + {"v": "f", "z": "s"}.get(stem[-1], stem[-1])
        forms |= {hard, stem[:-1] if stem[-1] == stem[-2] else stem, stem[:-1] + stem[-2] + stem[-1]}
    return frozenset(forms - {word})


def _heads(name: str) -> Iterator[str]:
    """The words of which a name is a list: "Angst en paniek", "Gokken, gamen en schermen"."""
    for part in re.split(r"[,/&;]|\ben\b|\bof\b", name):
        if len(fold_words(_HYPHEN.sub("", part)).split()) == 1:
            yield from telling(part)


def _without_end(word: str) -> str:
    """A compound without an end that says nothing; empty when it has none."""
    if not word.endswith(_ENDS):
        return ""
    end = next((end for end in _ENDS if word.endswith(end) and len(word) - len(end) >= MIN_LENGTH - 1), "")
    return word.removesuffix(end) if end else ""


def _by_letter(index: Mapping[str, Iterable[str]]) -> dict[str, list[tuple[str, set[str]]]]:
    found: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for word, slugs in index.items():
        if word:
            found[word[0]].append((word, set(slugs)))
    return found
