"""The three sides of a field as lines, one below the other, so that a person can choose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from zelfregie_tenants.blueprint.merge import chunks
from zelfregie_tenants.domain.plan_items import FieldLine

#: What stands before a line: as it was last applied, in the folder, on the site.
WAS, FOLDER, SITE, SAME, SKIPPED = "-", "f", "s", " ", "…"
CONTEXT = 2
_ENDS = re.compile(r"(</(?:p|li|ul|ol|h3|h4|blockquote)>|<br/?>|<hr/?>|<[ou]l>)(?=.)")


def three_way(field: FieldLine) -> Iterator[tuple[str, str]]:
    """Yield (mark, line) for what differs in a field, with some lines around it that do not."""
    for chunk in chunks(lines_of(field.base), lines_of(field.folder), lines_of(field.site)):
        if chunk.is_same:
            yield from _shortened(chunk.base)
            continue
        yield from ((WAS, line) for line in chunk.base)
        if chunk.ours != chunk.base:
            yield from ((FOLDER, line) for line in chunk.ours)
        if chunk.theirs != chunk.base:
            yield from ((SITE, line) for line in chunk.theirs)


def lines_of(value: Any) -> list[str]:
    """Return a value as lines of text; a body as its blocks, each below its type."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return _ENDS.sub(r"\1\n", value).splitlines()
    if isinstance(value, list) and all(isinstance(block, dict) and "type" in block for block in value):
        return [line for block in value for line in (f"[{block['type']}]", *lines_of(block.get("value")))]
    if isinstance(value, dict):
        return [f"{key}: {line}" for key, inner in value.items() for line in lines_of(inner)]
    return [json.dumps(value, ensure_ascii=False)]


def _shortened(lines: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if len(lines) <= 2 * CONTEXT + 1:
        yield from ((SAME, line) for line in lines)
        return
    yield from ((SAME, line) for line in lines[:CONTEXT])
    yield SKIPPED, f"{len(lines) - 2 * CONTEXT} lines that are the same"
    yield from ((SAME, line) for line in lines[-CONTEXT:])
