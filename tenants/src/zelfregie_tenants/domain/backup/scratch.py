"""Where a restore works out of sight, and how it is finished or undone when it was cut off.

Two schemas tell how far it got, so that nothing else has to be kept:

- `restoring_<region>`: being filled; the region is as it was. Left behind, it is thrown away with its files.
- `replaced_<region>`: the transaction that swapped the schemas was committed, and the files must follow. Left behind,
  they are swapped still; then what was replaced goes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.domain.backup import media
from zelfregie_tenants.domain.region_lock import RegionBusy, region_lock
from zelfregie_tenants.domain.schemas import checked_name, clear_caches, schema_exists
from zelfregie_tenants.models.region import SCHEMA_PREFIX, schema_name_for

RESTORING = "restoring_"
REPLACED = "replaced_"

Progress = Callable[[str], None]


def restoring_name(schema: str) -> str:
    """Return under which name a region's schema is filled."""
    return RESTORING + checked_name(schema).removeprefix(SCHEMA_PREFIX)


def replaced_name(schema: str) -> str:
    """Return under which name what was replaced stays until the files followed."""
    return REPLACED + checked_name(schema).removeprefix(SCHEMA_PREFIX)


def clear_up(slug: str) -> list[str]:
    """Finish or undo a restore of this slug that was cut off. Whoever calls holds the region's lock.

    Returns:
        a sentence for everything that was there.
    """
    schema = schema_name_for(slug)
    restoring, replaced = restoring_name(schema), replaced_name(schema)
    done = []
    with schema_context(get_public_schema_name()):
        if schema_exists(replaced):
            finish_swap(schema)
            done.append(f"{slug}: finished a restore that was cut off when the database was done")
        if schema_exists(restoring):
            media.discard(restoring)
            drop(restoring)
            done.append(f"{slug}: removed what a restore left that was cut off; the region is as it was before")
        for part in backup_folder().glob(f".{slug}_*.part"):
            part.unlink(missing_ok=True)
            done.append(f"{slug}: removed half a backup file")
        for folder in (media.folder_of(restoring), media.folder_of(replaced)):
            if folder and folder.exists():
                media.discard(folder.name)
                done.append(f"{slug}: removed files that a restore left")
    return done


def finish_swap(schema: str) -> None:
    """Let the files follow a schema that was swapped, then drop what was replaced."""
    replaced = replaced_name(schema)
    media.swap(restoring_name(schema), schema, replaced)
    drop(replaced)
    clear_caches()


def drop(name: str) -> None:
    """Drop a scratch schema.

    Raises:
        ValueError: it is none: a region's schema is dropped by `drop_schema` only.
    """
    if not name.startswith((RESTORING, REPLACED)):
        message = f"“{name}” is not a scratch schema of a restore."
        raise ValueError(message)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')


def clear_up_all(progress: Progress) -> int:
    """Finish or undo every restore and backup that was cut off; what someone is at work on is left to them.

    Returns:
        how many things were there.
    """
    count = 0
    for slug in left_overs():
        try:
            with region_lock(slug):
                found = clear_up(slug)
        except RegionBusy:
            found = []
        for sentence in found:
            progress(sentence)
        count += len(found)
    return count


def left_overs() -> list[str]:
    """Return the slugs of which a scratch schema, scratch files or half a backup file is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_catalog.pg_namespace WHERE starts_with(nspname, %s) OR starts_with(nspname, %s)",
            [RESTORING, REPLACED],
        )
        names = {name for (name,) in cursor.fetchall()}
    parts = {part.name[1:].partition("_")[0] for part in backup_folder().glob(".*_*.part")}
    media_root = media.folder_of(get_public_schema_name())
    if media_root:
        names |= {folder.name for prefix in (RESTORING, REPLACED) for folder in media_root.parent.glob(f"{prefix}*")}
    slugs = {name.removeprefix(RESTORING).removeprefix(REPLACED).replace("_", "-") for name in names}
    return sorted(slugs | parts)


def backup_folder() -> Path:
    """Return where backups are put when no other place is given."""
    return Path(settings.ZELFREGIE_BACKUP_DIR)
