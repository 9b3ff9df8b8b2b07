"""Merging two descendants of one text, line by line (diff3). Pure.

Written here because an instance need not be in git, and what is published for Python has another licence than ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

OURS, MIDDLE, THEIRS = "<<<<<<<", "=======", ">>>>>>>"
#: A line that says one thing by itself, as in TOML and front matter: neighbours may be taken from different sides.
SETTING = re.compile(r"""["\w.-]+\s*[=:]""")


@dataclass(frozen=True)
class Chunk:
    """A stretch of lines on three sides: the same everywhere, or not."""

    base: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether nobody changed it."""
        return self.base == self.ours == self.theirs

    @property
    def merged(self) -> tuple[str, ...] | None:
        """What it becomes; None when both changed it, differently."""
        if self.ours in (self.theirs, self.base):
            return self.theirs
        return self.ours if self.theirs == self.base else None


@dataclass(frozen=True)
class Merged:
    """A merged text, and how often both sides changed the same lines differently."""

    text: str
    conflicts: int


def merge_texts(base: str, ours: str, theirs: str, *, our_name: str, their_name: str) -> Merged:
    """Merge two descendants of a text.

    Where both changed the same lines differently the result holds both versions, between markers that name them.
    """
    lines: list[str] = []
    conflicts = 0
    for chunk in chunks(*(text.splitlines(keepends=True) for text in (base, ours, theirs))):
        for part in _by_setting(chunk):
            if part.merged is not None:
                lines += part.merged
                continue
            conflicts += 1
            sides = (f"{OURS} {our_name}\n", *_ended(part.ours), f"{MIDDLE}\n", *_ended(part.theirs))
            lines += [*sides, f"{THEIRS} {their_name}\n"]
    return Merged("".join(lines), conflicts)


def chunks(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Chunk]:
    """Split three texts into stretches that all have in common and stretches between those."""
    b = o = t = 0
    for base_at, our_at, their_at, size in _common(base, ours, theirs):
        if (b, o, t) != (base_at, our_at, their_at):
            yield Chunk(tuple(base[b:base_at]), tuple(ours[o:our_at]), tuple(theirs[t:their_at]))
        b, o, t = base_at + size, our_at + size, their_at + size
        if size:
            same = tuple(base[base_at:b])
            yield Chunk(same, same, same)


def _common(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield where (in base, ours, theirs) how many lines are the same on all sides; at last the three ends."""
    first = SequenceMatcher(None, base, ours, autojunk=False).get_matching_blocks()
    second = SequenceMatcher(None, base, theirs, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(first) and j < len(second):
        one, other = first[i], second[j]
        start, end = max(one.a, other.a), min(one.a + one.size, other.a + other.size)
        if start < end:
            yield start, one.b + start - one.a, other.b + start - other.a, end - start
        if one.a + one.size < other.a + other.size:
            i += 1
        else:
            j += 1
    yield len(base), len(ours), len(theirs), 0


def _by_setting(chunk: Chunk) -> Iterator[Chunk]:
    """Split a stretch of settings, of which each side changed some in place, into its lines."""
    sides = (chunk.base, chunk.ours, chunk.theirs)
    keys = [[found.group() if (found := SETTING.match(line)) else "" for line in side] for side in sides]
    if chunk.merged is None and keys[0] == keys[1] == keys[2] and all(keys[0]):
        yield from (Chunk((b,), (o,), (t,)) for b, o, t in zip(*sides, strict=True))
    else:
        yield chunk


def _ended(lines: Sequence[str]) -> Iterator[str]:
    """Return lines that all end; the last one of a file may not."""
    for line in lines:
        yield line if line.endswith("\n") else line + "\n"
