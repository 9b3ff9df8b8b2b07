"""From the bytes of a file to text, whatever program saved it. Pure functions."""

import codecs
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_core.plugins.contributions import RowProblem

MAX_BYTES = 30 * 1024 * 1024
#: First bytes of files that people send by mistake, and what they are.
_OTHER_FILES = {
    b"PK\x03\x04": gettext_lazy("een Excel-bestand (.xlsx) of een zip-bestand"),
    b"\xd0\xcf\x11\xe0": gettext_lazy("een oud Excel-bestand (.xls)"),
    b"%PDF": gettext_lazy("een PDF"),
    b"\x89PNG": gettext_lazy("een afbeelding"),
    b"\xff\xd8\xff": gettext_lazy("een foto"),
}
_CONTROL = tuple(range(9)) + tuple(range(14, 32))
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UnreadableFile(Exception):
    """The file as a whole cannot be used. The message is Dutch and says what to do."""

    def __init__(self, message: str, column: str = "") -> None:
        super().__init__(message)
        self.column = column

    @property
    def problem(self) -> RowProblem:
        """The same for a report; it stands at the first row."""
        return RowProblem(1, self.column, str(self))


def read_text(path: Path) -> tuple[str, list[str]]:
    """Return the text of a file and what was noticed about its encoding.

    UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252, which Excel writes.

    :raises UnreadableFile: when it is missing, empty, too large or no text.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFile(_("Het bestand is groter dan 30 MB. Verdeel het over meer bestanden."))
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(_("Dit bestand bestaat niet. Kijk of de naam klopt.")) from error
    except OSError as error:
        raise UnreadableFile(
            _("Het bestand is niet te openen: %(reason)s.") % {"reason": error.strerror or type(error).__name__}
        ) from error
    return decode(data)


def decode(data: bytes) -> tuple[str, list[str]]:
    """Return text and notices; see ``read_text``.

    :raises UnreadableFile: when the bytes are no text.
    """
    for magic, name in _OTHER_FILES.items():
        if data.startswith(magic):
            raise UnreadableFile(
                _("Dit is %(kind)s, geen CSV. Kies in Excel: Opslaan als, CSV UTF-8 (door komma's gescheiden).")
                % {"kind": name}
            )
    notices: list[str] = []
    if data.startswith(_UTF16):
        text = data.decode("utf-16", errors="replace")
    else:
        # A stray one in an old list does no harm; a file that is full of them is no text.
        if sum(map(data.count, _CONTROL)) > max(3, len(data) // 100):
            raise UnreadableFile(_("Dit is geen tekstbestand. Sla de lijst op als CSV UTF-8 en probeer het opnieuw."))
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
            notices.append(
                _("Het bestand is geen UTF-8; het is gelezen als Windows-1252. Kijk of letters als é en ë kloppen.")
            )
    if "\ufffd" in text:
        notices.append(_("Sommige tekens waren niet te lezen; daar staat nu een �."))
    text = text.replace("\x00", "")
    if not text.strip():
        raise UnreadableFile(_("Het bestand is leeg. Er moet een regel met kolomnamen in staan."))
    return text, notices
