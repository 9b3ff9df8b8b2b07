"""Which column of a file is which field of ours: what was chosen before, else its name, else what is in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from rapidfuzz import fuzz

from zelfregie_groups.domain.importing import cells, dates
from zelfregie_groups.domain.importing.cells import BadCell
from zelfregie_groups.domain.importing.columns import ANSWERS, CHOICES, COLUMNS, LABELS, MANY_CHOICES
from zelfregie_groups.domain.importing.header_words import HEADERS
from zelfregie_groups.domain.importing.rhythm import rhythm, weekdays, weeks
from zelfregie_groups.domain.importing.words import words_of
from zelfregie_groups.domain.text import fold_words

#: Scores: a name that we know, one that looks like it, and cells that tell.
_NAME, _ALIKE, _CONTENT = 300, 200, 100
_LIKENESS = 88
#: Part of the examples that must look like something, to take a column for it without a name.
_MOST = 0.7
_POSTCODE = re.compile(r"\s*[1-9]\d{3}\s*[a-zA-Z]{2}\s*")
_TIME = re.compile(r"\s*\d{1,2}[:.u]\d{2}(\s*(-|–|tot)\s*\d{1,2}[:.u]\d{2})?\s*(uur|u)?\s*")


def guess_mapping(
    columns: Sequence[str],
    examples: Mapping[str, Sequence[str]],
    remembered: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the field of ours for each column that one is found for. Each field comes once.

    :param examples: a few cells of each column, see ``examples_of``.
    :param remembered: what was chosen for an earlier version of this list (``ImportSource.mapping``); it wins. A column
        with an empty field was left out then, and is left out now.
    """
    chosen = {name: field for name, field in (remembered or {}).items() if name in columns and field in ("", *COLUMNS)}
    mapping: dict[str, str] = {}
    for name, field in chosen.items():
        if field and field not in mapping.values():
            mapping[name] = field
    scores = []
    for place, name in enumerate(columns):
        if name not in chosen:
            cells_of = [cell for cell in examples.get(name, ()) if cell.strip()]
            # Of two columns with times the first is when a group begins: in the order of our own columns.
            scores += [
                (-score, place, COLUMNS.index(field), name, field) for field, score in _scores(name, cells_of).items()
            ]
    for _score, _place, _order, name, field in sorted(scores):
        if name not in mapping and field not in mapping.values():
            mapping[name] = field
    return {name: mapping[name] for name in columns if name in mapping}


def _scores(name: str, examples: Sequence[str]) -> dict[str, int]:
    """How well each field fits a column; only those that may be."""
    header = fold_words(name)
    scores: dict[str, int] = {}
    for field, words in _headers(get_language() or "").items():
        if header in words:
            scores[field] = _NAME
        elif header and (alike := max(fuzz.ratio(header, word) for word in words)) >= _LIKENESS:
            scores[field] = _ALIKE + round(alike) - _LIKENESS
    scores = {field: score for field, score in scores.items() if _can_be(field, examples)}
    for field in _by_content(examples):
        scores.setdefault(field, _CONTENT)
    return scores


@lru_cache(maxsize=16)
def _headers(_language: str) -> dict[str, frozenset[str]]:
    return {
        field: frozenset((fold_words(field), fold_words(str(LABELS[field])), *map(fold_words, HEADERS[field])))
        for field in COLUMNS
    }


def _by_content(examples: Sequence[str]) -> list[str]:
    """The fields that the cells of a column look like."""
    if len(examples) < 2:
        return []
    found = []
    if _share(examples, _POSTCODE.fullmatch) >= _MOST:
        found.append("postal_code")
    if _share(examples, lambda cell: "@" in cell and _reads(cells.email_address)(cell)) >= _MOST:
        found.append("host_email")
    if _share(examples, _TIME.fullmatch) >= _MOST:
        found += ["start_time", "end_time"]
    if _share(examples, lambda cell: not cell.strip().isdigit() and _reads(weekdays)(cell)) >= _MOST:
        found.append("weekday")
    degrees = [number for cell in examples if (number := _degrees(cell)) is not None]
    if len(degrees) >= len(examples) * _MOST:
        found += ["latitude"] if all(49 <= number <= 54.5 for number in degrees) else []
        found += ["longitude"] if all(2 <= number <= 8.5 for number in degrees) else []
    return found


def _can_be(field: str, examples: Sequence[str]) -> bool:
    """Whether a column with a name of this field holds what the field can hold: half of its cells is enough."""
    reads = _READERS.get(field)
    return reads is None or not examples or _share(examples, reads) >= 0.5


def _share(examples: Sequence[str], fits: Callable[[str], Any]) -> float:
    return sum(bool(fits(cell)) for cell in examples) / len(examples)


def _degrees(cell: str) -> float | None:
    """A number with decimals: 51 may be anything."""
    try:
        return cells.coordinate(cell) if re.search(r"\d[.,]\d", cell) else None
    except BadCell:
        return None


def _reads(parse: Callable[[str], Any]) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
        try:
            parse(cell)
        except BadCell:
            return False
        return True

    return fits


def _reads_word(field: str) -> Callable[[str], bool]:
    return _reads(lambda cell: cells.choices(cell, words_of(field), []))


_READERS: dict[str, Callable[[str], bool]] = {
    "latitude": _reads(cells.coordinate),
    "longitude": _reads(cells.coordinate),
    "start_time": _reads(cells.clock_times),
    "end_time": _reads(cells.clock_time),
    "weekday": lambda cell: _reads(weekdays)(cell) or (bool(found := rhythm(cell)) and bool(found and found.weekdays)),
    "weeks": _reads(weeks),
    "host_email": _reads(cells.email_address),
    **dict.fromkeys(("start_date", "end_date", "confirmed_on"), _reads(dates.date)),
    **dict.fromkeys(ANSWERS, _reads(cells.answer)),
    **{field: _reads_word(field) for field in (*CHOICES, *MANY_CHOICES)},
    **dict.fromkeys(("age_from", "age_to", "size"), _reads(lambda cell: cells.whole_numbers(cell, 0, 500))),
}
