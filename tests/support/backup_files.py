"""Backups for tests: rows with the same numbers in two regions, and a backup written anew with something changed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache.backends.locmem import LocMemCache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tenants.utils import tenant_context
from wagtail.models import Page, Site

from zelfregie_core.domain.indicators import refresh_indicators
from zelfregie_core.models import ContentPage
from zelfregie_tenants.domain.backup.archive import CONTENTS, read_archive, write_archive
from zelfregie_tenants.media import RegionStorage
from zelfregie_tenants.models import AppliedItem, Region, RegionDraft, ScheduledRun


class ObjectStore(RegionStorage):
    """A storage that can only list, read, write and delete: it has no folders that can be renamed."""

    region_folder = None


class BrokenCache(LocMemCache):
    """A cache that cannot be emptied, such as one on a disk that became read-only."""

    def clear(self) -> None:
        """Fail."""
        raise OSError("read-only file system")


def fill(regions: list[Region], align: Callable[[type], int]) -> None:
    """Give regions a page, a user, a session, files and shared rows; the rows have the same numbers in each."""
    align(Page)
    align(get_user_model())
    for region in regions:
        with tenant_context(region):
            home = Site.objects.get().root_page
            # What COPY, JSON and SQL write in a way of their own: tabs, backslashes, quotes, NULL, percent signs.
            intro = f"Van {region.slug}:\ttab, \\N, 'aanhaling', %s {{}} é 🌱"
            page = home.add_child(instance=ContentPage(title=f"Rouw in {region.slug}", slug="rouw", intro=intro))
            page.save_revision().publish()
            user = get_user_model().objects.create_superuser("anna", "anna@example.nl", f"woord-{region.slug}")
            user.last_login = timezone.now()
            user.save()
            Session.objects.create(session_key="s" * 32, session_data="x", expire_date=timezone.now())
            for name in ("foto.jpg", "images/klein.jpg"):
                default_storage.save(name, ContentFile(f"{name} van {region.slug} ".encode() * 4000))
            refresh_indicators()
        AppliedItem.objects.create(region=region, kind="region", key="name", digest=region.slug)
        ScheduledRun.objects.create(region=region, task_path="a.b.c", enqueued_at=timezone.now())
        RegionDraft.objects.create(
            region=region, slug=region.slug, data={"naam": {"name": region.name}}, logo=b"\x00\xff<svg>", state="ready"
        )


def files_of(region: Region) -> dict[str, bytes]:
    """Return all files of a region."""
    with tenant_context(region):
        root = Path(default_storage.location)
        return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}


def rewritten(path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """Return another backup, whole and with a right fingerprint, in which something was changed.

    Args:
        change: gets the contents and the other members.
    """
    target = path.with_name(f"veranderd-{path.name}")
    with read_archive(path, None, path.parent) as archive, zipfile.ZipFile(path) as plain:
        contents = json.loads(json.dumps(archive.contents))
        others = {name: plain.read(name) for name in plain.namelist() if name != CONTENTS}
    change(contents, others)
    with write_archive(target, ()) as writer:
        found = {name: writer.add(name, [data], compress=True) for name, data in others.items()}
        for name, entry in contents["tables"].items():
            entry.update(found[f"tables/{name}.copy"])
        writer.contents = contents
    return target
