"""What the dashboard says: to administrators about their own site, to coordinators in the hub about all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_tenants.domain.domains import address
from zelfregie_tenants.domain.readiness.overview import RegionState, attention, kept_problems
from zelfregie_tenants.interfaces.readiness.views import PERMISSION
from zelfregie_tenants.models import Region

#: So many regions the panel lists; the rest is a number.
SHOWN = 20


class OwnSitePanel(Component):
    """The site is not open yet, or something turned wrong after."""

    name = "readiness"
    template_name = "zelfregie_tenants/readiness/own_panel.html"
    order = 10

    def __init__(self, region: Region, problems: list[str] | None) -> None:
        """Keep what there is to say; `problems` is None when nothing was checked yet."""
        self.region, self.problems = region, problems

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the template shows."""
        return {"region": self.region, "problems": self.problems, "is_open": self.region.is_launched}


@dataclass
class AllRegionsPanel(Component):
    """Regions that are not open yet, or need attention; from the read model, in two queries."""

    states: list[RegionState] = field(default_factory=list)
    name = "readiness-regions"
    template_name = "zelfregie_tenants/readiness/regions_panel.html"
    order = 20

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the template shows."""
        rows = [(state, address(state.host) if state.host else "") for state in self.states[:SHOWN]]
        return {"rows": rows, "more": max(0, len(self.states) - SHOWN)}


def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Put our panels on top where there is something to say to this person."""
    region = request.region
    if region.kind == Region.Kind.NATIONAL and _coordinates(request.user):
        states = attention()
        if states:
            panels.insert(0, AllRegionsPanel(states))
    if not request.user.has_perm(PERMISSION):
        return
    problems = kept_problems(region)
    if region.state == Region.State.PREPARED or (region.is_launched and problems):
        panels.insert(0, OwnSitePanel(region, problems))


def _coordinates(user: Any) -> bool:
    roles = [GROUP_NAMES[Role.COORDINATOR], GROUP_NAMES[Role.ADMINISTRATOR]]
    return bool(user.is_superuser or user.groups.filter(name__in=roles).exists())
