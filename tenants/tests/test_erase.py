"""Erasing a region: nothing of it is left, which is looked for; and nothing of another one is touched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings as live_settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from psycopg import sql
from wagtail.models import Site

from zelfregie_core.domain.indicators import refresh_indicators
from zelfregie_groups.models import Group, GroupFinderPage
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.leaving.erase import erase_region
from zelfregie_tenants.domain.leaving.errors import LeavingRefused
from zelfregie_tenants.domain.leaving.traces import look_for_traces, marks_of
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.models import Listing, Region, RegionBackup, RegionDraft, RegionEvent, TaskEnvelope
from zelfregie_tenants.testing.example_tasks import note_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(noord, zuid, in_region, same_numbers, task_queue, tmp_path):
    """Two regions whose rows have the same keys, with everything that the platform keeps of a region."""
    same_numbers(Group)
    for region in (noord, zuid):
        with in_region(region):
            Site.objects.get().root_page.add_child(instance=GroupFinderPage(title="Groepen", slug="groepen"))
            Group.objects.create(name="Wandelen", city="Noordstad")
            refresh_indicators()
            note_region.enqueue("/nergens")
            default_storage.save("merk/logo.svg", ContentFile(b"<svg/>"))
            cache.set("een", region.slug)
        file = tmp_path / f"{region.slug}.backup"
        file.write_bytes(b"kopie")
        RegionBackup.objects.create(
            region=region, made_at=timezone.now(), location=str(file), sha256=region.slug, size=5, release="1"
        )
        RegionDraft.objects.create(slug=region.slug, data={"naam": {"name": region.name}}, created_by="els")
    task_queue()
    for region in (noord, zuid):
        with in_region(region):
            note_region.enqueue("/wacht")
            connection.check_constraints()  # as the commit would that a real erase comes after
    return tmp_path


def everything_of(region: Region) -> dict[str, object]:
    """A fingerprint of every table of a region's schema, of its shared rows, and of its files."""
    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'", [
            region.schema_name
        ])  # fmt: skip
        for (table,) in cursor.fetchall():
            cursor.execute(
                sql.SQL("SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} t").format(
                    sql.Identifier(region.schema_name, table)
                )
            )
            found[table] = cursor.fetchone()
    for relation in Region._meta.related_objects:
        rows = relation.related_model.objects.filter(**{relation.field.name: region.pk}).order_by("pk").values()
        found[relation.related_model.__name__] = list(rows)
    envelopes = TaskEnvelope.objects.filter(schema_name=region.schema_name)
    found["tasks"] = sorted(map(str, envelopes.values_list("task_id", flat=True)))
    folder = Path(live_settings.MEDIA_ROOT) / region.schema_name
    found["files"] = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found


def test_nothing_is_left_and_the_other_region_is_as_it_was(noord, zuid, full, region_client):
    before, marks, browser = everything_of(zuid), marks_of(noord), region_client(noord)
    there = {found.place for found in look_for_traces(marks) if found.traces}

    erased = erase_region("noord", operator="olga")

    # It looks where there was something to find: had one of these been left, it would have said so.
    tables = {place.split()[1] for place in there if place.startswith("table ")}
    assert tables >= {
        "zelfregie_tenants_region", "zelfregie_tenants_domain", "zelfregie_tenants_listing",
        "zelfregie_tenants_indicatorsnapshot", "zelfregie_tenants_pluginactivation", "zelfregie_tenants_regionbackup",
        "zelfregie_tenants_taskenvelope", "zelfregie_tenants_regiondraft",
    }  # fmt: skip
    assert {"schema region_noord", "files below media/region_noord"} <= there
    assert [found for found in erased.looked if found.traces] == []
    assert there <= {found.place for found in erased.looked}
    assert not schema_exists("region_noord")
    assert everything_of(zuid) == before
    assert Listing.objects.filter(title="Wandelen").count() == 1
    assert browser.get("/").status_code == 404
    assert region_client(zuid).get("/").status_code == 200
    assert erased.backups == (str(full / "noord.backup"),)
    log = RegionEvent.objects.order_by("pk").values_list("slug", "action", "state_before", "operator")
    assert list(log) == [
        ("noord", "erase_begun", "launched", "olga"),
        ("noord", "erased", "archived", "olga"),
    ]


