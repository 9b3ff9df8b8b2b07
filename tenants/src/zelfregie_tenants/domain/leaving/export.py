"""Exporting a region: all that it takes along when it leaves, in open formats, in one folder or zip."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.utils import timezone, translation
from django_tenants.utils import tenant_context
from wagtail.contrib.redirects.models import Redirect

from zelfregie_core.domain.leaving import PERSONAL, export_files, write_json_list
from zelfregie_core.models import Branding, Theme
from zelfregie_tenants.domain.leaving.collections import LIST, Collections
from zelfregie_tenants.domain.leaving.content import content_files
from zelfregie_tenants.domain.leaving.described import Described
from zelfregie_tenants.domain.leaving.errors import LeavingRefused
from zelfregie_tenants.domain.leaving.media import CLOSED, KINDS, PLACES, index_line, originals, write_original
from zelfregie_tenants.domain.leaving.pages import open_pages, page_keys, page_records, redirect_record, site_pages
from zelfregie_tenants.domain.leaving.readme import readme
from zelfregie_tenants.domain.leaving.references import Outward
from zelfregie_tenants.domain.leaving.restrictions import described_restrictions
from zelfregie_tenants.domain.leaving.toml import region_toml
from zelfregie_tenants.domain.life_cycle import log_event
from zelfregie_tenants.domain.plan import read_instance
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.manifest import ManifestError
from zelfregie_tenants.models import Region, RegionEvent

Progress = Callable[[str], None]
#: 2: says who may see the collections of images and documents.
FORMAT = 2
INDEX = "export.json"
README = "README.md"


@dataclass
class Exported:
    """What was exported: where it is, and what people should know of it."""

    place: Path
    files: dict[str, str] = field(default_factory=dict)
    described: list[Described] = field(default_factory=list)
    #: Pages that not everybody may read.
    closed: list[Described] = field(default_factory=list)
    #: Collections of documents that not everybody may see.
    closed_collections: list[Described] = field(default_factory=list)
    #: What could not be written, in a sentence each.
    notes: list[str] = field(default_factory=list)
    #: What a launch of the folder would ask to fill in.
    to_fill_in: list[str] = field(default_factory=list)


def quiet(message: str) -> None:
    """Ignore a message about progress."""


def export_region(
    slug: str,
    target: Path,
    progress: Progress = quiet,
    *,
    operator: str,
    as_zip: bool = False,
    personal: bool = True,
) -> Exported:
    """Write all that a region takes along into a folder or a zip: whole, or not at all.

    Files are written row by row and piece by piece into a folder beside the target, that gets its name at the end.

    Args:
        slug: whose.
        target: must not be there yet, or be an empty folder.
        progress: is told what is being done.
        operator: the login name of who does it, for the log.
        as_zip: one zip file in place of a folder.
        personal: with personal data and text that is not public, in a folder apart.

    Raises:
        LeavingRefused: the region has no site, or the target is there.
        RegionBusy: someone else is working on it.
        PluginError: a plugin cannot say what it takes along.
        OSError: the disk is full or may not be written.
    """
    region = Region.objects.filter(slug=slug).first()
    if region is None or region.erasing_since is not None or not schema_exists(region.schema_name):
        message = f"There is no site of “{slug}” to export."
        raise LeavingRefused(message)
    if (target.exists() or target.is_symlink()) and not (target.is_dir() and not as_zip and not any(target.iterdir())):
        message = f"{target} is there already. Name a file or folder that is not."
        raise LeavingRefused(message)
    with region_lock(slug), _beside(target) as folder:
        exported = _Writer(region, folder, progress, personal=personal).write()
        exported.place = target
        if as_zip:
            progress("Packing")
            packed = folder.with_name(f"{folder.name}.zip")
            try:
                _pack(folder, packed, f"{slug}-export")
                packed.replace(target)
            finally:
                packed.unlink(missing_ok=True)
        else:
            folder.replace(target)
        log_event(slug, str(RegionEvent.Action.EXPORT), operator=operator, before=region.state, after=region.state)
    return exported


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a new folder next to the target, so that moving it there is one step; gone afterwards."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Writer:
    """Writes the files of one export into a folder."""

    def __init__(self, region: Region, folder: Path, progress: Progress, *, personal: bool) -> None:
        self.region, self.folder, self.progress, self.personal = region, folder, progress, personal
        self.result = Exported(folder)

    def write(self) -> Exported:
        """Write everything as it was at one moment."""
        is_outermost = not connection.in_atomic_block
        with tenant_context(self.region), translation.override(self.region.default_language), transaction.atomic():
            if is_outermost:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            self.progress("Writing what plugins take along")
            for found in export_files():
                if self.personal or not found.file.personal:
                    self._file(found.file.name, found.file.write, found.file.about, found.file.about_en)
            self.progress("Writing images and documents")
            names = self._all_media()
            self.progress("Writing pages")
            self._pages(names)
            self._settings()
        self._look_back()
        self._text(README, readme(self.region, self.result, personal=self.personal), "", "")
        index = {
            "format": FORMAT,
            "slug": self.region.slug,
            "name": self.region.name,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "files": dict(sorted(self.result.files.items())),
        }
        (self.folder / INDEX).write_text(json.dumps(index, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return self.result

    def _settings(self) -> None:
        brand, pictures = Branding.load(), {}
        for name in ("logo", "favicon"):
            file = getattr(brand, name)
            if file and file.storage.exists(file.name):
                pictures[name] = f"brand/{name}{Path(file.name).suffix.lower()}"
                with file.storage.open(file.name) as source:
                    self._file(pictures[name], partial(shutil.copyfileobj, source))
            elif file:
                self.result.notes.append(f"The {name} is lost: {file.name}.")
        self._text(
            "region.toml",
            region_toml(self.region, pictures, personal=self.personal),
            "De regio zelf: naam, adressen, gebied, merk, organisatie, mensen die kunnen inloggen en modules.",
            "The region itself: name, addresses, area, brand, organisation, people who may sign in, and modules.",
        )
        themes = Theme.objects.order_by("slug").values("slug", "name", "synonyms", "icon")
        self._file(
            "data/themes.json",
            lambda target: write_json_list(target, themes.iterator()),
            "De thema's, met de woorden waarmee mensen zoeken.",
            "The themes, with the words that people search with.",
        )

    def _pages(self, names: dict[str, dict[int, str]]) -> None:
        pages = site_pages()
        keys = page_keys(pages)
        out = Outward({**names, "page": keys})
        everybody = open_pages(pages)
        readable = {page.pk for page in everybody}
        for text in content_files(pages, keys, readable):
            if self.personal or not text.name.startswith(PERSONAL):
                self._text(text.name, text.text)
        self._file(
            "data/pages.json",
            lambda target: write_json_list(target, page_records(everybody, keys, out, drafts=False)),
            "De pagina's die iedereen kan lezen, met alle onderdelen. Wat Markdown niet kan zeggen, staat hier.",
            "The pages that everybody can read, with all their blocks. What Markdown cannot say is here.",
        )
        redirects = Redirect.objects.order_by("old_path").select_related("redirect_page")
        self._file(
            "data/redirects.json",
            lambda target: write_json_list(target, (redirect_record(row, out) for row in redirects.iterator())),
            "Oude adressen die ergens anders heen leiden.",
            "Old addresses that lead elsewhere.",
        )
        if self.personal:
            self._file(
                "personal/pages.json",
                lambda target: write_json_list(target, page_records(pages, keys, out, drafts=True)),
                "Alle pagina's, ook concepten en gesloten pagina's.",
                "All pages, drafts and closed pages too.",
            )
            self.result.closed = list(described_restrictions(pages, keys))
        self.result.notes += [f"A page points at what is not there any more: {what}." for what in sorted(set(out.lost))]

    def _all_media(self) -> dict[str, dict[int, str]]:
        """Write images, documents and what is known of their collections; return the names by number of each kind."""
        collections, used = Collections.load(), set[int]()
        names = {KINDS[kind]: self._media(kind, collections, used) for kind in KINDS}
        self._file(
            LIST,
            lambda target: write_json_list(target, collections.kept(None if self.personal else used)),
            "De collecties van afbeeldingen en documenten, en voor wie ze zijn.",
            "The collections of images and documents, and for whom they are.",
        )
        if self.personal:
            self.result.closed_collections = list(collections.described())
        return names

    def _media(self, kind: str, collections: Collections, used: set[int]) -> dict[int, str]:
        """Write the images or documents, and return the name of each by its number; `used` gets their collections."""
        names: dict[int, str] = {}
        lines: dict[str, list[str]] = {place: [] for place in PLACES[kind] if self.personal or place != CLOSED}
        for original in originals(kind, collections):
            if not original.is_there:
                self.result.notes.append(
                    f"The file of {kind[:-1]} “{original.about['title']}” is lost: {original.name}."
                )
                continue
            names[original.number] = original.name
            if original.place not in lines:
                continue
            used.add(original.collection)
            name = f"{original.place}/{kind}/{original.name}"
            self.result.files[name] = digest = write_original(original, self._path(name))
            lines[original.place].append(index_line(original, digest))
        what = {"images": ("afbeeldingen", "images"), "documents": ("documenten", "documents")}[kind]
        for place, found in lines.items():
            self._text(
                f"{place}/{kind}.json",
                "[\n" + ",\n".join(found) + "\n]\n" if found else "[]\n",
                f"De titels, beschrijvingen en labels van de {what[0]} in {place}/{kind}/.",
                f"The titles, descriptions and tags of the {what[1]} in {place}/{kind}/.",
            )
        return names

    def _path(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _file(self, name: str, write: Callable[[IO[bytes]], object], about: str = "", about_en: str = "") -> None:
        """Write one file; one that is there already is a mistake of a plugin."""
        digest = hashlib.sha256()
        with self._path(name).open("xb") as target:
            write(target)
        with self._path(name).open("rb") as source:
            while part := source.read(1024 * 1024):
                digest.update(part)
        self.result.files[name] = digest.hexdigest()
        if about:
            self.result.described.append(Described(name, about, about_en))

    def _text(self, name: str, text: str, about: str = "", about_en: str = "") -> None:
        self._file(name, lambda target: target.write(text.encode()), about, about_en)

    def _look_back(self) -> None:
        """Read the folder as a launch would, to say now what it would ask for."""
        try:
            read_instance(self.folder)
        except ManifestError as error:
            self.result.to_fill_in = [
                f"{problem.place} {problem.message} {problem.remedy}" for problem in error.problems
            ]


def _pack(folder: Path, target: Path, root: str) -> None:
    """Write a folder into a zip, below one folder of its own, a piece at a time."""
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, strict_timestamps=False) as package:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                package.write(path, f"{root}/{path.relative_to(folder)}")
