"""Restoring a region: row by row what was saved, and nothing of another region touched."""

from __future__ import annotations

import re
import resource
import shlex
from contextlib import contextmanager
from pathlib import Path

import pytest
from backup_files import files_of, fill
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django_tenants.utils import tenant_context
from later_release import MULTI_STEP, install_release  # noqa: F401 -- a fixture
from pyrage import x25519
from wagtail.models import Page, Site

from zelfregie_core.models import ContentPage
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.backup import shared_rows
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.backup.make import backup_region
from zelfregie_tenants.domain.backup.records import latest_backup, was_restored_once
from zelfregie_tenants.domain.backup.restore import restore_region
from zelfregie_tenants.domain.backup.scratch import left_overs
from zelfregie_tenants.domain.schema_drift import describe_schema, differences
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.domain.upgrade import Standing, plan_fleet
from zelfregie_tenants.models import (
    Domain,
    IndicatorSnapshot,
    Listing,
    Region,
    RegionBackup,
    RegionDraft,
    RegionEvent,
    TaskEnvelope,
)
from zelfregie_tenants.settings import base
from zelfregie_tenants.testing.example_tasks import note_region
from zelfregie_tenants.testing.fixtures import align_numbers

pytestmark = pytest.mark.django_db(transaction=True)

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "back-up-and-restore-a-region.md"


@pytest.fixture
def region(noord, zuid, settings, tmp_path):
    """Noord, filled, beside zuid, whose rows have the same numbers."""
    settings.ZELFREGIE_BACKUP_DIR = str(tmp_path / "kopieën")
    fill([noord, zuid], align_numbers)
    return noord


def _shared(region: Region) -> dict[str, list[dict]]:
    """Return the region's rows in the platform's tables, without their own numbers."""
    found = {}
    for model in (*shared_rows.TRAVELLING, Listing, Domain, RegionBackup):
        key = shared_rows.region_key(model)
        found[model.__name__] = [
            {name: value for name, value in row.items() if name not in {model._meta.pk.name, key.attname, "changed_at"}}
            for row in model.objects.filter(**{key.name: region}).order_by("pk").values()
        ]
    return found


def _everything(region: Region) -> tuple:
    """Return all that there is of a region."""
    row = Region.objects.filter(pk=region.pk).values().get()
    return describe_schema(region.schema_name), _shared(region), files_of(region), row


def test_under_another_name_it_is_row_by_row_the_same_and_no_other_region_is_touched(region, zuid):
    IndicatorSnapshot.objects.filter(region=region).update(numerator=77)
    source, other = _everything(region), _everything(zuid)
    backup = backup_region(region)
    assert backup.verified_at is not None

    done = restore_region(Path(backup.location), slug="oost-west", hosts=["oost.test", "west.test"])

    made = Region.objects.get(slug="oost-west")
    assert (done.region, made.state, made.schema_name, done.migrated) == (made, "prepared", "region_oost_west", False)
    found = _everything(made)
    # Sessions do not travel, and the site answers to its own domain; all else is the same, to the last sequence.
    different = [line.split(":")[0] for line in differences(source[0], found[0])]
    assert different == ["rows django_session", "rows wagtailcore_site"]
    assert found[0]["rows", "django_session"] == ()
    with tenant_context(made):
        assert Site.objects.get().hostname == "oost.test"
    assert [row["domain"] for row in found[1]["Domain"]] == ["west.test", "oost.test"]
    same = ("AppliedItem", "PluginActivation", "IndicatorSnapshot", "ScheduledRun", "Listing")
    assert {name: found[1][name] for name in same} == {name: source[1][name] for name in same}
    assert 77 in {row["numerator"] for row in found[1]["IndicatorSnapshot"]}
    assert found[2] == source[2]
    assert {key: found[3][key] for key in ("name", "area", "tagline", "launched_at")} == {
        key: source[3][key] for key in ("name", "area", "tagline", "launched_at")
    }
    # The wizard's answers are noord's; nothing of zuid moved, and noord only knows that its backup works.
    assert found[1]["RegionDraft"] == []
    assert _everything(zuid) == other
    assert _everything(region)[0] == source[0]
    assert (was_restored_once(region), was_restored_once(made), latest_backup(made)) == (True, False, None)
    assert [planned.standing for planned in plan_fleet(["oost-west"]).regions] == [Standing.CURRENT]
    assert left_overs() == []


