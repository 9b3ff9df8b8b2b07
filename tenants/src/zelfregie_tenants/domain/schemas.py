"""Making and dropping the schema of a region."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.domain.database_roles import make_role, prepare_roles, rights_on_new_schema
from zelfregie_tenants.domain.synced_rows import note_digest
from zelfregie_tenants.domain.template import TOKEN, has_migrations, load_template
from zelfregie_tenants.models import Region
from zelfregie_tenants.models.region import SCHEMA_PATTERN

Progress = Callable[[str], None]


class SchemaExists(Exception):
    """The schema is there already. The message names it."""


def quiet(message: str) -> None:
    """Ignore a message about progress."""


def schema_exists(name: str) -> bool:
    """True iff the database has this schema."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s)", [name])
        return cursor.fetchone()[0]


def create_schema(region: Region, progress: Progress = quiet) -> None:
    """Give the region its schema, with the tables and rows that all migrations together would make.

    It replays the template of the current release as one batch of SQL, inside the caller's transaction: the schema is
    there when that commits, whole or not at all. The time it takes does not depend on the number of regions.

    Args:
        region: a saved region without schema.
        progress: is told when the template must be built first (seconds, once per release).

    Raises:
        SchemaExists: it has one.
        TemplateProblem: the template cannot be built here; the message says why.
    """
    name = checked_name(region.schema_name)
    sql = load_template(progress).replace(TOKEN, name)
    with transaction.atomic(), schema_context(get_public_schema_name()):
        if schema_exists(name):
            message = f"The schema {name} exists already."
            raise SchemaExists(message)
        role = region.database_role or make_role(region)
        # Granted while it is empty: what is made in it after that is open to the role by itself, also by migrations.
        sql = sql.replace(made := f"CREATE SCHEMA {name};", f"{made}\n{rights_on_new_schema(name, role)}", 1)
        with connection.cursor() as cursor:
            # pg_dump writes every name in full; an empty path makes sure that none is looked up elsewhere.
            # psycopg takes several statements at once when there are no parameters; percent signs then mean nothing.
            cursor.cursor.execute(f"SET LOCAL search_path = '';\n{sql}\n{note_digest(name)};")
    # The backend believes that its own path is still set.
    connection.search_path_set_schemas = None


def drop_schema(region: Region) -> bool:
    """Drop the region's schema with everything in it, and what caches hold of it.

    Returns:
        True when there was one.
    """
    name = checked_name(region.schema_name)
    with transaction.atomic(), schema_context(get_public_schema_name()):
        found = schema_exists(name)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
        # A later region of this name may not find the pages of this one. Keys cannot be listed by region, so all go.
        transaction.on_commit(clear_caches)
    return found


def clear_caches() -> None:
    """Empty every cache."""
    for cache in caches.all(initialized_only=False):
        cache.clear()


def prepare_platform() -> None:
    """Bring the platform's own tables, in `public`, to the migrations of this release, and the roles of the regions.

    Only the platform's apps are asked for: django-tenants' own command walks through the migrations of all apps and
    does nothing for most of them, which takes five times as long.
    """
    for config in apps.get_app_configs():
        if config.name in settings.SHARED_APPS and has_migrations(config.label):
            call_command("migrate_schemas", config.label, shared=True, interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    prepare_roles()


def checked_name(name: str) -> str:
    """Return a schema name that needs no quoting and is safe inside SQL.

    Raises:
        ValueError: it is not the name of a region's schema.
    """
    if not re.fullmatch(SCHEMA_PATTERN, name):
        message = f"“{name}” is not the name of a region's schema."
        raise ValueError(message)
    return name
