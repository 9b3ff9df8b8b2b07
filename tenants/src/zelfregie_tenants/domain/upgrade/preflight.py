"""What is looked at before the first table is touched."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.core import checks
from django.db import OperationalError, ProgrammingError, connection

from zelfregie_tenants.domain.backup.records import recent_backups
from zelfregie_tenants.domain.database_roles import MAY_NOT, may_make_roles
from zelfregie_tenants.domain.plugins import missing_plugins
from zelfregie_tenants.domain.pooling import MESSAGE, plain_connection, shares_sessions
from zelfregie_tenants.domain.upgrade.plan import FleetPlan, PlannedRegion
from zelfregie_tenants.domain.upgrade.survey import column_exists, platform_is_empty, table_exists
from zelfregie_tenants.models import RegionBackup

#: How old a region's backup may be when its tables are about to change.
BACKUP_AGE = timedelta(hours=24)
#: A transaction that has been open so long holds its locks for longer than a migration waits.
LONG = timedelta(minutes=1)
#: Room that is always wanted: for the log that PostgreSQL writes ahead.
SPARE = 256 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """Something to know before an upgrade.

    Attributes:
        blocking: whether the upgrade is refused because of it.
        message: what it is, and what to do.
    """

    blocking: bool
    message: str


def look_ahead(plan: FleetPlan, jobs: int) -> list[Finding]:
    """Return what stands in the way of an upgrade, and what an operator should know. Changes nothing.

    The platform's own tables may be behind: no column is read that it does not need.

    Args:
        plan: what is to be done.
        jobs: how many regions are upgraded at the same time.
    """
    found = [*_code(), *_pooler(), *_roles(), *_refused(plan)]
    if not platform_is_empty():
        found += [*_plugins(plan), *_space(jobs), *_backups(plan.behind), *_open_transactions()]
    return sorted(found, key=lambda finding: not finding.blocking)


def _code() -> list[Finding]:
    """Django's own checks. That every plugin's hooks are known was checked when the plugins were loaded."""
    errors = [message for message in checks.run_checks() if message.is_serious()]
    return [Finding(True, f"{error.msg} {error.hint or ''}".strip()) for error in errors]


def _pooler() -> list[Finding]:
    return [Finding(True, MESSAGE)] if shares_sessions(plain_connection) else []


def _roles() -> list[Finding]:
    return [] if may_make_roles() else [Finding(False, MAY_NOT)]


def _refused(plan: FleetPlan) -> list[Finding]:
    """A region of a newer release, or without its tables, is left out; it is reported and does not stop the others."""
    return [Finding(False, f"{region.slug} is left out: {region.note}.") for region in plan.refused]


def _plugins(plan: FleetPlan) -> list[Finding]:
    found = [Finding(True, sentence) for sentence in missing_plugins()]
    for label, slugs in sorted(plan.left.items()):
        message = f"{_some(slugs)} still {_have(slugs)} tables of {label}, which is not installed. They are left alone."
        found.append(Finding(False, message))
    return found


def _space(jobs: int) -> list[Finding]:
    """Compare the free space with what as many of the largest regions take as are rewritten at the same time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(size), 0) FROM (SELECT sum(relpages::bigint) * 8192 AS size "
            "FROM pg_catalog.pg_class WHERE relkind IN ('r', 'i', 't') GROUP BY relnamespace) AS sizes"
        )
        wanted = SPARE + 2 * jobs * int(cursor.fetchone()[0])
    free = _free_space()
    if free is None:
        message = (
            f"The disk of the database server cannot be seen from here: make sure that it has {_size(wanted)} free "
            f"(twice the largest region for each of {jobs} at the same time, and room for the write-ahead log)."
        )
        return [Finding(False, message)]
    if free < wanted:
        message = (
            f"The disk of the database has {_size(free)} free and {_size(wanted)} is wanted: make room, or use fewer "
            "--jobs."
        )
        return [Finding(True, message)]
    return []


def _free_space() -> int | None:
    """Return the free space where the database is, or None when that is elsewhere or hidden from us."""
    host = str(connection.settings_dict["HOST"] or "")
    if host and not host.startswith("/") and host not in {"localhost", "127.0.0.1", "::1"}:
        return None
    with connection.cursor() as cursor:
        # NULL, not an error, for who may not read it.
        cursor.execute("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'data_directory'")
        row = cursor.fetchone()
    if not row or not row[0]:
        return None
    try:
        return shutil.disk_usage(Path(row[0])).free
    except OSError:
        return None


def _backups(regions: list[PlannedRegion]) -> list[Finding]:
    table = RegionBackup._meta.db_table
    if not regions or not table_exists(table):
        return []
    recent = recent_backups(BACKUP_AGE, knows_damage=column_exists(table, "damaged_at"))
    safe = set(recent.values_list("region_id", flat=True))
    without = [planned.slug for planned in regions if planned.region.pk not in safe]
    if not without:
        return []
    message = (
        f"{_some(without)} {_have(without)} no backup of the last 24 hours. `zelfregie region backup` makes one; a "
        "backup of the whole server counts as well."
    )
    return [Finding(False, message)]


def _open_transactions() -> list[Finding]:
    """A session that has a transaction open for long keeps its locks: the regions it read would be tried in vain."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid, coalesce(nullif(application_name, ''), usename), extract(epoch FROM now() - xact_start) "
                "FROM pg_catalog.pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND xact_start < now() - %s ORDER BY xact_start",
                [LONG],
            )
            rows = cursor.fetchall()
    except (OperationalError, ProgrammingError):  # an installation that hides other sessions
        return []
    return [
        Finding(
            False,
            f"Session {pid} ({name}) has had a transaction open for {int(seconds // 60)} minutes; regions that it has "
            "read cannot be upgraded until it ends.",
        )
        for pid, name, seconds in rows
    ]


def _some(slugs: list[str]) -> str:
    named = ", ".join(slugs[:3])
    return named if len(slugs) <= 3 else f"{named} and {len(slugs) - 3} more"


def _have(slugs: list[str]) -> str:
    return "has" if len(slugs) == 1 else "have"


def _size(number: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1024 or unit == "GB":
            break
        number /= 1024
    return f"{number:.0f} {unit}"
