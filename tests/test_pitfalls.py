"""What is known to bite a Wagtail of many tenants: each has a test or a system check here, by its number."""

import ast
import asyncio
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from click.testing import CliRunner
from django.apps import apps
from django.conf import settings as django_settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django_tenants.utils import schema_context, tenant_context
from wagtail.models import Page, Site

from zelfregie_tenants import checks as own_checks
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain import plugins, pooling
from zelfregie_tenants.models import PluginActivation
from zelfregie_tenants.models.domain import validate_domain
from zelfregie_tenants.models.region import schema_name_for

ROOT = Path(__file__).parents[1]
SOURCES = [*ROOT.glob("core/src/**/*.py"), *ROOT.glob("tenants/src/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")]


def ids(messages):
    return [message.id for message in messages]


# --- 1. PgBouncer in transaction mode


class SharedSession:
    """One client of a pooler in transaction mode: outside a transaction any session of the server may answer."""

    def __init__(self, pooler):
        self.pooler = pooler
        self.own = None

    def execute(self, query):
        if query == "BEGIN":
            self.own = self.pooler.take()
            return self.own.execute(query)
        if self.own is not None:
            answer = self.own.execute(query)
            if query == "ROLLBACK":
                self.pooler.give(self.own)
                self.own = None
            return answer
        session = self.pooler.take()
        try:
            return session.execute(query)
        finally:
            self.pooler.give(session)

    def close(self):
        pass


class TransactionPooler:
    """What PgBouncer does with pool_mode = transaction, over real sessions of the database."""

    def __init__(self, connect):
        self.connect = connect
        self.free = []
        self.all = []

    def take(self):
        if not self.free:
            self.all.append(self.connect())
            return self.all[-1]
        return self.free.pop()

    def give(self, session):
        self.free.append(session)


def test_1_pooler_in_transaction_mode_is_recognised(db):
    pooler = TransactionPooler(pooling.plain_connection)

    found = pooling.shares_sessions(lambda: SharedSession(pooler))

    for session in pooler.all:
        session.close()
    assert found is True


def test_1_direct_connection_is_accepted(db):
    assert pooling.shares_sessions(pooling.plain_connection) is False
    pooling.refuse_transaction_pooling()


def test_1_server_does_not_start_behind_such_a_pooler(db, monkeypatch):
    pooler = TransactionPooler(pooling.plain_connection)
    monkeypatch.setattr(pooling, "plain_connection", lambda: SharedSession(pooler))

    with pytest.raises(ImproperlyConfigured, match="pool_mode = session"):
        pooling.refuse_transaction_pooling()
    for session in pooler.all:
        session.close()


# --- 2. `with tenant:`


def entered_as_tenant(tree):
    """Lines that enter an object itself, which for a region means django-tenants' stack that all threads share."""
    names = {"region", "tenant", "noord", "zuid", "hub"}
    for node in ast.walk(tree):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                expression = item.context_expr
                name = getattr(expression, "id", None) or getattr(expression, "attr", None)
                if name in names:
                    yield node.lineno
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"activate", "deactivate"}
        ):
            owner = getattr(node.func.value, "id", None) or getattr(node.func.value, "attr", None)
            if owner in names | {"Region"}:
                yield node.lineno


def test_2_no_code_enters_a_region_by_itself():
    tests = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("*/tests/**/*.py"), *ROOT.glob("plugins/*/tests/**/*.py")]

    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in [*SOURCES, *tests]
        for line in entered_as_tenant(ast.parse(file.read_text(encoding="utf-8")))
    ]

    assert found == []


@pytest.mark.parametrize("code", ["with region: pass", "with request.tenant as t: pass", "region.activate()"])
def test_2_entering_a_region_by_itself_is_seen(code):
    assert list(entered_as_tenant(ast.parse(code))) == [1]


def test_2_entering_a_region_by_itself_is_refused(noord, zuid):
    with pytest.raises(TypeError, match="tenant_context"), zuid.__class__.objects.get(pk=zuid.pk):
        pass

    assert connection.schema_name == "region_noord"


# --- 3. Cache keys


