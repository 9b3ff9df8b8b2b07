"""Possible duplicates that an editor skipped: remembered, so that the next version of the list does not ask again.

Kept as an ``ImportedRow`` without a group, which holds the keys of the groups that the row looked like.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from zelfregie_groups.domain.importing.write import Change
from zelfregie_groups.domain.merging import groups_by_key
from zelfregie_groups.models import ImportedRow, ImportRunRow, ImportSource

#: What stands as the column of the remark about a row that was skipped before.
BEFORE = "skipped"
_CANDIDATES = "skipped"
Skipped = Mapping[str, frozenset[int]]


def skipped_before(source: ImportSource | None) -> dict[str, frozenset[int]]:
    """Return the keys of the rows that an editor skipped, with the groups that they looked like then.

    A group that was merged into another counts as that other. One query, and one more when there are any.
    """
    found = {}
    for key, text in ImportedRow.objects.filter(source=source, group=None).values_list("key", "values"):
        # A row of a group that was removed holds nothing.
        if text:
            found[key] = json.loads(text).get(_CANDIDATES, [])
    ids = {pk for candidates in found.values() for pk in candidates}
    became = groups_by_key(ids) if ids else {}
    return {key: frozenset(became.get(pk, pk) for pk in candidates) for key, candidates in found.items()}


def is_asked_again(key: str, candidates: Collection[int], skipped: Skipped) -> bool:
    """Whether the editor must look at a possible duplicate: not when they skipped it with the same groups beside it."""
    return key not in skipped or not skipped[key].issuperset(candidates)


def remember_skips(
    rows: Sequence[ImportRunRow], source: ImportSource, skipped: Skipped, taken: Collection[str]
) -> list[ImportRunRow]:
    """Remember the rows that an editor decided to skip; what was remembered before goes into ``after``, for undoing.

    :param skipped: what is remembered now.
    :param taken: keys by which the list knows something else.
    :return: the rows of which something new is remembered.
    """
    if not rows:
        return []
    memories, changed = {}, []
    beside = dict(ImportRunRow.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "candidates"))
    for row in rows:
        key = json.loads(row.values)["key"]
        known = skipped.get(key)
        candidates = {*beside[row.pk], *(known or ())}
        if key in taken or candidates == known:
            continue
        changed.append(row)
        memories[key] = ImportedRow(source=source, key=key, values=json.dumps({_CANDIDATES: sorted(candidates)}))
        row.after = json.dumps({"key": key, "skipped": _text(known)}, sort_keys=True)
    ImportedRow.objects.filter(source=source, key__in=memories, group=None).delete()
    ImportedRow.objects.bulk_create(memories.values())
    return changed


def take_over(changes: Iterable[Change], source: ImportSource, skipped: Skipped) -> dict[Change, str]:
    """Let changes replace what was remembered of a skipped row; return that, for undoing. No query without any."""
    known = {change.key: change for change in changes if change.row is None and change.key in skipped}
    if not known:
        return {}
    for row in ImportedRow.objects.filter(source=source, key__in=known, group=None):
        known[row.key].row = row
    return {change: _text(skipped[key]) for key, change in known.items() if change.row is not None}


def bring_back(source: ImportSource, memories: Mapping[str, str]) -> None:
    """Undo: remember what was remembered of these keys; nothing when the text is empty.

    A key that the list knows a group by stays with that group.
    """
    if not memories:
        return
    rows = ImportedRow.objects.filter(source=source, key__in=memories)
    rows.filter(group=None).delete()
    taken = set(rows.values_list("key", flat=True))
    ImportedRow.objects.bulk_create(
        ImportedRow(source=source, key=key, values=values)
        for key, values in memories.items()
        if values and key not in taken
    )


def _text(candidates: Collection[int] | None) -> str:
    return "" if candidates is None else json.dumps({_CANDIDATES: sorted(candidates)})
