"""Form validation of uploaded logos."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zelfregie_core.domain.images import check_image

MAX_BYTES = 512 * 1024
SUFFIXES = (".svg", ".png", ".webp", ".jpg", ".jpeg")


def check_image_upload(upload: Any) -> None:
    """Refuse a file that is no safe picture.

    :param upload: a Django file; its position is put back at the start.
    :raises ValidationError: with what is wrong and what to do.
    """
    suffix = Path(upload.name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValidationError(_("Kies een afbeelding: svg, png, webp of jpg."))
    if upload.size > MAX_BYTES:
        raise ValidationError(_("Dit bestand is groter dan 512 kB. Maak de afbeelding kleiner."))
    upload.seek(0)
    data = upload.read()
    upload.seek(0)
    if check_image(data, suffix):
        if suffix == ".svg":
            raise ValidationError(
                _(
                    "Deze svg kan niet: hij is beschadigd of bevat een script of een verwijzing naar buiten. "
                    "Bewaar hem in je tekenprogramma als gewone svg, of kies een png."
                )
            )
        raise ValidationError(_("Dit bestand is geen hele afbeelding. Bewaar het opnieuw en kies het dan nog eens."))
