"""The rows that every region gets from the code, not from a migration: themes, roles and permissions.

What a region's rows were made from is written on its schema, by PostgreSQL's `COMMENT ON SCHEMA`: it can be read for
all regions in one query, changes in the same transaction as the rows, and goes along in a copy of the schema or is
absent from it, never wrong.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

from zelfregie_core.domain import approval, roles, themes
from zelfregie_core.domain.roles import sync_roles
from zelfregie_core.domain.themes import standard_themes, sync_themes
from zelfregie_core.plugins.manager import get_plugins


@lru_cache(maxsize=1)
def rows_digest() -> str:
    """Return what the rows are made from, as a short hash: what plugins and core say, and the code that writes them.

    The code of a process does not change, so it is taken once.
    """
    digest = hashlib.sha256()
    for module in (roles, approval, themes):
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(repr(get_plugins().contributed("register_permission_sets")).encode())
    digest.update(repr(standard_themes()).encode())
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS:
            models = sorted(
                f"{m._meta.label} {m._meta.default_permissions} {m._meta.permissions}" for m in config.get_models()
            )
            digest.update(f"{config.label} {models}\n".encode())
    return f"rows {digest.hexdigest()[:16]}"


def sync_rows() -> None:
    """Give the current region the themes and roles of this code. To be called in a transaction."""
    sync_themes()
    sync_roles()
    with connection.cursor() as cursor:
        cursor.execute(note_digest(connection.schema_name))


def note_digest(schema: str) -> str:
    """Return the statement that notes on a schema that its rows are those of this code.

    Args:
        schema: a name that needs no quoting.
    """
    return f"COMMENT ON SCHEMA {schema} IS '{rows_digest()}'"
