"""Pages as files that people read: those that a launch makes pages of, and beside them the other ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from wagtail.models import Page

from zelfregie_core.domain.themes import standard_themes
from zelfregie_core.models import ContentPage, HomePage, LegalPage, ThemePage
from zelfregie_tenants.domain.leaving.markdown import body_as_markdown

#: Pages that a launch cannot make where they stand; below these folders it does not look.
OTHER, CLOSED = "content/other/", "personal/content/"
LONGEST = {"title": 120, "intro": 400}


@dataclass(frozen=True)
class ContentText:
    """One file below `content/`."""

    name: str
    text: str


def content_files(pages: list[Page], keys: Mapping[int, str], is_open: Collection[int]) -> Iterator[ContentText]:
    """Yield a file for each page that has text of its own.

    Args:
        pages: of the site, the home page first.
        keys: the address of each below it.
        is_open: the numbers of the pages that everybody may read; a launch would open the others to everybody.
    """
    taken: set[str] = set()
    orders: dict[str, int] = {}
    for page in pages:
        raw = getattr(getattr(page, "body", None), "raw_data", None)
        if raw is None:
            continue
        key = keys[page.pk]
        orders[page.path[: -page.steplen]] = order = orders.get(page.path[: -page.steplen], 0) + 10
        may_read = page.pk in is_open
        matter = _matter(page, key, order) if may_read or isinstance(page, HomePage) else None
        other = f"{OTHER if may_read else CLOSED}{key.strip('/').replace('/', '--')}.md"
        name = _name(page) if matter else other
        if name in taken:
            name = other
        taken.add(name)
        matter = matter or {"title": page.title, "address": f"/{key}", "online": page.live}
        intro = " ".join(str(getattr(page, "intro", "")).split())
        if intro:
            matter["intro"] = _short(intro, LONGEST["intro"])
        front = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=1000)
        yield ContentText(name, f"---\n{front}---\n\n{body_as_markdown(raw)}")


def _matter(page: Page, key: str, order: int) -> dict[str, Any] | None:
    """Return the front matter of a page that a launch can make where it stands; None for any other."""
    if isinstance(page, HomePage):
        return {"title": _title(page), "type": "home"}
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", page.slug):
        return None
    shared = {"slug": page.slug, "menu": page.show_in_menus, "order": order}
    if isinstance(page, ThemePage):
        known = page.theme.slug in standard_themes()
        return {"title": _title(page), "type": "theme", "theme": page.theme.slug, **shared} if known else None
    if key.count("/") != 1:
        return None
    if isinstance(page, LegalPage):
        return {"title": _title(page), "type": "legal", "legal": page.kind, **shared}
    return {"title": _title(page), "type": "content", **shared} if type(page) is ContentPage else None


def _name(page: Page) -> str:
    if isinstance(page, HomePage):
        return "content/home.md"
    return f"content/{'thema-' if isinstance(page, ThemePage) else ''}{page.slug}.md"


def _title(page: Page) -> str:
    return _short(" ".join(page.title.split()), LONGEST["title"])


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
