"""The forms of the wizard, one per step. `answers()` is what the draft keeps; every text is checked by then."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_core.places import municipalities
from zelfregie_tenants.domain.region_wizard import area, drafts, steps
from zelfregie_tenants.domain.region_wizard.modules import modules
from zelfregie_tenants.interfaces.region_wizard.fields import DomainField, LineField, MailField, PhoneField, SlugField
from zelfregie_tenants.manifest.area import FIRST_PC4, LAST_PC4
from zelfregie_tenants.models import RegionDraft

RANGE = re.compile(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?")


def suggested_slug(name: str) -> str:
    """Return a slug for a name: “Súdwest-Fryslân” gives “sudwest-fryslan”; "" when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-0123456789")[:40].strip("-")


class StepForm(forms.Form):
    """A step of the wizard.

    Args:
        draft: None when the first step begins one.
        base: what the addresses of regions end in.
    """

    step = ""

    def __init__(self, *args: Any, draft: RegionDraft | None, base: str = "", **kwargs: Any) -> None:
        """Start from what the draft holds."""
        self.draft = draft
        self.base = base
        saved = draft.data.get(self.step) if draft else None
        super().__init__(*args, initial=self.initial_of(saved), label_suffix="", **kwargs)

    def initial_of(self, saved: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what the fields hold at first."""
        return dict(saved or {})

    def answers(self) -> dict[str, Any]:
        """Return what the draft keeps of this step."""
        return dict(self.cleaned_data)

    def columns(self) -> dict[str, Any]:
        """Return what the draft keeps in columns of its own."""
        return {}


class NameForm(StepForm):
    """Step 1: what the region is called, and where its site will be."""

    step = steps.NAME
    name = LineField(
        label=gettext_lazy("Naam van de regio"),
        max_length=60,
        help_text=gettext_lazy("Bijvoorbeeld Zuid-Limburg. De site heet dan Zelfregie Zuid-Limburg."),
    )
    slug = SlugField(
        label=gettext_lazy("Korte naam"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Kleine letters, cijfers en streepjes. Laat je dit leeg, dan maken wij hem van de naam."
        ),
    )
    domain = DomainField(
        label=gettext_lazy("Webadres"),
        max_length=253,
        required=False,
        help_text=gettext_lazy("Zonder https://. Laat je dit leeg, dan krijgt de site een adres naast het landelijke."),
    )

    redirects = LineField(
        label=gettext_lazy("Andere webadressen die hierheen leiden"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy(
            "Met komma's ertussen. Haal je er een weg, dan blijft het werken tot je bij de controle aanvinkt dat het "
            "weg mag."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Hold on to the slug of a region that is there; only such a region has other addresses."""
        super().__init__(*args, **kwargs)
        if self.draft and self.draft.region_id:
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("De site is al gemaakt. De korte naam ligt nu vast.")
        else:
            del self.fields["redirects"]
        if self.draft and self.draft.is_read:
            self.fields["name"].help_text = _("Zo heet de site, helemaal uitgeschreven.")

    def initial_of(self, saved: Mapping[str, Any] | None) -> dict[str, Any]:
        """Add the slug, which is a column."""
        if not self.draft:
            return {}
        saved = saved or {}
        return {**saved, "slug": self.draft.slug, "redirects": ", ".join(saved.get("redirects", []))}

    def clean_slug(self) -> str:
        """Suggest one, and refuse one that is taken."""
        slug = self.cleaned_data["slug"] or suggested_slug(self.cleaned_data.get("name", ""))
        if len(slug) < 2:
            raise ValidationError(_("Van deze naam kunnen we geen korte naam maken. Vul er zelf een in."))
        if owner := drafts.slug_owner(slug, self.draft):
            self._refuse(slug, owner)
        return slug

    def clean_redirects(self) -> list[str]:
        """Read each address as the main one is read, and keep none twice."""
        texts = filter(None, map(str.strip, re.split(r"[,;]", self.cleaned_data["redirects"])))
        return list(dict.fromkeys(DomainField().clean(text) for text in texts))

    def clean(self) -> dict[str, Any]:
        """Suggest an address beside the hub's, and refuse one that is taken."""
        cleaned = super().clean()
        slug = cleaned.get("slug")
        if "domain" in cleaned and not cleaned["domain"] and slug:
            cleaned["domain"] = f"{slug}.{self.base}"
        main = cleaned.get("domain")
        cleaned["redirects"] = [name for name in cleaned.get("redirects", []) if name != main]
        text = _("Het adres %(domain)s is al van %(owner)s. Kies een ander.")
        for field, names in (("domain", [main] if main else []), ("redirects", cleaned["redirects"])):
            for domain in names:
                if owner := drafts.domain_owner(domain, self.draft):
                    self.add_error(field, text % {"domain": domain, "owner": owner})
        return cleaned

    def answers(self) -> dict[str, Any]:
        """Return name and addresses; the slug is a column."""
        others = {"redirects": self.cleaned_data["redirects"]} if "redirects" in self.fields else {}
        return {"name": self.cleaned_data["name"], "domain": self.cleaned_data["domain"], **others}

    def columns(self) -> dict[str, Any]:
        """Return the slug."""
        return {"slug": self.cleaned_data["slug"]}

    def _refuse(self, slug: str, owner: object) -> None:
        taken = {"slug": slug, "owner": owner, "free": _free(slug)}
        raise ValidationError(_("De korte naam %(slug)s is al van %(owner)s. Nog vrij is: %(free)s.") % taken)


class AreaForm(StepForm):
    """Step 2: which municipalities the region serves."""

    step = steps.AREA
    municipalities = forms.MultipleChoiceField(
        label=gettext_lazy("Gemeenten"),
        error_messages={
            "required": gettext_lazy("Kies minstens één gemeente."),
            "invalid_choice": gettext_lazy("Een van de gemeenten bestaat niet."),
        },
    )
    postcodes = LineField(
        label=gettext_lazy("Andere postcodes"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy(
            "Laat dit leeg: dan nemen we alle postcodes van de gemeenten. Werkt de regio maar in een deel, schrijf dan "
            "de postcodes op, zoals 6400-6479, 6511."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every municipality."""
        super().__init__(*args, **kwargs)
        self.fields["municipalities"].choices = [(code, place.name) for code, place in municipalities().items()]

    def initial_of(self, saved: Mapping[str, Any] | None) -> dict[str, Any]:
        """Write ranges as people do."""
        if saved is None:
            return {}
        return {"municipalities": saved["municipalities"], "postcodes": area.ranges_text(saved["postcodes"])}

    @property
    def chosen(self) -> list[str]:
        """The codes that are ticked."""
        return self["municipalities"].value() or []

    def clean_municipalities(self) -> list[str]:
        """Keep them in the order of their codes, so that the same choice is the same answer."""
        return sorted(self.cleaned_data["municipalities"])

    def clean_postcodes(self) -> list[list[int]]:
        """Read ranges of postcodes."""
        ranges: list[list[int]] = []
        for text in filter(None, map(str.strip, re.split(r"[,;]", self.cleaned_data["postcodes"]))):
            found = RANGE.fullmatch(text)
            first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
            if not FIRST_PC4 <= first <= last <= LAST_PC4:
                raise ValidationError(
                    _("“%(text)s” zijn geen postcodes. Schrijf vier cijfers, of een reeks zoals 6400-6479."),
                    params={"text": text},
                )
            if other := next((span for span in ranges if first <= span[1] and span[0] <= last), None):
                raise ValidationError(
                    _("“%(text)s” en “%(other)s” overlappen. Maak er één reeks van."),
                    params={"text": text, "other": area.ranges_text([other])},
                )
            ranges.append([first, last])
        return sorted(ranges)


class OrganisationForm(StepForm):
    """Step 3: who is responsible, whom to ask about privacy, and what to do in a crisis."""

    step = steps.ORGANISATION
    name = LineField(label=gettext_lazy("Organisatie"), max_length=100)
    email = MailField(
        label=gettext_lazy("E-mailadres voor bezoekers"),
        max_length=254,
        help_text=gettext_lazy("Dit adres staat op de site."),
    )
    phone = PhoneField(label=gettext_lazy("Telefoon"), max_length=30, required=False)
    privacy_name = LineField(
        label=gettext_lazy("Contact voor privacy"),
        max_length=120,
        help_text=gettext_lazy("Wie beantwoordt vragen over persoonsgegevens? De wet wil dat dit op de site staat."),
    )
    privacy_email = MailField(label=gettext_lazy("E-mailadres voor privacy"), max_length=254)
    sender_email = MailField(
        label=gettext_lazy("Afzender van e-mail"),
        max_length=254,
        required=False,
        help_text=gettext_lazy(
            "Vanaf dit adres stuurt de site e-mail. Laat je het leeg, dan wordt het noreply@ en de rest van het adres "
            "voor bezoekers."
        ),
    )
    crisis_text = forms.CharField(
        label=gettext_lazy("Tekst bij crisis"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Staat onderaan elke pagina. Laat je dit leeg, dan staat er de landelijke tekst."),
    )

    def clean_crisis_text(self) -> str:
        """Keep line ends as TOML does."""
        text = self.cleaned_data["crisis_text"].replace("\r\n", "\n")
        if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text):
            raise ValidationError(_("Er staat een teken in dat je niet ziet. Typ de tekst opnieuw."))
        return text

    def clean(self) -> dict[str, Any]:
        """Fill in the address that e-mail comes from."""
        cleaned = super().clean()
        if "sender_email" in cleaned and not cleaned["sender_email"] and cleaned.get("email"):
            cleaned["sender_email"] = f"noreply@{cleaned['email'].partition('@')[2]}"
        return cleaned


class ModulesForm(StepForm):
    """Step 5: what the site can do."""

    step = steps.MODULES
    enabled = forms.MultipleChoiceField(
        label=gettext_lazy("Modules"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what is installed."""
        self.modules = modules()
        super().__init__(*args, **kwargs)
        self.fields["enabled"].choices = [(module.slug, module.label) for module in self.modules]

    def initial_of(self, saved: Mapping[str, Any] | None) -> dict[str, Any]:
        """Start with everything on."""
        return dict(saved) if saved is not None else {"enabled": [module.slug for module in self.modules]}

    @property
    def chosen(self) -> list[str]:
        """The modules that are ticked."""
        return self["enabled"].value() or []

    def clean_enabled(self) -> list[str]:
        """Keep them in one order."""
        return sorted(self.cleaned_data["enabled"])


def _free(slug: str) -> str:
    """Return the first slug after this one that is free."""
    number = 2
    while drafts.slug_owner(f"{slug[:37]}-{number}"):
        number += 1
    return f"{slug[:37]}-{number}"
