"""The body of a page as plain data, and its fingerprint whatever the editor did to its spelling."""

from __future__ import annotations

import re
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import nh3

from zelfregie_tenants.manifest import ContentBlock

_TAGS = {"p", "h3", "h4", "ul", "ol", "li", "a", "b", "i", "br", "hr", "blockquote"}


def raw_blocks(blocks: tuple[ContentBlock, ...]) -> list[dict[str, Any]]:
    """Return the blocks of a content file as Wagtail stores them, without ids."""
    return [
        {"type": block.kind, "value": {"text": block.value, "author": ""} if block.kind == "quote" else block.value}
        for block in blocks
    ]


def tips_block(tips: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a block with short pieces of advice; none when there are none.

    Wagtail takes an item for a plain value unless it has an id.
    """
    items = [{"type": "item", "value": tip, "id": str(uuid5(NAMESPACE_OID, tip))} for tip in tips]
    return [{"type": "tips", "value": {"title": "Tips", "items": items}}] if tips else []


def normal_blocks(raw: Any) -> Any:
    """Return raw blocks as they can be compared: without ids, and with HTML in one spelling.

    Opening a page in the editor and saving it changes ids, adds keys to paragraphs and writes `b` for `strong`. None of
    that is a change by hand.
    """
    if isinstance(raw, dict):
        return {key: normal_blocks(value) for key, value in raw.items() if key != "id"}
    if isinstance(raw, list):
        return [normal_blocks(value) for value in raw]
    return normal_html(raw) if isinstance(raw, str) and "<" in raw else raw


def normal_html(html: str) -> str:
    """Return rich text in one spelling."""
    html = re.sub(r"<(/?)strong\b", r"<\1b", re.sub(r"<(/?)em\b", r"<\1i", html))
    html = nh3.clean(html, tags=_TAGS, attributes={"a": {"href", "id", "linktype"}}, link_rel=None)
    html = re.sub(r"\s+", " ", html)
    return re.sub(r"\s*(</?(?:p|h3|h4|ul|ol|li|br|hr|blockquote)\b[^>]*>)\s*", r"\1", html).strip()
