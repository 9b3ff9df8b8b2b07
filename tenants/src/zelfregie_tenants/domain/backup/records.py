"""What is known of the backups of a region: for readiness checks, and for erasing one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from zelfregie_tenants.models import Region, RegionBackup


def latest_backup(region: Region) -> RegionBackup | None:
    """Return the newest backup of this region that is still where it was put, or None.

    A file that is gone, or has another size, was moved, deleted or damaged: it is no backup to rely on.
    """
    return next((backup for backup in region.backups.order_by("-made_at", "-pk") if is_there(backup)), None)


def fresh_backup(region: Region, max_age: timedelta) -> RegionBackup | None:
    """Return the newest backup that is still there, when it is not older than `max_age`; else None."""
    backup = latest_backup(region)
    return backup if backup is not None and backup.made_at >= timezone.now() - max_age else None


def was_restored_once(region: Region) -> bool:
    """True iff a region was ever made from a backup of this one, here: backups of it are known to work."""
    return region.backups.filter(restored_at__isnull=False).exists()


def is_there(backup: RegionBackup) -> bool:
    """True iff the file is where it was put, as large as it was. Cheap: `check_backup` reads it."""
    try:
        return Path(backup.location).stat().st_size == backup.size
    except OSError:
        return False
