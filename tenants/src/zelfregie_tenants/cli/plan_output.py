"""A plan as people read it, and as programs do."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from zelfregie_tenants.domain.plan_items import Plan, PlanItem

#: How each action is shown: a mark, a colour.
MARKS = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "remove": ("-", "red"),
    "drift": ("!", "magenta"),
    "conflict": ("X", "bold red"),
    "note": ("i", "cyan"),
}
LEGEND = "Lines below an item: - as last applied, f in the folder, s on the site."


def show_plan(console: Console, found: Plan, *, show_all: bool = False, texts: bool = False) -> None:
    """Print a line per item that is not as it should be, and a summary; with `texts` also what differs in each."""
    from rich.text import Text  # noqa: PLC0415 -- `zelfregie --help` stays quick

    if found.is_new:
        console.print(f"{found.slug} is new.\n")
    if texts and any(item.fields for item in found.items):
        console.print(f"{LEGEND}\n")
    for item in found.items:
        mark, colour = MARKS.get(item.action.value, ("=", "dim"))
        if item.action.value in MARKS or show_all:
            change = f"{item.before} -> {item.after}" if item.before and item.after else item.after or item.before
            note = f" ({item.note})" if item.note else ""
            console.print(Text.assemble((f"{mark} ", colour), f"{item.name}: {change}{note}"))
            if texts:
                _show_texts(console, item)
    console.print(summary(found))


def _show_texts(console: Console, item: PlanItem) -> None:
    from rich.text import Text  # noqa: PLC0415 -- `zelfregie --help` stays quick

    from zelfregie_tenants.domain.plan_texts import three_way  # noqa: PLC0415 -- needs set_up_django

    colours = {"f": "yellow", "s": "magenta", "-": "dim"}
    for field in item.fields:
        console.print(Text.assemble(("    " + field.name, "bold"), f" ({field.state})"))
        for mark, line in three_way(field):
            console.print(Text.assemble((f"      {mark} {line}", colours.get(mark, ""))))


def summary(found: Plan) -> str:
    """Return one line: how many items are made, changed, left alone."""
    counts = Counter(item.action.value for item in found.items)
    parts = [
        f"{counts['create']} to create",
        f"{counts['update']} to update",
        f"{counts['keep']} as they should be",
        f"{counts['drift']} changed by hand",
    ]
    more = {"conflict": "in conflict", "remove": "to take away", "note": "no longer in the folder"}
    parts += [f"{counts[action]} {words}" for action, words in more.items() if counts[action]]
    calm = all(item.action.value == "keep" for item in found.items)
    return ("" if calm else "\n") + ", ".join(parts) + "."


def how_to_decide(found: Plan, folder: object) -> str:
    """Return what to type to decide about the first conflict."""
    item = found.conflicts[0]
    return (
        "\nA conflict stays as the site has it until you decide, for each:\n"
        f"  zelfregie region launch {folder} --take folder {item.kind} {item.key}\n"
        f"  zelfregie region launch {folder} --keep site {item.kind} {item.key}"
    )


def as_json(found: Plan) -> str:
    """Return a plan for programs."""
    counts = Counter(item.action.value for item in found.items)
    items = [
        {
            "kind": item.kind,
            "key": item.key,
            "action": item.action.value,
            "state": item.state.value,
            "before": item.before,
            "after": item.after,
            "note": item.note,
            "fields": [
                {
                    "name": field.name,
                    "state": field.state.value,
                    "base": field.base,
                    "folder": field.folder,
                    "site": field.site,
                }
                for field in item.fields
            ],
        }
        for item in found.items
    ]
    plan = {"slug": found.slug, "new": found.is_new, "counts": dict(sorted(counts.items())), "items": items}
    return json.dumps(plan, ensure_ascii=False, indent=2)
