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


def test_two_operators_who_launch_one_slug_at_once_get_the_region_of_one_of_them(platform, make_instance):
    first, second = make_instance("samen"), make_instance("samen", "ander")
    second.edit("region.toml", 'domains = ["samen.test"]', 'domains = ["ander.test"]')
    second.edit("region.toml", 'name = "Zelfregie Samen"', 'name = "Zelfregie Ander"')
    second.edit("region.toml", 'name = "Stichting Samen"', 'name = "Stichting Ander"')

    both = [platform.start("region", "launch", str(found.folder), "--no-invite") for found in (first, second)]
    said = [process.communicate(timeout=PATIENCE)[0] for process in both]

    codes = [process.returncode for process in both]
    assert sorted(codes) == [0, 1], said
    won = codes.index(0)
    assert re.search("Someone else is working on samen|another folder", said[1 - won]), said[1 - won]
    rows = platform.query(
        "SELECT r.name, r.state, array_agg(d.domain) FROM zelfregie_tenants_region r "
        "JOIN zelfregie_tenants_domain d ON d.tenant_id = r.id WHERE r.slug = 'samen' GROUP BY r.name, r.state"
    )
    assert (
        rows
        == [[("Zelfregie Samen", "launched", ["samen.test"])], [("Zelfregie Ander", "launched", ["ander.test"])]][won]
    )
    assert platform.query("SELECT site_name FROM region_samen.zelfregie_core_branding") == [(rows[0][0],)]
