"""How tests are spread over processes.

`--dist loadgroup` of pytest-xdist would do, but 3.8 does not see its groups with pytest 9.2, and says nothing about it.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

END_TO_END = "tests/e2e/"


@pytest.hookimpl(optionalhook=True)  # without pytest-xdist there is nothing to spread
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadScopeScheduling":
    """Keep each file of tests in one process, and all end-to-end tests together: they share one demonstration."""
    from xdist.scheduler import LoadScopeScheduling

    class TogetherScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return END_TO_END if nodeid.startswith(END_TO_END) else nodeid.partition("::")[0]

    return TogetherScheduling(config, log)
