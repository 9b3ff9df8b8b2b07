"""Turn the Markdown of a page into blocks that editors can go on editing in Wagtail.

Only what the editor itself can make is let through; the rest is reported with its line instead of lost later.
"""

import re
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from .model import ContentBlock
from .problems import Problems

# The features of core's paragraph block (zelfregie_core.blocks), as HTML.
_TAGS = {"p", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "br"}
_ATTRIBUTES = {"a": {"href"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")
_AUTOLINK = re.compile(r"<[a-z]+:[^<>\s]*>|<[^<>@\s]+@[^<>\s]+>")

# What Markdown can say and the editor cannot hold: kind of token -> (what it is, what to do).
_UNSUPPORTED = {
    "fence": ("a block of code", "Start the line at the left margin."),
    "code_block": ("a block of code", "Start the line at the left margin."),
    "hr": ("a horizontal line", "Use a heading (##) instead."),
    "image": ("an image", "Leave it out; add images later in the editor."),
    "code_inline": ("code", "Leave out the backticks."),
}
_HEADINGS = {
    "h1": ("a heading of level 1 in its body", "The title is that heading; use ## here."),
    "h5": ("a heading of level 5", "Use ##, ### or ####."),
    "h6": ("a heading of level 6", "Use ##, ### or ####."),
}
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_blocks(body: str, first_line: int, name: str, problems: Problems) -> tuple[ContentBlock, ...]:
    """Return heading blocks (`##`), quote blocks (`>`) and between them paragraph blocks of clean HTML.

    A table becomes one small heading per row with its labelled cells below it: readable on a phone, and the
    editor has no tables.

    :param first_line: the line of the file on which the body starts.
    """
    tokens = _markdown.parse(body)
    _report_unsupported(tokens, first_line, name, problems)
    blocks: list[ContentBlock] = []
    pending: list[Token] = []

    def flush() -> None:
        html = _clean(_markdown.renderer.render(pending, _markdown.options, {})) if pending else ""
        pending.clear()
        if html:
            blocks.append(ContentBlock("paragraph", html))

    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "heading_open" and token.tag == "h2":
            flush()
            blocks.append(ContentBlock("heading", _plain(tokens[position + 1])))
            position += 3
        elif token.type == "blockquote_open" and token.level == 0:
            flush()
            end = _end(tokens, position)
            paragraphs = [_plain(inside) for inside in tokens[position:end] if inside.type == "inline"]
            blocks.append(ContentBlock("quote", "\n\n".join(paragraphs)))
            position = end + 1
        elif token.type == "table_open":
            end = _end(tokens, position)
            pending.extend(_table_as_text(tokens[position : end + 1]))
            position = end + 1
        else:
            pending.append(token)
            position += 1
    flush()
    return tuple(blocks)


def _end(tokens: list[Token], start: int) -> int:
    """Return the position of the token that closes the one at `start`."""
    opening = tokens[start]
    closing = opening.type.replace("_open", "_close")
    return next(
        position
        for position in range(start, len(tokens))
        if tokens[position].type == closing and tokens[position].level == opening.level
    )


def _table_as_text(tokens: list[Token]) -> Iterator[Token]:
    """Yield the tokens of a heading and a paragraph for each row of a table."""
    cells = [tokens[position + 1] for position, token in enumerate(tokens) if token.type in {"th_open", "td_open"}]
    width = sum(token.type == "th_open" for token in tokens)
    labels = [_plain(cell) for cell in cells[:width]]
    for start in range(width, len(cells), width):
        row = cells[start : start + width]
        yield from _element("heading", "h3", row[0].children or [])
        inside: list[Token] = []
        for label, cell in zip(labels[1:], row[1:], strict=False):
            if inside:
                inside.append(Token("hardbreak", "br", 0))
            inside += [
                Token("strong_open", "strong", 1),
                Token("text", "", 0, content=f"{label}:"),
                Token("strong_close", "strong", -1),
                Token("text", "", 0, content=" "),
                *(cell.children or []),
            ]
        yield from _element("paragraph", "p", inside)


def _element(kind: str, tag: str, children: list[Token]) -> Iterator[Token]:
    yield Token(f"{kind}_open", tag, 1, block=True)
    yield Token("inline", "", 0, children=children, block=True)
    yield Token(f"{kind}_close", tag, -1, block=True)


def _report_unsupported(tokens: list[Token], first_line: int, name: str, problems: Problems) -> None:
    line: int | None = None
    for token in tokens:
        line = token.map[0] + first_line if token.map else line
        found = _UNSUPPORTED.get(token.type)
        if token.type == "heading_open":
            found = _HEADINGS.get(token.tag)
        if found:
            problems.add(name, "", line, f"has {found[0]}.", found[1])
        for child in token.children or []:
            if child.type in _UNSUPPORTED:
                what, remedy = _UNSUPPORTED[child.type]
                problems.add(name, "", line, f"has {what} in its text.", remedy)
        if token.type == "inline" and _HTML.search(_AUTOLINK.sub("", token.content)):
            problems.add(name, "", line, "has HTML in its text.", "Write it in Markdown.")


def _clean(html: str) -> str:
    """Keep only what the editor can edit. Markdown made this HTML itself; this is the second lock."""
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None).strip()


def _plain(inline: Token) -> str:
    return "".join(
        " " if child.type in {"softbreak", "hardbreak"} else child.content for child in inline.children or []
    ).strip()
