"""Recognising words of another region, wherever they come up: in answers, mails, logs, tasks, caches, files, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any
from urllib.parse import quote

from django_tenants.utils import tenant_context

from zelfregie_core.domain.directory import published_listings
from zelfregie_core.plugins import Listing
from zelfregie_tenants.contract.filling import FilledRegion
from zelfregie_tenants.contract.findings import Finding
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.contract.visiting import BODY, Visit
from zelfregie_tenants.testing.watching import Noted, Watcher

LOOK = (
    "Look for data that is kept outside the schema: a module variable, lru_cache, a key of a cache of your own, a file."
)
SHOWN = 120


class Lookout:
    """Knows what each region may show, and what it must not."""

    def __init__(self, subject: Subject, regions: list[FilledRegion], watcher: Watcher) -> None:
        """Keep what the directory knows of each region: that may be seen on pages of which the plugin says so."""
        self.regions = {filled.region.slug: filled for filled in regions}
        self.watcher = watcher
        self.allowed = subject.shows_directory
        self.needed: set[str] = set()
        self.listed = {slug: list(_listed(subject, filled)) for slug, filled in self.regions.items()}
        watcher.take("")

    def answer(self, answer: Visit, here: FilledRegion) -> Iterator[Finding]:
        """Look at an answer, and at all that happened beside it."""
        path = answer.path
        for there in self._others(here):
            for place, text in answer.parts:
                what = "the answer" if place == BODY else f"the answer ({place})"
                yield from self._seen(path, here, there, what, self._public(path, there, place, text))
        yield from self.beside(path, here)

    def beside(self, path: str, here: FilledRegion) -> Iterator[Finding]:
        """Look at what happened since the last time: mails, lines of the log, tasks, cache entries, files."""
        for noted in self.watcher.take(here.region.slug):
            yield from self._noted(path, noted)

    def text(self, path: str, here: FilledRegion, what: str, text: str) -> Iterator[Finding]:
        """Look at a text that belongs to a region."""
        for there in self._others(here):
            yield from self._seen(path, here, there, what, text)

    def of_nobody(self, path: str, what: str, text: str) -> Iterator[Finding]:
        """Look at a text that stands outside all regions: it may have words of none."""
        for filled in self.regions.values():
            if filled.mark in _without(path, filled.mark, text).lower():
                problem = f"{what}, outside any region, has words of {filled.region.slug}: {_line(text, filled.mark)}"
                yield Finding(path, problem, "Keep it in a table, a cache or the media of the region itself.")

    def unneeded(self) -> Iterator[Finding]:
        """Yield the paths of which the samples say that they show the directory, and that do not."""
        for path in self.allowed:
            if path not in self.needed:
                problem = "SHOWS_DIRECTORY names it, and nothing of another region is seen there"
                yield Finding(path, problem, "Take it out; or let a sample tell of an address where it is seen.")

    def _others(self, here: FilledRegion) -> list[FilledRegion]:
        return [filled for slug, filled in self.regions.items() if slug != here.region.slug]

    def _noted(self, path: str, noted: Noted) -> Iterator[Finding]:
        region, what, text = noted
        if region in self.regions:
            yield from self.text(path, self.regions[region], what, text)
        else:
            yield from self.of_nobody(path, what, text)

    def _seen(self, path: str, here: FilledRegion, there: FilledRegion, what: str, text: str) -> Iterator[Finding]:
        rest = _without(path, there.mark, text)
        if there.mark in rest.lower():
            line = _line(rest, there.mark)
            yield Finding(path, f"in {here.region.slug}, {what} has words of {there.region.slug}: {line}", LOOK)

    def _public(self, path: str, there: FilledRegion, place: str, text: str) -> str:
        """Return a text without what the directory lists, on a page that shows the directory."""
        page = path.partition("?")[0]
        if place != BODY or page not in self.allowed or there.mark not in text.lower():
            return text
        rest = text
        for listed in self.listed[there.region.slug]:
            rest = rest.replace(listed, "")
        if rest != text:
            self.needed.add(page)
        return rest


def _listed(subject: Subject, filled: FilledRegion) -> Iterator[str]:
    """Yield every text with the mark that the directory has of a region, as a page may write it; longest first."""
    with tenant_context(filled.region):
        texts = {text for listing in published_listings(subject.slug) for text in _texts(listing)}
    marked = [text for text in texts if filled.mark in text.lower()]
    forms = {form for text in marked for form in (text, escape(text), quote(text), text.replace("'", "&#x27;"))}
    yield from sorted(forms, key=len, reverse=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Listing):
        value = [value.title, value.path, value.summary, value.city, value.words, dict(value.card)]
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _texts(inner)


def _without(path: str, mark: str, text: str) -> str:
    """Return a text without the words of the question that it repeats: asking is not knowing."""
    words = {word for word in re.split(r"[/?&=]", path) if mark in word.lower()}
    for word in sorted({*words, *map(quote, words)}, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def _line(text: str, mark: str) -> str:
    line = next(line for line in text.splitlines() if mark in line.lower())
    at = max(0, line.lower().index(mark) - SHOWN // 2)
    return "".join(letter if letter.isprintable() else " " for letter in line[at : at + SHOWN]).strip()
