"""A page asks the database as often for ten rows as for one, and not much oftener than an empty page of core."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from zelfregie_core.models import ContentPage, HomePage
from zelfregie_tenants.contract.filling import FilledRegion, add_samples, filled_regions
from zelfregie_tenants.contract.findings import Finding, NothingToCheck
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.contract.visiting import first_paths, owner_of_everything, pages_of, visit
from zelfregie_tenants.testing.client import RegionClient

KEY = "queries"
TITLE = "the number of queries stays when there are more rows, and within the budget"
#: How often the samples are added again; a query per row shows as at least so many more.
MORE = 4
#: What a page of a plugin may ask for above an empty page of core.
BUDGET = 25
EMPTY = "leeg"


def check(subject: Subject) -> Iterator[Finding]:
    """Count the queries of every public page and of every page of the admin, with few rows and with more."""
    with filled_regions(subject) as regions:
        filled = regions[0]
        with tenant_context(filled.region):
            HomePage.objects.get().add_child(instance=ContentPage(title="Leeg", slug=EMPTY))
        visitor, owner = filled.visitor(), owner_of_everything(filled)
        public, admin = _pages(subject, filled, visitor, owner)
        if not public and not admin:
            raise NothingToCheck("it has no page that answers")
        places = [*((path, visitor) for path in public), *((path, owner) for path in admin)]
        few = {path: _count(browser, path) for path, browser in places}
        with tenant_context(filled.region):
            for number in range(MORE):
                add_samples(subject, f"{filled.mark} nummer {number}")
        visit(visitor, f"/{EMPTY}/")
        base = _count(visitor, f"/{EMPTY}/")
        for path, browser in places:
            many = _count(browser, path)
            if many - few[path] >= MORE:
                many = _count(browser, path)  # what the new rows made a cache forget is read once
            if many - few[path] >= MORE:
                yield Finding(
                    path,
                    f"{few[path]} queries with few rows, {many} with {MORE} more of each: it asks once per row",
                    "Read what the rows need along with them: select_related, prefetch_related.",
                )
            elif browser is visitor and many > base + BUDGET:
                yield Finding(
                    path,
                    f"{many} queries; an empty page of core takes {base}, and a plugin may add {BUDGET}",
                    "Read several things in one query, or leave something out.",
                )


def _pages(
    subject: Subject, filled: FilledRegion, visitor: RegionClient, owner: RegionClient
) -> tuple[list[str], list[str]]:
    """Return the paths that answer with 200: those of visitors, and those of the admin."""
    paths = list(first_paths(subject, filled).values())
    public = [path for path in paths if not path.startswith("/admin/")]
    public += ["/", filled.blocks_path, *pages_of(subject, filled)[:3]]
    answered = {path: visit(visitor, path).status for path in public}
    # Each was visited before, to find out which path answers.
    admin = [path for path in paths if path.startswith("/admin/") and path in filled.shown]
    return [path for path, status in answered.items() if status == 200], admin


def _count(browser: RegionClient, path: str) -> int:
    """Return the number of queries of a page that was visited before: what is read once per process is no part."""
    with CaptureQueriesContext(connection) as queries:
        visit(browser, path)
    return len([query for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]])
