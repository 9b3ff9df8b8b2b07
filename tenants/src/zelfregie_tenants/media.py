"""Uploaded files: one folder per region, and a view that only ever opens the current region's."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

#: Wagtail serves these itself, after asking whether the visitor may see them.
GUARDED = "documents"
#: Originals may hold the place where a photograph was taken; the site shows renditions, which do not.
ORIGINALS = "original_images"
CACHE_SECONDS = 7 * 24 * 3600
INLINE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/svg+xml"})


class StoreAway(OSError):
    """The object store in which uploads are does not answer, or refuses."""


@dataclass(frozen=True)
class Upload:
    """An uploaded file that is there: when it was written (seconds), how it is opened, and how long it is if known."""

    modified: int
    open: Callable[[], Any]
    size: int | None = None


class RegionStorage(FileSystemStorage):
    """Files below `MEDIA_ROOT/<schema>/`, at addresses without the schema: the host already says which region.

    django-tenants' storage keeps a path of its own from before the settings changed; nothing is kept here.
    """

    @property
    def base_location(self) -> str:
        """Return the folder of the current region."""
        return str(Path(settings.MEDIA_ROOT) / connection.schema_name)

    @property
    def location(self) -> str:
        """Return the folder of the current region, absolute."""
        return str(Path(self.base_location).absolute())

    def region_folder(self) -> Path:
        """Return that folder, for who renames it as a whole; a storage without folders has no such method."""
        return Path(self.location)

    def look_up(self, name: str) -> Upload | None:
        """Return a file of the current region, or None when there is none; a link may not lead out of the folder.

        Raises:
            SuspiciousFileOperation: the name itself leads out of it.
        """
        file = Path(self.path(name))
        if not file.is_file() or not file.resolve().is_relative_to(Path(self.location).resolve()):
            return None
        return Upload(int(file.stat().st_mtime), partial(file.open, "rb"))

    @property
    def base_url(self) -> str:
        """Return the address below which the current region's files are."""
        return settings.MEDIA_URL


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Send one file of the current region.

    Raises:
        Http404: there is none, or the path leads out of the region's folder, or Wagtail guards it.
    """
    first, *rest = path.split("/")
    if not rest or first == GUARDED or any(part in {"", ".", ".."} for part in (first, *rest)) or "\\" in path:
        raise Http404(path)
    if first == ORIGINALS and not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404(path)
    try:
        file = default_storage.look_up(path)
    except SuspiciousFileOperation as error:
        raise Http404(path) from error
    except StoreAway:
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    if file is None:
        raise Http404(path)
    headers = {"Cache-Control": f"public, max-age={CACHE_SECONDS}", "Last-Modified": http_date(file.modified)}
    if first == ORIGINALS:
        headers["Cache-Control"] = "private, no-store"
    if not was_modified_since(request.headers.get("If-Modified-Since"), file.modified):
        return HttpResponseNotModified(headers=headers)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    is_attachment = kind not in INLINE_TYPES
    try:
        content = file.open()
    except StoreAway:
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    response = FileResponse(content, as_attachment=is_attachment, filename=rest[-1], content_type=kind, headers=headers)
    if file.size is not None:
        response.headers["Content-Length"] = str(file.size)
    # Whatever was uploaded, opening it runs nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
