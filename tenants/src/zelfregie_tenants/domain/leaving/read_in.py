"""Reading an export in: the launch of its folder, and in the same transaction all that such a folder cannot carry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zelfregie_core.domain.indicators import refresh_indicators
from zelfregie_core.domain.leaving import export_files, read_json_list
from zelfregie_core.models import Theme
from zelfregie_core.plugins import ImportReport, PluginError
from zelfregie_tenants.domain.backup import media
from zelfregie_tenants.domain.directory.rebuild import rebuild_region
from zelfregie_tenants.domain.launch import LaunchResult, launch_region
from zelfregie_tenants.domain.leaving.collections import check_collections, close_unknown, read_collections
from zelfregie_tenants.domain.leaving.errors import LeavingRefused
from zelfregie_tenants.domain.leaving.export import FORMAT, INDEX
from zelfregie_tenants.domain.leaving.media import KINDS, PLACES, listed, read_media
from zelfregie_tenants.domain.leaving.read_pages import read_pages
from zelfregie_tenants.domain.life_cycle import log_event
from zelfregie_tenants.domain.plan import read_instance
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.manifest import Manifest
from zelfregie_tenants.manifest.addresses import check_domain, check_slug
from zelfregie_tenants.models import Region, RegionEvent

Progress = Callable[[str], None]
#: Below these nobody changes a file on purpose.
FILES = tuple(f"{place}/{kind}/" for kind, places in PLACES.items() for place in places)
LISTS = ("data/themes.json", "data/pages.json", "data/redirects.json", "personal/pages.json")


@dataclass
class ReadIn:
    """What reading an export in did."""

    launch: LaunchResult
    #: By file: what the plugins say of it.
    reports: dict[str, ImportReport] = field(default_factory=dict)
    #: Files that were changed since the export was made.
    changed: tuple[str, ...] = ()
    #: What could not be taken over, in a sentence each.
    notes: list[str] = field(default_factory=list)


def quiet(message: str) -> None:
    """Ignore a message about progress."""


def import_region(
    folder: Path,
    progress: Progress = quiet,
    *,
    operator: str,
    slug: str = "",
    domains: Sequence[str] = (),
    invite: bool = True,
) -> ReadIn:
    """Make a region of an export: launch its folder, with media, pages and data of plugins in the same transaction.

    It is not opened for visitors by this, unless the export is of a demonstration.

    Args:
        folder: as `export_region` wrote it, unpacked.
        progress: is told what is being done.
        operator: the login name of who does it, for the log.
        slug: another slug than the export's own.
        domains: other addresses than the export's own.
        invite: send people a link to choose their password.

    Raises:
        LeavingRefused: it is no export, a file of it is missing, or a region of this slug is there.
        ManifestError, LaunchRefused, RegionBusy, PluginError: as for a launch.
    """
    progress("Reading the export")
    index = _index(folder)
    changed = _changed(folder, index["files"])
    manifest = _renamed(read_instance(folder), slug, domains)
    _refuse_existing(manifest.region.slug)
    reader = _Reader(folder, progress, says_who_may_see=index["format"] >= 2)
    try:
        _read_lists(folder)
        launched = launch_region(manifest, progress, invite=invite, also=reader.read)
    except ValueError as error:
        message = f"{folder} cannot be read in: {error} Nothing was changed."
        raise LeavingRefused(message) from error
    region = launched.region
    log_event(region.slug, str(RegionEvent.Action.IMPORT), operator=operator, after=region.state)
    return ReadIn(launched, reader.reports, changed, reader.notes)


class _Reader:
    """Reads what the launch of a folder leaves; called by the launch, inside the new region."""

    def __init__(self, folder: Path, progress: Progress, *, says_who_may_see: bool) -> None:
        self.folder, self.progress, self.says_who_may_see = folder, progress, says_who_may_see
        self.reports: dict[str, ImportReport] = {}
        self.notes: list[str] = []

    def read(self, region: Region) -> None:
        """Read everything, in the order in which one thing needs another."""
        self.progress("Reading images and documents")
        # Of an import that was cut short: its rows were rolled back, its files were not.
        for kind in (*KINDS, "original_images"):
            media.discard(region.schema_name, kind)
        self.notes += read_collections(self.folder)
        numbers = {KINDS[kind]: read_media(self.folder, kind) for kind in KINDS}
        if not self.says_who_may_see:
            self.notes += close_unknown()
        self._themes()
        self._plugins()
        self.progress("Reading pages")
        records = self._list("personal/pages.json") or self._list("data/pages.json")
        if records:
            self.notes += read_pages(records, self._list("data/redirects.json"), numbers)
        rebuild_region(region)
        refresh_indicators()

    def _list(self, name: str) -> list[dict[str, Any]]:
        path = self.folder / name
        return read_json_list(path) if path.is_file() else []

    def _themes(self) -> None:
        here = {theme.slug: theme for theme in Theme.objects.all()}
        for given in self._list("data/themes.json"):
            theme = here.get(given["slug"]) or Theme(slug=given["slug"])
            values = {name: given[name] for name in ("name", "synonyms", "icon")}
            if theme.pk is None or values != {name: getattr(theme, name) for name in values}:
                for name, value in values.items():
                    setattr(theme, name, value)
                theme.save()

    def _plugins(self) -> None:
        for found in export_files():
            path = self.folder / found.file.name
            if found.file.load is None or not path.is_file():
                continue
            self.progress(f"Reading {found.file.name}")
            try:
                report = found.file.load(path)
            except (ValueError, KeyError, TypeError, OSError) as error:
                message = f"it cannot read {found.file.name} ({type(error).__name__}: {error}). Nothing was changed."
                raise PluginError(found.plugin, message) from error
            self.reports[found.file.name] = report


def _index(folder: Path) -> dict[str, Any]:
    """Return what the export says of itself.

    Raises:
        LeavingRefused: it says nothing, or was made by a newer release.
    """
    if folder.is_file():
        message = f"{folder} is a file. Unpack it first, and name the folder with {INDEX} in it."
        raise LeavingRefused(message)
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        files, version = index["files"], index["format"]
        if not isinstance(files, dict) or not isinstance(version, int):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{folder} is no export of a region: it has no {INDEX} that can be read."
        raise LeavingRefused(message) from error
    if version > FORMAT:
        message = f"{folder} was made by a newer release (format {version}; this one reads {FORMAT}). Upgrade first."
        raise LeavingRefused(message)
    return {**index, "files": files}


def _changed(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files that are not as they were exported.

    Raises:
        LeavingRefused: one is missing, or a picture or document is damaged.
    """
    changed: list[str] = []
    wrong: list[str] = []
    for name, digest in files.items():
        path = folder / name
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            wrong.append(f"{name} is missing")
        elif _digest(path) != digest:
            (wrong if name.startswith(FILES) else changed).append(name)
    if wrong:
        shown = "; ".join(name if " is missing" in name else f"{name} is damaged" for name in wrong[:10])
        more = f"; and {len(wrong) - 10} more" if len(wrong) > 10 else ""
        message = f"The export is not whole: {shown}{more}. Copy it again. Nothing was changed."
        raise LeavingRefused(message)
    return tuple(changed)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_lists(folder: Path) -> None:
    """Read what is not for plugins once before anything is made, so that a broken file costs no launch.

    Raises:
        ValueError: one cannot be read.
    """
    check_collections(folder)
    for kind, places in PLACES.items():
        for place in places:
            listed(folder, place, kind)
    for name in LISTS:
        if (folder / name).is_file():
            read_json_list(folder / name)


def _renamed(manifest: Manifest, slug: str, domains: Sequence[str]) -> Manifest:
    """Return the folder under another slug and other addresses.

    Raises:
        LeavingRefused: one of them cannot be used.
    """
    for given, check in ((slug, check_slug), *((domain, check_domain) for domain in domains)):
        if given and (problem := check(given)):
            message = f"“{given}” cannot be used: {' '.join(problem)}"
            raise LeavingRefused(message)
    region = manifest.region
    return replace(manifest, region=replace(region, slug=slug or region.slug, domains=tuple(domains) or region.domains))


def _refuse_existing(slug: str) -> None:
    region = Region.objects.filter(slug=slug).first()
    if region is not None and schema_exists(region.schema_name):
        message = (
            f"There is a region {slug} already. Read it in under another name with --slug and --domain, "
            "or bring that region up to date with `zelfregie region launch`."
        )
        raise LeavingRefused(message)
