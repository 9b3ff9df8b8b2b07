"""What a person decided about conflicts: the folder's version, or the site's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zelfregie_tenants.domain.plan_items import Action, Plan, PlanItem, digest_of

#: Kind and key of an item, as a plan prints them.
Name = tuple[str, str]
DECIDABLE = {Action.CONFLICT, Action.DRIFT, Action.NOTE}


class DecisionRefused(Exception):
    """A decision is about nothing that waits for one. The message says what does."""


@dataclass(frozen=True)
class Decisions:
    """Items of which the folder's version is taken, and items that are kept as the site has them.

    A decision is remembered as what folder and site agreed on: the same difference is no conflict again.

    `seen` are fingerprints of the changes that a person looked at and agreed to: nothing else is written then. It may
    be carried out a second time, after a launch that was cut short, when there is nothing left to decide. None where
    plan and launch are one step.
    """

    take: frozenset[Name] = frozenset()
    keep: frozenset[Name] = frozenset()
    seen: frozenset[str] | None = None

    @classmethod
    def of(cls, take: Iterable[Name] = (), keep: Iterable[Name] = ()) -> Decisions:
        """Return checked decisions.

        Raises:
            DecisionRefused: an item is both taken and kept.
        """
        found = cls(frozenset(take), frozenset(keep))
        for kind, key in sorted(found.take & found.keep):
            message = f"{kind} {key} is both taken and kept. Choose one of the two."
            raise DecisionRefused(message)
        return found

    def unseen(self, plan: Plan) -> list[PlanItem]:
        """Return the changes of a plan that nobody agreed to."""
        return [] if self.seen is None else [item for item in plan.changes if fingerprint(item) not in self.seen]


NOTHING_DECIDED = Decisions()


def fingerprint(item: PlanItem) -> str:
    """Return what tells one change from another: what it does, and both sides of it. The note is words only."""
    fields = [[line.name, line.folder, line.site] for line in item.fields]
    return digest_of([item.kind, item.key, item.action.value, item.before, item.after, fields])


def refuse_useless(decisions: Decisions, undecided: Sequence[PlanItem]) -> None:
    """Raise for a decision that the plan did not ask for.

    Args:
        decisions: what was decided.
        undecided: the plan as it would be without them.

    Raises:
        DecisionRefused: names the decision and what there is to decide.
    """
    found = {(item.kind, item.key): item for item in undecided if item.action in DECIDABLE}
    for name in sorted(decisions.take | decisions.keep):
        item = found.get(name)
        if item is None:
            if decisions.seen is not None:
                continue
            waiting = ", ".join(other.name for other in found.values() if other.action is Action.CONFLICT)
            message = f"There is nothing to decide about {' '.join(name)}. In conflict: {waiting or 'nothing'}."
            raise DecisionRefused(message)
        if name in decisions.take and item.action is Action.NOTE:
            message = f"{item.name} is no longer in the folder, and a launch removes nothing: remove it on the site."
            raise DecisionRefused(message)
        if name in decisions.take and not can_take(item):
            message = f"{item.name} is a page of another type on the site: remove it or change its address there first."
            raise DecisionRefused(message)


def can_take(item: PlanItem) -> bool:
    """Whether the folder's version can take the place of the site's: a page cannot become one of another type."""
    return all(line.name != "type" for line in item.fields)
