"""What is known of the backups of a region: for readiness checks, before an upgrade, and before erasing one.

The database knows of each which region it is of, when it was made, how large it is, its fingerprint, and whether it was
read back or restored. That is enough for who only asks how old the last one is: the folder with the files may be on
another machine. Who is about to destroy what is in a backup looks at the file as well.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.db.models import Q, QuerySet
from django.utils import timezone

from zelfregie_tenants.models import Region, RegionBackup


def recent_backups(max_age: timedelta, *, knows_damage: bool = True) -> QuerySet[RegionBackup]:
    """Return what is on record and not older, the newest first, of all regions; asks the database only.

    One that was not read back does not count, unless it is encrypted: that takes a key that this server does not have.
    Neither does one that was found damaged.

    Args:
        max_age: how old one may be.
        knows_damage: False where the platform's tables are of before a release that notes it.
    """
    tried = Q(encrypted=True) | Q(verified_at__isnull=False) | Q(restored_at__isnull=False)
    found = RegionBackup.objects.filter(tried, made_at__gte=timezone.now() - max_age).order_by("-made_at", "-pk")
    return found.filter(damaged_at=None) if knows_damage else found


def latest_backup(region: Region) -> RegionBackup | None:
    """Return the newest backup of this region that is still where it was put, or None.

    A file that is gone, or has another size, was moved, deleted or damaged: it is no backup to rely on. Nor is one that
    was found damaged when it was read.
    """
    found = region.backups.filter(damaged_at=None).order_by("-made_at", "-pk")
    return next((backup for backup in found if is_there(backup)), None)


def fresh_backup(region: Region, max_age: timedelta) -> RegionBackup | None:
    """Return the newest backup that is still there, when it is not older than `max_age`; else None."""
    backup = latest_backup(region)
    return backup if backup is not None and backup.made_at >= timezone.now() - max_age else None


def was_restored_once(region: Region) -> bool:
    """True iff a region was ever made from a backup of this one, here: backups of it are known to work."""
    return region.backups.filter(restored_at__isnull=False).exists()


def is_there(backup: RegionBackup) -> bool:
    """True iff the file is where it was put, as large as it was. Cheap: `check_backup` reads it."""
    return size_now(backup) == backup.size


def size_now(backup: RegionBackup) -> int | None:
    """Return how large the file is now; None when there is none that can be looked at."""
    try:
        return Path(backup.location).stat().st_size
    except OSError:
        return None
