"""Where the hub itself is changed: in its own admin, which is this one, and by whom."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_tenants.domain.domains import address, primary_host
from zelfregie_tenants.interfaces.readiness.views import PERMISSION

#: What the wizard asks of a region, and where the hub has it: permission, address, label.
PLACES = (
    (
        "zelfregie_core.change_branding",
        ("wagtailsettings:edit", "zelfregie_core", "branding"),
        _("Naam, kleuren en logo"),
    ),
    (
        "zelfregie_core.change_sitesettings",
        ("wagtailsettings:edit", "zelfregie_core", "sitesettings"),
        _("Organisatie, privacy en hulp bij een crisis"),
    ),
    ("auth.change_user", ("wagtailusers_users:index",), _("Mensen en hun rol")),
    (PERMISSION, ("modules:index",), _("Modules")),
)


def hub_itself(request: HttpRequest) -> dict[str, Any]:
    """Return what the overview says of the hub: where this person changes it, and else who can."""
    hub = request.region
    host = primary_host(hub)
    links = [
        (label, reverse(name, args=args))
        for permission, (name, *args), label in PLACES
        if request.user.has_perm(permission)
    ]
    return {
        "hub": hub,
        "hub_host": host or "",
        "hub_url": f"{address(host)}/" if host else "",
        "hub_links": links,
        "hub_people": [] if len(links) == len(PLACES) else _administrators(),
    }


def _administrators() -> list[str]:
    """Return the names of who can change the hub; of somebody without a name the login name."""
    people = get_user_model().objects.filter(is_active=True, groups__name=GROUP_NAMES[Role.ADMINISTRATOR])
    return [person.get_full_name() or person.get_username() for person in people.order_by("pk")]
