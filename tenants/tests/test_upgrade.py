"""Upgrading the fleet: what is read, what is done, and what stays as it was."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.state import StateApps
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context
from later_release import BREAKS, MULTI_STEP, install_release  # noqa: F401 -- a fixture
from wagtail.models import Site

import zelfregie_tenants.migrations
from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import Theme
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.domain.schema_drift import describe_schema, differences
from zelfregie_tenants.domain.schemas import create_schema
from zelfregie_tenants.domain.template import migrate_schema
from zelfregie_tenants.domain.upgrade import (
    Standing,
    UpgradeRefused,
    plan_fleet,
    preflight,
    probe,
    region,
    upgrade_fleet,
)
from zelfregie_tenants.domain.upgrade.pool import upgrade_here
from zelfregie_tenants.domain.upgrade.region import Job, Upgrader
from zelfregie_tenants.domain.upgrade.run import LOCK
from zelfregie_tenants.models import PluginActivation, Region, RegionBackup, RegionUpgrade, UpgradeRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_public():
    connection.set_schema_to_public()


@pytest.fixture
def make_region():
    """Return a function that makes a region with an empty schema."""

    def make(slug: str) -> Region:
        new = Region.objects.create(slug=slug, name=slug.capitalize())
        create_schema(new)
        return new

    return make


def job(one: Region) -> Job:
    return Job(one.pk, one.slug, one.schema_name)


def execute(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def standings(*slugs: str) -> dict[str, Standing]:
    return {planned.slug: planned.standing for planned in plan_fleet(slugs).regions}


def test_upgraded_schema_equals_one_that_django_migrated(make_region, install_release):  # noqa: F811 -- a fixture
    ours, theirs = make_region("ons"), make_region("hun")
    install_release(MULTI_STEP)

    report = upgrade_fleet(only=["ons"], jobs=1)
    migrate_schema(theirs.schema_name)

    assert [(outcome.slug, outcome.migrations, outcome.cause) for outcome in report.outcomes] == [("ons", 4, "")]
    assert differences(describe_schema(ours.schema_name), describe_schema(theirs.schema_name)) == []
    assert execute("SELECT count(*) FROM region_ons.zelfregie_core_feeling") == execute(
        "SELECT count(*) FROM region_ons.zelfregie_core_theme"
    )
    assert standings("ons", "hun", "noord") == {
        "ons": Standing.CURRENT,
        "hun": Standing.CURRENT,
        "noord": Standing.BEHIND,
    }


@pytest.fixture
def rendered(monkeypatch) -> list[int]:
    """How many classes of models of the past were made at a time: what takes an upgrade longest."""
    counts: list[int] = []
    original = StateApps.render_multiple

    def count(self, states) -> None:
        counts.append(len(states))
        original(self, states)

    monkeypatch.setattr(StateApps, "render_multiple", count)
    return counts


def test_regions_upgraded_together_share_models_and_keep_their_numbers(make_region, install_release, rendered):  # noqa: F811
    first, second = make_region("een"), make_region("twee")
    with tenant_context(second):
        number = ContentType.objects.get(app_label="zelfregie_core", model="theme").pk
        execute("UPDATE auth_permission SET content_type_id = 7001 WHERE content_type_id = %s", number)
        execute("UPDATE django_content_type SET id = 7001 WHERE id = %s", number)
    install_release(MULTI_STEP)
    upgrader = Upgrader()

    outcomes = [upgrader.upgrade(job(first))]
    of_the_first = sum(rendered)
    outcomes.append(upgrader.upgrade(job(second)))

    assert [outcome.cause for outcome in outcomes] == ["", ""]
    assert (of_the_first > 0, sum(rendered) - of_the_first) == (True, 0)
    own = execute("SELECT id FROM region_een.django_content_type WHERE model = 'theme'")
    assert execute("SELECT DISTINCT weight FROM region_een.zelfregie_core_theme") == own
    assert execute("SELECT DISTINCT weight FROM region_twee.zelfregie_core_theme") == [(7001,)]
    assert execute("SELECT count(*) FROM region_twee.django_content_type WHERE model IN ('mood', 'feeling')") == [(1,)]


def test_region_that_fails_stays_as_it_was_and_the_others_go_on(noord, zuid, make_region, install_release):  # noqa: F811
    broken = make_region("kapot")
    with tenant_context(broken):
        Theme.objects.create(slug="kapot", name="Kapot")
    install_release(MULTI_STEP | BREAKS)
    before = describe_schema(broken.schema_name)

    report = upgrade_fleet(jobs=1)

    # PostgreSQL takes no number back; everything else is undone.
    after = differences(before, describe_schema(broken.schema_name))
    assert [sentence for sentence in after if not sentence.startswith("position ")] == []
    assert [(outcome.slug, outcome.cause) for outcome in report.failed] == [
        ("kapot", "zelfregie_core.0905_break: ValueError (0905_break.py, line 6); the log says more.")
    ]
    assert sorted(RegionUpgrade.objects.values_list("region__slug", "outcome", "migrations")) == [
        ("kapot", "failed", 0),
        ("landelijk", "done", 5),
        ("noord", "done", 5),
        ("zuid", "done", 5),
    ]
    assert (report.is_complete, UpgradeRun.objects.get().finished_at is not None) == (False, True)

    with tenant_context(broken):
        execute("DELETE FROM zelfregie_core_theme WHERE slug = 'kapot'")
        connection.check_constraints()  # the test is one transaction: as a commit would
    again = upgrade_fleet(jobs=1)

    assert [(outcome.slug, outcome.migrations, outcome.cause) for outcome in again.outcomes] == [("kapot", 5, "")]
    assert (again.is_complete, upgrade_fleet(jobs=1).outcomes) == (True, [])


def test_error_of_the_database_is_told_without_what_stands_in_the_tables(noord, install_release):  # noqa: F811
    code = "migrations.RunSQL(\"SELECT 'anna@voorbeeld.nl'::integer\")"
    install_release({"0901_sql": ("", code)})

    outcome = Upgrader().upgrade(job(noord))

    assert outcome.cause == "zelfregie_core.0901_sql: invalid input syntax for type integer."


def test_every_kind_of_region_is_placed(noord, zuid, hub, make_region, django_assert_num_queries):
    Region.objects.create(slug="concept", name="Concept")
    Region.objects.create(slug="weg", name="Weg", state=Region.State.SUSPENDED)
    make_region("leeg")
    execute("DELETE FROM region_leeg.django_migrations")
    execute("INSERT INTO region_zuid.django_migrations (app, name, applied) VALUES ('zelfregie_core', '9999_x', now())")
    execute("INSERT INTO region_landelijk.django_migrations (app, name, applied) VALUES ('weg', '0001_initial', now())")
    # Of an app that squashed its first migrations and then removed them.
    execute("INSERT INTO region_noord.django_migrations (app, name, applied) VALUES ('wagtailforms', '0000_x', now())")
    execute("COMMENT ON SCHEMA region_noord IS 'of older code'")

    plan = plan_fleet()

    assert {planned.slug: planned.standing for planned in plan.regions} == {
        "concept": Standing.NO_SCHEMA,
        "weg": Standing.BROKEN,
        "leeg": Standing.BROKEN,
        "zuid": Standing.NEWER,
        "landelijk": Standing.CURRENT,
        "noord": Standing.BEHIND,
    }
    assert (plan.left["weg"], [list(step) for step in plan.steps()]) == (["landelijk"], [[(), ["noord"]]])
    report = upgrade_fleet(jobs=1)
    assert [outcome.slug for outcome in report.outcomes] == ["noord"]
    assert sorted(planned.slug for planned in report.plan.refused) == ["leeg", "weg", "zuid"]


def test_platform_that_is_behind_itself_is_read_as_it_is(noord, install_release):  # noqa: F811
    install_release(MULTI_STEP)
    PluginActivation.objects.create(region=noord, plugin="verdwenen")
    execute("ALTER TABLE zelfregie_tenants_region DROP COLUMN closed_link")
    execute("ALTER TABLE zelfregie_tenants_regionbackup DROP COLUMN damaged_at")
    execute("DELETE FROM django_migrations WHERE app = 'zelfregie_tenants' AND name >= '0005'")

    result = CliRunner().invoke(main, ["upgrade", "--plan", "--only", "noord"])

    lines = result.output.splitlines()
    assert (result.exit_code, lines[0].partition(" (")[0]) == (
        0,
        f"Platform: {len(later_than('0005'))} migrations to apply",
    )
    assert lines[4].startswith("stop: The plugin “verdwenen” is not installed, and pages of noord may hold its blocks")


def later_than(number: str) -> list[str]:
    """The platform's own migrations from this one on."""
    folder = Path(zelfregie_tenants.migrations.__file__).parent
    return [path.stem for path in folder.glob("0*.py") if path.stem >= number]


