"""The words of a listing as PostgreSQL keeps them. No dictionary of the server is asked how a word is written.

A vector holds four kinds of lexemes:

- the folded words with their weight and place: `'mantelzorg':2A`;
- the ends of long words, so that "kanker" is found inside "borstkanker": `'+kanker'`;
- the themes: `'~rouw'`, and that it meets online: `'/online'`;
- the Dutch stems, which the database adds.

The last three have no place, so that the list of all words (`ts_stat` with weights) leaves them out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zelfregie_core.search import MAX_WORD, fold_words

#: Before the end of a word, and before a theme; no folded word has such a sign.
PART = "+"
THEME = "~"
#: Of what (also) meets online.
ONLINE = "/online"
#: A word of this length or more is also looked for inside others: "kanker", but no "rouw" in "vrouwen".
MIN_PART = 6
#: So many letters at least stand before it: "borst" before "kanker".
MIN_BEFORE = 3
#: More words of one listing are not looked at; the database keeps a vector of at most 1 MB.
MAX_WORDS = 2000
#: A word that comes more often is no more about it.
MAX_PLACES = 20
WEIGHTS = "ABC"


@dataclass(frozen=True)
class Vectors:
    """A listing's words for the database.

    :param vector: text of the tsvector that is searched.
    :param head: text of the tsvector that ranks: the words with weight `A` and `B`.
    :param text: all folded words, of which the database takes the stems.
    """

    vector: str
    head: str
    text: str


def vectors_of(words: Iterable[tuple[str, str]], marks: Iterable[str]) -> Vectors:
    """Return the words of a listing for the database.

    Args:
        words: (weight, text), see `Listing.words`.
        marks: lexemes that no text can have, such as a theme's.

    Raises:
        ValueError: a weight is not one of `A`, `B`, `C`.
    """
    places: defaultdict[str, list[str]] = defaultdict(list)
    head: defaultdict[str, list[str]] = defaultdict(list)
    number = 0
    texts = []
    for weight, text in words:
        if weight not in WEIGHTS:
            message = f"“{weight}” is not the weight of a word: use A, B or C."
            raise ValueError(message)
        folded = [word[:MAX_WORD] for word in fold_words(text).split()[: MAX_WORDS - number]]
        for number, word in enumerate(folded, start=number + 1):  # noqa: B020 -- counts on through all texts
            place = f"{number}{weight}"
            places[word].append(place)
            if weight != "C":
                head[word].append(place)
        texts.append(" ".join(folded))
    parts = {part for word in places if len(word) >= MIN_BEFORE + MIN_PART for part in parts_of(word)}
    # Folded words and their parts have no sign that must be quoted.
    lexemes = [f"{word}:{','.join(found[:MAX_PLACES])}" for word, found in places.items()]
    lexemes += [f"'{PART}{part}'" for part in parts]
    lexemes += [quoted(mark) for mark in marks]
    ranked = (f"{word}:{','.join(found[:MAX_PLACES])}" for word, found in head.items())
    return Vectors(" ".join(lexemes), " ".join(ranked), " ".join(texts))


@lru_cache(maxsize=8192)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the ends of a long word that may be words themselves: "borstkanker" ends in "kanker"."""
    return tuple(word[start:] for start in range(MIN_BEFORE, len(word) - MIN_PART + 1))


def quoted(lexeme: str) -> str:
    """Return a lexeme as it stands in the text of a tsvector or tsquery, whatever signs are in it."""
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def storable(text: str) -> str:
    """Return a text without what PostgreSQL does not keep: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()
