"""The words of a plan: what a folder wants, what a site has, and what follows from comparing the two."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from zelfregie_tenants.manifest import Manifest
from zelfregie_tenants.models import AppliedItem, Region

#: An item in plain data, by field; None for what is compared as a whole.
Fields = Mapping[str, Any]


class Action(StrEnum):
    """What a launch does with an item."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "keep"
    #: Changed by hand on the site only: left as it is, and reported.
    DRIFT = "drift"
    #: Changed by hand on the site and in the folder as well: left as it is until somebody decides.
    CONFLICT = "conflict"
    #: Applied once and no longer in the folder: left as it is, and reported.
    NOTE = "note"
    #: No longer in the folder and taken away, because that was asked for.
    REMOVE = "remove"


class State(StrEnum):
    """What comparing three sides says of an item or of one of its fields."""

    NEW = "new"
    SAME = "same"
    #: Only the folder moved on since the last launch.
    FOLDER = "folder"
    #: Only the site was changed, by hand.
    SITE = "site"
    #: Both were changed, to the same.
    AGREED = "agreed"
    #: Folder and site each changed other fields of one item.
    MERGE = "merge"
    CONFLICT = "conflict"
    REMOVED_IN_FOLDER = "removed in the folder"
    REMOVED_BY_HAND = "removed by hand"


@dataclass(frozen=True)
class Wanted:
    """An item as the folder wants it. `shown` is a few words of it, for people.

    `only` names the fields to write; None means all of them.
    """

    key: str
    digest: str
    shown: str
    payload: Any = field(default=None, compare=False, repr=False)
    fields: Fields | None = field(default=None, repr=False)
    only: frozenset[str] | None = None

    def asks(self, name: str) -> bool:
        """Whether this field is to be written."""
        return self.only is None or name in self.only


@dataclass(frozen=True)
class Current:
    """An item as the site has it.

    Args:
        untouched: it is a default that nobody chose.
        guard: why a launch may not write to it whatever its fields say, such as an editor who is changing it.
        left: what to say when the folder has it no longer.
        remark: what to say when a launch changes it.
    """

    digest: str
    shown: str
    untouched: bool = False
    fields: Fields | None = field(default=None, repr=False)
    guard: str = ""
    left: str = "no longer in the folder; stays on the site"
    remark: str = ""


#: What a part is asked to write: creations, updates, and removals where it knows those.
Orders = Sequence[tuple[Action, Wanted]]


@dataclass(frozen=True)
class FieldLine:
    """One field of an item that is not the same on all three sides; None is a side that does not have it."""

    name: str
    state: State
    base: Any
    folder: Any
    site: Any


@dataclass(frozen=True)
class PlanItem:
    """One line of a plan. `fields` are those that differ; an item that is compared as a whole has none."""

    kind: str
    key: str
    action: Action
    before: str = ""
    after: str = ""
    note: str = ""
    state: State = State.SAME
    fields: tuple[FieldLine, ...] = ()

    @property
    def name(self) -> str:
        """How an item is named in messages, and by who decides about it."""
        return f"{self.kind} {self.key}"


@dataclass(frozen=True)
class Plan:
    """Everything a launch would do with a region, and what it would leave alone."""

    slug: str
    is_new: bool
    items: tuple[PlanItem, ...]

    @property
    def changes(self) -> tuple[PlanItem, ...]:
        """What a launch would create, update or take away."""
        return self._with(Action.CREATE, Action.UPDATE, Action.REMOVE)

    @property
    def drift(self) -> tuple[PlanItem, ...]:
        """What was changed by hand only and stays so."""
        return self._with(Action.DRIFT)

    @property
    def conflicts(self) -> tuple[PlanItem, ...]:
        """What was changed by hand and in the folder, and waits for a decision."""
        return self._with(Action.CONFLICT)

    @property
    def notes(self) -> tuple[PlanItem, ...]:
        """What is no longer in the folder and stays on the site."""
        return self._with(Action.NOTE)

    def _with(self, *actions: Action) -> tuple[PlanItem, ...]:
        return tuple(item for item in self.items if item.action in actions)


class Part(Protocol):
    """One kind of item: how the folder wants it, how the site has it, and how to write it.

    `authoritative` parts belong to the folder alone: nobody changes them on the site, so they never drift.
    `removes` is true for a part that was asked to take away what the folder has no longer.
    """

    kind: str
    authoritative: bool
    removes: bool

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return the items that the folder asks for, in the order in which they are written."""

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return the items that the site has. Runs inside the region's schema."""

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Create and update these; return the references to keep. Runs inside the region's schema."""


def digest_of(value: Any) -> str:
    """Return a fingerprint of plain data; the same for equal data, in every process."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
