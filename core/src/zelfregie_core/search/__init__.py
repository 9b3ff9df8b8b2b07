"""Understanding what people type: folding, themes and synonyms, compounds, mistakes. Without a database."""

from zelfregie_core.search.reading import Lexicon, Reading, Term, replaced
from zelfregie_core.search.spelling import correct
from zelfregie_core.search.words import MAX_WORD, NOISE, clean_query, fold_words, search_words, sort_key

__all__ = [
    "MAX_WORD",
    "NOISE",
    "Lexicon",
    "Reading",
    "Term",
    "clean_query",
    "correct",
    "fold_words",
    "replaced",
    "search_words",
    "sort_key",
]
