"""What a coordinator agrees to: the plan that was on the page, and whose version counts where both sides changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.domain.plan_decisions import Decisions, can_take, fingerprint
from zelfregie_tenants.domain.plan_items import Action, Plan, digest_of

TAKE, KEEP = "take", "keep"
#: The page asks about item X under this name and the item's own.
ASKED = "besluit:"


@dataclass(frozen=True)
class Agreement:
    """What was agreed to. An empty one is not about anything: the launch of a region that is not there yet."""

    decisions: Decisions = field(default_factory=Decisions)
    remove_domains: bool = False

    def stored(self) -> dict[str, Any]:
        """Return it as a draft keeps it."""
        decided = self.decisions
        return {
            TAKE: sorted(decided.take),
            KEEP: sorted(decided.keep),
            "seen": None if decided.seen is None else sorted(decided.seen),
            "remove_domains": self.remove_domains,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Agreement:
        """Return what a draft keeps."""
        seen = stored.get("seen")
        decided = Decisions(
            frozenset((kind, key) for kind, key in stored.get(TAKE, ())),
            frozenset((kind, key) for kind, key in stored.get(KEEP, ())),
            None if seen is None else frozenset(seen),
        )
        return cls(decided, bool(stored.get("remove_domains")))


#: To do again what only failed outside, such as an invitation: nothing on the site may change by it.
NOTHING_NEW = Agreement(Decisions(seen=frozenset()))


def plan_mark(plan: Plan) -> str:
    """Return a fingerprint of all that a plan tells: the page holds it, so that another plan is not agreed to."""
    return digest_of([fingerprint(item) for item in plan.items if item.action is not Action.KEEP])


def agree(plan: Plan, folder: Path, posted: Mapping[str, str], *, adopt: bool) -> Agreement:
    """Return what somebody agrees to who saw this plan and chose.

    Args:
        plan: of the folder, with nothing decided.
        folder: the draft's own.
        posted: per conflict `take`, `keep` or nothing; a choice about anything else is not heard.
        adopt: as for `plan_region`.

    Raises:
        ManifestError, DecisionRefused: something changed in between.
    """
    chosen = {(item.kind, item.key): posted.get(f"{ASKED}{item.name}", "") for item in plan.conflicts}
    takable = {(item.kind, item.key) for item in plan.conflicts if can_take(item)}
    take = [name for name, choice in chosen.items() if choice == TAKE and name in takable]
    decisions = Decisions.of(take, [name for name, choice in chosen.items() if choice == KEEP])
    removes = bool(posted.get("remove_domains"))
    decided = plan_region(folder, adopt=adopt, decisions=decisions, remove_domains=removes)
    seen = frozenset(map(fingerprint, decided.changes))
    return Agreement(Decisions(decisions.take, decisions.keep, seen), removes)