@pytest.mark.parametrize("storage", ["zelfregie_tenants.media.RegionStorage", "backup_files.ObjectStore"])
def test_in_the_place_of_what_is_there_and_back_again(region, zuid, settings, storage, region_client):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": storage}}
    source, other = _everything_but_sessions(region), _everything(zuid)
    backup = backup_region(region)
    with tenant_context(region):
        ContentPage.objects.get(slug="rouw").delete()
        default_storage.delete("foto.jpg")
        default_storage.save("images/later.jpg", ContentFile(b"later"))
    Region.objects.filter(pk=region.pk).update(name="Anders", state="suspended")
    Domain.objects.create(tenant=region, domain="later.test", is_primary=False)
    changed = _everything_but_sessions(region)
    at_once, settings.TASKS = settings.TASKS, base.TASKS
    for each in (region, zuid):
        with tenant_context(each):
            note_region.enqueue("map")
    settings.TASKS = at_once

    done = restore_region(Path(backup.location), replace="noord")

    found = _everything_but_sessions(Region.objects.get(slug="noord"))
    assert (differences(found[0], source[0]), found[1:]) == ([], source[1:])
    assert (done.region.pk, done.region.state, done.notes) == (region.pk, "launched", ())
    with tenant_context(done.region):
        assert Session.objects.count() == 0
    # What waited was about rows that are gone; the task of zuid still waits.
    assert list(TaskEnvelope.objects.values_list("schema_name", flat=True)) == ["region_zuid"]
    assert "Rouw in noord" in region_client(done.region).get("/rouw/").content.decode()
    again = restore_region(Path(done.safety.location), replace="noord", operator="olga")
    log = RegionEvent.objects.order_by("pk").values_list("slug", "action", "state_before", "state_after", "operator")
    assert list(log) == [
        ("noord", "restore", "suspended", "launched", ""),
        ("noord", "restore", "launched", "suspended", "olga"),
    ]
    found = _everything_but_sessions(Region.objects.get(slug="noord"))
    assert (differences(found[0], changed[0]), found[1:]) == ([], changed[1:])
    assert again.region.state == "suspended"
    assert _everything(zuid) == other
    assert left_overs() == []


def _everything_but_sessions(region: Region) -> tuple:
    schema, shared, files, row = _everything(region)
    schema = {key: value for key, value in schema.items() if key != ("rows", "django_session")}
    shared = {name: rows for name, rows in shared.items() if name != "RegionBackup"}
    return schema, {name: sorted(map(repr, rows)) for name, rows in shared.items()}, files, row


def test_after_it_is_gone_and_by_a_later_release(region, install_release, settings):  # noqa: F811 -- a fixture
    backup = backup_region(region)
    source = files_of(region), _shared(region)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA region_noord CASCADE")
    Region.objects.filter(pk=region.pk).delete()
    install_release(MULTI_STEP)
    settings.SECRET_KEY = "another installation has another secret, and this is fifty long"

    done = restore_region(Path(backup.location))

    made = Region.objects.get(slug="noord")
    assert (done.migrated, made.state) == (True, "prepared")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) = (SELECT count(*) FROM region_noord.zelfregie_core_theme) "
                       "FROM region_noord.zelfregie_core_feeling WHERE theme_id IS NOT NULL")  # fmt: skip
        assert cursor.fetchone() == (True,)
    assert files_of(made) == source[0]
    found = _shared(made)
    assert {**found, "RegionBackup": []} == {**source[1], "RegionBackup": []}
    assert RegionDraft.objects.get(region=made).logo == b"\x00\xff<svg>"
    assert was_restored_once(made)
    with tenant_context(made):
        assert Page.objects.get(slug="rouw").pk == 7001


@contextmanager
def limited(size: int):
    """Let no file grow past a size: what a full disk answers."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_nothing_is_left_of_it(region, zuid, settings):
    backup = backup_region(region)
    before = _everything(region), _everything(zuid)
    connection.set_schema_to_public()

    with limited(20_000), pytest.raises(BackupProblem, match=r"foto.jpg cannot be written: there is no room"):
        restore_region(Path(backup.location), slug="oost", hosts=["oost.test"])

    names = {"restoring_oost", "replaced_oost", "region_oost"}
    assert [name for name in names if schema_exists(name)] == []
    assert not Region.objects.filter(slug="oost").exists()
    assert left_overs() == []
    assert (_everything(region), _everything(zuid)) == before


def test_how_to_works_as_it_is_written(region, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    key = x25519.Identity.generate()
    Path("key.txt").write_text(str(key))
    text = HOW_TO.read_text(encoding="utf-8").replace("twente", "noord")
    text = re.sub(r"age1[a-z0-9]{58}", str(key.to_public()), text)
    commands = [shlex.split(line[12:]) for line in text.splitlines() if line.startswith("$ zelfregie ")]

    results = {}
    for words in commands:
        result = results[" ".join(words[:2])] = CliRunner().invoke(main, words, catch_exceptions=False)
        assert result.exit_code == 0, (words, result.output)

    assert set(results) == {
        "region backup",
        "region restore",
        "region erase",
        "region tidy",
        "backup check",
        "backup list",
    }
    lines = results["region restore"].output.splitlines()
    assert re.fullmatch(r"noord is as noord was on [\d: -]+ UTC, and launched\.", lines[0])
    assert lines[1] == "http://noord.test/"
    assert Path(lines[2].removeprefix("What was there before: ")).exists()
    assert results["region tidy"].output == "There was nothing to put right.\n"
    assert list(Region.objects.values_list("slug", flat=True)) == ["landelijk", "noord", "zuid"]


def test_what_fails_after_the_commit_never_parts_rows_from_files(region, settings):
    source = files_of(region)
    backup = backup_region(region)
    with tenant_context(region):
        ContentPage.objects.get(slug="rouw").delete()
        default_storage.delete("foto.jpg")
    settings.CACHES = {"default": {**settings.CACHES["default"], "BACKEND": "backup_files.BrokenCache"}}

    with pytest.raises(OSError, match="read-only file system"):
        restore_region(Path(backup.location), replace="noord")

    settings.CACHES = base.caches("memory")
    with tenant_context(region):
        assert ContentPage.objects.filter(slug="rouw").exists()
    assert (files_of(region), left_overs()) == (source, [])
