"""Which row of a list is which group: by number, then by name, place, day and time, then without the time.

The sure matches of all rows come before the likely ones, so that the order of a list does not matter, and a group is
never matched twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zelfregie_groups.domain.importing.keys import MAX_LENGTH, Keys
from zelfregie_groups.domain.importing.similar import same_group
from zelfregie_groups.domain.importing.site import Site


@dataclass(slots=True)
class Entry:
    """A row of a list, as matching sees it.

    :param key: under which the row is remembered; set by ``match_rows``.
    :param group: the group that it is; None for a new one.
    :param repeats: the number of an earlier row that says the same group.
    :param was_removed: whether the site had this group and somebody removed it.
    :param was_merged: whether it became one with the group of an earlier row.
    :param replaces: the key under which the list knew the group, when that is another now.
    """

    number: int
    keys: Keys
    name: str
    city: str
    key: str = ""
    group: int | None = None
    repeats: int | None = None
    was_removed: bool = False
    was_merged: bool = False
    replaces: str = ""

    @property
    def is_settled(self) -> bool:
        return self.group is not None or self.was_removed or self.was_merged or self.repeats is not None


def match_rows(entries: Iterable[Entry], site: Site) -> list[Entry]:
    """Return the entries, each with its key and, when the site has it, its group."""
    rows = list(entries)
    claimed: set[int] = set()
    listed = {row.keys.number for row in rows if row.keys.number}
    _assign_keys(rows)
    for row in rows:
        if row.keys.number and not row.is_settled:
            _by_number(row, site, claimed)
    for finder in (_remembered, _exact, _remembered_at_another_time, _natural):
        for row in rows:
            if not row.is_settled:
                for pk in finder(row, site, claimed):
                    if pk not in claimed and _may_be(row, pk, site, listed):
                        _claim(row, pk, claimed)
                        break
    keys = {row.key for row in rows}
    for row in rows:
        if not row.is_settled and not row.keys.number:
            # The time of a group that somebody removed changed in the list: it still is that group.
            row.was_removed = any(
                site.imported[key] is None and key not in keys for key in site.by_remembered.get(row.keys.natural, ())
            )
        if row.group is not None and row.key not in site.imported:
            row.replaces = min(site.keys_of_group.get(row.group, set()) - keys, default="")
    return rows


def gone_groups(rows: Iterable[Entry], site: Site) -> list[int]:
    """Return the published groups of this list that none of its rows is."""
    there = {row.group for row in rows}
    return sorted(
        pk
        for pk in site.keys_of_group
        if pk not in there and (group := site.groups.get(pk)) and group.published and group.is_own
    )


def _assign_keys(rows: list[Entry]) -> None:
    """Give each row a key of its own. The same number twice, or the same group without a number, is a repetition."""
    seen: dict[str, int] = {}
    times: dict[str, int] = defaultdict(int)
    for row in rows:
        key = row.keys.number or row.keys.exact
        row.repeats = seen.get(key)
        times[key] += 1
        row.key = key if times[key] == 1 else f"{key[: MAX_LENGTH - 6]}#{times[key]}"
        seen.setdefault(key, row.number)


def _by_number(row: Entry, site: Site, claimed: set[int]) -> None:
    if row.keys.number in site.imported:
        pk = site.imported[row.keys.number]
        row.was_removed, row.was_merged = pk is None, pk in claimed
        if pk is not None and pk not in claimed:
            _claim(row, pk, claimed)
        return
    known = [site.groups[pk] for pk in site.by_number.get(row.keys.number, ()) if pk not in claimed]
    for group in sorted(known, key=lambda group: not group.is_own):
        if group.is_own or (not group.is_foreign and same_group(group, row.name, row.city)):
            _claim(row, group.pk, claimed)
            return


def _remembered(row: Entry, site: Site, claimed: set[int]) -> Iterator[int]:
    pk = site.imported.get(row.keys.exact)
    if pk is not None:
        yield pk
    if not row.keys.number and row.key in site.imported:
        row.was_removed, row.was_merged = pk is None, pk in claimed


def _remembered_at_another_time(row: Entry, site: Site, _claimed: set[int]) -> Iterator[int]:
    for key in site.by_remembered.get(row.keys.natural, ()):
        if (pk := site.imported[key]) is not None:
            yield pk


def _exact(row: Entry, site: Site, _claimed: set[int]) -> Iterator[int]:
    yield from site.by_exact.get(row.keys.exact, ())


def _natural(row: Entry, site: Site, _claimed: set[int]) -> Iterator[int]:
    yield from site.by_natural.get(row.keys.natural, ())


def _may_be(row: Entry, pk: int, site: Site, listed: set[str]) -> bool:
    """Whether a group that looks like a row can be it: one of another list cannot, nor one that another row is."""
    if site.groups[pk].is_foreign:
        return False
    # A group with another number is another group, unless that number is gone: then the list changed its numbers.
    return not row.keys.number or not site.numbers_of(pk) & listed


def _claim(row: Entry, pk: int, claimed: set[int]) -> None:
    row.group = pk
    claimed.add(pk)
