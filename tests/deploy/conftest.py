"""Tests of the roles on booted hosts. `make test-deploy` runs them; elsewhere they are skipped, with the reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
#: The hosts are made once, so the tests that look come before those that shake.
ORDER = [
    "test_bed.py", "test_refusals.py", "test_host.py", "test_visits.py", "test_attacks.py", "test_figures.py",
    "test_upgrade.py", "test_faults.py", "test_certificates.py", "test_shaken.py", "try_restore.py", "try_cluster.py",
]  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what needs hosts where this is not the run that has them; put the rest into order."""
    ours = [item for item in items if HERE in item.path.parents]
    if config.inipath == HERE / "deploy.ini":
        items.sort(key=lambda item: ORDER.index(item.path.name))
        return
    skip = pytest.mark.skip(reason="boots hosts, which takes minutes and root: make test-deploy")
    for item in ours:
        item.add_marker(skip)


@pytest.fixture(scope="session")
def bare() -> Iterator["object"]:
    """A machine on which nothing of ours is yet."""
    from platforms import bare_machine

    with bare_machine() as made:
        yield made


@pytest.fixture(scope="session")
def platform(bare: Any) -> "object":
    """One machine with everything, made by site.yml, and two regions on it."""
    from platforms import install

    if not bare.authority.exists():
        install(bare)
    return bare
