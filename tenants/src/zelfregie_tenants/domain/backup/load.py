"""Filling a scratch schema from a backup, and proving that it is what was saved."""

from __future__ import annotations

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django_tenants.utils import schema_context

from zelfregie_core.fields import EncryptedTextField
from zelfregie_tenants.domain.backup import media, rows
from zelfregie_tenants.domain.backup.archive import Archive
from zelfregie_tenants.domain.backup.contents import Contents, known_migrations, server_version
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.synced_rows import note_digest, rows_digest
from zelfregie_tenants.domain.template import migrate_schema, template_fingerprint, tenant_app_configs


def load_schema(archive: Archive, contents: Contents, scratch: str) -> None:
    """Make the schema with its rows under another name, and compare every table with the backup. One transaction.

    Raises:
        BackupProblem: it cannot be made here, or is not the same.
    """
    tables = {
        name: rows.Table(name, tuple(found["columns"])) for name, found in sorted(contents.data["tables"].items())
    }
    before, after = (
        rows.renamed(archive.text(f"definition/{part}.sql"), contents.schema, scratch) for part in ("before", "after")
    )
    try:
        with plain_connection() as session:
            session.execute(rows.ONE_SPELLING)
            with session.transaction():
                session.execute(before.encode())
                for name, table in tables.items():
                    rows.copy_in(session, scratch, table, archive.chunks(f"tables/{name}.copy"))
                session.execute(after.encode())
                rows.set_positions(session, scratch, contents.data["sequences"])
                _compare_rows(session, contents, scratch)
    except psycopg.errors.DiskFull as error:
        message = "The database server has no room for the region. Make room there and try again; nothing was changed."
        raise BackupProblem(message) from error
    except psycopg.DatabaseError as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        message = f"The database refuses what is in the backup ({reason}). Nothing was changed."
        raise BackupProblem(message) from error


def load_media(archive: Archive, contents: Contents, scratch: str) -> None:
    """Write the files out of sight.

    Raises:
        BackupProblem: one is not as the backup says, or there is no room.
    """
    media.prepare(scratch)
    for name, expected in contents.data["media"].items():
        media.write_file(scratch, name, archive.chunks(f"media/{name}"), expected)
    media.complete(scratch, list(contents.data["media"]))


def bring_up_to_date(contents: Contents, scratch: str) -> bool:
    """Migrate the restored schema to this release; return whether that was needed."""
    # Those of the platform's own tables are noted in every schema, too, and do nothing there.
    labels = {config.label for config in tenant_app_configs()}
    current = {(app, name) for app, name in known_migrations(replaced=False)[0] if app in labels}
    if contents.data["fingerprint"] == template_fingerprint() and current <= contents.migrations:
        if contents.data.get("synced_rows") == rows_digest():  # as they were, so no upgrade need look at them
            with connection.cursor() as cursor:
                cursor.execute(note_digest(scratch))
        return False
    migrate_schema(scratch)
    return True


def refuse_unreadable_texts(scratch: str) -> None:
    """Raise when personal texts were encrypted with a key that this installation does not have.

    Raises:
        BackupProblem: the message names the setting.
    """
    fields = [
        (model, field.name)
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]
    with schema_context(scratch), transaction.atomic():
        for model, name in fields:
            values = model._base_manager.values_list(name, flat=True)
            try:
                for _value in values.iterator(chunk_size=1000):
                    pass
            except ImproperlyConfigured as error:
                message = f"{error} Without it nobody could read these texts here; nothing was changed."
                raise BackupProblem(message) from error
    connection.set_schema_to_public()


def _compare_rows(session: psycopg.Connection, contents: Contents, scratch: str) -> None:
    """Compare every table, by number of rows and by a checksum that the database computes on both sides."""
    expected = {name: rows.Sum(found["rows"], found["checksum"]) for name, found in contents.data["tables"].items()}
    for name, found in rows.sums(session, scratch, expected).items():
        if found != expected[name]:
            message = (
                f"The table {name} has {found.rows} rows after restoring and {expected[name].rows} were saved, or they "
                "are not the same. Nothing was changed."
            )
            raise BackupProblem(message)
    # Another version of PostgreSQL may describe the same object in other words.
    same_server = contents.data["postgresql"] == server_version()
    if same_server and rows.description_digest(session, scratch) != contents.data["description"]:
        message = "The tables that came out of the backup are not made as those that were saved. Nothing was changed."
        raise BackupProblem(message)
