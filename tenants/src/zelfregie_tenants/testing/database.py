"""The database of the tests: copied from a template that lives as long as the code it was made from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context
from psycopg import sql
from wagtail.models import Page, Site

from zelfregie_core.domain.roles import sync_roles
from zelfregie_core.domain.themes import sync_themes
from zelfregie_core.models import Branding, HomePage
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain import template
from zelfregie_tenants.domain.database_roles import prepare_roles
from zelfregie_tenants.domain.domains import set_domains
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.domain.schemas import create_schema, prepare_platform
from zelfregie_tenants.embedded import postgres
from zelfregie_tenants.models import Region

TEMPLATE_PREFIX = "zelfregie_test_template_"
COPY_PREFIX = "zelfregie_test_run_"
LOCK = 7_303_015
#: So many templates are kept besides the one in use: of other branches, and of plugins that are checked.
OTHERS_KEPT = 5

#: slug, name, kind, domain
REGIONS = (
    ("noord", "Zelfregie Noord", Region.Kind.REGION, "noord.test"),
    ("zuid", "Zelfregie Zuid", Region.Kind.REGION, "zuid.test"),
    ("landelijk", "Zelfregie Landelijk", Region.Kind.NATIONAL, "landelijk.test"),
)


class TestDatabase:
    """One process's own copy of the template database."""

    __test__ = False

    def __init__(self) -> None:
        """Start, or join, the tests' server; make the template when the code changed."""
        self._server = None
        if not os.environ.get("DATABASE_URL"):
            self._server = postgres.start(settings.ZELFREGIE_TEST_DATA, settings.ZELFREGIE_TEST_RUNTIME)
            parameters = psycopg.conninfo.conninfo_to_dict(self._server.dsn)
            point_connection_at(host=parameters["host"], user=parameters["user"])
        self._own_name = connection.settings_dict["NAME"]
        self.template = TEMPLATE_PREFIX + code_fingerprint()
        self.name = f"{COPY_PREFIX}{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

    def create(self) -> None:
        """Make the copy and point Django at it."""
        with self._session() as session:
            session.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            if self._server is not None:
                # Making and dropping databases waits for the disk; what is lost in a power cut is made again.
                session.execute("ALTER SYSTEM SET fsync = off")
                session.execute("SELECT pg_reload_conf()")
            drop_left_overs(session, keep=self.template)
            if not exists(session, self.template):
                self._build_template(session)
            copy_database(session, self.template, self.name)
        point_connection_at(name=self.name)
        # A test run with other code may have replaced the SQL template while this code's database was kept.
        template.ensure_template(lambda message: None)
        prepare_roles()  # its own, so that tests at the same time need not wait for each other
        connection.close()

    def renew(self) -> None:
        """Make the copy anew, after a test that committed."""
        connection.close()
        with self._session() as session:
            copy_database(session, self.template, self.name)
        prepare_roles()
        connection.close()
        ContentType.objects.clear_cache()  # the schemas have the numbers that they had, without what the test added

    def drop(self) -> None:
        """Drop the copy."""
        connection.close()
        with self._session() as session:
            drop_database(session, self.name)
        point_connection_at(name=self._own_name)
        if self._server is not None:
            self._server.stop()

    @contextmanager
    def _session(self) -> Iterator[psycopg.Connection]:
        parameters = connection.settings_dict
        with psycopg.connect(
            dbname=self._own_name,
            host=parameters["HOST"] or None,
            port=parameters["PORT"] or None,
            user=parameters["USER"] or None,
            password=parameters["PASSWORD"] or None,
            autocommit=True,
        ) as session:
            yield session

    def _build_template(self, session: psycopg.Connection) -> None:
        """Make it under another name first: killed half-way, it is not mistaken for a whole one."""
        building = f"{COPY_PREFIX}{os.getpid()}_building"
        copy_database(session, "template0", building)
        point_connection_at(name=building)
        fill()
        connection.close()
        session.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(self.template))
        )


