"""Takes what opens something out of a line of the log: personal links, codes, signed values.

A link of a visitor or a practice is a secret, and Django writes the address of every answer that is no success: also
that of a link that was broken by a mail program, or has ended. Whoever writes a view cannot forget it, because nothing
is listed here: what may stay is what cannot be a secret.

- Below ``/-/``, where plugins have their addresses, only what stands literally in a route stays.
- Elsewhere words and short numbers stay: those are pages and the admin. What mixes letters and digits, or has capitals,
  goes.
- What is asked behind an address goes.
- Anywhere in a line what is signed or encrypted goes, and what has the form of it.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from django.apps import apps
from django.conf import settings
from django.urls import URLResolver, get_resolver

#: What stands in the place of what was taken out.
TAKEN = "…"
#: Below this each plugin has its addresses.
PLUGINS = "-"
#: An address in a text, with or without a host.
ADDRESS = re.compile(r"(?<![\w.~-])(?:(?P<host>https?://[^\s/\"'<>]*)|(?=/))(?P<path>/[^\s\"'<>]*)?")
#: Signed by Django, with or without a time; encrypted; or as long and as mixed as only such things are.
SECRET = re.compile(
    r"(?:[0-9a-f]{8}:)?gAAAA[\w-]{20,}={0,2}|[\w+/=.-]+(?::[\w-]{4,8})?:[\w-]{27,}"
    r"|(?<![\w./-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20,}(?![\w./-])"
)
PIECES = re.compile(r"[-_.]")
LONGEST_WORD, LONGEST_NUMBER = 24, 9
#: What is no part of a route's literal text.
PARAMETER = re.compile(r"<[^>]*>")
SPECIAL = re.compile(r"[()\[\]\\^$*+?|{}]")


def take_out(record: logging.LogRecord) -> None:
    """Take what is secret out of a record, so that no handler can write it. Once per record."""
    if getattr(record, "is_discreet", False):
        return
    record.is_discreet = True
    try:
        text = record.getMessage()
    except (TypeError, ValueError, KeyError):
        # Python would write such a line with all its values.
        record.msg, record.args = f"This line could not be put together: {record.msg}", ()
        return
    shown = text
    for address in sorted(_asked(record), key=len, reverse=True):
        shown = shown.replace(address, discreet_address(address))
    shown = discreet(shown)
    if shown != text:
        record.msg, record.args = shown, ()


def discreet(text: str) -> str:
    """Return a text in which every address, signed value and token shows no secret."""
    return SECRET.sub(TAKEN, ADDRESS.sub(_of_hit, text))


def discreet_address(address: str) -> str:
    """Return a path without its secrets; of what is asked behind it that something was asked."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    parts = unquote(path).split("/")
    is_plugin = len(parts) > 1 and parts[1] == PLUGINS
    stays = _literals() if is_plugin else frozenset()
    shown = [part if part in stays or (not is_plugin and _is_plain(part)) else TAKEN for part in parts]
    if is_plugin:
        shown[:2] = parts[:2]
    return "/".join(part if before else "" for part, before in zip(shown, parts, strict=True)) + (
        f"?{TAKEN}" if len(path) < len(address) else ""
    )


def _of_hit(hit: re.Match[str]) -> str:
    host, path = hit["host"] or "", hit["path"] or ""
    if not path or (not host and _is_file(path)):
        return hit[0]
    end = path.rstrip(".,;:)]}")  # of the sentence around it
    return host + discreet_address(end) + path[len(end) :]


def _is_plain(part: str) -> bool:
    """Whether a part of an address is words and short numbers."""
    return all(
        not piece
        or (piece.isalpha() and piece == piece.lower() and len(piece) <= LONGEST_WORD)
        or (piece.isdecimal() and len(piece) <= LONGEST_NUMBER)
        for piece in PIECES.split(part)
    )


def _asked(record: logging.LogRecord) -> Iterator[str]:
    """Yield how the address of a record's request may be written in its line, whatever strange signs are in it."""
    request: Any = getattr(record, "request", None)
    for name in ("get_full_path", "path", "path_info"):
        value = getattr(request, name, "")
        text = value() if callable(value) else value
        if isinstance(text, str) and len(text) > 1:
            yield text
            yield unquote(text)
            yield text.encode("unicode_escape").decode("ascii")


def _is_file(path: str) -> bool:
    return path.split("/", 2)[1] in _top_folders()


@lru_cache(maxsize=1)
def _top_folders() -> frozenset[str]:
    """The folders of this machine: a place in a file of code begins with one of them."""
    return frozenset(entry.name for entry in os.scandir("/") if entry.is_dir()) - {PLUGINS, ""}


def _literals() -> frozenset[str]:
    """Every part of every route that is no parameter. Nothing yet when routes are not known yet."""
    return _literals_of(settings.ROOT_URLCONF) if apps.ready else frozenset()


@lru_cache(maxsize=4)
def _literals_of(urls: Any) -> frozenset[str]:
    return frozenset(part for route in _routes(get_resolver(urls)) for part in route.split("/") if part)


def _routes(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        text = str(pattern.pattern)
        # What stands beside a parameter in one part, as in `<slug:slug>.ics`, is no part of its own.
        yield "/".join("" if PARAMETER.search(part) or SPECIAL.search(part) else part for part in text.split("/"))
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern)
