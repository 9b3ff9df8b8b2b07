"""Which checks there are, and running them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from zelfregie_tenants.contract import (
    accessibility,
    hooks,
    imports,
    isolation,
    migrations,
    naming,
    personal_data,
    queries,
    switching,
    translations,
)
from zelfregie_tenants.contract.filling import BadSamples, sharing_regions
from zelfregie_tenants.contract.findings import Finding, NothingToCheck, Result, Skip
from zelfregie_tenants.contract.subject import Subject

logger = logging.getLogger(__name__)
CHECKS: tuple[ModuleType, ...] = (
    imports,
    naming,
    migrations,
    personal_data,
    # From here on in regions that are filled once for all of them.
    hooks,
    isolation,
    queries,
    accessibility,
    translations,
    switching,
)
#: The check that the command itself does: a plugin that does not load can be checked no further.
LOADS = "loads"
LOADS_TITLE = "Django starts with it"
#: What reads code only: it needs no regions, and answers at once.
WITHOUT_REGIONS = frozenset({LOADS, imports.KEY, naming.KEY, personal_data.KEY})


def needs_regions(only: Sequence[str]) -> bool:
    """Whether one of these checks, or of all when none is named, looks at regions."""
    return not only or not WITHOUT_REGIONS.issuperset(only)


def keys() -> list[str]:
    """Return the names of all checks, in the order in which they run."""
    return [LOADS, *(module.KEY for module in CHECKS)]


def run(subject: Subject, only: Sequence[str] = ()) -> Iterator[Result]:
    """Run the checks, or only those that are named, and yield how each went."""
    with sharing_regions(subject):
        for module in CHECKS:
            if not only or module.KEY in only:
                yield _one(module.KEY, module.TITLE, lambda check=module.check: check(subject))


def _one(key: str, title: str, check: Callable[[], Iterator[Finding]]) -> Result:
    found: list[Finding] = []
    try:
        for finding in check():
            found.append(finding)  # noqa: PERF402 -- what was found before an error counts
    except NothingToCheck as nothing:
        return Result(key, title, tuple(found), nothing=str(nothing))
    except Skip as skip:
        return Result(key, title, tuple(found), skipped=str(skip))
    except BadSamples as bad:
        found += bad.findings
    except Exception as error:
        # A plugin may fail in ways that nobody thought of; that is red, and the traceback tells where.
        logger.exception("The check %s could not be finished", key)
        problem = f"the check could not be finished: {type(error).__name__}: {error}"
        found.append(Finding(key, problem, "Read the traceback above; repair what it points at."))
    return Result(key, title, tuple(found))
