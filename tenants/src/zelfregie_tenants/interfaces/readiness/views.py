"""“Klaar om open te gaan?”: what is left to do, a link to each, and the button that opens the site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_core.domain.readiness.running import Status
from zelfregie_tenants.domain.domains import region_url
from zelfregie_tenants.domain.readiness.go_live import GoLiveRefused, go_live
from zelfregie_tenants.domain.readiness.results import Entry, blockers, check_region, look_at_region
from zelfregie_tenants.domain.region_lock import RegionBusy
from zelfregie_tenants.models import Region

#: Only administrators have it: who answers for the site's details answers for opening it.
PERMISSION = "zelfregie_core.change_sitesettings"
INDEX = "readiness:index"


class ForAdministrators(PermissionRequiredMixin):
    """A view of the region of the request, for its administrators."""

    permission_required = PERMISSION
    raise_exception = True
    request: HttpRequest

    @property
    def region(self) -> Region:
        """The region whose site this is."""
        return self.request.region


class ReadinessView(ForAdministrators, WagtailAdminTemplateMixin, TemplateView):
    """The list. The site's own checks are done now; of those that ask the network the last outcome is shown."""

    template_name = "zelfregie_tenants/readiness/index.html"
    header_icon = "tasks"

    def get_page_title(self) -> str:
        """Return a question before the site is open, and another one after."""
        return _("Is alles in orde?") if self.region.is_launched else _("Klaar om open te gaan?")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way back."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the checks, in groups: what keeps the site closed comes first."""
        entries = look_at_region(self.region)
        blocking = blockers(entries)
        return super().get_context_data(
            region=self.region,
            sections=_sections(entries),
            good=[entry for entry in entries if entry.status == Status.OK],
            blocking=blocking,
            overridden=[entry for entry in entries if entry.override_reason],
            never_checked=any(entry.checked_at is None for entry in entries),
            site_url=region_url(self.region),
            **kwargs,
        )


class CheckAgainView(ForAdministrators, View):
    """Do every check, also those that ask the network, which give up by themselves after some seconds."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check, and show the list."""
        check_region(self.region)
        messages.success(request, _("Alles is opnieuw nagekeken."))
        return redirect(INDEX)


class OpenView(ForAdministrators, View):
    """Open the site for visitors."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open it, or say what is left to do."""
        try:
            go_live(self.region, operator=request.user.get_username())
        except GoLiveRefused as error:
            messages.error(request, str(error))
        except RegionBusy:
            messages.error(request, _("Iemand anders is nu met deze site bezig. Probeer het over een minuut opnieuw."))
        else:
            button = messages.button(region_url(self.region) + "/", _("Bekijk de site"), new_window=True)
            messages.success(request, _("De site is open. Iedereen kan hem nu bezoeken."), buttons=[button])
        return redirect(INDEX)


class ReadinessMenuItem(MenuItem):
    """Shown to administrators while their site is not open; after that a report."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for each request: the menu itself is made once per process."""
        return request.region.state == Region.State.PREPARED and request.user.has_perm(PERMISSION)


class ReadinessReportItem(MenuItem):
    """Shown to administrators once their site is open."""

    def is_shown(self, request: HttpRequest) -> bool:
        """As above."""
        return request.region.state != Region.State.PREPARED and request.user.has_perm(PERMISSION)


class ReadinessViewSet(ViewSet):
    """The addresses of the page."""

    name = "readiness"
    url_prefix = "klaar"
    icon = "tasks"

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the page and its two buttons."""
        return [
            path("", ReadinessView.as_view(), name="index"),
            path("controleren/", CheckAgainView.as_view(), name="check"),
            path("openen/", OpenView.as_view(), name="open"),
        ]


readiness_viewset = ReadinessViewSet()


def menu_item() -> MenuItem:
    """Return the item of the main menu."""
    return ReadinessMenuItem(gettext_lazy("Site openen"), reverse(INDEX), name="readiness", icon_name="tasks", order=1)


def report_item() -> MenuItem:
    """Return the item below the reports."""
    label = gettext_lazy("Is alles in orde?")
    return ReadinessReportItem(label, reverse(INDEX), name="readiness-report", icon_name="tasks", order=10)


def _sections(entries: Sequence[Entry]) -> list[tuple[str, str, list[Entry]]]:
    """Return (name, heading, checks) of what is not in order, without empty ones."""
    wrong = [entry for entry in entries if entry.is_wrong]
    sections = [
        ("first", _("Dit moet eerst"), [entry for entry in wrong if entry.check.blocking]),
        ("better", _("Dit kan beter"), [entry for entry in wrong if not entry.check.blocking]),
        ("unknown", _("Dit kon nu niet worden nagekeken"), [e for e in entries if e.status == Status.UNKNOWN]),
    ]
    return [section for section in sections if section[2]]