def test_schemas_are_read_in_one_query_however_many_there_are(make_region, django_assert_num_queries):
    with django_assert_num_queries(8):
        few = plan_fleet()
    for number in range(3):
        make_region(f"meer{number}")

    with django_assert_num_queries(8):
        more = plan_fleet()

    assert (len(few.regions), len(more.regions)) == (3, 6)


def test_roles_are_brought_up_to_date_where_they_are_of_other_code(noord, zuid):
    for one in (noord, zuid):
        with tenant_context(one):
            Group.objects.get(name=GROUP_NAMES[Role.EDITOR]).permissions.clear()
    execute("COMMENT ON SCHEMA region_noord IS NULL")

    report = upgrade_fleet(jobs=1)

    assert [(outcome.slug, outcome.migrations) for outcome in report.outcomes] == [("noord", 0)]
    for one, expected in ((noord, True), (zuid, False)):
        with tenant_context(one):
            assert Group.objects.get(name=GROUP_NAMES[Role.EDITOR]).permissions.exists() is expected


def test_long_read_of_a_visitor_is_waited_for_without_queueing_behind_it(noord, install_release, monkeypatch):  # noqa: F811
    install_release(MULTI_STEP)
    monkeypatch.setattr(region, "LOCK_TIMEOUT", "50ms")
    with plain_connection() as visitor:
        visitor.autocommit = False
        visitor.execute("SELECT count(*) FROM region_noord.zelfregie_core_theme")  # and its transaction stays open

        first = Upgrader().upgrade(job(noord))
        release = threading.Timer(0.1, visitor.rollback)
        release.start()
        retried = list(upgrade_here(Upgrader(), [job(noord)], delays=(0.2, 0.5, 1, 2)))
        release.join()

    assert (first.passing, first.cause) == (
        True,
        "zelfregie_core.0901_add: canceling statement due to lock timeout; somebody held a lock on it all the time.",
    )
    assert [(outcome.migrations, outcome.cause) for outcome in retried] == [(4, "")]


