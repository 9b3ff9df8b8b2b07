"""Erasing that is killed (-9) at any moment, for real: the region is as it was, or closed, or gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from own_platform import PATIENCE, moments, own_platform

from zelfregie_tenants.settings.test import MEDIA_ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: The measurements ask for 50. Two need no launch: there are as many regions in the tests' database.
ROUNDS = int(os.environ.get("ZELFREGIE_KILL_ROUNDS", "2"))
READY = ("noord", "zuid")
#: Visitors see the site; or read that it is gone; or there is nothing.
WHOLE, CLOSED, GONE = ("launched", True, 1), ("archived", True, 1), (None, False, 0)


@pytest.fixture
def platform():
    """A copy of the tests' database that other processes may write to."""
    with own_platform("erased") as found:
        yield found


def test_erasing_killed_at_any_moment_is_completed_by_the_next_one(platform, make_instance):
    def launch(slug: str) -> None:
        code, output = platform.run("region", "launch", str(make_instance(slug).folder), "--no-invite")
        assert code == 0, output

    def erase(slug: str) -> list[str]:
        return ["region", "erase", slug, "--yes-erase", slug, "--without-backup", slug]

    def is_marked(slug: str) -> bool:
        events = platform.query("SELECT 1 FROM zelfregie_tenants_regionevent WHERE slug = %s", slug)
        return bool(events)

    length = platform.kill_after(lambda: is_marked("landelijk"), *erase("landelijk"), delay=PATIENCE)
    assert platform.state("landelijk") == GONE
    slugs = [*READY, *(f"weg{number}" for number in range(len(READY), ROUNDS))][:ROUNDS]
    for slug in slugs[len(READY) :]:
        launch(slug)

    for number, (slug, delay) in enumerate(zip(slugs, moments(length, ROUNDS), strict=True)):
        platform.kill_after(lambda slug=slug: is_marked(slug), *erase(slug), delay=delay)

        assert platform.state(slug) in {CLOSED, GONE}
        code, output = platform.run(*erase(slug))
        assert (code, platform.state(slug)) == (0, GONE), output
        assert f"\n0 traces of {slug} are left.\n" in output
        assert not (Path(MEDIA_ROOT) / f"region_{slug}").exists()
        assert [platform.state(other) for other in slugs[number + 1 :]] == [WHOLE] * (ROUNDS - number - 1)


def test_erasing_killed_before_it_begins_leaves_the_region_as_it_was(platform):
    platform.kill_after(lambda: True, "region", "erase", "noord", "--yes-erase", "noord", delay=0)

    assert platform.state("noord") == WHOLE
