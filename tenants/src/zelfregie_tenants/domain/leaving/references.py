"""What a body of blocks points at: numbers of one database, written so that another one understands them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from django.db.models import Model
from wagtail import blocks
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page

#: Of the tags in rich text that point at something: kind in the tag -> kind here.
KINDS = {"page": "page", "document": "document", "image": "image"}
_TAG = re.compile(r"<(a|embed)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass
class Outward:
    """From the numbers of this database to names: the address of a page, the file of an image or document."""

    names: Mapping[str, Mapping[int, str]]
    lost: list[str] = field(default_factory=list)

    def __call__(self, kind: str, given: Any) -> dict[str, str] | None:
        """Return `{"page": "over-ons/"}`, or None when nothing is there any more."""
        try:
            return {kind: self.names[kind][int(given)]}
        except (KeyError, ValueError, TypeError):
            self.lost.append(f"{kind} {given}")
            return None


@dataclass
class Inward:
    """From names to the numbers of this database."""

    numbers: Mapping[str, Mapping[str, int]]
    lost: list[str] = field(default_factory=list)

    def __call__(self, kind: str, given: Any) -> int | None:
        """Return the number; None, with a note, when nothing here has the name."""
        name: Any = given.get(kind) if isinstance(given, dict) else given
        try:
            return self.numbers[kind][name]
        except (KeyError, TypeError):
            self.lost.append(f"{kind} {name}")
            return None


def kind_of(model: type[Model]) -> str:
    """Return what a chooser of this model points at: page, image, document; else an empty string."""
    pairs = ((Page, "page"), (AbstractImage, "image"), (AbstractDocument, "document"))
    return next((kind for base, kind in pairs if issubclass(model, base)), "")


def mapped(block: blocks.Block, raw: Any, change: Outward | Inward) -> Any:
    """Return raw block data with everything that it points at changed, however deep.

    Args:
        block: what the data are of.
        raw: as Wagtail stores it.
        change: what to make of one pointer.
    """
    if raw is None:
        return None
    if isinstance(block, blocks.StreamBlock):
        return [_in_stream(block, item, change) for item in raw]
    if isinstance(block, blocks.ListBlock):
        return [_in_list(block, item, change) for item in raw]
    if isinstance(block, blocks.StructBlock):
        if not isinstance(raw, dict):  # an image without words about it, as older pages have it
            raw = {"image": raw} if "image" in block.child_blocks else {}
        return {
            name: mapped(block.child_blocks[name], value, change) if name in block.child_blocks else value
            for name, value in raw.items()
        }
    if isinstance(block, blocks.ChooserBlock):
        kind = kind_of(block.model_class)
        if kind:
            return change(kind, raw)
        change.lost.append(f"{block.model_class._meta.label} {raw}")
        return None
    if isinstance(block, blocks.RichTextBlock) and isinstance(raw, str):
        return mapped_html(raw, change)
    return raw


def mapped_html(html: str, change: Outward | Inward) -> str:
    """Return rich text with its links to pages and documents, and its images, changed."""

    def tag(match: re.Match[str]) -> str:
        name, rest = match.groups()
        attributes = {key: unescape(value) for key, value in _ATTRIBUTE.findall(rest)}
        kind = KINDS.get(attributes.get("linktype") or attributes.get("embedtype") or "")
        if not kind or "id" not in attributes:
            return match[0]
        found = change(kind, attributes["id"])
        if found is None:
            return f"<{name}>"  # the words stay
        attributes["id"] = str(found[kind] if isinstance(found, dict) else found)
        written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        return f"<{name}{written}{'/' if rest.rstrip().endswith('/') else ''}>"

    return _TAG.sub(tag, html)


def _in_stream(block: blocks.StreamBlock, item: Mapping[str, Any], change: Outward | Inward) -> dict[str, Any]:
    child = block.child_blocks.get(item["type"])
    value = item["value"]
    return {**item, "value": mapped(child, value, change) if child is not None else value}


def _in_list(block: blocks.ListBlock, item: Any, change: Outward | Inward) -> Any:
    if isinstance(item, dict) and {"id", "value"} <= set(item):
        return {**item, "value": mapped(block.child_block, item["value"], change)}
    return mapped(block.child_block, item, change)
