"""An upgrade by several processes that fails in one region, or is killed (-9) at any moment: for real, by the command.

Regions are made older by taking two of Wagtail's apps out of them, seventeen migrations with tables, columns and data.
"""

from __future__ import annotations

import os
import time

import pytest
from own_platform import PATIENCE, Platform, moments, own_platform

from zelfregie_tenants.domain.schema_drift import QUESTIONS
from zelfregie_tenants.domain.schemas import quiet
from zelfregie_tenants.domain.template import TOKEN, load_template

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: The measurements ask for 50.
ROUNDS = int(os.environ.get("ZELFREGIE_KILL_ROUNDS", "2"))
APPS = {"wagtailembeds": "wagtailembeds_embed", "wagtailredirects": "wagtailredirects_redirect"}
REGIONS = ("noord", "zuid", *(f"meer{number}" for number in range(4)))
#: Never made older: what the others must be like in the end.
WHOLE = "landelijk"


@pytest.fixture
def platform():
    """A copy of the tests' database with a few more regions, all of an older release."""
    with own_platform("upgrade") as found:
        for number, slug in enumerate(REGIONS[2:]):
            found.execute(load_template(quiet).replace(TOKEN, f"region_{slug}"))
            found.execute(
                "INSERT INTO public.zelfregie_tenants_region SELECT (jsonb_populate_record(r, jsonb_build_object("  # noqa: S608 -- names of this file
                f"'id', {7001 + number}, 'slug', '{slug}', 'schema_name', 'region_{slug}'))).* "
                "FROM public.zelfregie_tenants_region r WHERE slug = 'noord'"
            )
        yield found


def make_older(platform: Platform, slug: str) -> None:
    for app, table in APPS.items():
        platform.execute(f"DROP TABLE IF EXISTS region_{slug}.{table}")
        platform.execute(f"DELETE FROM region_{slug}.django_migrations WHERE app = '{app}'")  # noqa: S608 -- names of this file


def standing(platform: Platform, slug: str) -> str:
    """Whether a region is as before the upgrade or as after it, by its tables and its record."""
    tables = platform.query(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relname = ANY(%s) ORDER BY 1",
        f"region_{slug}",
        list(APPS.values()),
    )
    record = platform.query(f"SELECT count(*) FROM region_{slug}.django_migrations WHERE app = ANY(%s)", list(APPS))  # noqa: S608 -- names of this file
    expected = platform.query(f"SELECT count(*) FROM region_{WHOLE}.django_migrations WHERE app = ANY(%s)", list(APPS))  # noqa: S608 -- names of this file
    if (tables, record) == ([], [(0,)]):
        return "old"
    return "new" if (len(tables), record) == (len(APPS), expected) else "half"


def structure(platform: Platform, slug: str) -> dict[str, list[tuple]]:
    """Every object of a schema but its rows, with the schema's own name left out."""
    found = {}
    for kind, question in QUESTIONS.items():
        rows = platform.query(question, f"region_{slug}")
        found[kind] = sorted(repr(row).replace(f"region_{slug}", "{s}") for row in rows)
    return found


def test_upgrade_that_fails_in_one_region_or_is_killed_is_completed_by_the_next_one(platform):
    def begun() -> bool:
        return bool(platform.query("SELECT FROM zelfregie_tenants_upgraderun WHERE finished_at IS NULL"))

    for slug in REGIONS:
        make_older(platform, slug)
    platform.execute("CREATE TABLE region_zuid.wagtailredirects_redirect (id integer)")

    process = platform.start("upgrade", "--jobs", "2")
    while not begun():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)
    started = time.monotonic()
    output, _none = process.communicate(timeout=PATIENCE)
    length = time.monotonic() - started

    assert (process.returncode, output.splitlines()[-3:]) == (
        1,
        [
            "1 region could not be upgraded, and stayed as before:",
            '  zuid: wagtailredirects.0001_initial: relation "wagtailredirects_redirect" already exists.',
            "Put right what is said, and run `zelfregie upgrade` again: it does what is left.",
        ],
    )
    assert {slug: standing(platform, slug) for slug in REGIONS} == dict.fromkeys(REGIONS, "new") | {"zuid": "half"}
    platform.execute("DROP TABLE region_zuid.wagtailredirects_redirect")
    assert standing(platform, "zuid") == "old"  # of its migrations nothing had stayed behind

    for delay in moments(length, ROUNDS):
        for slug in REGIONS:
            make_older(platform, slug)
        platform.execute("UPDATE zelfregie_tenants_upgraderun SET finished_at = now()")

        platform.kill_after(begun, "upgrade", "--jobs", "2", delay=delay)

        assert {standing(platform, slug) for slug in REGIONS} <= {"old", "new"}
        code, output = platform.run("upgrade", "--jobs", "2")
        assert code == 0, output
        assert [slug for slug in REGIONS if structure(platform, slug) != structure(platform, WHOLE)] == []
        assert platform.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)]
