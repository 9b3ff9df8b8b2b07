"""The template: the SQL of a fresh region, taken once per release from a migrated schema with pg_dump."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from math import inf
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_core.domain.roles import sync_roles
from zelfregie_core.domain.themes import standard_themes, sync_themes
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.package_versions import versions_of
from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.embedded import binaries
from zelfregie_tenants.embedded.errors import EmbeddedError

#: The schema that is migrated and dumped, and the word that stands for a region's schema in the SQL. Long and odd, so
#: that it occurs nowhere else; lower case, so that PostgreSQL never quotes it.
TOKEN = "zelfregie_template_b3f1c9e7a2d84065"  # noqa: S105 -- a placeholder, not a secret
#: Any number: only one process at a time builds.
LOCK = 7_303_014
#: Raised when the way of dumping changes, so that templates of an older release are not used.
FORMAT = 1
#: How many templates are kept on disk.
KEPT = 5

Progress = Callable[[str], None]


class TemplateProblem(Exception):
    """The template cannot be made here. The message says why and what to do."""


@lru_cache(maxsize=1)
def template_fingerprint() -> str:
    """Return what the template is made from, as a short hash.

    It covers the migrations of every app of a region, file by file, the versions of their distributions (rows that
    are made after migrating, such as permissions, come from their code), the roles, the themes and the platform's own
    way of dumping. The code of a process does not change, so it is taken once.
    """
    digest = hashlib.sha256(f"format {FORMAT}\n".encode())
    versions = versions_of({config.name.partition(".")[0] for config in tenant_app_configs()})
    for config in sorted(tenant_app_configs(), key=lambda config: config.label):
        digest.update(f"{config.label} {versions[config.name.partition('.')[0]]}\n".encode())
        # Models decide which content types and permissions are made after migrating.
        models = sorted(
            f"{m._meta.label} {m._meta.default_permissions} {m._meta.permissions}" for m in config.get_models()
        )
        digest.update("\n".join(models).encode())
        folder = _migrations_folder(config.label)
        for file in sorted(folder.glob("*.py")) if folder else ():
            digest.update(f"{file.name} ".encode() + hashlib.sha256(file.read_bytes()).digest())
    # django-tenants notes the platform's own migrations in every schema, where they do nothing: their names count.
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        if config.name in settings.SHARED_APPS and (folder := _migrations_folder(config.label)):
            digest.update("\n".join(sorted(file.name for file in folder.glob("*.py"))).encode())
    # What `migrate_schema` adds to the migrations.
    digest.update(repr(get_plugins().contributed("register_permission_sets")).encode())
    digest.update(repr(standard_themes()).encode())
    return digest.hexdigest()[:16]


def tenant_app_configs() -> list:
    """Return the configurations of the apps whose tables are in every region."""
    return [config for config in apps.get_app_configs() if config.name in settings.TENANT_APPS]


def template_path() -> Path:
    """Return where the template of the current code is, or will be."""
    return Path(settings.ZELFREGIE_TEMPLATE_DIR) / f"template-{template_fingerprint()}.sql"


def load_template(progress: Progress) -> str:
    """Return the SQL of a fresh region with `TOKEN` for its schema, built first when there is none for this code.

    Raises:
        TemplateProblem: it cannot be built here.
    """
    path = template_path()
    if not path.exists():
        build_template(progress)
    return _read(path)


def ensure_template(progress: Progress) -> None:
    """Build the template when there is none for this code. To be called before a transaction that launches a region.

    Raises:
        TemplateProblem: it cannot be built here.
    """
    if not template_path().exists():
        build_template(progress)


def build_template(progress: Progress) -> Path:
    """Migrate a scratch schema, dump it, drop it, and keep the SQL.

    Runs on a connection of its own kind of work: it may not be called inside a transaction, because migrations are
    committed one by one. Killed half-way it leaves a scratch schema that no region uses and the next build removes.

    Returns:
        where the SQL is.

    Raises:
        TemplateProblem: no fitting pg_dump, no right to make schemas, or called inside a transaction.
    """
    if connection.in_atomic_block:
        message = "There is no template for this release yet: run `zelfregie template build` first."
        raise TemplateProblem(message)
    path = template_path()
    program = find_pg_dump()
    with schema_context(get_public_schema_name()), _alone():
        if path.exists():  # another process was first
            return path
        progress("Migrating a scratch schema")
        _run(f"DROP SCHEMA IF EXISTS {TOKEN} CASCADE")
        _run(f"CREATE SCHEMA {TOKEN}")
        try:
            migrate_schema(TOKEN)
            progress("Dumping it")
            sql = _portable(_dump(program))
        finally:
            connection.set_schema_to_public()
            _run(f"DROP SCHEMA IF EXISTS {TOKEN} CASCADE")
        _write(path, sql)
    # The newest few stay: during an upgrade, and between test runs, another process may still launch with its own.
    for older in sorted(path.parent.glob("template-*.sql"), key=_age)[KEPT:]:
        older.unlink(missing_ok=True)
    _read.cache_clear()
    return path


def migrate_schema(name: str) -> None:
    """Bring the schema of a region, or a scratch one, to this release: migrations, then themes and roles."""
    call_command("migrate_schemas", schema_name=name, tenant=True, interactive=False, verbosity=0)
    connection.set_schema_to_public()
    with schema_context(name):
        sync_themes()
        sync_roles()


def find_pg_dump() -> Path:
    """Return a pg_dump that is not older than the server: from PG_DUMP, the path, or the embedded server.

    Raises:
        TemplateProblem: there is none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10_000
    candidates = [os.environ.get("PG_DUMP"), shutil.which("pg_dump")]
    candidates += [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), reverse=True)]
    with suppress(EmbeddedError):  # where PostgreSQL was installed the embedded one is not
        candidates.append(str(binaries.binaries_directory() / "pg_dump"))
    seen = []
    for candidate in filter(None, candidates):
        found = _pg_dump_version(candidate)
        if found is not None and found >= server:
            return Path(candidate)
        seen.append(f"{candidate} ({found or 'does not run'})")
    message = (
        f"The server is PostgreSQL {server} and there is no pg_dump of that version or newer here: install "
        f"postgresql-client-{server}, or set PG_DUMP to the program. Found: {', '.join(seen) or 'none'}."
    )
    raise TemplateProblem(message)


