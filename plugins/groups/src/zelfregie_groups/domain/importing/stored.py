"""What a row keeps between preview, applying and undoing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from zelfregie_groups.domain.importing.keys import Keys
from zelfregie_groups.domain.importing.known import Known
from zelfregie_groups.domain.importing.matching import Entry
from zelfregie_groups.domain.importing.records import Record
from zelfregie_groups.domain.importing.verdicts import Judgement
from zelfregie_groups.models import Group, ImportedRow, ImportRunRow


@dataclass(frozen=True)
class StoredRecord:
    """The record of a row, and by which keys its list knows it."""

    source_id: str
    key: str
    replaces: str
    values: dict[str, Any]

    @classmethod
    def make(cls, record: Record, entry: Entry) -> Self:
        return cls(record.source_id, entry.key, entry.replaces, record.values)

    @classmethod
    def of(cls, row: ImportRunRow) -> Self:
        return cls(**json.loads(row.values))

    @property
    def keys(self) -> Keys:
        """By what the group is recognised."""
        return Keys.of_values(self.source_id, self.values)

    def to_json(self) -> str:
        # Not `asdict`: it copies every value, of thousands of rows.
        return json.dumps({name: getattr(self, name) for name in self.__dataclass_fields__}, sort_keys=True)


def remember_judgement(row: ImportRunRow, known: Known, judgement: Judgement) -> None:
    """Note in a row what it changes, and what the group said in those fields when the editor saw it."""
    row.changed_fields, row.conflicts = sorted(judgement.changes), sorted(judgement.conflicts)
    names = {*judgement.changes, *judgement.conflicts}
    row.before = json.dumps({"seen": fields_of(known.values[row.group_id or 0], names)}, sort_keys=True)


def fields_of(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return these fields of a record."""
    return {name: values[name] for name in names}


def group_state(group: Group, values: Mapping[str, Any], rows: Iterable[ImportedRow]) -> dict[str, Any]:
    """Return everything of a group that an import can change, for undoing."""
    return {
        "values": dict(values),
        "source_id": group.source_id,
        "imported_from": group.imported_from_id,
        "published": group.published,
        "rows": [[row.key, row.values] for row in rows],
    }
