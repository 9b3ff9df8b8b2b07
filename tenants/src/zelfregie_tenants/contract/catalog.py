"""Catalogs of translations (`.po`, `.mo`), read and written without GNU gettext, which a fresh machine has not."""

from __future__ import annotations

import ast
import struct
from dataclasses import dataclass, field
from pathlib import Path

CATALOG = "locale/{language}/LC_MESSAGES/django.po"
HEADER = """# English texts of {package}. The message ids are Dutch.
msgid ""
msgstr ""
"Project-Id-Version: {package}\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


@dataclass
class Entry:
    """A text and its translation.

    Args:
        id: the text, Dutch.
        plural: the text for several, or None.
        context: what tells equal texts apart, or None.
        texts: its translation; two when there is a plural.
        fuzzy: somebody has to look at it.
        line: where it begins.
    """

    id: str = ""
    plural: str | None = None
    context: str | None = None
    texts: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False
    line: int = 0

    @property
    def key(self) -> tuple[str | None, str]:
        """What tells it apart."""
        return self.context, self.id

    @property
    def is_complete(self) -> bool:
        """True iff each of its forms has a translation that needs no look."""
        wanted = (0, 1) if self.plural is not None else (0,)
        return not self.fuzzy and all(self.texts.get(number) for number in wanted)


def read_catalog(path: Path) -> list[Entry]:
    """Return the entries of a `.po` file, the header (with an empty id) included; nothing when there is no file.

    Raises:
        ValueError: a line that no catalog has, or a text that stands twice; with the numbers of lines.
    """
    entries: list[Entry] = []
    if not path.is_file():
        return entries
    entry, part, started = Entry(), ("", 0), False
    for number, raw in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            if started and (not line or not line.startswith("#~")):
                entries.append(entry)
                entry, started = Entry(), False
            if line.startswith("#,") and "fuzzy" in line:
                entry.fuzzy = True
            continue
        word, _space, rest = ("", "", line) if line.startswith('"') else line.partition(" ")
        if word == "msgid" and started and part[0] != "context":  # no empty line between two
            entries.append(entry)
            entry = Entry()
        try:
            text = ast.literal_eval(rest)
            if word:
                part = _part(word)
        except (SyntaxError, ValueError, KeyError) as error:
            message = f"{path.name}, line {number}: {line!r} is no line of a catalog"
            raise ValueError(message) from error
        started, entry.line = True, entry.line or number
        _add(entry, part, text)
    _refuse_twice(path, entries)
    return entries


def _refuse_twice(path: Path, entries: list[Entry]) -> None:
    """Refuse a text that stands twice: of two translations one would be lost without a word."""
    first: dict[tuple[str | None, str], Entry] = {}
    for entry in entries:
        if (other := first.setdefault(entry.key, entry)) is not entry:
            message = f"{path.name}: “{entry.id}” stands twice, in lines {other.line} and {entry.line}; keep one"
            raise ValueError(message)


def _part(word: str) -> tuple[str, int]:
    if word.startswith("msgstr["):
        return "texts", int(word[7:-1])
    return {"msgctxt": "context", "msgid": "id", "msgid_plural": "plural", "msgstr": "texts"}[word], 0


def _add(entry: Entry, part: tuple[str, int], text: str) -> None:
    name, number = part
    if name == "texts":
        entry.texts[number] = entry.texts.get(number, "") + text
    else:
        setattr(entry, name, (getattr(entry, name) or "") + text)


def compiled(entries: list[Entry]) -> bytes:
    """Return the `.mo` file of these entries, without those that have no translation yet."""
    texts: dict[bytes, bytes] = {}
    for entry in entries:
        if entry.id and not entry.is_complete:
            continue
        key = entry.id if entry.plural is None else f"{entry.id}\0{entry.plural}"
        if entry.context is not None:
            key = f"{entry.context}\4{key}"
        texts[key.encode()] = "\0".join(entry.texts[number] for number in sorted(entry.texts)).encode()
    keys = sorted(texts)
    start = 28 + 16 * len(keys)
    ids = b"".join(key + b"\0" for key in keys)
    values = b"".join(texts[key] + b"\0" for key in keys)
    tables, offset = [b"", b""], [start, start + len(ids)]
    for key in keys:
        for number, content in enumerate((key, texts[key])):
            tables[number] += struct.pack("<II", len(content), offset[number])
            offset[number] += len(content) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 28 + 16 * len(keys))
    return head + tables[0] + tables[1] + ids + values


def compile_catalog(path: Path) -> None:
    """Write the `.mo` file beside a `.po` file."""
    path.with_suffix(".mo").write_bytes(compiled(read_catalog(path)))


def append(path: Path, package: str, language: str, missing: list[Entry]) -> None:
    """Put texts without a translation at the end of a catalog, which is made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = path.read_text(encoding="utf-8") if path.is_file() else HEADER.format(package=package, language=language)
    for entry in missing:
        lines = [f"msgctxt {quoted(entry.context)}"] if entry.context is not None else []
        lines.append(f"msgid {quoted(entry.id)}")
        if entry.plural is None:
            lines.append('msgstr ""')
        else:
            lines += [f"msgid_plural {quoted(entry.plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
        content = content.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"
    path.write_text(content, encoding="utf-8")


def quoted(text: str) -> str:
    """Return a text as a catalog writes it."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'
