"""The area of a new region: postcodes that follow from its municipalities, and who serves the same places already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zelfregie_core.places import Municipality, fold, municipalities
from zelfregie_core.places.tables import postcodes
from zelfregie_tenants.models import Region

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Overlap:
    """Another region that serves some of the same places: names of municipalities, and how many postcodes."""

    region: Region
    municipalities: tuple[str, ...]
    postcodes: int


def by_province() -> list[tuple[str, list[Municipality]]]:
    """Return all municipalities by name, in their provinces by name."""
    found: dict[str, list[Municipality]] = {}
    # "'s-Hertogenbosch" stands under the s, where people look.
    for place in sorted(municipalities().values(), key=lambda place: fold(place.name).lstrip("' ")):
        found.setdefault(place.province, []).append(place)
    return sorted(found.items())


def derived_ranges(codes: Iterable[str]) -> Ranges:
    """Return the four-digit postcodes of these municipalities as ranges.

    A range may run over numbers that are not in use, never over a postcode of another municipality. The blueprint
    derives them by the same rule.
    """
    wanted = set(codes)
    found: list[list[int]] = []
    previous_is_ours = False
    for number, code in sorted((int(number), row.municipality) for number, row in postcodes().items()):
        if code not in wanted:
            previous_is_ours = False
        elif previous_is_ours:
            found[-1][1] = number
        else:
            found.append([number, number])
            previous_is_ours = True
    return tuple((first, last) for first, last in found)


def ranges_text(ranges: Iterable[Sequence[int]]) -> str:
    """Return ranges as the manifest writes them: “6400-6479, 6511”."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def overlaps(codes: Iterable[str], ranges: Iterable[Sequence[int]], *, besides: int | None = None) -> list[Overlap]:
    """Return the regions that serve some of these places. Allowed, and worth knowing. One query.

    Args:
        codes: municipalities.
        ranges: postcodes, each first and last.
        besides: the key of the region that this is about.
    """
    wanted, numbers = set(codes), _numbers(ranges)
    found = []
    for region in Region.objects.regional().exclude(pk=besides).exclude(state=Region.State.ARCHIVED):
        shared = sorted(
            known.name for code in wanted & set(region.area["municipalities"]) if (known := municipalities().get(code))
        )
        theirs = _numbers(tuple(map(int, text.split("-"))) for text in region.area["postcodes"])
        if shared or numbers & theirs:
            found.append(Overlap(region, tuple(shared), len(numbers & theirs)))
    return found


def _numbers(ranges: Iterable[Sequence[int]]) -> set[int]:
    """Return the postcodes in use that lie in these ranges."""
    spans = [(span[0], span[-1]) for span in ranges]
    return {int(code) for code in postcodes() if any(first <= int(code) <= last for first, last in spans)}
