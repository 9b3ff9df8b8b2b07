"""The texts of a package that are marked for translation, and those that people read and that are not marked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.translation.template import templatize

from zelfregie_tenants.contract.catalog import Entry
from zelfregie_tenants.contract.subject import Subject

#: Function of `django.utils.translation` -> what its first arguments are.
CALLS = {
    "gettext": ("id",), "gettext_lazy": ("id",), "gettext_noop": ("id",),
    "ngettext": ("id", "plural"), "ngettext_lazy": ("id", "plural"),
    "pgettext": ("context", "id"), "pgettext_lazy": ("context", "id"),
    "npgettext": ("context", "id", "plural"), "npgettext_lazy": ("context", "id", "plural"),
}  # fmt: skip
#: Arguments in Python that people read in the admin.
READ = frozenset({"label", "verbose_name", "verbose_name_plural", "menu_label"})
LITERAL = r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
IN_TEMPLATE = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\((u?{LITERAL}(?:\s*,\s*u?{LITERAL})*)")
ATTRIBUTE = re.compile(r"""\s(?:aria-label|title|placeholder|alt)=(?:"([^"]*)"|'([^']*)')""")
WORD = re.compile(r"[^\W\d_]{3,}")
#: Stands for a tag or a variable while a template is read as plain HTML.
HOLE = "\x00"


@dataclass(frozen=True)
class Place:
    """Where something is: how a finding names it."""

    name: str
    text: str


def marked(subject: Subject) -> dict[tuple[str | None, str], tuple[Entry, str]]:
    """Return every marked text by its key, with the first place where it stands."""
    found: dict[tuple[str | None, str], tuple[Entry, str]] = {}
    for place, tree in subject.python_files():
        names = _names(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                entry = _entry(CALLS[names[node.func.id]], [_text(argument) for argument in node.args])
                if entry:
                    _keep(found, entry, f"{place}:{node.lineno}")
    for file in templates(subject):
        for function, arguments in IN_TEMPLATE.findall(templatize(file.read_text(encoding="utf-8"), origin=str(file))):
            texts = [ast.literal_eval(literal) for literal in re.findall(LITERAL, arguments)]
            if entry := _entry(CALLS["gettext" if function == "_" else function], texts):
                _keep(found, entry, subject.place(file))
    return found


def unmarked(subject: Subject) -> Iterator[Place]:
    """Yield texts that people read and that cannot be translated."""
    for file in templates(subject):
        source = file.read_text(encoding="utf-8")
        if text := _bare_text(source, is_html=file.suffix == ".html"):
            yield Place(subject.place(file), text)
    for place, tree in subject.python_files():
        if "migrations/" in place:
            continue
        for node in ast.walk(tree):
            values = []
            if isinstance(node, ast.keyword) and node.arg in READ:
                values = [node.value]
            elif isinstance(node, ast.Assign):
                names = {target.id for target in node.targets if isinstance(target, ast.Name)}
                values = [node.value] if names & READ else []
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and WORD.search(value.value):
                    yield Place(f"{place}:{value.lineno}", value.value)


def templates(subject: Subject) -> list[Path]:
    """Return the plugin's templates that people read."""
    folders = (subject.folder / "templates", subject.folder / "region_templates")
    return sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in (".html", ".txt"))


def _names(tree: ast.Module) -> dict[str, str]:
    """Return under which name each function of Django is called in a module."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _entry(parts: tuple[str, ...], texts: list[str | None]) -> Entry | None:
    values = dict(zip(parts, texts, strict=False))
    if not values.get("id"):
        return None
    return Entry(id=str(values["id"]), plural=values.get("plural"), context=values.get("context"))


def _keep(found: dict, entry: Entry, place: str) -> None:
    known = found.get(entry.key)
    if known is None or (known[0].plural is None and entry.plural is not None):
        found[entry.key] = (entry, place)


#: What HTML says itself that nobody should translate, such as the name of a format.
NAMES = re.compile(r"<(\w+)\b[^>]*\btranslate=\"no\"[^>]*>.*?</\1>", re.DOTALL)


def _bare_text(source: str, *, is_html: bool) -> str:
    """Return the first words of a template that stand outside any translation, or nothing."""
    text = _outside_tags(Lexer(source).tokenize())
    if is_html:
        text = NAMES.sub("", re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL))
        attributes = " ".join(filter(None, (part for found in ATTRIBUTE.findall(text) for part in found)))
        text = f"{re.sub(r'<[^>]*>', ' ', text)} {attributes}"
    found = WORD.search(re.sub(r"&\w+;", " ", text))
    return " ".join(text[found.start() :].replace(HOLE, "…").split())[:60] if found else ""


def _outside_tags(tokens: list[Token]) -> str:
    parts, inside = [], ""
    for token in tokens:
        word = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK:
            if inside and word == f"end{inside}":
                inside = ""
            elif not inside and word in ("comment", "blocktranslate", "blocktrans", "verbatim"):
                inside = word
            elif not inside and word == "block" and "class" in token.contents:
                inside = word  # {% block body_class %}: names for the style sheet
            parts.append(HOLE)
        elif token.token_type == TokenType.VAR:
            parts.append(HOLE)
        elif token.token_type == TokenType.TEXT and not inside:
            parts.append(token.contents)
    return "".join(parts)
