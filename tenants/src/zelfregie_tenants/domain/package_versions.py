"""Which version of its distribution a package comes from."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, distributions, version


def versions_of(packages: Collection[str]) -> dict[str, str]:
    """Return the version of the distribution that each top-level package came with; "unknown" when none is known.

    `importlib.metadata.packages_distributions` knows it for all packages, and for that reads everything about all
    distributions: half a second.
    """
    found: dict[str, str] = {}
    for distribution in distributions():
        named = (distribution.read_text("top_level.txt") or "").split()
        listed = named or {line.partition("/")[0] for line in (distribution.read_text("RECORD") or "").splitlines()}
        for package in set(packages).intersection(listed).difference(found):
            found[package] = distribution.version
    return {package: found.get(package) or _by_name(package) for package in packages}


def _by_name(package: str) -> str:
    """Return the version of the distribution of that name: one that is being worked on does not list its files."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
