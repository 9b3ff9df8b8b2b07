"""The body of a page as Markdown: what people read, and what a launch of the folder makes a page of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

_SPECIAL = re.compile(r"[\\`*_\[\]<>&#|~]")
#: A launch refuses what looks like HTML, also behind a backslash.
_ANGLES = {"<": "&lt;", ">": "&gt;"}
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)
#: Where a link may lead: elsewhere, or to a page of the site itself.
_LINK = re.compile(r"https?://|mailto:|tel:|/(?!/)|#")


def body_as_markdown(raw: Iterable[Mapping[str, Any]]) -> str:
    """Return blocks as Markdown that a launch accepts. What Markdown cannot say is left out, or said in words."""
    parts = [_block(str(item.get("type")), item.get("value")) for item in raw]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def html_as_markdown(html: str) -> str:
    """Return rich text as Markdown."""
    reader = _Html()
    reader.feed(html)
    reader.close()
    return reader.text()


def plain(text: str) -> str:
    """Return plain text so that Markdown reads it as plain text."""
    return _LINE_START.sub(_escaped_start, _within_line(text))


def _within_line(text: str) -> str:
    return _SPECIAL.sub(lambda match: _ANGLES.get(match[0], f"\\{match[0]}"), text)


def _escaped_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark[:-1]}\\{mark[-1]}" if mark[0].isdigit() else f"{space}\\{mark}"


def _target(href: str) -> str:
    """Return where a link leads as Markdown writes it; `</over-ons/>` would be read as the end of a tag."""
    if href.startswith("/"):
        return re.sub(r"[\s()<>\\]", lambda found: f"%{ord(found[0]):02X}", href)
    return f"<{href}>"


def _block(kind: str, value: Any) -> str:
    if kind == "heading":
        return f"## {_one_line(value)}"
    if kind == "paragraph":
        return html_as_markdown(value or "")
    if not isinstance(value, Mapping):
        return ""
    if kind == "quote":
        text = _quoted(value.get("text") or "")
        author = value.get("author")
        return f"{text}\n>\n> {_one_line(author)}" if author else text
    if kind == "tips":
        tips = [f"- {_one_line(_item(tip))}" for tip in value.get("items") or []]
        return f"### {_one_line(value.get('title') or 'Tips')}\n\n" + "\n".join(tips)
    if kind == "faq":
        pairs = [_item(pair) for pair in value.get("items") or []]
        texts = (f"### {_one_line(pair['question'])}\n\n{html_as_markdown(pair['answer'])}" for pair in pairs)
        return "\n\n".join(texts)
    if kind == "call_to_action":
        words = " ".join(filter(None, (value.get("text"), value.get("label"))))
        return f"[{_one_line(words)}]({value['url']})" if value.get("url") else _one_line(words)
    if kind == "picture":
        return _one_line(value.get("caption") or "")
    return ""


def _item(item: Any) -> Any:
    return item["value"] if isinstance(item, Mapping) and "value" in item else item


def _one_line(text: Any) -> str:
    return plain(" ".join(str(text).split()))


def _quoted(text: str) -> str:
    paragraphs = [_one_line(part) for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "\n>\n".join(f"> {part}" for part in paragraphs)


class _Html(HTMLParser):
    """Writes the tags that the editor's rich text has; any other tag leaves its words."""

    MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
    HEADINGS = {"h2": "### ", "h3": "### ", "h4": "#### "}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.line: list[str] = []
        self.lists: list[str] = []
        self.links: list[str] = []
        #: Where each mark of emphasis was last opened in the line.
        self.opened: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"p", "li", *self.HEADINGS}:
            self._end_block()
        if tag in self.HEADINGS:
            self.line.append(self.HEADINGS[tag])
        elif tag in {"ul", "ol"}:
            self._end_block()
            self.lists.append(tag)
        elif tag == "li":
            mark = "1. " if self.lists and self.lists[-1] == "ol" else "- "
            self.line.append("   " * max(len(self.lists) - 1, 0) + mark)
        elif tag in self.MARKS:
            self._open(self.MARKS[tag])
        elif tag == "br":
            self.line.append("\\\n")
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            self.links.append(href if _LINK.match(href) else "")
            self.line.append("[" if self.links[-1] else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li", *self.HEADINGS}:
            self._end_block()
        elif tag in {"ul", "ol"}:
            self._end_block()
            if self.lists:
                self.lists.pop()
        elif tag in self.MARKS:
            self._close(self.MARKS[tag])
        elif tag == "a" and self.links:
            href = self.links.pop()
            self.line.append(f"]({_target(href)})" if href else "")

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        at_start = not "".join(self.line).strip()
        self.line.append(plain(text) if at_start else _within_line(text))

    def text(self) -> str:
        """Return what was written: items of one list close together, other blocks apart."""
        self._end_block()
        written = ""
        for block in self.blocks:
            is_item = bool(re.match(r" *(- |1\. )", block))
            after_item = bool(re.match(r" *(- |1\. )", written.rsplit("\n\n", 1)[-1]))
            written += ("\n" if is_item and after_item else "\n\n" if written else "") + block
        return written

    def _open(self, mark: str) -> None:
        if self.line and self.line[-1] == mark and mark in self.opened:
            self.line.pop()  # bold after bold is one: four stars would mean something else
        else:
            self.opened[mark] = len(self.line)
            self.line.append(mark)

    def _close(self, mark: str) -> None:
        """Put the blanks at the ends outside: Markdown knows no emphasis that begins or ends with one."""
        start = self.opened.get(mark, len(self.line))
        inside = "".join(self.line[start + 1 :])
        words = inside.strip()
        before, after = inside[: len(inside) - len(inside.lstrip())], inside[len(inside.rstrip()) :]
        self.line[start:] = [before, mark, words, after, mark] if words else [inside]
        if words:
            self.opened[mark] = start + 1
            self.line[-2:] = [mark, after] if after else [mark]
        else:
            self.opened.pop(mark, None)

    def _end_block(self) -> None:
        block = "".join(self.line).rstrip()
        if block.strip() and block.strip() not in {"-", "1."}:
            self.blocks.append(block)
        self.line, self.opened = [], {}
