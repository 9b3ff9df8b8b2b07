"""A region's schema: made in one go, equal to a migrated one, and gone without a trace."""

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, transaction
from django_tenants.utils import schema_context, tenant_context
from wagtail.models import Page

from zelfregie_tenants.domain.schema_drift import describe_schema, differences, template_drift
from zelfregie_tenants.domain.schemas import SchemaExists, checked_name, create_schema, drop_schema, schema_exists
from zelfregie_tenants.domain.template import TOKEN, TemplateProblem, build_template, load_template, template_path
from zelfregie_tenants.models import Region


@pytest.fixture
def oost(db):
    with schema_context("public"):
        return Region.objects.create(slug="oost", name="Oost")


def test_created_schema_can_be_used_at_once(oost):
    create_schema(oost)

    with tenant_context(oost):
        assert Page.objects.count() == 2
        # Sequences continue after the rows of the template.
        page = Page.get_first_root_node().add_child(instance=Page(title="Nieuw"))
        user = get_user_model().objects.create_user("anna")
    assert (page.pk, user.pk) == (3, 1)


def test_created_schema_has_all_migrations_on_record(oost):
    create_schema(oost)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM region_oost.django_migrations), "
            "(SELECT count(*) FROM region_noord.django_migrations)"
        )
        made, other = cursor.fetchone()
    assert (made, made > 100) == (other, True)


def test_creating_leaves_the_connection_where_it_was(oost, noord):
    create_schema(oost)

    assert connection.schema_name == "region_noord"
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == ("region_noord, public",)
    assert Page.objects.filter(title="Zelfregie Noord").count() == 1


def test_creating_belongs_to_the_transaction_of_the_caller(oost):
    with transaction.atomic():
        create_schema(oost)
        transaction.set_rollback(True)

    assert schema_exists("region_oost") is False
    assert Page.objects.filter(title="Zelfregie Noord").count() == 1


def test_creating_twice_is_refused(oost):
    create_schema(oost)

    with pytest.raises(SchemaExists, match="region_oost"):
        create_schema(oost)


def test_creating_does_not_change_settings_of_the_session(oost):
    question = "SELECT name, setting FROM pg_settings WHERE source = 'session' AND name <> 'search_path' ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(question)
        before = cursor.fetchall()

    create_schema(oost)

    with connection.cursor() as cursor:
        cursor.execute(question)
        assert cursor.fetchall() == before


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_launched_schema_equals_a_migrated_one_object_by_object():
    assert template_drift() == []


def test_difference_between_schemas_is_found(oost):
    create_schema(oost)
    before = describe_schema("region_oost")

    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE region_oost.wagtailcore_page ALTER COLUMN "title" TYPE varchar(254)')
        cursor.execute("CREATE INDEX extra ON region_oost.auth_user (email)")
        cursor.execute("SELECT setval('region_oost.auth_user_id_seq', 7)")
        cursor.execute("UPDATE region_oost.wagtailcore_locale SET language_code = 'fy'")

    found = differences(before, describe_schema("region_oost"))
    assert [sentence.split(": ")[0] for sentence in found] == [
        "column wagtailcore_page.title",
        "index extra",
        "position auth_user_id_seq",
        "relation extra",
        "rows wagtailcore_locale",
    ]


def test_template_names_its_schema_by_the_token_only():
    sql = load_template(print)

    assert sql.startswith(f"CREATE SCHEMA {TOKEN};\n")
    assert [line for line in sql.splitlines() if line.startswith(("SET ", "\\", "SELECT pg_catalog.set_config"))] == []


def test_template_is_kept_for_the_code_it_was_made_from(db):
    path = template_path()
    before = path.stat().st_mtime_ns

    create_schema(Region(schema_name="region_oost"))

    assert path.stat().st_mtime_ns == before


def test_template_is_not_built_inside_a_transaction(db):
    with pytest.raises(TemplateProblem, match="zelfregie template build"):
        build_template(print)


@pytest.mark.parametrize(
    "name", ["public", "region_", "region_a", 'region_x"; drop schema public', "region_x y", "pg_x"]
)
def test_name_of_no_region_never_reaches_sql(name):
    with pytest.raises(ValueError, match="is not the name"):
        checked_name(name)


def test_dropping_removes_the_schema_and_what_was_cached(oost, django_capture_on_commit_callbacks):
    create_schema(oost)
    with tenant_context(oost):
        cache.set("boom", "oud")

    with django_capture_on_commit_callbacks(execute=True):
        assert drop_schema(oost) is True

    assert schema_exists("region_oost") is False
    assert drop_schema(oost) is False
    with tenant_context(oost):
        assert cache.get("boom") is None
