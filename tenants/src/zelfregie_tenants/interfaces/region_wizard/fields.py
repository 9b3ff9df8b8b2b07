"""Fields of the wizard: texts that fit the files of an instance folder, addresses, pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from zelfregie_core.domain.uploads import check_image_upload
from zelfregie_tenants.domain.region_wizard.folder import UNFIT
from zelfregie_tenants.manifest.addresses import check_domain, check_slug

PHONE = re.compile(r"\+?[\d ()\-.]{5,30}")


class LineField(forms.CharField):
    """One line of text without the characters that end a text or a tag in one of the folder's files."""

    def validate(self, value: Any) -> None:
        """Refuse those characters by name."""
        super().validate(value)
        if found := UNFIT.search(value):
            raise ValidationError(_("Het teken %(sign)s kan hier niet. Laat het weg."), params={"sign": found.group()})


class MailField(forms.EmailField):
    """An address for e-mail, in the one spelling in which it becomes an account."""

    def validate(self, value: Any) -> None:
        """Refuse what the folder's files cannot hold."""
        super().validate(value)
        if UNFIT.search(value):
            raise ValidationError(_("Dit is geen e-mailadres. Schrijf bijvoorbeeld info@example.nl."))


class SlugField(LineField):
    """The short name of a region in addresses."""

    def to_python(self, value: Any) -> str:
        """Take capitals for what they mean."""
        return super().to_python(value).lower()

    def validate(self, value: Any) -> None:
        """Refuse what is no slug."""
        super().validate(value)
        if value and check_slug(value):
            raise ValidationError(
                _("Gebruik 2 tot 40 kleine letters, cijfers en losse streepjes, en begin met een letter.")
            )


class DomainField(LineField):
    """The address of a site, without anything around it."""

    def to_python(self, value: Any) -> str:
        """Take a whole address from a browser for the name in it."""
        return re.sub(r"^[a-z]+://", "", super().to_python(value).lower()).split("/")[0].rstrip(".")

    def validate(self, value: Any) -> None:
        """Refuse what is no name of a host."""
        super().validate(value)
        if value and check_domain(value):
            raise ValidationError(
                _("“%(domain)s” is geen webadres. Schrijf alleen de naam, zoals heuvelland.example.nl."),
                params={"domain": value},
            )


class PhoneField(LineField):
    """A telephone number."""

    def validate(self, value: Any) -> None:
        """Refuse what cannot be dialled."""
        super().validate(value)
        if value and not PHONE.fullmatch(value):
            raise ValidationError(_("Dit is geen telefoonnummer. Schrijf cijfers en spaties, zoals 045 123 45 67."))


class PictureField(forms.FileField):
    """A picture of the brand."""

    def __init__(self, *, suffixes: tuple[str, ...], **kwargs: Any) -> None:
        """Take these kinds only."""
        self.suffixes = suffixes
        super().__init__(widget=forms.FileInput(attrs={"accept": ",".join(suffixes)}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse what is no safe picture."""
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            if Path(upload.name or "").suffix.lower() not in self.suffixes:
                kinds = ", ".join(suffix.removeprefix(".") for suffix in self.suffixes)
                raise ValidationError(_("Kies een afbeelding van deze soort: %(kinds)s."), params={"kinds": kinds})
            check_image_upload(upload)
        return upload
