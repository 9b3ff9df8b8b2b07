"""Finding the word that somebody meant: "diabtes" is diabetes, "deppresie" is depressie. Pure functions."""

from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Shorter words are too much alike: "man" is no mistake for "van".
MIN_LENGTH = 4


def correct(word: str, vocabulary: Mapping[str, int] | Iterable[str]) -> str | None:
    """Return the known word that a mistyped one is nearest to, or None when none is near enough.

    The distance is the number of letters that are wrong, missing, too many, or swapped with the next. Of words that
    are equally near: one with the same first letter, then the one that is used most, then the first in the alphabet.

    :param word: folded, and not known itself.
    :param vocabulary: folded words, with how often each is used when that is known.
    """
    limit = cutoff(len(word))
    if not limit:
        return None
    uses = vocabulary if isinstance(vocabulary, Mapping) else dict.fromkeys(vocabulary, 0)
    lengths = range(max(len(word) - limit, MIN_LENGTH), len(word) + limit + 1)
    alike = [known for known in uses if len(known) in lengths]
    near = process.extract_iter(word, alike, scorer=OSA.distance, score_cutoff=limit)
    found = [
        (distance, known[0] != word[0], -uses[known], known)
        for known, distance, _index in near
        if _is_likely(word, known, int(distance))
    ]
    return min(found)[3] if found else None


def cutoff(length: int) -> int:
    """Return how many mistakes a word of this length may have."""
    if length < MIN_LENGTH:
        return 0
    return 1 if length < 6 else 2


def _is_likely(word: str, known: str, distance: int) -> bool:
    """Two mistakes in a short word are only likely when it begins right: "kanker" is not meant by "ranken"."""
    return distance < 2 or len(word) >= 8 or word[:2] == known[:2]
