"""Words that say somebody may be in danger: show help at once, ask a moderator to look today, never block."""

import re
import unicodedata

#: Compared without accents and capitals, at the start of a word: "zelfmoord" also finds "zelfmoordgedachten".
CRISIS_WORDS = (
    "zelfmoord",
    "zelfdoding",
    "suicid",
    "niet meer leven",
    "niet verder leven",
    "niet meer wil leven",
    "niet meer willen leven",
    "wil niet meer leven",
    "wil dood",
    "wilde dood",
    "dood wil",
    "dood wilde",
    "liever dood",
    "doodswens",
    "een einde aan mijn leven",
    "een eind aan mijn leven",
    "er een einde aan maken",
    "er een eind aan maken",
    "uit het leven stappen",
    "uit het leven gestapt",
    "mezelf iets aandoen",
    "mezelf iets aan te doen",
    "mezelf pijn doe",
    "mezelf snijd",
    "zelfbeschadig",
    "automutil",
    "overdosis",
    "voor de trein",
    "kill myself",
    "end my life",
)


def has_crisis_words(*texts: str) -> bool:
    """True iff one of the texts holds a word of ``CRISIS_WORDS``."""
    return any(_PATTERN.search(_fold(text)) for text in texts)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


_PATTERN = re.compile(r"\b(?:" + "|".join(re.escape(word) for word in CRISIS_WORDS) + ")")
