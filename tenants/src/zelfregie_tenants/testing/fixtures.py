"""The fixtures; see the package for what they promise."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import Model
from django.test import TransactionTestCase
from django.utils import translation
from django_tenants.utils import tenant_context

from zelfregie_core.plugins.testing import temporary_plugin as core_temporary_plugin
from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.embedded.mail_sink import start_mail_sink
from zelfregie_tenants.models import Region
from zelfregie_tenants.tasks.worker import RegionWorker
from zelfregie_tenants.testing.client import RegionClient
from zelfregie_tenants.testing.database import TestDatabase

DATABASE_FIXTURES = frozenset(
    {"db", "transactional_db", "live_server", "noord", "zuid", "hub", "client", "region_client", "shared_rows"}
)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Make this process's database from the template, in place of pytest-django's migrations."""
    with django_db_blocker.unblock():
        database = TestDatabase()
        database.create()
        # A test that commits gets no flush, which would empty one region only, but a new copy.
        patch = pytest.MonkeyPatch()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: database.renew())
    yield
    patch.undo()
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(autouse=True)
def _inside_noord(request: pytest.FixtureRequest) -> Iterator[None]:
    """Start every test that uses the database inside noord, in Dutch, with empty caches and an empty media folder."""
    marked = request.node.get_closest_marker("django_db") is not None
    if not marked and not DATABASE_FIXTURES & set(request.fixturenames):
        yield
        return
    if not marked and not {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("db")
    if connection.in_atomic_block and _commits(request):
        pytest.fail("This test commits, and then loses the `shared_rows` of its file: move it to a file of its own.")
    request.getfixturevalue("_django_db_helper")
    settings = request.getfixturevalue("settings")
    settings.MEDIA_ROOT = str(request.getfixturevalue("tmp_path") / "media")
    connection.set_schema_to_public()
    connection.set_tenant(Region.objects.get(slug="noord"))
    with translation.override("nl"):
        yield
    connection.set_schema_to_public()
    for cache in caches.all(initialized_only=True):
        cache.clear()


def _commits(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return bool({"transactional_db", "live_server"} & set(request.fixturenames)) or bool(
        mark and mark.kwargs.get("transaction")
    )


@pytest.fixture(scope="module")
def shared_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Region]]:
    """For rows that every test of a file starts from: made once, in a fixture of the file with ``scope="module"``.

    Gives the regions by their slug, and stands in noord. What a test itself changes is rolled back as always; the rows
    go at the end of the file. An object that a test changes must be fetched by that test: Python's objects are shared.
    A test that commits (``transaction=True``) cannot stand in such a file; the others are marked ``django_db``, so that
    pytest-django keeps them together.
    """
    rows = transaction.atomic()
    # As Django marks the transactions of its own tests: code that must be outermost does not mind this one.
    rows._from_testcase = True
    with django_db_blocker.unblock(), translation.override("nl"), rows:
        connection.set_schema_to_public()
        regions = {region.slug: region for region in Region.objects.all()}
        with tenant_context(regions["noord"]):
            yield regions
        transaction.set_rollback(True)


@pytest.fixture
def noord(db: None) -> Region:
    """The region in which the test runs."""
    return Region.objects.get(slug="noord")


@pytest.fixture
def zuid(db: None) -> Region:
    """Another region, to which nothing may leak."""
    return Region.objects.get(slug="zuid")


@pytest.fixture
def hub(db: None) -> Region:
    """The national hub."""
    return Region.objects.get(slug="landelijk")


@pytest.fixture(scope="session")
def in_region() -> Callable[[Region], AbstractContextManager[None]]:
    """Return what enters another region: ``with in_region(zuid): ...``; afterwards the test is where it was."""
    return tenant_context


@pytest.fixture
def same_numbers(db: None) -> Callable[[type[Model]], int]:
    """Return what lets the next row of a model get the same number in both regions, and tells that number.

    PostgreSQL takes no number back when a test is rolled back, so earlier tests may have used up more in one region.
    """
    return align_numbers


@pytest.fixture(scope="module")
def shared_numbers(shared_rows: dict[str, Region]) -> Callable[[type[Model]], int]:
    """As `same_numbers`, for the rows of a whole file."""
    return align_numbers


def align_numbers(model: type[Model]) -> int:
    """Let the next row of a model get the same number in noord and zuid; return that number."""
    last = 7000
    for region in Region.objects.filter(slug__in=("noord", "zuid")):
        with tenant_context(region), connection.cursor() as cursor:
            names = [model._meta.db_table, model._meta.pk.column]
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*names, last])
    return last + 1


@pytest.fixture(scope="session")
def region_client() -> Callable[[Region], RegionClient]:
    """Return a function that opens a browser at a region."""
    return RegionClient


@pytest.fixture
def client(noord: Region) -> RegionClient:
    """A browser at noord."""
    return RegionClient(noord)


@pytest.fixture
def temporary_plugin(request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Core's fixture, with the plugin switched on in the region of the test."""
    register = request.getfixturevalue("core_temporary_plugin")

    def register_and_enable(slug: str, *args: Any, **hooks: Any) -> str:
        register(slug, *args, **hooks)
        if "_django_db_helper" in request.fixturenames and (region := current_region()):
            set_plugin_enabled(region, slug, enabled=True)
        return slug

    return register_and_enable


@pytest.fixture
def task_queue(db: None, settings: Any) -> Callable[[], int]:
    """Queue tasks as in production; the function runs what is ready and returns how many tasks that were."""
    from zelfregie_tenants.settings import base  # noqa: PLC0415 -- only this fixture needs production's queue

    settings.TASKS = base.TASKS

    def run() -> int:
        before = connection.tenant
        try:
            return RegionWorker(interval=0, batch=True).run()
        finally:
            connection.set_tenant(before)

    return run


@pytest.fixture
def mailbox(settings: Any, tmp_path: Path) -> Iterator[Callable[[], list[EmailMessage]]]:
    """A real mail server on this machine; the function returns the messages it received, oldest first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "mail"
    sink = start_mail_sink(folder, port)
    settings.EMAIL_BACKEND = "zelfregie_tenants.mail.RegionEmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = False

    def received() -> list[EmailMessage]:
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))]

    yield received
    sink.stop()


__all__ = [
    "client", "core_temporary_plugin", "django_db_setup", "hub", "in_region", "mailbox", "noord", "region_client",
    "same_numbers", "shared_numbers", "shared_rows", "task_queue", "temporary_plugin", "zuid",
]  # fmt: skip
