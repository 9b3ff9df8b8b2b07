"""The three-way comparison: what was last applied, the folder now, the site now. Pure: it asks nothing of anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from zelfregie_tenants.domain.plan_decisions import NOTHING_DECIDED, Decisions
from zelfregie_tenants.domain.plan_items import (
    Action,
    Current,
    FieldLine,
    Fields,
    Part,
    PlanItem,
    State,
    Wanted,
)
from zelfregie_tenants.models import AppliedItem

#: The one field of what is compared as a whole.
WHOLE = ""


def compare(
    part: Part,
    wanted: Sequence[Wanted],
    current: Mapping[str, Current],
    applied: Mapping[str, AppliedItem],
    decisions: Decisions = NOTHING_DECIDED,
) -> list[tuple[PlanItem, Wanted | None]]:
    """Return the plan of one part: an item per wanted thing, and one per thing that is wanted no longer.

    The second of a pair is what to write, with the fields to write; None where there is nothing the folder wants.
    """
    lines: list[tuple[PlanItem, Wanted | None]] = []
    for item in wanted:
        name = (part.kind, item.key)
        lines.append(
            _compare_one(
                part,
                item,
                current.get(item.key),
                applied.get(item.key),
                take=name in decisions.take,
                keep=name in decisions.keep,
            )
        )
    # What a part is the only one to decide about is noted also when no launch brought it.
    known = {*applied, *current} if part.authoritative else set(applied)
    for key in sorted(known - {item.key for item in wanted}):
        have = current.get(key)
        if have is not None and (part.kind, key) not in decisions.keep:
            action = Action.REMOVE if part.removes else Action.NOTE
            note = "no longer in the folder; is taken away" if part.removes else have.left
            line = PlanItem(part.kind, key, action, have.shown, "", note, State.REMOVED_IN_FOLDER)
            lines.append((line, Wanted(key, "", "") if part.removes else None))
    return lines


def verdict(base: Any, folder: Any, site: Any) -> State:
    """Compare one field on three sides."""
    if folder == site:
        return State.SAME if base == folder else State.AGREED
    if site == base:
        return State.FOLDER
    return State.SITE if folder == base else State.CONFLICT


def _compare_one(
    part: Part, wanted: Wanted, have: Current | None, last: AppliedItem | None, *, take: bool, keep: bool
) -> tuple[PlanItem, Wanted]:
    line = PlanItem(part.kind, wanted.key, Action.CREATE, have.shown if have else "", wanted.shown, "", State.NEW)
    if have is None:
        return _absent(part, line, wanted, last, take=take, keep=keep), wanted
    if have.digest == wanted.digest:
        moved = last is not None and last.digest != wanted.digest
        return replace(line, action=Action.KEEP, state=State.AGREED if moved else State.SAME), wanted
    if part.authoritative or (last is None and have.untouched):
        fields = tuple(replace(field, state=State.FOLDER) for field in _fields(wanted, have, None))
        line = replace(line, action=Action.UPDATE, state=State.FOLDER, note=have.remark, fields=_told(fields))
        return line, wanted
    return _present(line, wanted, have, last, take=take, keep=keep)


def _absent(
    part: Part, line: PlanItem, wanted: Wanted, last: AppliedItem | None, *, take: bool, keep: bool
) -> PlanItem:
    """Decide about what the site does not have."""
    if last is None or part.authoritative or take:
        return line
    if _moved(wanted, last) and not keep:
        note = "removed by hand, and changed in the folder; stays away until you decide"
        return replace(line, action=Action.CONFLICT, state=State.CONFLICT, note=note)
    return replace(line, action=Action.DRIFT, state=State.REMOVED_BY_HAND, note="removed by hand; stays away")


def _present(
    line: PlanItem, wanted: Wanted, have: Current, last: AppliedItem | None, *, take: bool, keep: bool
) -> tuple[PlanItem, Wanted]:
    """Decide about what both have, and have differently."""
    fields = _fields(wanted, have, last)
    states = {field.state for field in fields}
    ours = frozenset(field.name for field in fields if field.state is State.FOLDER)
    theirs = frozenset(field.name for field in fields if field.state in {State.FOLDER, State.SITE, State.CONFLICT})
    line = replace(line, fields=_told(fields))
    if take:
        line = replace(line, action=Action.UPDATE, state=State.FOLDER, note="the folder's version, as you decided")
        return line, _only(wanted, theirs)
    guarded = bool(have.guard and ours)
    if (State.CONFLICT in states or guarded) and not keep:
        why = have.guard or ("made by hand" if last is None else "changed by hand")
        note = f"{why}, and {'different' if last is None else 'changed'} in the folder; stays as it is until you decide"
        return replace(line, action=Action.CONFLICT, state=State.CONFLICT, note=note), wanted
    if ours and not guarded:
        hand = sorted(field.name for field in fields if field.state in {State.SITE, State.CONFLICT})
        note = f"{', '.join(hand)} changed by hand; stays as it is" if hand else have.remark
        state = State.MERGE if hand else State.FOLDER
        return replace(line, action=Action.UPDATE, state=state, note=note), _only(wanted, ours)
    why = have.guard or ("made by hand" if last is None else "changed by hand")
    return replace(line, action=Action.DRIFT, state=State.SITE, note=f"{why}; stays as it is"), wanted


def _fields(wanted: Wanted, have: Current, last: AppliedItem | None) -> list[FieldLine]:
    """Return the fields that are not the same on all sides."""
    if wanted.fields is None or have.fields is None:
        base = last.digest if last else None
        return [FieldLine(WHOLE, verdict(base, wanted.digest, have.digest), base, wanted.digest, have.digest)]
    known = _base(wanted, have, last)
    found = []
    for name in dict.fromkeys([*wanted.fields, *have.fields, *(known or {})]):
        folder, site = wanted.fields.get(name), have.fields.get(name)
        base = None if known is None else known.get(name)
        # Without a base nobody can tell who changed it.
        state = (State.SAME if folder == site else State.CONFLICT) if known is None else verdict(base, folder, site)
        if state is not State.SAME:
            found.append(FieldLine(name, state, base, folder, site))
    return found


def _base(wanted: Wanted, have: Current, last: AppliedItem | None) -> Fields | None:
    """Return what was last applied; for an older row, which has only a digest, from the side that still has it."""
    if last is None:
        return None
    if last.content is not None:
        return last.content
    return {wanted.digest: wanted.fields, have.digest: have.fields}.get(last.digest)


def _moved(wanted: Wanted, last: AppliedItem) -> bool:
    """Whether the folder changed since it was last applied."""
    if last.content is None or wanted.fields is None:
        return wanted.digest != last.digest
    return dict(wanted.fields) != last.content


def _told(fields: Sequence[FieldLine]) -> tuple[FieldLine, ...]:
    return tuple(field for field in fields if field.name != WHOLE)


def _only(wanted: Wanted, names: frozenset[str]) -> Wanted:
    return wanted if WHOLE in names else replace(wanted, only=names)
