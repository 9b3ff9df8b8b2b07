"""What the database has of a chunk of rows: their groups, and what the list said of them before."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from zelfregie_groups.domain.editing import lock
from zelfregie_groups.domain.importing.group_values import values_of
from zelfregie_groups.domain.importing.verdicts import Judgement, judge
from zelfregie_groups.domain.importing.write import Change
from zelfregie_groups.models import Group, ImportedRow, ImportSource


class Known:
    """The groups with these keys, with everything a record says. Six queries, whatever the number of groups.

    :param source: the list; None for the one of the instance folder.
    :param locked: whether nobody else may change these groups until the end of the transaction.
    """

    def __init__(self, ids: Iterable[int | None], source: ImportSource | None, *, locked: bool = False) -> None:
        wanted = {pk for pk in ids if pk is not None}
        self.source = source
        if locked:
            lock(wanted)
        groups = Group.objects.filter(pk__in=wanted).prefetch_related("themes", "schedules", "exceptions")
        self.groups = {group.pk: group for group in groups}
        self.values = {pk: values_of(group) for pk, group in self.groups.items()}
        self.rows: dict[int, dict[str, ImportedRow]] = defaultdict(dict)
        self.rows_of_folder: dict[int, ImportedRow] = {}
        own = source.pk if source else None
        for row in ImportedRow.objects.filter(group_id__in=wanted).order_by("pk"):
            if row.source_id == own:
                self.rows[row.group_id][row.key] = row
            elif row.source_id is None:
                self.rows_of_folder.setdefault(row.group_id, row)

    def row(self, pk: int, *keys: str) -> ImportedRow | None:
        """The memory of a group under one of these keys."""
        return next((self.rows[pk][key] for key in keys if key in self.rows.get(pk, {})), None)

    def judge(self, pk: int, given: dict[str, Any], *keys: str) -> Judgement:
        """What the values of a row change in a group.

        A list that never spoke of a group may change what the list of the instance folder said: nobody typed that.
        """
        row = self.row(pk, *keys) or next(iter(self.rows.get(pk, {}).values()), None) or self.rows_of_folder.get(pk)
        return judge(given, self.values[pk], json.loads(row.values or "{}") if row else {})

    def change(self, pk: int, judgement: Judgement, source_id: str, key: str, replaces: str = "") -> Change:
        """Return what is written of a judgement."""
        group = self.groups[pk]
        own = self.source.pk if self.source else None
        origin = (source_id or group.source_id, own)
        # A group of another list stays one of that list, with its number there.
        belongs = group.imported_from_id in (None, own)
        return Change(
            group=group,
            values=judgement.changes,
            key=key,
            remembered=judgement.remembered,
            row=self.row(pk, key, replaces),
            origin=origin if belongs and origin != (group.source_id, group.imported_from_id) else None,
        )


def is_needed(change: Change) -> bool:
    """Whether anything of a change differs from what is stored."""
    if change.changes_group or change.origin or change.row is None or change.row.key != change.key:
        return True
    return change.row.values != json.dumps(change.remembered, sort_keys=True)
