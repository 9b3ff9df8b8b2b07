"""Brand, organisation, crisis text: the two settings of a site, field by field, so that one change keeps the others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile as UploadedContent
from django.db.models import FileField, Model

from zelfregie_core.models import Branding, SiteSettings
from zelfregie_tenants.domain.apply_registry import shown
from zelfregie_tenants.domain.plan_items import Current, Orders, Wanted, digest_of
from zelfregie_tenants.manifest import Manifest
from zelfregie_tenants.models import AppliedItem, Region

#: key in the folder -> (model, field)
FIELDS: dict[str, tuple[type[Model], str]] = {
    "region.name": (Branding, "site_name"),
    "region.tagline": (Branding, "tagline"),
    "brand.primary": (Branding, "primary"),
    "brand.accent": (Branding, "accent"),
    "brand.logo": (Branding, "logo"),
    "brand.favicon": (Branding, "favicon"),
    "organisation.name": (SiteSettings, "organisation_name"),
    "organisation.email": (SiteSettings, "email"),
    "organisation.phone": (SiteSettings, "phone"),
    "organisation.privacy_name": (SiteSettings, "privacy_name"),
    "organisation.privacy_email": (SiteSettings, "privacy_email"),
    "organisation.sender_email": (SiteSettings, "sender_email"),
    "crisis.text": (SiteSettings, "crisis_text"),
    "hosting.demo": (SiteSettings, "is_demo"),
}


class SettingsPart:
    """What a region tells about itself."""

    kind = "setting"
    authoritative = False
    removes = False

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return one item per field; a picture that the folder does not have is not asked for."""
        organisation = manifest.organisation
        values: dict[str, Any] = {
            "region.name": manifest.region.name,
            "region.tagline": manifest.region.tagline,
            "brand.primary": manifest.brand.primary,
            "brand.accent": manifest.brand.accent,
            "brand.logo": manifest.brand.logo,
            "brand.favicon": manifest.brand.favicon,
            "organisation.name": organisation.name,
            "organisation.email": organisation.email,
            "organisation.phone": organisation.phone,
            "organisation.privacy_name": organisation.privacy_name,
            "organisation.privacy_email": organisation.privacy_email,
            "organisation.sender_email": organisation.sender_email,
            "crisis.text": manifest.crisis_text,
            "hosting.demo": manifest.hosting.demo,
        }
        return [_wanted(key, value) for key, value in values.items() if value is not None]

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return the fields as the site has them."""
        rows = {model: model.load() for model in (Branding, SiteSettings)}
        return {key: _current(rows[model], name) for key, (model, name) in FIELDS.items()}

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Set the fields and save the rows that changed."""
        rows: dict[type[Model], Any] = {}
        for _action, item in orders:
            model, name = FIELDS[item.key]
            row = rows.setdefault(model, model.load())
            if isinstance(item.payload, Path):
                _store(row, name, item.payload)
            else:
                setattr(row, name, item.payload)
        for row in rows.values():
            row.save()
        return {}


def _wanted(key: str, value: Any) -> Wanted:
    if isinstance(value, Path):
        digest = hashlib.sha256(value.read_bytes()).hexdigest()
        return Wanted(key, digest, value.name, value, {"sha256": digest})
    return Wanted(key, digest_of(value), shown(value), value, {"value": value})


def _current(row: Model, name: str) -> Current:
    value = getattr(row, name)
    field = row._meta.get_field(name)
    if not isinstance(field, FileField):
        untouched = value == field.get_default()
        return Current(digest_of(value), shown(value), untouched=untouched, fields={"value": value})
    if not value:
        return Current("", "", untouched=True, fields={})
    if not value.storage.exists(value.name):
        return Current("missing", f"{Path(value.name).name} (lost)", fields={"sha256": "missing"})
    with value.storage.open(value.name) as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return Current(digest, Path(value.name).name, fields={"sha256": digest})


def _store(row: Model, name: str, path: Path) -> None:
    """Put a picture in the region's storage, under a name that follows from its content.

    A launch that was killed leaves at most a file that the next one finds or replaces.
    """
    field = row._meta.get_field(name)
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    target = f"{field.upload_to}/{path.stem}-{digest[:12]}{path.suffix.lower()}"
    storage = field.storage
    if storage.exists(target):
        with storage.open(target) as file:
            whole = file.read() == data
        if not whole:
            storage.delete(target)
    if not storage.exists(target):
        target = storage.save(target, UploadedContent(data))
    setattr(row, name, target)