def fill() -> None:
    """Migrate the platform and make the regions of the tests, in an empty database."""
    prepare_platform()
    template.ensure_template(lambda message: None)
    for slug, name, kind, host in REGIONS:
        with transaction.atomic():
            region = Region.objects.create(
                slug=slug, name=name, kind=kind, state=Region.State.LAUNCHED, launched_at=timezone.now()
            )
            create_schema(region)
            with tenant_context(region):
                make_site(name)
            set_domains(region, [host])
        for plugin in get_plugins().slugs():
            set_plugin_enabled(region, plugin, enabled=(plugin == "national") == (kind == Region.Kind.NATIONAL))


def make_site(name: str) -> None:
    """Give the current region a home page, a brand, roles and themes."""
    sync_themes()
    sync_roles()
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page
    home = Page.get_first_root_node().add_child(instance=HomePage(title=name, slug="voorpagina"))
    site.root_page, site.site_name = home, name
    site.save()
    welcome.get_children().delete()
    welcome.delete()
    brand = Branding.load()
    brand.site_name = name
    brand.save()


def code_fingerprint() -> str:
    """Return what the template database is made from: the SQL template, and the code that fills the regions.

    Not all code: then every edit would cost every run some seconds.
    """
    digest = hashlib.sha256(template.template_fingerprint().encode())
    own = Path(import_module("zelfregie_tenants").__file__).parent
    core = Path(import_module("zelfregie_core").__file__).parent
    files = [Path(__file__), *sorted((own / "migrations").glob("*.py")), *sorted((own / "models").glob("*.py"))]
    files += [own / "domain" / f"{name}.py" for name in ("plugins", "domains", "schemas", "database_roles")]
    files += [core / "domain" / "roles.py", core / "domain" / "themes.py", *sorted((core / "data").glob("*.toml"))]
    # What roles may do is said by the hooks of the plugins.
    files += [
        Path(config.path) / "hooks.py" for config in apps.get_app_configs() if config.name.startswith("zelfregie_")
    ]
    for file in files:
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def point_connection_at(**parameters: str) -> None:
    """Make Django's default connection use another database, host or user."""
    connection.close()
    connection.close_pool()
    connection.settings_dict.update({key.upper(): value for key, value in parameters.items()})


def exists(session: psycopg.Connection, name: str) -> bool:
    """True iff the server has this database."""
    return bool(session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def copy_database(session: psycopg.Connection, source: str, name: str) -> None:
    """Make a database as a copy of another one, in place of what was there."""
    drop_database(session, name)
    session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))


def drop_database(session: psycopg.Connection, name: str) -> None:
    """Drop a database when it is there."""
    session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_left_overs(session: psycopg.Connection, keep: str) -> None:
    """Drop copies whose test run is gone, and all templates but this one and the newest others."""
    names = [row[0] for row in session.execute("SELECT datname FROM pg_database ORDER BY oid").fetchall()]
    for name in names:
        if name.startswith(COPY_PREFIX) and not _runs(int(name.removeprefix(COPY_PREFIX).split("_")[0])):
            drop_database(session, name)
    templates = [name for name in names if name.startswith(TEMPLATE_PREFIX) and name != keep]
    for name in templates[:-OTHERS_KEPT]:
        drop_database(session, name)
    drop_roles_of_gone_databases(session)


def drop_roles_of_gone_databases(session: psycopg.Connection) -> None:
    """Drop the roles that were made in a database that is gone and that no copy of it uses. Roles are the server's."""
    rows = session.execute(
        "SELECT rolname FROM pg_roles AS role WHERE rolname ~ '^zelfregie_[0-9]+_' AND NOT rolcanlogin "
        "AND NOT EXISTS (SELECT FROM pg_database WHERE oid::text = split_part(rolname, '_', 2)) "
        "AND NOT EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = role.oid "
        "AND dbid <> 0)"
    ).fetchall()
    for (name,) in rows:
        session.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
