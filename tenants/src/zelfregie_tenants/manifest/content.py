"""Read `content/*.md`: front matter in YAML, a body in Markdown, out come the blocks of a page."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from .files import read_text
from .lines import front_matter_lines
from .markdown import read_blocks
from .model import ContentFile
from .problems import Problems, did_you_mean
from .table import Table

PAGE_TYPES = ("content", "home", "theme", "legal")
LEGAL_KINDS = ("privacy", "accessibility", "crisis", "about")
MAX_PAGES = 500

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class _FrontMatterLoader(yaml.SafeLoader):
    """YAML without surprises: a key given twice is an error, not a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen:
                raise yaml.MarkedYAMLError(problem=f"{key} is given twice", problem_mark=key_node.start_mark)
            if isinstance(key, str):
                seen.add(key)
        return super().construct_mapping(node, deep)


def read_content(folder: Path, problems: Problems, *, themes: Collection[str] | None) -> tuple[ContentFile, ...]:
    """Read every `content/*.md`, ordered by `order` and name.

    :param themes: the theme slugs that exist; None takes any.
    """
    names = sorted(path for path in (folder / "content").glob("*.md") if not path.name.startswith("."))
    if len(names) > MAX_PAGES:
        problems.add("content", "", None, f"holds {len(names)} pages.", f"Keep it to {MAX_PAGES}.")
        return ()
    pages = [page for path in names if (page := _read_page(path, problems, themes)) is not None]
    _refuse_doubles(pages, problems)
    if not any(page.type == "home" for page in pages) and not _unreadable(names, pages):
        problems.add("content", "", None, "has no home page.", 'Add a file with "type: home" in its front matter.')
    return tuple(sorted(pages, key=lambda page: (page.order, page.path)))


def _read_page(path: Path, problems: Problems, themes: Collection[str] | None) -> ContentFile | None:
    name = f"content/{path.name}"
    text = read_text(path, name, problems)
    if text is None:
        return None
    split = _split(text, name, problems)
    if split is None:
        return None
    matter, body, body_line = split
    values = _parse_front_matter(matter, name, problems)
    if values is None:
        return None
    table = Table(values, problems, file=name, lines=front_matter_lines(matter, offset=1))
    page_type = table.choice("type", PAGE_TYPES)
    title = table.text("title", limit=120)
    theme = table.text("theme", default="", limit=60)
    legal = table.choice("legal", LEGAL_KINDS, default="about") if "legal" in table else ""
    page = ContentFile(
        path=name,
        title=title,
        type=page_type,
        slug=_slug(table, page_type, path, theme, legal),
        theme=theme,
        legal=legal,
        menu=table.boolean("menu", default=False),
        order=table.integer("order", default=100),
        intro=table.text("intro", default="", limit=400),
        blocks=read_blocks(body, body_line, name, problems),
    )
    _check_type_keys(table, page, themes)
    table.finish()
    return page


def _split(text: str, name: str, problems: Problems) -> tuple[str, str, int] | None:
    """Split a file into front matter, body and the line on which the body starts."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        problems.add(name, "", 1, "has no front matter.", "Start the file with a line of three dashes: ---")
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    problems.add(name, "", 1, "has front matter without an end.", "Close it with a line of three dashes: ---")
    return None


def _parse_front_matter(matter: str, name: str, problems: Problems) -> dict[str, Any] | None:
    try:
        values = yaml.load(matter, Loader=_FrontMatterLoader)  # noqa: S506 -- a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        problems.add(
            name,
            "",
            line,
            f"has front matter that is not YAML: {error.problem}.",
            "Write each line as “key: value”; put quotes around a value with a colon in it.",
        )
        return None
    except yaml.YAMLError as error:  # a control character, say: an error without a mark
        problems.add(name, "", 1, f"has front matter that is not YAML: {error}.", "Type that line again.")
        return None
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        problems.add(name, "", 1, "has front matter without keys.", 'Give at least "title: …" and "type: …".')
        return None
    return values


def _slug(table: Table, page_type: str, path: Path, theme: str, legal: str) -> str:
    """Return the page's slug; without one in the file it follows from its theme or the file name."""
    given = table.text("slug", default="", limit=80)
    if page_type == "home":
        if given:
            table.problem("slug", "does not belong on the home page, which is at /.", "Remove it.")
        return ""
    slug = given or theme or re.sub(r"^\d+-", "", path.stem.lower()).replace("_", "-")
    if not _SLUG.fullmatch(slug):
        table.problem(
            "slug",
            f'"{slug}" cannot be part of an address.',
            "Use lower-case letters, digits and single hyphens.",
        )
    return slug


def _check_type_keys(table: Table, page: ContentFile, themes: Collection[str] | None) -> None:
    """A theme page names its theme, a legal page its kind, and no other page does."""
    if page.type == "theme":
        if not page.theme:
            table.problem("theme", "is missing on a theme page.", 'Add for example "theme: rouw".')
        elif themes is not None and page.theme not in themes:
            table.problem("theme", f'"{page.theme}" is not a known theme.', did_you_mean(page.theme, themes))
    elif page.theme:
        table.problem("theme", f'does not belong on a page of type "{page.type}".', 'Use "type: theme".')
    if page.type == "legal":
        if not page.legal:
            table.problem("legal", "is missing on a legal page.", f"Choose from {', '.join(LEGAL_KINDS)}.")
    elif page.legal:
        table.problem("legal", f'does not belong on a page of type "{page.type}".', 'Use "type: legal".')


def _refuse_doubles(pages: list[ContentFile], problems: Problems) -> None:
    """No two pages may claim one address, one theme or one legal kind, and one page is the home page."""
    for what, key in (("address", _address), ("theme", _theme_key), ("legal kind", _legal_key)):
        first: dict[str, str] = {}
        for page in pages:
            value = key(page)
            if not value:
                continue
            if value in first:
                problems.add(
                    page.path,
                    "",
                    None,
                    f'has the same {what} as {first[value]}: "{value}".',
                    "Change one of the two.",
                )
            else:
                first[value] = page.path


def _address(page: ContentFile) -> str:
    if page.type == "home":
        return "/"
    return page.slug


def _theme_key(page: ContentFile) -> str:
    return page.theme if page.type == "theme" else ""


def _legal_key(page: ContentFile) -> str:
    return page.legal if page.type == "legal" else ""


def _unreadable(names: list[Path], pages: list[ContentFile]) -> bool:
    """Whether some file could not be read: then the home page may be that one."""
    return len(names) != len(pages)