def test_3_cache_without_region_in_its_keys_is_refused(settings):
    settings.CACHES = settings.CACHES | {"extra": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    assert ids(own_checks.check_cache_keys(None)) == ["zelfregie_tenants.E001"]


def test_3_every_kind_of_cache_has_the_region_in_its_keys():
    from zelfregie_tenants.settings.base import caches

    functions = {cache["KEY_FUNCTION"] for kind in ("files", "database", "memory") for cache in caches(kind).values()}

    assert functions == {"django_tenants.cache.make_key"}


# --- 4. Site.hostname


def test_4_site_at_another_address_than_its_region_is_refused(noord):
    Site.objects.update(hostname="elders.test")
    connection.set_schema_to_public()

    found = own_checks.check_database(None, databases=["default"])

    assert [(message.id, message.msg) for message in found] == [
        ("zelfregie_tenants.E008", "noord: its site answers to elders.test and its primary domain is noord.test.")
    ]


def test_4_preview_in_the_admin_leaves_the_connection_in_its_region(noord, zuid, client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("anna"))
    Site.objects.update(hostname="nergens.test")
    Site.clear_site_root_paths_cache()
    home = Page.objects.get(depth=2)

    answer = client.get(f"/admin/pages/{home.pk}/edit/preview/?mode=")

    assert answer.status_code == 200
    assert connection.schema_name == "region_noord"


# --- 5. Constraint names (the drift test in tenants/tests/test_schemas.py compares everything)


def test_5_constraints_and_indexes_of_models_have_their_own_names_in_a_launched_region(noord):
    wanted = set()
    for config in apps.get_app_configs():
        if config.name in django_settings.TENANT_APPS:
            for model in config.get_models():
                wanted |= {constraint.name for constraint in model._meta.constraints}
                wanted |= {index.name for index in model._meta.indexes}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE connamespace = 'region_noord'::regnamespace UNION "
            "SELECT relname FROM pg_class WHERE relnamespace = 'region_noord'::regnamespace AND relkind IN ('i', 'I')"
        )
        present = {name for (name,) in cursor.fetchall()}

    # PostgreSQL cuts a name at 63 characters.
    assert (sorted({name[:63] for name in wanted} - present), len(wanted) > 10) == ([], True)


# --- 6. Content types outside their schema


def test_6_platform_holds_no_key_into_a_region():
    assert own_checks.check_platform_models(None) == []


def test_6_key_into_a_region_is_refused(monkeypatch):
    field = models.ForeignKey("contenttypes.ContentType", models.CASCADE)
    field.name = "content_type"
    from zelfregie_tenants.models import Region

    field.remote_field.model = apps.get_model("contenttypes.ContentType")
    monkeypatch.setattr(Region._meta, "get_fields", lambda **kwargs: [field])
    field.concrete = True

    assert ids(own_checks.check_platform_models(None)) == ["zelfregie_tenants.E006"]


# --- 7. Underscores


def test_7_underscore_is_for_schemas_and_not_for_host_names():
    assert schema_name_for("zuid-limburg") == "region_zuid_limburg"
    with pytest.raises(ValidationError):
        validate_domain("zuid_limburg.nl")


# --- 8. Migrations need nothing that an ordinary PostgreSQL lacks


def test_8_no_migration_needs_an_extension():
    loader = MigrationLoader(None, ignore_no_migrations=True)

    found = [
        f"{app}.{name}"
        for (app, name), migration in loader.disk_migrations.items()
        for operation in migration.operations
        if "Extension" in type(operation).__name__ or "CREATE EXTENSION" in str(getattr(operation, "sql", "")).upper()
    ]

    assert found == []


# --- 9. The admin calls nobody


def test_9_admin_is_told_to_call_nobody():
    assert django_settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
    assert django_settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
    assert checks.run_checks(tags=[checks.Tags.security]) == []


# --- 10. A plugin that is gone while pages hold its blocks


def test_10_plugin_that_is_gone_while_a_region_used_it_is_refused(noord):
    PluginActivation.objects.create(region=noord, plugin="weg", enabled=False)

    found = [
        message for message in own_checks.check_database(None, databases=["default"]) if message.id.endswith("E009")
    ]

    assert [message.msg for message in found] == plugins.missing_plugins()
    assert found[0].msg.startswith("The plugin “weg” is not installed, and pages of noord may hold its blocks")


def test_10_server_and_worker_do_not_start_without_a_plugin_that_pages_use(noord):
    PluginActivation.objects.create(region=noord, plugin="weg")

    with pytest.raises(ImproperlyConfigured, match="zelfregie plugin forget weg"):
        plugins.refuse_missing_plugins()


def test_10_plugin_that_is_gone_can_be_given_up_and_an_installed_one_cannot(noord):
    PluginActivation.objects.create(region=noord, plugin="weg")

    assert plugins.forget_plugin("weg") == 1
    plugins.refuse_missing_plugins()
    with pytest.raises(plugins.UnknownPlugin, match="is installed"):
        plugins.forget_plugin("stories")
    asked = CliRunner().invoke(main, ["plugin", "forget", "stories"], input="y\n")
    assert (asked.exit_code, "Go on?" in asked.output) == (1, False)


