"""Read files of an instance folder, without leaving it."""

import re
from pathlib import Path

from .problems import Problems

MAX_TEXT_BYTES = 1024 * 1024
#: What merging leaves where a person must choose.
_MARKER = re.compile(r"^<{7} ", re.MULTILINE)


def read_text(path: Path, name: str, problems: Problems) -> str | None:
    """Return the text of a UTF-8 file without byte-order mark; None, with a problem noted, if it has none."""
    try:
        if path.stat().st_size > MAX_TEXT_BYTES:
            problems.add(name, "", None, "is larger than 1 MB.", "Split it, or take pictures out of it.")
            return None
        data = path.read_bytes()
    except FileNotFoundError:
        problems.add(name, "", None, "is missing.", "Add it, or bake the folder again from the blueprint.")
        return None
    except IsADirectoryError:
        problems.add(name, "", None, "is a folder.", "Put a file there.")
        return None
    except OSError as error:
        problems.add(name, "", None, f"cannot be read: {error.strerror}.", "Check its permissions.")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add(
            name,
            "",
            line,
            "is not UTF-8 text.",
            "Save it as UTF-8: in most editors “Save as”, then choose the encoding.",
        )
        return None
    if "\x00" in text:
        problems.add(name, "", text[: text.index("\x00")].count("\n") + 1, "holds a NUL character.", "Remove it.")
        return None
    text = text.replace("\r\n", "\n")
    if found := _MARKER.search(text):
        problems.add(
            name,
            "",
            text.count("\n", 0, found.start()) + 1,
            "holds two versions of a text, between <<<<<<< and >>>>>>>.",
            "Keep the one you want and remove the other, and the lines with <<<<<<<, ======= and >>>>>>>.",
        )
        return None
    return text


def inside(folder: Path, relative: str) -> Path | None:
    """Return the absolute path of a file below the folder; None if the path leads out of it."""
    root = folder.resolve()
    path = (root / relative).resolve()
    return path if path.is_relative_to(root) and path != root else None