def test_tasks_of_a_region_that_is_erased_are_gone_and_others_stay(noord, zuid, full):
    tasks = set(TaskEnvelope.objects.filter(schema_name="region_zuid").values_list("task_id", flat=True))

    erase_region("noord", operator="olga")

    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == tasks
    assert len(tasks) > 1


@pytest.mark.parametrize("left", ["schema", "file", "task", "domain in a text"])
def test_what_is_left_is_found(noord, zuid, in_region, left):
    marks = marks_of(noord)
    erase_region("noord", operator="olga", without_backup=True)
    assert sum(found.traces for found in look_for_traces(marks)) == 0

    with in_region(zuid), connection.cursor() as cursor:
        if left == "schema":
            cursor.execute("CREATE SCHEMA region_noord")
        elif left == "file":
            (Path(live_settings.MEDIA_ROOT) / "region_noord").mkdir(parents=True)
        elif left == "task":
            task = DBTaskResult.objects.create(
                args_kwargs={}, priority=0, task_path="x", queue_name="default", backend_name="default",
                exception_class_path="", traceback="", return_value=None,
            )  # fmt: skip
            TaskEnvelope.objects.create(task=task, schema_name="region_noord")
        else:
            RegionDraft.objects.create(slug="oost", data={"adres": {"domains": ["noord.test"]}})

    assert sum(found.traces for found in look_for_traces(marks)) == 1


def test_other_region_that_names_it_keeps_its_words(noord, zuid):
    Region.objects.filter(slug="zuid").update(tagline="Ook voor noord, op https://noord.test/")

    erased = erase_region("noord", operator="olga", without_backup=True)

    assert (erased.traces, sum(found.mentions for found in erased.looked)) == (0, 1)
    assert Region.objects.get(slug="zuid").tagline == "Ook voor noord, op https://noord.test/"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["noord", "--yes-erase", "zuid"], 2, "--yes-erase must be followed by the slug of the region: noord"),
        (["noord"], 2, "Nobody is there to ask: add --yes-erase noord"),
        (["noord", "--yes-erase", "noord"], 1, "There is no backup of noord of the last 24 hours"),
        (
            ["noord", "--yes-erase", "noord", "--without-backup", "ja"],
            2,
            "--without-backup must be followed by the slug",
        ),
        (["oost", "--yes-erase", "oost"], 1, "There is no region “oost”. Regions: landelijk, noord, zuid."),
    ],
)
def test_command_refuses_and_changes_nothing(noord, words, code, sentence):
    before = everything_of(noord)

    result = CliRunner().invoke(main, ["region", "erase", *words])

    assert (result.exit_code, sentence in result.output) == (code, True)
    assert everything_of(noord) == before
    assert RegionEvent.objects.count() == 0


@pytest.mark.parametrize("spoiled", ["old", "gone"])
def test_backup_must_be_fresh_and_there(noord, full, spoiled):
    if spoiled == "old":
        RegionBackup.objects.update(made_at=timezone.now() - dt.timedelta(hours=25))
    else:
        (full / "noord.backup").unlink()

    with pytest.raises(LeavingRefused, match="zelfregie region backup noord"):
        erase_region("noord", operator="olga")

    noord.refresh_from_db()
    assert noord.state == "launched"


def test_command_says_what_it_looked_through(noord, full):
    result = CliRunner().invoke(main, ["region", "erase", "noord", "--yes-erase", "noord", "--reason", "gestopt"])

    assert result.exit_code == 0
    assert "\n0 traces of noord are left.\n" in result.output
    assert f"  rm {full / 'noord.backup'}\n" in result.output
    assert "  0 traces  schema region_noord\n" in result.output


def test_what_was_cut_short_after_the_row_was_gone_is_completed(noord, full, in_region, zuid):
    erase_region("noord", operator="olga")
    (Path(live_settings.MEDIA_ROOT) / "region_noord" / "images").mkdir(parents=True)
    RegionDraft.objects.create(slug="noord", data={})

    again = erase_region("noord", operator="olga")

    assert (again.traces, again.backups) == (0, ())
    assert RegionDraft.objects.filter(slug="noord").count() == 0