# --- 11. The search path


def path_in_force():
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


def test_11_path_is_right_after_a_savepoint_is_rolled_back(noord, zuid):
    with tenant_context(zuid):
        with transaction.atomic():
            Page.objects.count()
            transaction.set_rollback(True)
        assert path_in_force() == "region_zuid, public"
    assert path_in_force() == "region_noord, public"


def test_11_path_is_right_after_a_region_was_entered_inside_a_savepoint_that_is_rolled_back(noord, zuid):
    with transaction.atomic():
        with tenant_context(zuid):
            Page.objects.count()
        transaction.set_rollback(True)

    assert Page.objects.filter(depth=2).get().title == "Zelfregie Noord"


def test_11_path_is_right_after_an_error_in_the_database(noord, zuid):
    with tenant_context(zuid):
        with pytest.raises(Exception, match="division by zero"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        assert path_in_force() == "region_zuid, public"


@pytest.mark.django_db(transaction=True)
def test_11_path_is_right_on_a_new_connection():
    with schema_context("region_zuid"):
        Page.objects.count()
        connection.close()
        assert path_in_force() == "region_zuid, public"


@pytest.mark.django_db(transaction=True)
def test_11_pooled_connection_does_not_keep_the_path_of_another_region():
    """With the pool of a server: a connection that served zuid is handed to noord."""
    connection.close()
    connection.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 10}
    try:
        seen = []
        for schema in ("region_zuid", "region_noord", "public"):
            with schema_context(schema):
                seen.append((connection.schema_name, path_in_force()))
            connection.close()
    finally:
        connection.close()
        connection.close_pool()
        del connection.settings_dict["OPTIONS"]["pool"]

    assert seen == [
        ("region_zuid", "region_zuid, public"),
        ("region_noord", "region_noord, public"),
        ("public", "public"),
    ]


def test_11_path_is_set_once_per_context_and_not_per_query(noord, django_assert_num_queries):
    with schema_context("region_zuid"), django_assert_num_queries(4):
        for _query in range(3):
            Page.objects.count()


@pytest.mark.django_db(transaction=True)
def test_11_asynchronous_code_finds_no_table_of_a_region_rather_than_another_ones(noord):
    """Its thread has a connection of its own, in `public`. Hence: no asynchronous views, and no tasks from there."""
    from zelfregie_tenants.middleware import RegionMiddleware

    async def schema_there():
        return await sync_to_async(lambda: connection.schema_name, thread_sensitive=False)()

    assert asyncio.run(schema_there()) == "public"
    assert RegionMiddleware.async_capable is False


def test_11_no_source_defines_an_asynchronous_view_or_task():
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in SOURCES
        if "embedded" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.AsyncFunctionDef) and node.name != "_atask_to_db_task"
    ]

    assert found == []


# --- 12. Sorting and folding


def test_12_nothing_sorts_or_folds_by_the_locale_of_the_server():
    words = ("unaccent", "Collate(", "db_collation")

    found = [
        f"{file.relative_to(ROOT)}: {word}"
        for file in SOURCES
        if "/migrations/" not in file.as_posix()
        for word in words
        if word in file.read_text(encoding="utf-8")
    ]

    assert found == []


# --- The plumbing itself


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"MIDDLEWARE": ["django.contrib.sessions.middleware.SessionMiddleware"]}, ["zelfregie_tenants.E004"]),
        ({"TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}}, ["zelfregie_tenants.E005"]),
    ],
)
def test_settings_that_forget_the_region_are_refused(settings, change, found):
    for name, value in change.items():
        setattr(settings, name, value)

    assert ids(own_checks.check_plumbing(None)) == found


def test_database_backend_that_forgets_the_region_is_refused(monkeypatch):
    monkeypatch.setitem(django_settings.DATABASES["default"], "ENGINE", "django_tenants.postgresql_backend")

    assert ids(own_checks.check_plumbing(None)) == ["zelfregie_tenants.E003"]


@pytest.mark.parametrize("name", ["SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN"])
def test_cookie_for_several_regions_is_refused(settings, name):
    setattr(settings, name, ".zelfregie.nl")

    assert ids(own_checks.check_cookies(None)) == ["zelfregie_tenants.E002"]


def test_settings_of_the_platform_pass_all_checks(noord):
    connection.set_schema_to_public()

    assert checks.run_checks(include_deployment_checks=False, databases=["default"]) == []
