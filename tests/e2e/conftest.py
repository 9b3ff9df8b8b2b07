"""One demonstration for all end-to-end tests of a session; ../conftest.py keeps them in one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from demonstration import Demo, DemoKeeper

from zelfregie_tenants.embedded.demo_files import DemoFiles
from zelfregie_tenants.embedded.ports import free_port

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder starts servers."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoKeeper]:
    """The folder in which the demonstration is prepared once, and who starts and stops it there."""
    keeper = DemoKeeper(DemoFiles(tmp_path_factory.mktemp("var")), free_port())
    yield keeper
    keeper.close()


@pytest.fixture
def demo(keeper: DemoKeeper) -> Demo:
    """A running, ready demonstration that others use too: leave it running and leave its data as it was."""
    return keeper.running()