def _pg_dump_version(program: str) -> int | None:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)  # noqa: S603 -- found above
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"(\d+)(?:\.\d+)?\s*(?:\(|$)", done.stdout.strip())
    return int(match[1]) if match else None


def _dump(program: Path) -> str:
    return run_pg_dump(
        program, "--no-comments", "--no-tablespaces", "--inserts", "--rows-per-insert=500", f"--schema={TOKEN}"
    )


def run_pg_dump(program: Path, *options: str) -> str:
    """Return what pg_dump writes about the database in use, with names in full and without owners and rights.

    Raises:
        TemplateProblem: it failed; the message has its last line.
    """
    parameters = connection.settings_dict
    command = [
        str(program), "--no-owner", "--no-privileges", "--no-publications", "--no-subscriptions", "--no-password",
        "--encoding=UTF8", *options,
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    environment |= {name: str(parameters[key]) for name, key in names.items() if parameters.get(key)}
    if mode := parameters["OPTIONS"].get("sslmode"):
        environment["PGSSLMODE"] = mode
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
    if done.returncode:
        message = f"pg_dump failed: {done.stderr.strip().splitlines()[-1] if done.stderr else 'no reason given'}"
        raise TemplateProblem(message)
    return done.stdout


def _portable(sql: str) -> str:
    """Return the dump without what belongs to psql or would change the session it is replayed in."""
    head, marker, body = sql.partition(f"CREATE SCHEMA {TOKEN};")
    if not marker:
        message = "pg_dump did not write the schema."
        raise TemplateProblem(message)
    del head  # SET statements of the session, and \restrict
    body = re.sub(r"\n\\unrestrict \w+\s*\Z", "\n", body.rstrip())
    body = re.sub(r"^SET default_(?:tablespace|table_access_method) = .*;\n", "", body, flags=re.MULTILINE)
    body = re.sub(r"^--.*\n", "", body, flags=re.MULTILINE)
    body = re.sub(r"\n{2,}", "\n", body)
    return f"{marker}\n{body.strip()}\n"


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time build: a lock of the database, on a connection that stays open."""
    with plain_connection() as session:
        session.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _age(path: Path) -> float:
    """Return how old a file is, for sorting; infinitely old when another process has just removed it."""
    try:
        return -path.stat().st_mtime
    except FileNotFoundError:
        return inf


def _write(path: Path, sql: str) -> None:
    """Put the file in place whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".template-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(sql)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


@lru_cache(maxsize=1)
def _read(path: Path) -> str:
    """Return the file; the same for every region, so reading it once per process is enough."""
    return path.read_text(encoding="utf-8")


def _migrations_folder(label: str) -> Path | None:
    module, _explicit = MigrationLoader.migrations_module(label)
    config = apps.get_app_config(label)
    folder = Path(config.path) / (module or "").rpartition(".")[2]
    return folder if module and folder.is_dir() else None


def has_migrations(label: str) -> bool:
    """True iff the app has a folder with migrations."""
    return _migrations_folder(label) is not None
