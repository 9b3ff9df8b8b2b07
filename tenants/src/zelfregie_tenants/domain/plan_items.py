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


class Action(StrEnum):
    """What a launch does with an item."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "keep"
    #: Changed by hand on the site and different from the folder: left as it is, and reported.
    DRIFT = "drift"
    #: Applied once and no longer in the folder: left as it is, and reported.
    NOTE = "note"


@dataclass(frozen=True)
class Wanted:
    """An item as the folder wants it. `shown` is a few words of it, for people."""

    key: str
    digest: str
    shown: str
    payload: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Current:
    """An item as the site has it. `untouched` is true for a default that nobody chose."""

    digest: str
    shown: str
    untouched: bool = False


#: What a part is asked to write: nothing but creations and updates.
Orders = Sequence[tuple[Action, Wanted]]


@dataclass(frozen=True)
class PlanItem:
    """One line of a plan."""

    kind: str
    key: str
    action: Action
    before: str = ""
    after: str = ""
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything a launch would do with a region, and what it would leave alone."""

    slug: str
    is_new: bool
    items: tuple[PlanItem, ...]

    @property
    def changes(self) -> tuple[PlanItem, ...]:
        """What a launch would create or update."""
        return tuple(item for item in self.items if item.action in {Action.CREATE, Action.UPDATE})

    @property
    def drift(self) -> tuple[PlanItem, ...]:
        """What was changed by hand and stays so."""
        return tuple(item for item in self.items if item.action is Action.DRIFT)

    @property
    def notes(self) -> tuple[PlanItem, ...]:
        """What is no longer in the folder and stays on the site."""
        return tuple(item for item in self.items if item.action is Action.NOTE)


class Part(Protocol):
    """One kind of item: how the folder wants it, how the site has it, and how to write it.

    `authoritative` parts belong to the folder alone: nobody changes them on the site, so they never drift.
    """

    kind: str
    authoritative: bool

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


def compare(
    part: Part,
    wanted: Sequence[Wanted],
    current: Mapping[str, Current],
    applied: Mapping[str, AppliedItem],
) -> list[tuple[PlanItem, Wanted | None]]:
    """Return the plan of one part: an item per wanted thing, and a note per thing that is wanted no longer."""
    lines: list[tuple[PlanItem, Wanted | None]] = []
    for item in wanted:
        have, last = current.get(item.key), applied.get(item.key)
        action, note = _decide(part, item, have, last)
        line = PlanItem(part.kind, item.key, action, have.shown if have else "", item.shown, note)
        lines.append((line, item))
    asked = {item.key for item in wanted}
    for key in sorted(set(applied) - asked):
        if key in current:
            note = "no longer in the folder; stays on the site"
            lines.append((PlanItem(part.kind, key, Action.NOTE, current[key].shown, "", note), None))
    return lines


def _decide(part: Part, wanted: Wanted, have: Current | None, last: AppliedItem | None) -> tuple[Action, str]:
    """Compare three sides: the folder, the site, and what was last applied."""
    if have is None:
        if last is None or part.authoritative:
            return Action.CREATE, ""
        return Action.DRIFT, "removed by hand; stays away"
    if have.digest == wanted.digest:
        return Action.KEEP, ""
    untouched = have.untouched if last is None else have.digest == last.digest
    if part.authoritative or untouched:
        return Action.UPDATE, ""
    if last is None:
        return Action.DRIFT, "made by hand; stays as it is"
    return Action.DRIFT, "changed by hand; stays as it is"
