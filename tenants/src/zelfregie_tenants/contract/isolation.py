"""No region shows anything of another at any address of the plugin; and every address can be tried."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.core import mail
from django.urls import Resolver404, resolve

from zelfregie_tenants.contract.filling import FilledRegion, filled_regions
from zelfregie_tenants.contract.findings import Finding, NothingToCheck
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.contract.visiting import Visit, addresses_of, owner_of_everything, paths_of, visit
from zelfregie_tenants.testing.addresses import Address
from zelfregie_tenants.testing.client import RegionClient

KEY = "isolation"
TITLE = "at every address, a region shows only what is its own"
LOOK = (
    "Look for data that is kept outside the schema: a module variable, lru_cache, a key of a cache of your own, a file."
)


class Said(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line with its values."""
        self.lines.append(record.getMessage())


def check(subject: Subject) -> Iterator[Finding]:
    """Visit each address in both regions, in turns, also with the paths of the other region."""
    with filled_regions(subject) as regions, _listening() as said:
        if not addresses_of(subject) and not subject.pages and not subject.contributed("register_blocks"):
            raise NothingToCheck("it has no address, page or block")
        paths = {filled.mark: paths_of(subject, filled) for filled in regions}
        pages = {filled.mark: _page_paths(subject, filled) for filled in regions}
        answered: set[Address] = set()
        seen: set[tuple[str, str]] = set()
        for role in ("visitor", "superuser"):
            browsers = [filled.visitor() if role == "visitor" else owner_of_everything(filled) for filled in regions]
            # First all of one region, then all of the other: what a process remembers shows in the other.
            for here, there in ((0, 1), (1, 0)):
                filled, other, browser = regions[here], regions[there], browsers[here]
                for address, path in _itinerary(paths, pages, filled, other):
                    answer, found = _look(browser, path, filled, other, said, role)
                    if address is not None and answer.answers:
                        answered.add(address)
                    for finding in found:
                        if (finding.place, finding.problem) not in seen:
                            seen.add((finding.place, finding.problem))
                            yield finding
        yield from _not_tried([address for address in addresses_of(subject) if address not in answered])
        yield from _shadowed(paths[regions[0].mark])


def _page_paths(subject: Subject, filled: FilledRegion) -> list[str]:
    """The pages, the home page and the page with blocks: where the plugin shows itself among others."""
    return ["/", filled.blocks_path, f"/zoeken/?q={filled.mark}", *filled.page_paths(subject)]


def _itinerary(
    paths: dict[str, dict[Address, list[str]]], pages: dict[str, list[str]], here: FilledRegion, there: FilledRegion
) -> Iterator[tuple[Address | None, str]]:
    asked: set[str] = set()
    for filled in (here, there):
        found = [(address, path) for address, several in paths[filled.mark].items() for path in several]
        for address, path in [*found, *((None, path) for path in pages[filled.mark])]:
            if path not in asked:
                asked.add(path)
                yield address, path


def _look(
    browser: RegionClient, path: str, here: FilledRegion, there: FilledRegion, said: Said, role: str
) -> tuple[Visit, list[Finding]]:
    said.lines.clear()
    mail.outbox = []
    answer = visit(browser, path)
    found = []
    if answer.status >= 500:
        found.append(Finding(path, f"it fails (status {answer.status}) for a {role}", "See the traceback above."))
    if role == "visitor" and path.startswith("/admin/") and answer.answers and answer.status == 200:
        found.append(Finding(path, "a visitor who is not logged in sees it", "Ask for a permission in the view."))
    for what, text in (
        ("the answer", _without(path, there.mark, answer.text)),
        ("a mail", "\n".join(f"{message.subject} {message.body} {message.to}" for message in mail.outbox)),
        ("the log", _without(path, there.mark, "\n".join(said.lines))),
    ):
        if there.mark in text.lower():
            line = next(line for line in text.splitlines() if there.mark in line.lower()).strip()
            problem = f"in {here.region.slug}, {what} has words of {there.region.slug}: {line[:120]}"
            found.append(Finding(path, problem, LOOK))
    return answer, found


def _without(path: str, mark: str, text: str) -> str:
    """Return a text without the words of the question that it repeats: asking is not knowing."""
    words = {word for word in re.split(r"[/?&=]", path) if mark in word.lower()}
    for word in sorted({*words, *map(quote, words)}, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def _not_tried(addresses: list[Address]) -> Iterator[Finding]:
    for address in addresses:
        place = f"/{address.route}"
        if not address.name:
            yield Finding(place, "it has no name, so that no link can lead there", "Give path() a name=.")
        else:
            yield Finding(
                place,
                f"no sample leads to it ({address.name}): it cannot be tried",
                "Return a path that leads there from make_samples(mark) in samples.py, such as a signed link.",
            )


def _shadowed(paths: dict[Address, list[str]]) -> Iterator[Finding]:
    for address, several in paths.items():
        for path in several[:1]:
            try:
                found = resolve(path.partition("?")[0])
            except Resolver404:
                continue
            if found.route != address.route:
                yield Finding(
                    f"/{address.route}", f"another address comes first there: {found.route}", "Choose another path."
                )


@contextmanager
def _listening() -> Iterator[Said]:
    said, root = Said(), logging.getLogger()
    root.addHandler(said)
    try:
        yield said
    finally:
        root.removeHandler(said)
