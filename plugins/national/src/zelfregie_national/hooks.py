"""The hooks that the national plugin implements. It is on in the hub only."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_core.domain.published import published
from zelfregie_core.domain.roles import Role
from zelfregie_core.plugins import AdminMenuItem, PermissionSet, SearchResult, Section, Settings, StarterPage, hookimpl
from zelfregie_national.domain import page_context
from zelfregie_national.domain.region_search import search_regions
from zelfregie_national.domain.regions import all_regions
from zelfregie_national.domain.settings import NationalSettings
from zelfregie_national.interfaces.admin_views import VIEW_REGIONS, RegionsViewSet
from zelfregie_national.models import CountrySearchPage, RegionsPage


@hookimpl
def register_starter_content() -> Sequence[StarterPage]:
    return [
        StarterPage(
            "zelfregie_national.CountrySearchPage",
            "zoek-een-groep",
            _("Zoek een groep"),
            in_menu=True,
            order=5,
            kinds=("national",),
            fields={"intro": _("Zoek in alle regio's tegelijk. Vul in waar je tegenaan loopt, en waar je woont.")},
        ),
        StarterPage(
            "zelfregie_national.RegionsPage",
            "regios",
            _("Regio's"),
            in_menu=True,
            order=10,
            kinds=("national",),
            fields={"intro": _("Elke regio heeft een eigen netwerk van zelfhulpgroepen. Zoek het jouwe.")},
        ),
    ]


@hookimpl
def register_settings() -> Sequence[Settings]:
    return [Settings(NationalSettings)]


@hookimpl
def register_viewsets() -> Sequence[ViewSet]:
    return [RegionsViewSet()]


@hookimpl
def register_menu_items() -> Sequence[AdminMenuItem]:
    return [AdminMenuItem("national_regions", _("Regio's"), "national_regions:index", "site", 150, VIEW_REGIONS)]


@hookimpl
def register_permission_sets() -> Sequence[PermissionSet]:
    return [
        PermissionSet(Role.COORDINATOR, (VIEW_REGIONS,)),
        PermissionSet(Role.ADMINISTRATOR, (VIEW_REGIONS,)),
    ]


@hookimpl
def home_sections(request: HttpRequest) -> Sequence[Section]:
    context = page_context.for_home(request)
    return [
        Section(
            title=_("Netwerken in het land"),
            template="zelfregie_national/home_section.html",
            context=context,
            order=10,
            more_url=_regions_url(request) or "",
            more_label=_("Alle regio's"),
            is_empty=not context["regions"],
        )
    ]


@hookimpl
def search_results(request: HttpRequest, query: str) -> Sequence[SearchResult]:
    return search_regions(query, all_regions(request))


@hookimpl
def finder_path(request: HttpRequest) -> str | None:
    page = published(CountrySearchPage).first()
    return page.get_url(request) if page else _regions_url(request)


def _regions_url(request: HttpRequest) -> str | None:
    """Where the page of all regions is, when there is one."""
    page = published(RegionsPage).first()
    return page.get_url(request) if page else None
