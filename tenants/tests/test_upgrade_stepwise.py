"""A migration that cannot be undone runs by itself, and what a crash left of it does not stand in the way."""

import pytest
from django.db import connection
from later_release import CONCURRENTLY, MULTI_STEP, install_release  # noqa: F401 -- a fixture

from zelfregie_tenants.domain.upgrade.region import Job, Upgrader
from zelfregie_tenants.models import Region

pytestmark = pytest.mark.django_db(transaction=True)

LAST = {"0906_refuse": ("\ndef refuse(apps, editor):\n    raise ValueError\n", "migrations.RunPython(refuse)")}


def execute(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_index_without_a_lock_is_made_by_itself_and_made_anew_when_it_was_cut_short(install_release):  # noqa: F811
    connection.set_schema_to_public()
    noord = Region.objects.get(slug="noord")
    job = Job(noord.pk, noord.slug, noord.schema_name)
    install_release(MULTI_STEP | CONCURRENTLY | LAST)
    # As a crash in the middle of making it leaves it.
    execute("CREATE INDEX theme_icon ON region_noord.zelfregie_core_theme (icon)")
    execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'region_noord.theme_icon'::regclass")

    failed = Upgrader().upgrade(job)

    assert (failed.migrations, failed.cause.partition(":")[0]) == (5, "zelfregie_core.0906_refuse")
    assert execute(
        "SELECT name FROM region_noord.django_migrations WHERE app = 'zelfregie_core' AND name > '09' ORDER BY 1"
    ) == [(name,) for name in (*MULTI_STEP, *CONCURRENTLY)]
    index = "SELECT indisvalid, pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid = 'region_noord.theme_icon'"
    assert execute(f"{index}::regclass") == [
        (True, "CREATE INDEX theme_icon ON region_noord.zelfregie_core_theme USING btree (icon)")
    ]

    install_release(MULTI_STEP | CONCURRENTLY)
    mended = Upgrader().upgrade(job)

    assert (mended.migrations, mended.cause) == (0, "")
