"""What an export needs to know of the region, gathered once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from wagtail.models import Site

from zelfregie_core.models import Branding, SiteSettings, Theme
from zelfregie_groups.domain.addresses import finder_url
from zelfregie_groups.domain.export.identity import Identity


@dataclass(frozen=True)
class RegionContext:
    """A region as its exports name it.

    :param base: absolute address of the site, without the last slash.
    :param finder_path: path of the finder, or None when the region has no published one.
    :param api_path: path of the read API, with a slash at the end.
    :param calendar_path: path below which each group has its calendar, with a slash at the end.
    """

    identity: Identity
    name: str
    description: str
    email: str
    base: str
    finder_path: str | None
    api_path: str = "/-/groups/hsds/"
    calendar_path: str = "/-/groups/agenda/"

    @cached_property
    def themes(self) -> Mapping[int, Theme]:
        """All themes by number, by name. One query, when asked for."""
        return {theme.pk: theme for theme in Theme.objects.order_by("name", "pk")}

    @property
    def home(self) -> str:
        return f"{self.base}/"

    @property
    def api_url(self) -> str:
        return f"{self.base}{self.api_path}"

    def group_url(self, slug: str) -> str:
        """Return the address of a group's page, or of the site when there are no pages of groups."""
        return f"{self.base}{self.finder_path}{slug}/" if self.finder_path else self.home

    def theme_url(self, slug: str) -> str:
        """Return the address where people find the groups of a theme."""
        return f"{self.base}{self.finder_path}?thema={slug}" if self.finder_path else self.home

    def calendar_url(self, slug: str) -> str:
        """Return the address of a group's calendar, in which cancelled and moved meetings stand."""
        return f"{self.base}{self.calendar_path}{slug}.ics"


def region_context(request: HttpRequest) -> RegionContext:
    """Return what exports say of the region that a request is for."""
    site = Site.find_for_request(request)
    brand: Any = Branding.load(request_or_site=request)
    details: Any = SiteSettings.load(request_or_site=request)
    return RegionContext(
        identity=Identity(site.hostname if site else request.get_host().partition(":")[0]),
        name=details.organisation_name or brand.site_name,
        description=brand.tagline or brand.site_name,
        email=details.email,
        base=request.build_absolute_uri("/").rstrip("/"),
        finder_path=finder_url(request),
    )
