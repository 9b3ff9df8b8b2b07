"""Opening a region that is there in the wizard, whoever made it: its answers are read from what is kept of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from zelfregie_core.models import Branding
from zelfregie_tenants.domain.leaving.toml import people
from zelfregie_tenants.domain.region_wizard import steps
from zelfregie_tenants.domain.region_wizard.area import derived_ranges
from zelfregie_tenants.domain.region_wizard.kept import Kept, base_of, kept_of
from zelfregie_tenants.domain.region_wizard.modules import modules
from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.models import AppliedItem, Region, RegionDraft

State = RegionDraft.State
PICTURES = ("logo", "favicon")


class CannotOpen(Exception):
    """The region cannot be changed in the wizard now. The message says why and what to do."""


def open_region(region: Region, *, by: str) -> RegionDraft:
    """Begin a draft with what a region was last launched with; begin anew where there is a draft of it.

    What editors changed on the site since is no answer: the last step shows it beside the answers, and leaves it.

    Args:
        region: with a site.
        by: login name.

    Raises:
        CannotOpen: it is being launched or erased, has no site yet, or somebody began a draft of the same short name.
    """
    with platform_rights(), schema_context(get_public_schema_name()), transaction.atomic():
        draft = RegionDraft.objects.select_for_update().filter(region=region).first()
        if draft is not None and draft.is_busy:
            raise CannotOpen(_("Er wordt nu aan deze regio gewerkt. Wacht tot dat klaar is."))
        if region.erasing_since is not None or not schema_exists(region.schema_name):
            raise CannotOpen(_("Deze regio heeft nog geen site, of wordt gewist. Vraag de beheerder van het platform."))
        if draft is None and RegionDraft.objects.filter(slug=region.slug).exists():
            raise CannotOpen(_("Er is al een concept met dezelfde korte naam. Gooi dat eerst weg."))
        columns = {
            "slug": region.slug,
            "data": _answers(region, kept_of(region)),
            "source": RegionDraft.Source.REGION,
            "base": base_of(region),
            "step": steps.CHECK,
            "state": State.EDITING,
            "messages": [],
            "decisions": {},
            "changed_by": by,
            "changed_at": timezone.now(),
            **_pictures(region),
        }
        if draft is None:
            return RegionDraft.objects.create(region=region, created_by=by, **columns)
        RegionDraft.objects.filter(pk=draft.pk).update(version=F("version") + 1, **columns)
        return RegionDraft.objects.get(pk=draft.pk)


def is_behind(draft: RegionDraft) -> bool:
    """True iff somebody launched the region from a folder after these answers were read or launched.

    Also when that cannot be told: a draft of before releases that keep a fingerprint, of a region that was launched.
    """
    if draft.region is None:
        return False
    if not draft.base:
        return AppliedItem.objects.filter(region=draft.region).exists()
    return base_of(draft.region) != draft.base


def _answers(region: Region, kept: Kept) -> dict[str, Any]:
    """Return the answers to every step."""
    said, area = kept.settings, region.area
    hosts = list(region.domains.order_by("-is_primary", "domain").values_list("domain", flat=True))
    ranges = [[int(number) for number in text.split("-")] for text in area["postcodes"]]
    follows = ranges == [list(span) for span in derived_ranges(area["municipalities"])]
    known = AppliedItem.objects.filter(region=region, kind="editor").values_list("key", flat=True)
    with tenant_context(region):
        team = [person for person in people() if person["email"] in set(known)]
    texts = ("email", "phone", "privacy_name", "privacy_email", "sender_email")
    return {
        steps.NAME: {"name": region.name, "domain": hosts[0] if hosts else "", "redirects": hosts[1:]},
        steps.AREA: {"municipalities": area["municipalities"], "postcodes": [] if follows else ranges},
        steps.ORGANISATION: {
            **{name: said.get(f"organisation.{name}") or "" for name in ("name", *texts)},
            "crisis_text": said.get("crisis.text") or "",
        },
        steps.BRAND: {name: said.get(f"brand.{name}") or "" for name in ("primary", "accent")},
        steps.MODULES: {
            "enabled": sorted(each.slug for each in modules() if kept.plugins.get(each.slug, {}).get("enabled"))
        },
        steps.PEOPLE: {"people": team},
    }


def _pictures(region: Region) -> dict[str, Any]:
    """Return logo and icon as the site has them: of the folder's own only a fingerprint is kept."""
    found: dict[str, Any] = {}
    with tenant_context(region):
        brand = Branding.load()
        for name in PICTURES:
            file, data = getattr(brand, name), b""
            if file and file.storage.exists(file.name):
                with file.storage.open(file.name) as source:
                    data = source.read()
            found |= {name: data, f"{name}_suffix": Path(file.name).suffix.lower() if data else ""}
    return found
