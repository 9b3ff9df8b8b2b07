"""What becomes of a row: the merge of what the list says, what the site has, and what the list said before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zelfregie_core.domain.merge import merge
from zelfregie_groups.domain.importing.group_values import UNTOUCHED


@dataclass(frozen=True)
class Judgement:
    """What a row changes in a group.

    :param changes: the fields that get the value of the list.
    :param conflicts: fields that somebody changed by hand and the list changes too, with the value of the list.
    :param remembered: what the next import compares with, when the conflicts stay as they are.
    """

    changes: dict[str, Any]
    conflicts: dict[str, Any]
    remembered: dict[str, Any]

    def overwriting(self, names: list[str], *, were_seen: bool) -> "Judgement":
        """The same when the list wins in these fields.

        :param were_seen: whether a person saw the other conflicts and left them. The list's values are then
            remembered: the same question is not asked again until the list says something new.
        """
        won = {name: value for name, value in self.conflicts.items() if name in names}
        left = {name: value for name, value in self.conflicts.items() if name not in won}
        remembered = {**self.remembered, **won, **(left if were_seen else {})}
        return Judgement({**self.changes, **won}, left, remembered)


def judge(given: Mapping[str, Any], current: Mapping[str, Any], imported: Mapping[str, Any]) -> Judgement:
    """Return what the values of a list change in a group.

    :param imported: what this list said before; empty when it never did.
    """
    if _is_older(given.get("confirmed_on"), current["confirmed_on"]):
        # Who looked last is right, whatever a list of last year says.
        given = {name: value for name, value in given.items() if name != "confirmed_on"}
    merged = merge(given, current, imported, UNTOUCHED)
    return Judgement(merged.changes, {name: given[name] for name in merged.kept}, merged.remembered)


def _is_older(given: str | None, current: str | None) -> bool:
    return current is not None and (given is None or given < current)
