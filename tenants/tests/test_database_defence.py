"""The database refuses what leaves a region: another's tables, a wrong path, a forgotten context."""

from __future__ import annotations

from threading import Thread

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import schema_context, tenant_context
from wagtail.models import Page

from zelfregie_tenants.checks_roles import check_database_roles
from zelfregie_tenants.domain.database_roles import (
    FOR_REGIONS,
    FOR_THE_HUB,
    FOR_THE_PLATFORM,
    MAY_NOT,
    drop_role,
    prepare_roles,
    regions_without_role,
)
from zelfregie_tenants.domain.rights import limit_this_process, platform_rights, region_rights
from zelfregie_tenants.domain.schemas import create_schema, drop_schema
from zelfregie_tenants.domain.upgrade import upgrade_fleet
from zelfregie_tenants.domain.upgrade.preflight import _roles
from zelfregie_tenants.middleware import RegionMiddleware
from zelfregie_tenants.models import Region
from zelfregie_tenants.postgresql.base import DatabaseWrapper
from zelfregie_tenants.testing import example_tasks

pytestmark = pytest.mark.django_db
DENIED = psycopg.errors.InsufficientPrivilege
ABSENT = psycopg.errors.UndefinedTable
TITLES = "SELECT title FROM region_zuid.wagtailcore_page"
ATTACKS = {
    "read": (TITLES, DENIED),
    "read beside its own": (f"{TITLES} UNION SELECT title FROM wagtailcore_page", DENIED),  # noqa: S608 -- a test
    "read as a copy": (f"COPY ({TITLES}) TO STDOUT", DENIED),
    "change": ("UPDATE region_zuid.wagtailcore_page SET title = 'gekaapt'", DENIED),
    "delete": ("DELETE FROM region_zuid.django_session", DENIED),
    "add": ("INSERT INTO region_zuid.django_session VALUES ('a', 'b', now())", DENIED),
    "count on": ("SELECT nextval('region_zuid.wagtailcore_page_id_seq')", DENIED),
    "another path": ("SET search_path = region_zuid; SELECT title FROM wagtailcore_page", ABSENT),
    "another path for now": ("SET LOCAL search_path = region_zuid, public; SELECT title FROM wagtailcore_page", ABSENT),
    "no path": ("SET search_path = ''; SELECT title FROM wagtailcore_page", ABSENT),
    "make a table there": ("CREATE TABLE region_zuid.buit (id int)", DENIED),
    "make a table here": ("CREATE TABLE region_noord.buit (id int)", DENIED),
    "drop a schema": ("DROP SCHEMA region_zuid CASCADE", DENIED),
    "drafts of the wizard": ("SELECT * FROM public.zelfregie_tenants_regiondraft", DENIED),
    "log of regions": ("SELECT * FROM public.zelfregie_tenants_regionevent", DENIED),
    "take a domain": ("UPDATE public.zelfregie_tenants_domain SET tenant_id = 1", DENIED),
    "open a region": ("UPDATE public.zelfregie_tenants_region SET state = 'launched'", DENIED),
    "change a task": ("UPDATE public.django_tasks_database_dbtaskresult SET args_kwargs = '{}'", DENIED),
    "send a task elsewhere": ("UPDATE public.zelfregie_tenants_taskenvelope SET schema_name = 'region_zuid'", DENIED),
}


