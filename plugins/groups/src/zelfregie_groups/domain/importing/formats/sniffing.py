"""What a file is, from its first bytes; and what is said of a file that is no list."""

import enum
import re
import zipfile
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_groups.domain.importing.problems import ImportProblem

MAX_BYTES = 20 * 1024 * 1024
#: What all files in a zip may be together when unpacked. A list of 10,000 groups is about 30 MB of XML.
MAX_UNPACKED = 150 * 1024 * 1024
#: Text packs to a tenth, an empty table to a hundredth; what packs further was made to fill memory.
MAX_RATIO = 200
_RATIO_COUNTS_FROM = 5 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
_OTHERS = {
    b"%PDF": gettext_lazy("een PDF"),
    b"\x89PNG": gettext_lazy("een afbeelding"),
    b"\xff\xd8\xff": gettext_lazy("een foto"),
    b"Rar!": gettext_lazy("een rar-bestand"),
    b"7z\xbc\xaf": gettext_lazy("een 7z-bestand"),
    b"\x1f\x8b": gettext_lazy("een gzip-bestand"),
}
_HSDS_TABLES = {"services.csv", "service.csv"}


class Kind(enum.Enum):
    """How a list is packed."""

    EXCEL = "excel"
    TEXT = "text"
    JSON = "json"
    HSDS_ZIP = "hsds_zip"
    FOLDER = "folder"


def kind_of(source: Path | bytes, file_name: str = "") -> Kind:
    """Return how a list is packed.

    :raises ImportProblem: when it is empty, too large, or something else.
    """
    if isinstance(source, Path):
        if source.is_dir():
            return Kind.FOLDER
        if not source.is_file():
            raise ImportProblem(_("Dit bestand bestaat niet. Kijk of de naam klopt."))
        size = source.stat().st_size
    else:
        size = len(source)
    if size > MAX_BYTES:
        raise ImportProblem(too_large())
    head = _head(source)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(source)
    if head.startswith(_OLE):
        raise ImportProblem(_of_ole(source))
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            raise ImportProblem(_("Dit is %(kind)s, geen lijst. Sla de lijst op als .xlsx of CSV.") % {"kind": name})
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", errors="replace").lstrip()
    if not text.strip("\x00 \r\n\t"):
        raise ImportProblem(_("Het bestand is leeg. Er moet een lijst met groepen in staan."))
    if text.startswith("<"):
        raise ImportProblem(_of_markup(text))
    if text[0] in "[{" or Path(file_name).suffix.lower() == ".json":
        return Kind.JSON
    return Kind.TEXT


def too_large() -> str:
    """Return what is said of a file that is too large."""
    return _("Het bestand is groter dan %(size)s MB. Verdeel de lijst over meer bestanden.") % {
        "size": MAX_BYTES // 1024 // 1024
    }


def open_zip(source: Path | bytes) -> zipfile.ZipFile:
    """Open a zip that does not grow beyond reason when it is unpacked.

    ``zipfile`` never gives more bytes of a file than the zip says it has, so what it says is what counts.

    :raises ImportProblem: when it does, or is no whole zip.
    """
    try:
        archive = zipfile.ZipFile(source if isinstance(source, Path) else BytesIO(source))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ImportProblem(
            _("Het bestand is beschadigd of niet helemaal aangekomen. Sla het opnieuw op en probeer het nog eens.")
        ) from error
    files = archive.infolist()
    packed = sum(file.compress_size for file in files) or 1
    unpacked = sum(file.file_size for file in files)
    if unpacked > MAX_UNPACKED or (unpacked > _RATIO_COUNTS_FROM and unpacked / packed > MAX_RATIO):
        archive.close()
        raise ImportProblem(
            _(
                "Uitgepakt is dit bestand veel te groot. Kopieer alleen de rijen met groepen naar een nieuw werkblad "
                "en sla dat op als .xlsx."
            )
        )
    if any(file.flag_bits & 0x1 for file in files):
        archive.close()
        raise ImportProblem(_("Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf en probeer het nog eens."))
    return archive


def _kind_of_zip(source: Path | bytes) -> Kind:
    with open_zip(source) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return Kind.EXCEL
        if "xl/workbook.bin" in names:
            raise ImportProblem(_("Dit is een binair Excel-bestand (.xlsb). Sla het bestand op als .xlsx."))
        if "mimetype" in names:
            raise ImportProblem(
                _("Dit is een bestand van LibreOffice of OpenOffice. Sla het op als .xlsx (Bestand, Opslaan als).")
            )
        if {PurePosixPath(name).name.lower() for name in names} & _HSDS_TABLES:
            return Kind.HSDS_ZIP
    raise ImportProblem(
        _("In dit zip-bestand zit geen lijst die we kennen. Pak het uit en kies het Excel- of CSV-bestand zelf.")
    )


def _of_ole(source: Path | bytes) -> str:
    # An .xlsx with a password is packed in an old container; its parts are named in UTF-16.
    data = source.read_bytes() if isinstance(source, Path) else source
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _("Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf en sla het bestand op als .xlsx.")
    return _("Dit is een oud Excel-bestand (.xls). Sla het bestand op als .xlsx: kies in Excel Bestand, Opslaan als.")


def _of_markup(text: str) -> str:
    if re.match(r"<!doctype html|<html|<head|<body|<!--|<table|<div", text, re.IGNORECASE):
        return _(
            "Dit is een webpagina (HTML), geen lijst. Kijk of het adres klopt en of je er zonder inloggen bij kunt; "
            "zoek op die site naar 'download', 'export' of 'feed'."
        )
    return _("Dit is XML. Die lijst kunnen we niet lezen. Vraag om Excel, CSV, Meeting Guide of HSDS.")


def _head(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:4096]
    with source.open("rb") as file:
        return file.read(4096)


def open_source(source: Path | bytes) -> IO[bytes]:
    """Open a file, or bytes as if they were one."""
    return source.open("rb") if isinstance(source, Path) else BytesIO(source)
