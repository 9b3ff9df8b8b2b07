"""Find the line on which a key stands.

`tomllib` and YAML hand back plain values without their place. For a message that says where to look, a scan
of the text is enough: it knows table headers, plain and quoted keys, and skips multi-line strings.
"""

import re
from collections import Counter

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"))*)\s*=""")
_FRONT_MATTER_KEY = re.compile(r"^([A-Za-z0-9_-]+)\s*:")


def toml_lines(text: str) -> dict[str, int]:
    """Map dotted key paths to line numbers; the second `[[editors]]` is `editors[1]`."""
    lines: dict[str, int] = {}
    seen: Counter[str] = Counter()
    table = ""
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            if fence in line:
                fence = ""
            continue
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header:
            table = _plain(header.group(2))
            if header.group(1) == "[[":
                table, name = f"{table}[{seen[table]}]", table
                seen[name] += 1
            lines.setdefault(table, number)
        elif key:
            path = _plain(key.group(1))
            lines.setdefault(f"{table}.{path}" if table else path, number)
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                fence = mark
    return lines


def front_matter_lines(text: str, offset: int) -> dict[str, int]:
    """Map the top-level keys of YAML front matter to line numbers of the whole file."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        key = _FRONT_MATTER_KEY.match(line)
        if key:
            lines.setdefault(key.group(1), number + offset)
    return lines


def _plain(dotted: str) -> str:
    """Write a dotted key without spaces and quotes."""
    return ".".join(part.strip().strip("\"'") for part in dotted.split("."))