def ask(statement: str) -> list:
    """Run a statement as a plugin could: no ORM in between."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize(("statement", "error"), ATTACKS.values(), ids=ATTACKS)
def test_database_refuses_what_leaves_the_region(noord, statement, error):
    with region_rights(), pytest.raises(DatabaseError) as refused, transaction.atomic():
        ask(statement)

    assert type(refused.value.__cause__) is error
    assert Page.objects.filter(depth=2).get().title == "Zelfregie Noord"


def test_region_still_reaches_all_of_its_own(noord):
    with region_rights():
        titles = ask("SELECT title FROM region_noord.wagtailcore_page WHERE depth = 2")
        role = ask("SELECT current_user")

    assert titles == [("Zelfregie Noord",)]
    assert role == [(noord.database_role,)]


def test_forgotten_context_finds_nothing(noord):
    connection.set_schema_to_public()

    for statement, error in (("SELECT * FROM wagtailcore_page", ABSENT), (TITLES, DENIED)):
        with region_rights(), pytest.raises(DatabaseError) as refused, transaction.atomic():
            ask(statement)
        assert type(refused.value.__cause__) is error


def test_region_entered_by_name_has_the_rights_of_that_region(noord, zuid):
    with region_rights(), schema_context("region_zuid"):
        found = ask("SELECT current_user, title FROM wagtailcore_page WHERE depth = 2")

    assert found == [(zuid.database_role, "Zelfregie Zuid")]


def test_schema_that_is_no_regions_is_closed(noord):
    with schema_context("public"):
        ask("CREATE SCHEMA restoring_noord; CREATE TABLE restoring_noord.geheim (id int)")

    with region_rights(), schema_context("restoring_noord"), pytest.raises(DatabaseError) as refused:
        ask("SELECT * FROM restoring_noord.geheim")

    assert type(refused.value.__cause__) is DENIED


def test_role_that_is_gone_is_an_error_and_not_another_regions_answer(noord, zuid):
    with tenant_context(zuid):
        ask("SELECT 1")
    noord.database_role = "zelfregie_0_weg"

    with region_rights(), tenant_context(noord), pytest.raises(DatabaseError, match="zelfregie_0_weg"):
        ask("SELECT title FROM wagtailcore_page")


def test_rights_return_after_a_rollback(noord, zuid):
    with region_rights():
        try:
            with transaction.atomic(), tenant_context(zuid):
                ask("SELECT 1")
                raise LookupError
        except LookupError:
            pass
        after = ask("SELECT current_user")

    assert after == [(noord.database_role,)]


def test_request_has_the_rights_of_its_region_and_gives_them_back(noord, zuid, rf):
    def view(request):
        user = ask("SELECT current_user")
        with platform_rights():
            platform = ask("SELECT current_user")
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            ask("SELECT title FROM region_noord.wagtailcore_page")
        return HttpResponse(repr([user, platform, type(refused.value.__cause__) is DENIED]))

    before = ask("SELECT current_user")
    response = RegionMiddleware(view)(rf.get("/", headers={"host": "zuid.test"}))

    assert response.content.decode() == repr([[(zuid.database_role,)], before, True])
    assert ask("SELECT current_user") == before


def test_task_that_reads_another_region_fails(noord, task_queue):
    result = example_tasks.ask_database.enqueue(TITLES)

    assert task_queue() == 1

    row = DBTaskResult.objects.get(pk=result.id)
    assert "InsufficientPrivilege" in row.traceback
    assert (row.return_value, "Zuid" in row.traceback) == (None, False)


def test_callback_after_a_commit_keeps_its_rights(noord, django_capture_on_commit_callbacks):
    users = []

    with django_capture_on_commit_callbacks(execute=True), region_rights(), transaction.atomic():
        transaction.on_commit(lambda: users.extend(ask("SELECT current_user")))

    assert users == [(noord.database_role,)]


def test_fresh_thread_of_a_server_reaches_no_region(monkeypatch):
    for name in ("starts_limited", "statement_seconds"):  # put back afterwards
        monkeypatch.setattr(DatabaseWrapper, name, getattr(DatabaseWrapper, name))
    limit_this_process()
    found = []

    def look() -> None:
        for statement in ("SELECT title FROM wagtailcore_page", TITLES):
            try:
                found.append(ask(statement))
            except DatabaseError as error:
                found.append(type(error.__cause__))
        connection.close()

    thread = Thread(target=look)
    thread.start()
    thread.join()

    assert found == [ABSENT, DENIED]


def test_recycled_connection_starts_with_nothing(noord):
    """A pool of one connection: what served noord serves whoever comes next."""
    other = connection.copy("default")
    other.settings_dict["OPTIONS"] = {**other.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}}
    other.settings_dict["CONN_MAX_AGE"] = 0
    seen = []
    try:
        for tenant in (noord, None):
            if tenant is None:
                other.set_schema_to_public()
            else:
                other.set_tenant(tenant)
            with other.rights(limited=True), other.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), current_user, current_setting('search_path')")
                seen.append(cursor.fetchone())
            other.close()
    finally:
        other.close_pool()

    (process, role, path), (same, outside, nothing) = seen
    assert (same, role, path.split(",")[0].strip('" ')) == (process, noord.database_role, "region_noord")
    assert (outside.endswith("_regions"), nothing) == (True, "public")


def test_launched_region_has_a_role_until_it_is_erased(db):
    connection.set_schema_to_public()
    region = Region.objects.create(slug="oost-west", name="Oost")
    create_schema(region)
    role = region.database_role
    ask("CREATE TABLE region_oost_west.later (id int)")  # as a migration of a later release would

    with region_rights(), tenant_context(region):
        rows = ask("SELECT id FROM later"), ask("SELECT count(*) FROM region_oost_west.wagtailcore_page")
    assert rows == ([], [(2,)])
    drop_schema(region)
    assert drop_role(role)

    assert "_oost_west_" in role
    assert ask(f"SELECT to_regrole('{role}')") == [(None,)]


def test_role_that_a_copy_of_the_database_uses_stays(noord):
    drop_schema(noord)

    assert not drop_role(noord.database_role)  # the template of the tests has the same region


@pytest.mark.parametrize("role", ["", "zelfregie_1_elders_a1b2c3"])
def test_regions_of_before_and_of_another_server_get_what_they_lack(noord, zuid, role):
    connection.set_schema_to_public()
    Region.objects.filter(pk=noord.pk).update(database_role=role)
    assert regions_without_role() == ["noord"]
    assert [message.id for message in check_database_roles(None, databases=["default"])] == ["zelfregie_tenants.W001"]

    assert prepare_roles() == ["noord"]

    noord.refresh_from_db()
    with region_rights(), tenant_context(noord):
        assert Page.objects.filter(depth=2).get().title == "Zelfregie Noord"
    assert role in {"", noord.database_role}
    assert prepare_roles() == []
    assert check_database_roles(None, databases=["default"]) == []


@pytest.mark.parametrize(("may", "expected"), [("CREATEROLE", "taken"), ("NOCREATEROLE", "")])
def test_user_of_a_server_that_is_rented(db, may, expected):
    """No superuser: with the right to make roles all works, without it the region works as before, without a role."""
    connection.set_schema_to_public()
    user = f"huurder_{may.lower()}"
    number = ask("SELECT oid FROM pg_database WHERE datname = current_database()")[0][0]
    ask(
        f"ALTER ROLE zelfregie_{number}_regions RENAME TO weg_{number}_regions;"
        f"ALTER ROLE zelfregie_{number}_hub RENAME TO weg_{number}_hub"
    )
    ask(
        f"CREATE ROLE {user} LOGIN {may}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {user} WITH GRANT OPTION;"
        f"GRANT ALL ON SCHEMA public TO {user} WITH GRANT OPTION; GRANT CREATE ON DATABASE "
        f'"{connection.settings_dict["NAME"]}" TO {user}; SET SESSION AUTHORIZATION {user}'
    )
    region = Region.objects.create(slug="huur", name="Huur")

    create_schema(region)

    with region_rights(), tenant_context(region):
        current = ask("SELECT current_user")[0][0]
        assert Page.objects.count() == 2
    assert region.database_role == (current if expected else "")
    assert (current == user) is not bool(expected)
    assert [finding.message for finding in _roles()] == ([] if expected else [MAY_NOT])
    if not expected:  # and an upgrade that has nothing else to do says so
        told: list[str] = []
        upgrade_fleet(only=["huur"], on_findings=lambda findings: told.extend(found.message for found in findings))
        assert told == [f"huur, landelijk, noord and 1 more: no role in the database. {MAY_NOT}"]
    drop_schema(region)
    assert drop_role(region.database_role) is bool(expected)


def test_every_table_of_the_platform_says_who_may_use_it():
    named = [*FOR_REGIONS, *FOR_THE_HUB, *FOR_THE_PLATFORM]
    shared = [config for config in apps.get_app_configs() if config.name in settings.SHARED_APPS]
    models = [model._meta.label for config in shared for model in config.get_models(include_auto_created=True)]

    assert sorted(named) == sorted(models)
