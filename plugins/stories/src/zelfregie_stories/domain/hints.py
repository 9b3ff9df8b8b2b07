"""Pointing out what may tell who the author is, for the moderator who reads."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

#: In order of precedence: where two overlap, the first wins.
PATTERNS = (
    ("email", _("e-mailadres"), re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("postcode", _("postcode"), re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b")),
    (
        "date",
        _("datum"),
        re.compile(
            r"\b\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\b"
            r"|\b\d{1,2}\s+(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november"
            r"|december|jan|feb|mrt|apr|jun|jul|aug|sept?|okt|nov|dec)\b\.?(?:\s+\d{4})?",
            re.IGNORECASE,
        ),
    ),
    ("phone", _("telefoonnummer"), re.compile(r"(?<![\d\w])(?:\+31|0031|0)(?:[\s()-]*\d){8,9}(?![\d\w])")),
    (
        "name",
        _("voor- en achternaam"),
        re.compile(
            r"\b[A-Z][a-zà-ÿ]+(?:-[A-Z][a-zà-ÿ]+)?"
            r"(?:(?:\s+(?:van|de|der|den|het|ter|ten|te|in|’t|'t|el|al))*\s+[A-Z][a-zà-ÿ]+(?:-[A-Z][a-zà-ÿ]+)?)+\b"
        ),
    ),
)


@dataclass(frozen=True)
class Piece:
    """A stretch of text. ``label`` says what it may give away; empty for plain text."""

    text: str
    kind: str = ""
    label: str = ""


def hint_pieces(text: str) -> list[Piece]:
    """The text cut into pieces, each plain or with a hint. Joined they are the text again."""
    spans: list[tuple[int, int, str, str]] = []
    for kind, label, pattern in PATTERNS:
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end, *_rest in spans):
                spans.append((match.start(), match.end(), kind, str(label)))
    pieces, position = [], 0
    for start, end, kind, label in sorted(spans):
        if start > position:
            pieces.append(Piece(text[position:start]))
        pieces.append(Piece(text[start:end], kind, label))
        position = end
    if position < len(text):
        pieces.append(Piece(text[position:]))
    return pieces
