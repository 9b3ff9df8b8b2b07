"""Step 4: two colours and two pictures, and the page on which they are tried out."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from zelfregie_core.domain.brand import TEXT_RATIO, WHITE, brand_problems, shade
from zelfregie_core.domain.contrast import contrast_ratio, nearest_passing
from zelfregie_core.models.settings import validate_colour
from zelfregie_tenants.domain.region_wizard import steps
from zelfregie_tenants.interfaces.region_wizard.fields import PictureField
from zelfregie_tenants.interfaces.region_wizard.forms import StepForm
from zelfregie_tenants.manifest.brand import FAVICON_SUFFIXES, LOGO_SUFFIXES

#: A pair to begin with, always the same for the same slug, so that regions differ from the start.
PAIRS = (
    ("#7a1f5c", "#f2b544"),
    ("#0b5d4e", "#f49f6c"),
    ("#1f4e8c", "#8fd0c8"),
    ("#8a3324", "#f3c98b"),
    ("#3d5a1e", "#f0c94d"),
    ("#5b2a86", "#f7a9a0"),
    ("#005f73", "#e9d8a6"),
    ("#8b1e3f", "#f4b6c2"),
)


class ColourField(forms.CharField):
    """A colour, with the browser's own way of choosing one."""

    def __init__(self, **kwargs: Any) -> None:
        """Take ``#rrggbb``."""
        super().__init__(max_length=7, widget=forms.TextInput(attrs={"type": "color", "class": "zw-colour"}), **kwargs)

    def clean(self, value: Any) -> str:
        """Refuse what is no colour."""
        colour = super().clean(value).lower()
        if colour:
            validate_colour(colour)
        return colour


class BrandForm(StepForm):
    """Step 4: how the site looks."""

    step = steps.BRAND
    primary = ColourField(
        label=gettext_lazy("Hoofdkleur"),
        help_text=gettext_lazy("Voor knoppen, links en koppen. Kies een donkere kleur."),
    )
    accent = ColourField(
        label=gettext_lazy("Steunkleur"),
        help_text=gettext_lazy("Voor vlakken met donkere letters. Kies een lichte kleur."),
    )
    logo = PictureField(
        label=gettext_lazy("Logo"),
        suffixes=LOGO_SUFFIXES,
        help_text=gettext_lazy("Svg, png of webp, hoogstens 512 kB. Kies je niets, dan tekenen wij er een."),
    )
    favicon = PictureField(
        label=gettext_lazy("Icoon in de browser"),
        suffixes=FAVICON_SUFFIXES,
        help_text=gettext_lazy("Svg of png, vierkant. Kies je niets, dan tekenen wij er een."),
    )
    own_pictures = forms.BooleanField(label=gettext_lazy("Haal mijn eigen logo en icoon weg"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer to take pictures away only where there are some, and the blueprint's own would come instead."""
        super().__init__(*args, **kwargs)
        if not (self.draft and not self.draft.is_read and (self.draft.logo_suffix or self.draft.favicon_suffix)):
            del self.fields["own_pictures"]

    def initial_of(self, saved: Mapping[str, Any] | None) -> dict[str, Any]:
        """Start with a pair of colours that fit."""
        if saved is not None:
            return dict(saved)
        primary, accent = PAIRS[sha256((self.draft.slug if self.draft else "").encode()).digest()[0] % len(PAIRS)]
        return {"primary": primary, "accent": accent}

    def clean(self) -> dict[str, Any]:
        """Refuse colours that people cannot read, and name the nearest ones that they can."""
        cleaned = super().clean()
        if cleaned.get("primary") and cleaned.get("accent"):
            for field, problem in brand_problems(cleaned["primary"], cleaned["accent"]).items():
                self.add_error(field, problem)
        return cleaned

    def better(self) -> dict[str, str]:
        """Return, per colour that cannot be read, the nearest one that can."""
        primary, accent = self["primary"].value() or "", self["accent"].value() or ""
        return better_colours(primary, accent) if "primary" in self.fields else {}

    def answers(self) -> dict[str, Any]:
        """Return the colours; pictures are columns."""
        return {"primary": self.cleaned_data["primary"], "accent": self.cleaned_data["accent"]}

    def columns(self) -> dict[str, Any]:
        """Return the pictures that were chosen or taken away."""
        found: dict[str, Any] = {}
        for name in ("logo", "favicon"):
            if upload := self.cleaned_data.get(name):
                found |= {name: upload.read(), f"{name}_suffix": Path(upload.name).suffix.lower()}
            elif self.cleaned_data.get("own_pictures"):
                found |= {name: b"", f"{name}_suffix": ""}
        return found


def better_colours(primary: str, accent: str) -> dict[str, str]:
    """Return the nearest readable colour for each of two that cannot be read; {} when both can, or one is no colour."""
    try:
        validate_colour(primary)
        validate_colour(accent)
    except ValidationError:
        return {}
    found = {}
    if contrast_ratio(primary, WHITE) < TEXT_RATIO:
        primary = found["primary"] = nearest_passing(primary, WHITE, TEXT_RATIO)
    if contrast_ratio(accent, shade(primary)) < TEXT_RATIO:
        found["accent"] = nearest_passing(accent, shade(primary), TEXT_RATIO)
    return found
