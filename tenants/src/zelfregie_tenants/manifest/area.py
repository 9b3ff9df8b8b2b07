"""Read `[area]`: the municipalities and postcodes that a region serves."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from .model import Area
from .table import Table

_RANGE = re.compile(r"(\d{4})(?:\s*-\s*(\d{4}))?")
FIRST_PC4, LAST_PC4 = 1000, 9999


def read_area(table: Table, *, kind: str, municipalities: Mapping[str, str] | None) -> Area:
    """Read `[area]`.

    :param municipalities: the CBS codes that exist, with their names; None skips that check.
    """
    area = Area(municipalities=_codes(table, kind, municipalities), postcodes=_ranges(table))
    table.finish()
    return area


def _codes(table: Table, kind: str, known: Mapping[str, str] | None) -> tuple[str, ...]:
    codes = table.texts(
        "municipalities", required=kind == "region", remedy='List the CBS codes, such as ["0917", "0928"].'
    )
    for position, code in enumerate(codes):
        if code in codes[:position]:
            table.problem("municipalities", f'lists "{code}" twice.', "Remove one.")
        elif known is not None and code not in known:
            table.problem("municipalities", f'"{code}" is not a municipality code.', _suggest(code, known))
    return tuple(dict.fromkeys(codes))


def _suggest(given: str, known: Mapping[str, str]) -> str:
    """Return a remedy: a name gets its code, a code without zeros gets them, else codes that look like it."""
    by_name = {name.casefold(): code for code, name in known.items()}
    padded = given.zfill(4)
    if padded in known:
        return f'Write "{padded}" ({known[padded]}).'
    near = get_close_matches(given.casefold(), list(by_name), n=1, cutoff=0.7)
    if near:
        code = by_name[near[0]]
        return f'Write "{code}" ({known[code]}).'
    close = get_close_matches(given, list(known), n=3, cutoff=0.7)
    names = ", ".join(f"{code} ({known[code]})" for code in sorted(close))
    return f"Codes like it: {names}." if names else "Look it up in the CBS list of municipalities."


def _ranges(table: Table) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for text in table.texts("postcodes"):
        found = _RANGE.fullmatch(text)
        if not found:
            table.problem("postcodes", f'"{text}" is not a range of postcodes.', 'Write four digits: "6400-6479".')
            continue
        first = int(found.group(1))
        last = int(found.group(2) or first)
        if not FIRST_PC4 <= first <= last <= LAST_PC4:
            remedy = f'Write "{last}-{first}".' if last >= FIRST_PC4 and last < first else "Use 1000 to 9999."
            table.problem("postcodes", f'"{text}" is not a range that exists.', remedy)
            continue
        overlap = next((r for r in ranges if first <= r[1] and r[0] <= last), None)
        if overlap:
            table.problem(
                "postcodes",
                f'"{text}" overlaps "{overlap[0]}-{overlap[1]}".',
                "Make it one range, or remove one.",
            )
        ranges.append((first, last))
    return tuple(sorted(ranges))
