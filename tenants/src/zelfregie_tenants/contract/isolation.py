"""No region shows anything of another at any address of the plugin; and every address can be tried."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.db import transaction
from django.test import TestCase
from django.urls import Resolver404, resolve
from django_tasks.base import Task
from django_tenants.utils import tenant_context

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.contract.filling import FilledRegion, filled_regions
from zelfregie_tenants.contract.findings import Finding, NothingToCheck
from zelfregie_tenants.contract.leaks import Lookout
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.contract.visiting import (
    Visit,
    addresses_of,
    owner_of_everything,
    pages_of,
    tried_paths,
    visit,
)
from zelfregie_tenants.models import Listing
from zelfregie_tenants.testing.addresses import Address
from zelfregie_tenants.testing.contents import unpacked
from zelfregie_tenants.testing.tables import tables_of
from zelfregie_tenants.testing.watching import watching

KEY = "isolation"
TITLE = "a region shows and keeps only what is its own, at every address, in tasks, caches, files and tables"
#: The one table of the platform that has words of regions on purpose: what they publish in the directory.
DIRECTORY = Listing._meta.db_table
#: First all of one region, then all of the other: what a process remembers shows in the other.
TURNS = ((0, 1), (1, 0))


def check(subject: Subject) -> Iterator[Finding]:
    """Try everything in both regions, in turns, and look at everything that comes of it."""
    with filled_regions(subject) as regions, watching() as watcher:
        if not _has_something(subject):
            raise NothingToCheck("it has no address, page, block or task")
        lookout = Lookout(subject, regions, watcher)
        seen: set[tuple[str, str]] = set()
        for part in (_addresses, _exports, _tasks_and_tables):
            for finding in part(subject, regions, lookout):
                if (finding.place, finding.problem) not in seen:
                    seen.add((finding.place, finding.problem))
                    yield finding
        yield from lookout.unneeded()


def _has_something(subject: Subject) -> bool:
    hooks = ("register_blocks", "register_scheduled_tasks")
    return bool(addresses_of(subject) or subject.pages or any(map(subject.contributed, hooks)))


def _addresses(subject: Subject, regions: list[FilledRegion], lookout: Lookout) -> Iterator[Finding]:
    """Visit each address in both regions, also with the paths of the other region."""
    paths = {filled.mark: tried_paths(subject, filled, regions[0]) for filled in regions}
    pages = {filled.mark: _page_paths(subject, filled) for filled in regions}
    answered: set[Address] = set()
    for role in ("visitor", "superuser"):
        browsers = [filled.visitor() if role == "visitor" else owner_of_everything(filled) for filled in regions]
        for here, there in TURNS:
            for address, path in _itinerary(paths, pages, regions[here], regions[there]):
                answer = visit(browsers[here], path, finish=True)
                if address is not None and answer.answers:
                    answered.add(address)
                yield from _behaviour(answer, role)
                yield from lookout.answer(answer, regions[here])
    yield from _not_tried([address for address in addresses_of(subject) if address not in answered])
    yield from _shadowed(paths[regions[0].mark])


def _page_paths(subject: Subject, filled: FilledRegion) -> list[str]:
    """The pages, the home page and the page with blocks: where the plugin shows itself among others."""
    return ["/", filled.blocks_path, f"/zoeken/?q={filled.mark}", *pages_of(subject, filled)]


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


def _behaviour(answer: Visit, role: str) -> Iterator[Finding]:
    if answer.status >= 500:
        problem = f"it fails (status {answer.status}) for a {role}"
        yield Finding(answer.path, problem, "See the traceback above.")
    if role == "visitor" and answer.path.startswith("/admin/") and answer.answers and answer.status == 200:
        yield Finding(answer.path, "a visitor who is not logged in sees it", "Ask for a permission in the view.")


def _exports(subject: Subject, regions: list[FilledRegion], lookout: Lookout) -> Iterator[Finding]:
    """Read what a region would take along when it leaves."""
    found = get_plugins().implementation("region_export", subject.slug)
    for here, _there in TURNS if found else ():
        with tenant_context(regions[here].region):
            for file in found.function():
                out = io.BytesIO()
                file.write(out)
                for place, data in unpacked(out.getvalue(), f"the exported file {file.name}"):
                    text = data.decode("utf-8", "replace")
                    yield from lookout.text("region_export", regions[here], place, text)
        yield from lookout.beside("region_export", regions[here])


def _tasks_and_tables(subject: Subject, regions: list[FilledRegion], lookout: Lookout) -> Iterator[Finding]:
    """Let every scheduled task run in both regions; then look at what the tables hold."""
    with transaction.atomic():
        for scheduled in subject.contributed("register_scheduled_tasks"):
            for here, _there in TURNS:
                yield from _task(scheduled.task, regions[here], lookout)
        for filled in regions:
            for table, text in tables_of(filled.region.schema_name):
                yield from lookout.text(table, filled, "the table", text)
        for table, text in tables_of("public"):
            if table != DIRECTORY:
                yield from lookout.of_nobody(table, "the table", text)
        transaction.set_rollback(True)


def _task(task: Task, filled: FilledRegion, lookout: Lookout) -> Iterator[Finding]:
    place = f"task {task.module_path}"
    try:
        with (
            transaction.atomic(),
            tenant_context(filled.region),
            TestCase.captureOnCommitCallbacks(execute=True),
        ):
            answer = task.func()
        yield from lookout.text(place, filled, "the result", repr(answer))
    except Exception as error:
        problem = f"in {filled.region.slug} it raised {type(error).__name__}: {error}"
        yield Finding(place, problem, "Let it work in a region of its own, with the rows of that region only.")
    yield from lookout.beside(place, filled)


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
