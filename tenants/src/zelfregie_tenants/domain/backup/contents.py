"""What a backup says of itself, and whether this installation can use it."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from importlib.metadata import distributions, version
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from zelfregie_tenants.domain.backup.errors import BackupProblem

#: Raised when an older release could no longer read the file.
FORMAT = 1
README = """\
This is a backup of one region of a Zelfregie installation. Restore it with

    zelfregie region restore FILE

Without Zelfregie: definition/before.sql makes the schema with its tables, tables/*.copy are their rows (load them with
COPY ... FROM), definition/after.sql makes indexes and constraints. media/ has the uploaded files, shared/ the region's
rows in the platform's own tables, contents.json counts and checksums of everything.
It holds personal data: keep it as you keep the site itself.
"""


@dataclass(frozen=True)
class Contents:
    """`contents.json`, with names for what is asked of it."""

    data: dict[str, Any]

    @property
    def slug(self) -> str:
        """The region's slug at the time."""
        return self.data["region"]["slug"]

    @property
    def schema(self) -> str:
        """The region's schema at the time."""
        return self.data["region"]["schema_name"]

    @property
    def made_at(self) -> dt.datetime:
        """The moment of the snapshot."""
        return dt.datetime.fromisoformat(self.data["made_at"])

    @property
    def release(self) -> str:
        """The release that made it."""
        return self.data["releases"]["zelfregie-tenants"]

    @property
    def migrations(self) -> set[tuple[str, str]]:
        """The migrations that its schema had."""
        return {(app, name) for app, name in self.data["migrations"]}

    @property
    def encryption_keys(self) -> dict[str, int]:
        """Ids of the keys that its encrypted texts need, with their number; empty in a backup of before key ids."""
        return self.data.get("encryption_keys", {})

    @property
    def is_from_here(self) -> bool:
        """Whether this installation made it."""
        return self.data["installation"] == installation_id()


def read_contents(data: dict[str, Any], path: object) -> Contents:
    """Return what a file says of itself.

    Raises:
        BackupProblem: it is of a newer format, or of something else.
    """
    if data.get("kind") != "zelfregie region backup":
        message = f"{path} is not a backup of a region."
        raise BackupProblem(message)
    if data["format"] > FORMAT:
        message = (
            f"{path} was made by a newer release (Zelfregie {data['releases']['zelfregie-tenants']}, format "
            f"{data['format']}): install that release or a newer one, then restore it."
        )
        raise BackupProblem(message)
    return Contents(data)


def refuse_newer(contents: Contents, path: object) -> None:
    """Raise BackupProblem when the backup has something that this release or this server does not know.

    Raises:
        BackupProblem: made by a newer release, with a plugin that is not installed, or on a newer PostgreSQL.
    """
    known, labels = known_migrations()
    platform = {("zelfregie_tenants", name) for name in contents.data["platform"]}
    strange = (contents.migrations | platform) - known
    missing = sorted({app for app, _name in strange if app not in labels})
    if missing:
        message = (
            f"{path} has tables of {', '.join(missing)}, which is not installed here: install the plugin that brings "
            "it, then restore."
        )
        raise BackupProblem(message)
    ours = version("zelfregie-tenants")
    if strange or _numbers(contents.release) > _numbers(ours):
        newest = f"; it has {'.'.join(sorted(strange)[-1])}" if strange else ""
        message = (
            f"{path} was made by a newer release (Zelfregie {contents.release}, here {ours}{newest}): upgrade this "
            "installation, then restore it."
        )
        raise BackupProblem(message)
    server = server_version()
    if contents.data["postgresql"] > server:
        message = (
            f"{path} was made on PostgreSQL {contents.data['postgresql']}, and the server here is {server}: restore it "
            "on that version or a newer one."
        )
        raise BackupProblem(message)


def known_migrations(*, replaced: bool = True) -> tuple[set[tuple[str, str]], set[str]]:
    """Return all migrations that this release has, and the labels of its apps.

    Args:
        replaced: also those that were squashed into others.
    """
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values() if replaced else ():
        known |= {(app, name) for app, name in migration.replaces}
    return known, {app for app, _name in known}


def platform_migrations() -> list[str]:
    """Return the migrations of the platform's own tables that this release has."""
    known, _labels = known_migrations()
    return sorted(name for app, name in known if app == "zelfregie_tenants")


def releases() -> dict[str, str]:
    """Return the versions of everything that is ours, and of what decides on its tables."""
    names = {"django", "wagtail", "django-tenants"}
    found = {}
    for distribution in distributions():
        name = (distribution.name or "").lower()
        if name in names or name.startswith("zelfregie"):
            found[name] = distribution.version
    return dict(sorted(found.items()))


def installation_id() -> str:
    """Return what tells two installations apart, without giving anything away: a keyed hash of their secret."""
    return hmac.new(settings.SECRET_KEY.encode(), b"zelfregie installation", hashlib.sha256).hexdigest()[:16]


def server_version() -> int:
    """Return the major version of the database server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def _numbers(text: str) -> tuple[int, ...]:
    """Return a release as numbers that can be compared; what follows them (rc1, dev) is left out."""
    numbers = []
    for part in text.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
