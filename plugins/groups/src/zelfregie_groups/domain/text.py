"""How words are compared in the search; the functions live in core, which searches the directory with them."""

from zelfregie_core.search import NOISE, clean_query, fold_words, search_words, sort_key

__all__ = ["NOISE", "clean_query", "fold_words", "search_words", "sort_key"]
