"""Traces of a text that nobody has finished: an empty page, a gap to fill in, an address that is an example."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import normalize_newlines

#: What people, and templates, put where something is still to be written.
_GAPS = re.compile(
    r"""
    \{\{.*?\}\} | \{%.*?%\}                       # a template that was not filled in
    | \blorem\s+ipsum\b
    | \b(?:TODO|TBD|FIXME|XXX+|NTB)\b
    | \[\s*(?:vul|naam|adres|telefoon|e-?mail|datum|organisatie|plaats|regio|hier|\.{2,}|…|invullen|nog)[^\]]*\]
    | <\s*(?:naam|adres|invullen)[^>]*>
    | \b(?:nog\s+in\s+te\s+vullen|vul\s+hier\s+in|tekst\s+volgt|hier\s+komt\s+(?:nog\s+)?tekst)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Names that never lead anywhere (RFC 2606, RFC 6761).
_EXAMPLES = re.compile(
    r"[\w.+-]*@?(?:[\w-]+\.)+(?:example|invalid|test)\b|@example\.(?:com|org|net|nl)\b", re.IGNORECASE
)


def text_of(values: Iterable[Any]) -> str:
    """The words in raw blocks and plain texts, without tags; the targets of links stay, so that they can be judged."""
    return "\n".join(piece for value in values for piece in _pieces(value) if piece.strip())


def leftovers(text: str) -> list[str]:
    """What in a text shows that it was not finished, as it stands there; each once, in order."""
    found = [match.group(0).strip() for pattern in (_GAPS, _EXAMPLES) for match in pattern.finditer(text)]
    return list(dict.fromkeys(found))


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from re.findall(r'href="([^"]*)"', value)
        yield unescape(strip_tags(normalize_newlines(value).replace("</p>", "\n")))
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"id", "type"}:
                yield from _pieces(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _pieces(inner)