def test_region_that_is_being_worked_on_is_left_alone(noord, install_release):  # noqa: F811
    install_release(MULTI_STEP)

    with region_lock("noord"):
        (outcome,) = upgrade_here(Upgrader(), [job(noord)], delays=())

    assert outcome.cause.startswith("Someone else is working on noord")
    assert standings("noord") == {"noord": Standing.BEHIND}


def test_second_upgrade_at_once_is_refused(noord):
    with plain_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])

        with pytest.raises(UpgradeRefused, match="Another upgrade is running"):
            upgrade_fleet(jobs=1)


@pytest.mark.parametrize("reason", ["space", "plugin"])
def test_upgrade_is_refused_before_anything_is_touched(reason, noord, install_release, monkeypatch):  # noqa: F811
    install_release(MULTI_STEP)
    if reason == "space":
        monkeypatch.setattr(preflight, "SPARE", 2**60)
        expected = "The disk of the database has .* and 1073741824 GB is wanted: make room"
    else:
        PluginActivation.objects.create(region=noord, plugin="verdwenen")
        expected = "The plugin “verdwenen” is not installed, and pages of noord may hold its blocks"

    with pytest.raises(UpgradeRefused, match=f"Nothing was changed. {expected}"):
        upgrade_fleet(jobs=1)

    assert (standings("noord"), UpgradeRun.objects.count()) == ({"noord": Standing.BEHIND}, 0)


def test_home_page_of_the_canary_is_asked_for(noord):
    assert probe("noord") == ""

    with schema_context(noord.schema_name):
        Site.objects.all().delete()

    assert probe("noord") == "The home page of noord answers 404."


def test_command_plans_upgrades_the_canary_and_tells_how_it_went(noord, zuid, install_release):  # noqa: F811
    install_release(MULTI_STEP)
    now = timezone.now()
    RegionBackup.objects.create(region=noord, made_at=now, verified_at=now, location="/elders/noord.zip", size=1)

    def run(*words: str) -> tuple[int, list[str]]:
        result = CliRunner().invoke(main, ["upgrade", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        connection.set_schema_to_public()
        return result.exit_code, [line for line in result.output.splitlines() if not line.endswith("...")]

    code, lines = run("--plan")
    assert (code, lines[:3]) == (
        0,
        [
            "3 regions lack 4 migrations (zelfregie_core.0901_add, zelfregie_core.0902_fill, zelfregie_core.0903_alter "
            "and 1 more):",
            "  landelijk, noord, zuid",
            "Up to date: 0 regions.",
        ],
    )
    assert "note: landelijk, zuid have no backup of the last 24 hours." in "\n".join(lines)
    code, lines = run("--canary", "noord", "--jobs", "1")
    assert (code, lines[-2:]) == (
        0,
        ["Regions: 1 upgraded, 0 were up to date.", "The canary is well. To go on with the others: zelfregie upgrade"],
    )
    assert standings("noord", "zuid") == {"noord": Standing.CURRENT, "zuid": Standing.BEHIND}
    code, lines = run("--jobs", "1")
    assert (code, lines[-1]) == (0, "Regions: 2 upgraded, 1 were up to date.")
    code, lines = run("--status")
    assert (code, lines[1:]) == (0, ["2 of 2 regions upgraded, 0 failed."])
    assert run("--continue")[0] == 2
    assert run("--only", "nergens")[0] == 1
