"""How names are compared: without case, accents and the small differences of spelling people make."""

import re
import unicodedata

_SAINT = re.compile(r"\b(?:sint|st)\b")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents and punctuation, words separated by one space.

    "Súdwest-Fryslân" and "sudwest fryslan" fold to the same; so do "Sint Odiliënberg" and "St. Odilienberg".
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _SAINT.sub("st", _NOT_A_LETTER.sub(" ", bare)).strip()
