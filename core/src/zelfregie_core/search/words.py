"""How words are compared in the search: without case, accents and punctuation, in any script. Pure functions."""

import re
import unicodedata
from functools import lru_cache

_NO_WORD = re.compile(r"[^\w]+|_")
_NOISE = (
    "aan als ben bent bij bijeenkomst bijeenkomsten dat de den der die dit door een en er erg geen groep groepen heb "
    "hebben heeft heel het hulp iemand iets ik in is je kan last lotgenoot lotgenoten lotgenotencontact "
    "lotgenotengroep maar me meer met mij mijn na naar niet nog of om omgaan onze ook op over praatgroep te tot van "
    "veel voel voor was wat wil word wordt zelfhulp zelfhulpgroep zelfhulpgroepen zijn zo zoek zoeken"
)
#: Words that do not say which group: who types "ik zoek een zelfhulpgroep voor rouw" looks for rouw.
NOISE = frozenset(_NOISE.split())
#: So many words of a query count.
MAX_WORDS = 8
#: A longer word is no word that somebody looks for; the database would refuse to keep a very long one.
MAX_WORD = 60
#: Texts up to this length (names, places, synonyms) come again and again, and are remembered folded.
SHORT = 80


def fold_words(text: str) -> str:
    """Return text in lower case, without accents and punctuation, words separated by one space.

    Unlike ``zelfregie_core.places.fold`` this keeps letters of every script, so that an Arabic name can be found.
    """
    return _folded(text) if len(text) <= SHORT else _folded.__wrapped__(text)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    if text.isascii():
        return _NO_WORD.sub(" ", text.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NO_WORD.sub(" ", bare).strip()


def sort_key(name: str) -> str:
    """Return what a list is sorted by: "Óver de drempel" stands at the O, "'t Lichtpunt" at the T."""
    return fold_words(name)[:200] or name.casefold()[:200]


def clean_query(text: str, limit: int = 100) -> str:
    """Return what a visitor typed without control characters and superfluous blanks, cut to a sensible length."""
    printable = "".join(
        character if unicodedata.category(character) != "Cc" else " " for character in text[: limit * 4]
    )
    # Half a surrogate pair can arrive in a hand-made address; the database cannot store or compare it.
    return " ".join(printable.encode("utf-8", "ignore").decode().split())[:limit]


@lru_cache(maxsize=1024)
def search_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a query that say something, at most eight; all of them when none does."""
    words = [word[:MAX_WORD] for word in fold_words(text).split()]
    telling = [word for word in words if word not in NOISE]
    return tuple(dict.fromkeys(telling or words))[:MAX_WORDS]
