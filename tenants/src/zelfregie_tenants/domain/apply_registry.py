"""The region's own row and its domains: what the platform knows of a region. The folder alone decides these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zelfregie_core.places import municipalities
from zelfregie_tenants.domain.domains import set_domains
from zelfregie_tenants.domain.plan_items import Current, Orders, Wanted, digest_of
from zelfregie_tenants.manifest import Manifest
from zelfregie_tenants.models import AppliedItem, Region


class RegistryPart:
    """Name, tagline, languages, area and demonstration mark, as other regions see them."""

    kind = "region"
    authoritative = True
    removes = False

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return one item per field of the row."""
        return [
            Wanted(key, digest_of(value), shown(value), value, {"value": value})
            for key, value in row_of(manifest).items()
        ]

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return the fields as they are in the row."""
        fields = ("name", "tagline", "languages", "area", "is_demo", "latitude", "longitude")
        values = {key: getattr(region, key) for key in fields}
        return {key: Current(digest_of(value), shown(value), fields={"value": value}) for key, value in values.items()}

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Set the fields; the launch saves the row."""
        for _action, item in orders:
            setattr(region, item.key, item.payload)
        return {}


class DomainsPart:
    """The host names, one primary. Wagtail's Site follows.

    An address that people have in their bookmarks is not lost because a line is missing: what the folder has no longer
    stays, and leads to the primary one, until somebody asks to take it away.
    """

    kind = "domain"
    authoritative = True

    def __init__(self, *, removes: bool = False) -> None:
        """Keep what the folder does not name any more, or take it away."""
        self.removes = removes

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return one item per host name, the primary one first."""
        roles = {host: "primary" if place == 0 else "redirect" for place, host in enumerate(manifest.region.domains)}
        return [Wanted(host, digest_of(role), role, host, {"role": role}) for host, role in roles.items()]

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return the host names as they are registered."""
        left = "no longer in the folder; goes on leading to the site: --remove-domains takes it away"
        found = {}
        for row in region.domains.all():
            role = "primary" if row.is_primary else "redirect"
            found[row.domain] = Current(digest_of(role), role, fields={"role": role}, left=left)
        return found

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Register the folder's names, and those that stay."""
        hosts = list(manifest.region.domains)
        if not self.removes:
            hosts += [row.domain for row in region.domains.order_by("domain") if row.domain not in hosts]
        set_domains(region, hosts)
        return {}


def row_of(manifest: Manifest) -> dict[str, Any]:
    """Return the fields of the region's row that the folder decides."""
    latitude, longitude = centre_of(manifest.area.municipalities)
    return {
        "name": manifest.region.name,
        "tagline": manifest.region.tagline,
        "languages": list(manifest.region.languages),
        "area": {
            "municipalities": list(manifest.area.municipalities),
            "postcodes": [f"{first}-{last}" for first, last in manifest.area.postcodes],
        },
        "is_demo": manifest.hosting.demo,
        "latitude": latitude,
        "longitude": longitude,
    }


def centre_of(codes: Sequence[str]) -> tuple[float | None, float | None]:
    """Return where most people of these municipalities live, to four decimals (10 metres); None for none."""
    known = municipalities()
    found = [known[code] for code in codes if code in known]
    if not found:
        return None, None
    weights = [place.population or 1 for place in found]
    total = sum(weights)
    latitude = sum(place.latitude * weight for place, weight in zip(found, weights, strict=True)) / total
    longitude = sum(place.longitude * weight for place, weight in zip(found, weights, strict=True)) / total
    return round(latitude, 4), round(longitude, 4)


def shown(value: Any) -> str:
    """Return a value in a few words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{len(found)} {name}" for name, found in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:59]}…"
