"""A booklet of groups as a PDF: A5, in the region's colours, tagged for screen readers (PDF/UA).

WeasyPrint lays it out. It needs Debian's libpango; without it there is no booklet, and everything else goes on. It is
imported at the first booklet only: it is large, and start-up must not depend on it.
"""

import ctypes
import hashlib
import logging
import mimetypes
import threading
from collections.abc import Mapping
from ctypes.util import find_library
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.core.cache import cache as django_cache
from django.core.exceptions import SuspiciousFileOperation
from PIL import ImageFile

from zelfregie_core.domain.brand import brand_css, tint
from zelfregie_core.models import Branding
from zelfregie_core.templatetags.zelfregie_icons import render_people_circle

log = logging.getLogger(__name__)

#: The only address that the layout may ask for. `.invalid` can never be a real host (RFC 2606).
HOST = "booklet.invalid"
BASE = f"https://{HOST}/"
STYLESHEET = "zelfregie_groups/booklet.css"
#: What may be read of our static files: styles and fonts, of our own folders.
STATIC_SUFFIXES = (".css", ".woff2")
CACHE_SECONDS = 3600
#: How long somebody waits for the booklet of somebody else.
PATIENCE_SECONDS = 25
#: Libraries that WeasyPrint opens (see its `text/ffi.py`), with the name that Linux knows them by.
LIBRARIES = {
    "gobject-2.0": "libgobject-2.0.so.0",
    "pango-1.0": "libpango-1.0.so.0",
    "harfbuzz": "libharfbuzz.so.0",
    "fontconfig": "libfontconfig.so.1",
    "pangoft2-1.0": "libpangoft2-1.0.so.0",
}

# One booklet at a time per process: the layout of 60 groups takes seconds and tens of megabytes.
_one_at_a_time = threading.Lock()


class NoBooklet(Exception):
    """A booklet cannot be made here and now: a library is missing, or others are being made."""


@cache
def can_make_booklets() -> bool:
    """Whether the libraries open that the layout needs, without loading WeasyPrint. For whether to offer a booklet."""
    return all(_opens(file) or _opens(find_library(name)) for name, file in LIBRARIES.items())


def cached_booklet(html: str) -> bytes | None:
    """Return the PDF that was made of exactly this text within the last hour, if any. The cache is the region's own."""
    return django_cache.get(_cache_key(html))


def make_booklet(html: str, brand: Branding) -> bytes:
    """Return a booklet as PDF, and keep it for an hour.

    :param html: of the template ``booklet/booklet.html``.
    :raises NoBooklet: when WeasyPrint cannot be loaded, or others are busy for too long.
    """
    weasyprint = _load()
    if not _one_at_a_time.acquire(timeout=PATIENCE_SECONDS):
        raise NoBooklet("other booklets are being made")
    try:
        pdf = _lay_out(weasyprint, html, brand)
    finally:
        _one_at_a_time.release()
    django_cache.set(_cache_key(html), pdf, CACHE_SECONDS)
    return pdf


def own_files(brand: Branding) -> dict[str, tuple[bytes, str]]:
    """Return what belongs to the region: path to content and type. Read here: no path of a file comes from outside."""
    files = {"/people.svg": (people_drawing(brand).encode(), "image/svg+xml")}
    if brand.logo:
        kind = mimetypes.guess_type(brand.logo.name)[0] or "application/octet-stream"
        try:
            with brand.logo.open("rb") as logo:
                files["/logo"] = (logo.read(), kind)
        except OSError:
            log.warning("the logo %s of the region is not there", brand.logo.name)
    return files


def read_own(url: str, files: Mapping[str, tuple[bytes, str]]) -> tuple[bytes, str]:
    """Return what an address of a booklet holds: a file of the region, or a style or font of ours.

    :raises ValueError: for every other address, on this machine or elsewhere.
    """
    parts = urlsplit(url)
    path = unquote(parts.path)
    if (parts.scheme, parts.netloc) != ("https", HOST):
        raise ValueError(f"a booklet fetches nothing from elsewhere: {url[:200]}")
    if path in files:
        return files[path]
    name = path.removeprefix("/static/")
    if name != path and name.endswith(STATIC_SUFFIXES):
        try:
            found = finders.find(name)
        except SuspiciousFileOperation:
            found = None
        if found:
            return Path(found).read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream"
    raise ValueError(f"a booklet holds no such file: {url[:200]}")


def people_drawing(brand: Branding) -> str:
    """Return the region's drawing with its own colours in it: on paper no stylesheet reaches inside."""
    colours = {
        "zr-shape zr-shape--primary": f'fill="{brand.primary}" fill-opacity="0.88"',
        "zr-shape zr-shape--accent": f'fill="{brand.accent}"',
        "zr-shape zr-shape--tint": f'fill="{tint(brand.primary, 0.7)}"',
        "zr-shape zr-shape--free": f'fill="none" stroke="{brand.primary}" stroke-width="5" stroke-dasharray="1 11" '
        'stroke-linecap="round"',
    }
    drawing = str(render_people_circle(brand.shape_variant))
    for name, paint in colours.items():
        drawing = drawing.replace(f'class="{name}"', paint)
    return drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _opens(library: str | None) -> bool:
    if not library:
        return False
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _load() -> Any:
    # Each tells every step of every page.
    for name in ("weasyprint.progress", "fontTools"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        import weasyprint  # noqa: PLC0415 -- large, and it fails where libpango is missing
    except OSError as error:
        log.warning("booklets cannot be made: %s", str(error).splitlines()[0])
        raise NoBooklet("WeasyPrint cannot be loaded") from error
    # Loading it lets this whole process accept images that are cut off, also those that editors upload.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def _lay_out(weasyprint: Any, html: str, brand: Branding) -> bytes:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- see _load
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- see _load

    files = own_files(brand)

    class OwnFiles(URLFetcher):
        """Answers from what is in the house; the parent's way to files and the network is never taken."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            content, kind = read_own(url, files)
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    fetcher, fonts = OwnFiles(), FontConfiguration()
    sheets = [
        weasyprint.CSS(string=brand_css(brand.primary, brand.accent), base_url=BASE, url_fetcher=fetcher),
        weasyprint.CSS(url=f"{BASE}static/{STYLESHEET}", url_fetcher=fetcher, font_config=fonts),
    ]
    document = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=fetcher)
    return document.write_pdf(pdf_variant="pdf/ua-1", stylesheets=sheets, font_config=fonts)


def _cache_key(html: str) -> str:
    # The text holds everything that changes: the groups, the date, the brand and the version of its colours.
    return f"groups:booklet:{hashlib.sha256(html.encode()).hexdigest()}"
