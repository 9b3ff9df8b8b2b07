"""All regions with how they are doing, and the drafts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from zelfregie_tenants.domain.domains import address
from zelfregie_tenants.domain.region_wizard import drafts, steps
from zelfregie_tenants.domain.region_wizard.abandoned import KEEP, gone_on, is_going
from zelfregie_tenants.domain.region_wizard.opening import CannotOpen, open_region
from zelfregie_tenants.interfaces.region_wizard.base import DraftView, WizardView, posted_version
from zelfregie_tenants.interfaces.region_wizard.hub import hub_itself
from zelfregie_tenants.models import Domain, Region, RegionDraft

State = RegionDraft.State
TONES = {Region.State.LAUNCHED: "w-status--primary", Region.State.SUSPENDED: "w-status--critical"}


class OverviewView(WizardView):
    """Every region with its state and address, and every draft."""

    template_name = "zelfregie_tenants/region_wizard/overview.html"
    page_title = gettext_lazy("Regio's beheren")

    def trail(self) -> list[tuple[str, Any]]:
        """Return nothing: this is where the way back leads."""
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The way to a new region."""
        return [HeaderButton(_("Nieuwe regio"), url=reverse("region_wizard:new"), icon_name="plus")]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them; as many queries whatever their number."""
        hosts = dict(Domain.objects.filter(is_primary=True).values_list("tenant_id", "domain"))
        known = {draft.region_id: draft for draft in RegionDraft.objects.defer("logo", "favicon")}
        rows = [
            {
                "region": region,
                "draft": (draft := known.get(region.pk)),
                "waits": draft is not None and draft.state in (State.EDITING, State.FAILED),
                "going": gone_on(draft) if draft and is_going(draft) else None,
                "url": f"{address(hosts[region.pk])}/" if region.pk in hosts else "",
                "host": hosts.get(region.pk, ""),
                "tone": TONES.get(region.state, "w-status--label"),
            }
            for region in Region.objects.regional().order_by("name")
        ]
        waiting = RegionDraft.objects.filter(region=None).defer("logo", "favicon").order_by("-changed_at")
        loose = [(draft, gone_on(draft) if is_going(draft) else None) for draft in waiting]
        return self.page(rows=rows, drafts=loose, days=KEEP.days, **hub_itself(request))


class OpenView(WizardView):
    """Reading the answers of a region, so that they can be changed here."""

    def get(self, request: HttpRequest, region: int) -> HttpResponse:
        """Opening is a deed: the way here is a button."""
        return redirect("region_wizard:index")

    def post(self, request: HttpRequest, region: int) -> HttpResponse:
        """Read them, and show them all."""
        try:
            draft = open_region(get_object_or_404(Region.objects.regional(), pk=region), by=self.login)
        except CannotOpen as error:
            messages.error(request, str(error))
            return redirect("region_wizard:index")
        return redirect("region_wizard:step", draft.pk, steps.CHECK)


class DeleteView(DraftView):
    """Throwing a draft away; asks first."""

    template_name = "zelfregie_tenants/region_wizard/delete.html"
    page_title = gettext_lazy("Concept weggooien")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask."""
        return self.page() if self.draft.is_busy or self.draft.is_loose else redirect(self.address("state"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        try:
            drafts.delete_draft(self.draft, version=posted_version(request))
        except drafts.DraftChanged as error:
            self.tell_changed(error.draft)
            return redirect(self.address("delete"))
        messages.success(request, _("Het concept %(name)s is weg.") % {"name": self.draft})
        return redirect("region_wizard:index")
