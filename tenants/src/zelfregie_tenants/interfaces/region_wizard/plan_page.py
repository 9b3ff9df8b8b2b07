"""The plan as the last step shows it: what is applied, what stays, and where somebody has to choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_tenants.blueprint.merge import chunks
from zelfregie_tenants.domain.leaving.markdown import body_as_markdown
from zelfregie_tenants.domain.plan_decisions import can_take
from zelfregie_tenants.domain.plan_items import FieldLine, Plan, PlanItem
from zelfregie_tenants.domain.region_wizard.deciding import ASKED, plan_mark
from zelfregie_tenants.interfaces.region_wizard.plan_lines import KINDS, field_label, line, lines_by_kind, standing

#: Of lines that are the same on both sides, more than this many are left out.
SAME = 4


@dataclass(frozen=True)
class Side:
    """One version of a text: lines, each with whether the other version has it differently."""

    lines: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Compared:
    """One field in both versions."""

    label: str
    here: Side
    site: Side


@dataclass(frozen=True)
class Conflict:
    """Something that was changed on both sides, with what was chosen on the page before."""

    field: str
    kind: str
    title: str
    why: str
    fields: tuple[Compared, ...]
    can_take: bool
    choice: str


def plan_page(plan: Plan, posted: Mapping[str, str], *, lists: bool) -> dict[str, Any]:
    """Return what the page tells of a plan.

    Args:
        plan: with nothing decided.
        posted: what was chosen already.
        lists: whether lists that the folder does not have are worth a word.
    """
    notes = [item for item in plan.notes if item.kind != "domain" and (lists or item.kind != "file")]
    return {
        "plan": lines_by_kind(plan.changes),
        "changes": bool(plan.changes),
        "drift": standing(plan.drift),
        "conflicts": [_conflict(item, posted) for item in plan.conflicts],
        "notes": standing(notes),
        "old_domains": [item.key for item in plan.notes if item.kind == "domain"],
        "removes_domains": bool(posted.get("remove_domains")),
        "plan_mark": plan_mark(plan),
    }


def _conflict(item: PlanItem, posted: Mapping[str, str]) -> Conflict:
    name = f"{ASKED}{item.name}"
    told = [field for field in item.fields if field.name not in ("sha256", "type")]
    fields = tuple(_compared(field) for field in told) or (_whole(item),)
    title = (
        line(item, item.before or item.after) if item.kind != "setting" else line(item, item.after).partition(":")[0]
    )
    return Conflict(
        name, str(KINDS.get(item.kind, item.kind)), title, _why(item), fields, can_take(item), posted.get(name, "")
    )


def _why(item: PlanItem) -> str:
    if item.note.startswith("taken off line"):
        return _("Deze pagina staat op de site uit.")
    if item.note.startswith("an editor"):
        return _("Iemand is deze pagina op de site aan het veranderen.")
    if item.note.startswith("another page"):
        return _("Op dit webadres staat op de site een andere pagina.")
    if item.note.startswith("removed by hand"):
        return _("Dit is op de site weggehaald.")
    return ""


def _compared(field: FieldLine) -> Compared:
    here: list[tuple[str, bool]] = []
    site: list[tuple[str, bool]] = []
    for chunk in chunks(_lines(field.folder), _lines(field.folder), _lines(field.site)):
        if chunk.is_same:
            same = [(text, False) for text in chunk.base]
            if len(same) > SAME:
                same = [*same[: SAME // 2], ("…", False), *same[-SAME // 2 :]]
            here += same
            site += same
        else:
            here += [(text, True) for text in chunk.ours]
            site += [(text, True) for text in chunk.theirs]
    return Compared(field_label(field.name), Side(tuple(here)), Side(tuple(site)))


def _whole(item: PlanItem) -> Compared:
    sides = [Side(((text, True),)) if text else Side(()) for text in (item.after, item.before)]
    return Compared("", sides[0], sides[1])


def _lines(value: Any) -> list[str]:
    """Return a value as people read it."""
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [_("ja") if value else _("nee")]
    if isinstance(value, list):
        return [text for text in body_as_markdown(value).splitlines() if text.strip()]
    return [text for text in str(value).splitlines() if text.strip()]
