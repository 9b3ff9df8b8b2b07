"""A launch that is killed (-9) at any moment, for real: another process, a database of its own, no pause points."""

from __future__ import annotations

import os
import re

import pytest
from own_platform import PATIENCE, moments, own_platform

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: The measurements ask for 50.
ROUNDS = int(os.environ.get("ZELFREGIE_KILL_ROUNDS", "3"))


@pytest.fixture
def platform():
    """A copy of the tests' database that other processes may write to."""
    with own_platform("killed") as found:
        yield found


def test_a_launch_killed_at_any_moment_is_completed_by_the_next_one(platform, make_instance):
    def launch(slug: str, delay: float) -> float | None:
        def drafted() -> bool:
            return bool(platform.query("SELECT 1 FROM zelfregie_tenants_region WHERE slug = %s", slug))

        folder = str(make_instance(slug).folder)
        return platform.kill_after(drafted, "region", "launch", folder, "--no-invite", delay=delay)

    length = launch("heel", PATIENCE)
    assert platform.state("heel") == ("launched", True, 1)

    for number, delay in enumerate(moments(length, ROUNDS)):
        slug = f"gedood{number}"

        launch(slug, delay)

        assert platform.state(slug) in {("draft", False, 0), ("launched", True, 1)}
        folder = str(make_instance(slug, f"weer{number}").folder)
        code, output = platform.run("region", "launch", folder, "--no-invite")
        assert (code, platform.state(slug)) == (0, ("launched", True, 1)), output
        code, output = platform.run("region", "plan", folder)
        assert re.fullmatch(r"0 to create, 0 to update, \d+ as they should be, 0 changed by hand\.\n", output), output
