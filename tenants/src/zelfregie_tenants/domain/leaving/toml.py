"""`region.toml` of a region as it is now: from its row, its settings, its people and its plugins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.auth import get_user_model

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import Branding, SiteSettings
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.manifest.reader import BLUEPRINT_VERSION
from zelfregie_tenants.models import PluginActivation, Region

#: Who has several roles gets the one that may do most.
_BY_POWER = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.MODERATOR, Role.EDITOR)


def region_toml(region: Region, pictures: Mapping[str, str], *, personal: bool) -> str:
    """Return the file. Runs inside the region's schema.

    Args:
        region: whose.
        pictures: logo and favicon, by their paths in the export.
        personal: with the names and addresses of who may sign in.
    """
    brand, details = Branding.load(), SiteSettings.load()
    domains = list(region.domains.order_by("-is_primary", "domain").values_list("domain", flat=True))
    tables: list[tuple[str, dict[str, Any]]] = [
        ("", {"blueprint": BLUEPRINT_VERSION}),
        (
            "[region]",
            {
                "slug": region.slug,
                "name": brand.site_name,
                "kind": region.kind,
                "tagline": brand.tagline,
                "languages": list(region.languages),
                "domains": domains,
            },
        ),
        ("[area]", dict(region.area)),
        ("[brand]", {"primary": brand.primary, "accent": brand.accent, **pictures}),
        (
            "[organisation]",
            {
                "name": details.organisation_name,
                "email": details.email,
                "phone": details.phone,
                "privacy_name": details.privacy_name,
                "privacy_email": details.privacy_email,
                "sender_email": details.sender_email,
            },
        ),
        ("[crisis]", {"text": details.crisis_text}),
        *(("[[editors]]", person) for person in (people() if personal else ())),
        *_plugins(region),
        ("[hosting]", {"demo": region.is_demo}),
    ]
    return "\n".join(_table(name, values) for name, values in tables)


def people() -> Iterator[dict[str, str]]:
    """Yield who may sign in and has a role here. Runs inside the region's schema."""
    roles = {GROUP_NAMES[role]: role for role in _BY_POWER}
    for user in get_user_model().objects.filter(is_active=True).prefetch_related("groups").order_by("pk"):
        found = {roles[group.name] for group in user.groups.all() if group.name in roles}
        role = next((each for each in _BY_POWER if each in found), None)
        address = user.get_username()
        if role is not None and "@" in address:
            name = user.get_full_name() or address.partition("@")[0]
            yield {"email": address.lower(), "name": name[:120], "role": role.value}


def _plugins(region: Region) -> Iterator[tuple[str, dict[str, Any]]]:
    known = get_plugins().slugs()
    for row in PluginActivation.objects.filter(region_id=region.pk, plugin__in=known).order_by("plugin"):
        yield f"[plugins.{row.plugin}]", {"enabled": row.enabled, **row.settings}


def _table(name: str, values: Mapping[str, Any]) -> str:
    """Write a table; a text that is empty is as good as one that is not given."""
    lines = [f"{key} = {_value(value)}" for key, value in values.items() if value not in ("", None)]
    return "\n".join([*([name] if name else []), *lines, ""])


def _value(value: Any) -> str:
    """Write a value: TOML's texts, numbers, answers and lists of texts are JSON's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
