"""From what a text asks for to a tsquery, as SQL."""

from __future__ import annotations

from collections.abc import Iterable

from zelfregie_core.search import Reading, Term
from zelfregie_core.search.reading import WORD_INSIDE
from zelfregie_tenants.domain.directory.parameters import Parameters
from zelfregie_tenants.domain.directory.vectors import PART, THEME, quoted, storable

#: A shorter word counts only as it is: "aa" is no beginning of anything.
MIN_PREFIX = 3
#: A word of this length is also looked for in two pieces: "borstkanker" as "borst kanker".
MIN_SPLIT = 9
MIN_PIECE = 4


def every_term(reading: Reading, parameters: Parameters) -> str:
    """Return the tsquery that fits a listing with every term."""
    return _combined(reading.terms, "&&", parameters)


def a_part(reading: Reading, parameters: Parameters) -> str:
    """Return the tsquery that fits a listing with all the themes, or without any theme with one of the words."""
    themed = [term for term in reading.terms if term.themes]
    return _combined(themed, "&&", parameters) if themed else _combined(reading.terms, "||", parameters)


def chosen_themes(slugs: Iterable[str], parameters: Parameters) -> str:
    """Return the tsquery that fits a listing with one of these themes; empty without any."""
    lexemes = [quoted(THEME + storable(slug)) for slug in slugs]
    return f"{parameters.add(' | '.join(lexemes))}::tsquery" if lexemes else ""


def one_word(word: str, parameters: Parameters) -> str:
    """Return the tsquery that fits a listing with a folded word."""
    return _term(Term(word, words=(word,)), parameters)


def _combined(terms: Iterable[Term], operator: str, parameters: Parameters) -> str:
    return "(" + f" {operator} ".join(_term(term, parameters) for term in terms) + ")"


def _term(term: Term, parameters: Parameters) -> str:
    """One of its themes, or one of its words, or the Dutch stem of one."""
    lexemes = [quoted(THEME + slug) for slug in term.themes]
    for word in term.words:
        lexemes += _alternatives(word)
    queries = [f"{parameters.add(' | '.join(lexemes))}::tsquery"]
    queries += [f"plainto_tsquery('dutch', {parameters.add(word)})" for word in term.words]
    return f"({' || '.join(queries)})"


def _alternatives(word: str) -> list[str]:
    """Where a folded word may be: at the beginning of a word, inside a longer one, and in two pieces."""
    if len(word) < MIN_PREFIX:
        return [quoted(word)]
    found = [f"{quoted(word)}:*"]
    if len(word) >= WORD_INSIDE:
        found.append(f"{quoted(PART + word)}:*")
    if len(word) >= MIN_SPLIT:
        cuts = range(MIN_PIECE, len(word) - MIN_PIECE + 1)
        found += [f"({quoted(word[:cut])} & {quoted(word[cut:])})" for cut in cuts]
    return found
