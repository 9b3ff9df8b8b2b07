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
from wagtail.models import Collection

from zelfregie_core.domain.leaving import read_json_list

#: folder below media/ -> what it holds
KINDS = {"images": "image", "documents": "document"}
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


def originals(folder: str) -> Iterator[Original]:
    """Yield the images or documents of the current region, by number.

    Args:
        folder: `images` or `documents`.
    """
    paths = _collection_paths()
    for row in _model(folder).objects.order_by("pk").prefetch_related("tags").iterator(chunk_size=200):
        name = PurePosixPath(row.file.name).name
        about = {
            "file": name,
            "title": row.title,
            "collection": paths.get(row.collection_id, ""),
            "tags": sorted(tag.name for tag in row.tags.all()),
            "uploaded_at": row.created_at.isoformat(),
        }
        if folder == "images":
            about |= {"description": row.description, "focal_point": [getattr(row, field) for field in POINT]}
        yield Original(name, row.pk, about, _opener(row), row.file.storage.exists(row.file.name))


def write_original(original: Original, target: Path) -> str:
    """Copy a file, a piece at a time, and return its SHA-256."""
    digest = hashlib.sha256()
    with original.open() as source, target.open("xb") as copy:
        while part := source.read(CHUNK):
            digest.update(part)
            copy.write(part)
    return digest.hexdigest()


def listed(export: Path, folder: str) -> list[dict[str, Any]]:
    """Return what the index of a folder says of its files, every one of which is there.

    Raises:
        ValueError: the index cannot be read, or names a file that is not in its folder.
    """
    index = export / "media" / f"{folder}.json"
    items = read_json_list(index) if index.is_file() else []
    for about in items:
        name = str(about.get("file", ""))
        if not name or PurePosixPath(name).name != name or not (export / "media" / folder / name).is_file():
            message = f"media/{folder}.json names {name}, which is not in media/{folder}/."
            raise ValueError(message)
    return items


def read_media(export: Path, folder: str) -> dict[str, int]:
    """Put the images or documents of an export into the current region; return the number of each by its name.

    Raises:
        ValueError: the list cannot be read, or names a file outside its folder.
    """
    model = _model(folder)
    numbers: dict[str, int] = {}
    collections = {path: number for number, path in _collection_paths().items()}
    for about in listed(export, folder):
        name = about["file"]
        path = export / "media" / folder / name
        row = model(title=about["title"], collection_id=_collection(about["collection"], collections))
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


def _collection_paths() -> dict[int, str]:
    """Return the number of each collection with its path of names below the root, which has an empty one."""
    found: dict[int, str] = {}
    names: dict[str, str] = {}
    for row in Collection.objects.order_by("path"):
        above = names.get(row.path[: -row.steplen])
        names[row.path] = "" if above is None else "/".join(filter(None, (above, row.name.replace("/", "-"))))
        found[row.pk] = names[row.path]
    return found


def _collection(path: str, known: dict[str, int]) -> int:
    """Return the collection at a path of names; made when it is not there yet."""
    if path not in known:
        above, _slash, name = path.rpartition("/")
        parent = Collection.objects.get(pk=_collection(above, known))
        known[path] = parent.add_child(name=name).pk
    return known[path]
