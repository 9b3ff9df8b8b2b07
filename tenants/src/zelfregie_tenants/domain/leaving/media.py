"""Images and documents that leave with a region, and come in again: the originals, with what is known of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.core.files import File
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from zelfregie_core.domain.leaving import read_json_list
from zelfregie_tenants.domain.leaving.collections import LIST, Collections, collection_at

#: folder below media/ -> what it holds
KINDS = {"images": "image", "documents": "document"}
#: Where those that everybody may see are, and documents of closed collections. Wagtail shows images to everybody,
#: whatever their collection says: what is on a page would else be missing there.
OPEN, CLOSED = "media", "personal"
PLACES = {"images": (OPEN,), "documents": (OPEN, CLOSED)}
POINT = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Original:
    """One uploaded file: its name in the export, its number here, and what is known of it."""

    name: str
    number: int
    about: dict[str, Any]
    open: Callable[[], IO[bytes]]
    is_there: bool
    #: `media` or `personal`.
    place: str
    collection: int


def originals(folder: str, collections: Collections) -> Iterator[Original]:
    """Yield the images or documents of the current region, by number.

    Args:
        folder: `images` or `documents`.
        collections: of the region.
    """
    for row in _model(folder).objects.order_by("pk").prefetch_related("tags").iterator(chunk_size=200):
        name = PurePosixPath(row.file.name).name
        about = {
            "file": name,
            "title": row.title,
            "collection": collections.paths.get(row.collection_id, ""),
            "tags": sorted(tag.name for tag in row.tags.all()),
            "uploaded_at": row.created_at.isoformat(),
        }
        if folder == "images":
            about |= {"description": row.description, "focal_point": [getattr(row, field) for field in POINT]}
        place = CLOSED if CLOSED in PLACES[folder] and row.collection_id in collections.closed else OPEN
        is_there = row.file.storage.exists(row.file.name)
        yield Original(name, row.pk, about, _opener(row), is_there, place, row.collection_id)


def write_original(original: Original, target: Path) -> str:
    """Copy a file, a piece at a time, and return its SHA-256."""
    digest = hashlib.sha256()
    with original.open() as source, target.open("xb") as copy:
        while part := source.read(CHUNK):
            digest.update(part)
            copy.write(part)
    return digest.hexdigest()


def listed(export: Path, place: str, folder: str) -> list[dict[str, Any]]:
    """Return what the index of a folder says of its files, every one of which is there.

    Args:
        export: the whole.
        place: `media` or `personal`.
        folder: `images` or `documents`.

    Raises:
        ValueError: the index cannot be read, or names a file that is not in its folder.
    """
    index = export / place / f"{folder}.json"
    items = read_json_list(index) if index.is_file() else []
    for about in items:
        name = str(about.get("file", ""))
        if not name or PurePosixPath(name).name != name or not (export / place / folder / name).is_file():
            message = f"{place}/{folder}.json names {name}, which is not in {place}/{folder}/."
            raise ValueError(message)
    return items


def read_media(export: Path, folder: str) -> dict[str, int]:
    """Put the images or documents of an export into the current region; return the number of each by its name.

    Args:
        export: the whole.
        folder: `images` or `documents`.

    Raises:
        ValueError: the list cannot be read, names a file outside its folder, or would show everybody what was closed.
    """
    model = _model(folder)
    numbers: dict[str, int] = {}
    here = Collections.load()
    known = {path: number for number, path in here.paths.items()}
    found = [(place, about) for place in PLACES[folder] for about in listed(export, place, folder)]
    for place, about in found:
        name = about["file"]
        path = export / place / folder / name
        collection = collection_at(about["collection"], known)
        if place == CLOSED and collection not in here.closed:
            message = (
                f"{CLOSED}/{folder}/{name} was not for everybody, and {LIST} does not say for whom its collection "
                f"“{about['collection']}” is."
            )
            raise ValueError(message)
        row = model(title=about["title"], collection_id=collection)
        with path.open("rb") as file:
            row.file = File(file, name=name)
            if folder == "images":
                row.description = about.get("description", "")
                for field, value in zip(POINT, about.get("focal_point") or [None] * 4, strict=True):
                    setattr(row, field, value)
                row._set_image_file_metadata()
            else:
                row._set_document_file_metadata()
            row.save()
        model.objects.filter(pk=row.pk).update(created_at=about["uploaded_at"])
        row.tags.set(about.get("tags", []))
        numbers[name] = row.pk
    return numbers


def index_line(original: Original, digest: str) -> str:
    """Return the line about a file in the index of its folder."""
    return json.dumps({**original.about, "sha256": digest}, ensure_ascii=False)


def _model(folder: str) -> Any:
    return get_image_model() if folder == "images" else get_document_model()


def _opener(row: Any) -> Callable[[], IO[bytes]]:
    return lambda: row.file.storage.open(row.file.name, "rb")
