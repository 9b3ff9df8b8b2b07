"""What all pages of the wizard have in common: who may see them and where, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from zelfregie_core.interfaces.admin_pages import AdminPage
from zelfregie_tenants.domain.domains import primary_host
from zelfregie_tenants.domain.region_wizard import steps
from zelfregie_tenants.models import Region, RegionDraft

PERMISSION = "zelfregie_tenants.launch_region"
STEP_LABELS = {
    steps.NAME: _("Naam"),
    steps.AREA: _("Gebied"),
    steps.ORGANISATION: _("Organisatie"),
    steps.BRAND: _("Kleuren en logo"),
    steps.MODULES: _("Modules"),
    steps.PEOPLE: _("Mensen"),
    steps.CHECK: _("Controle"),
}
CHANGED = _("%(who)s heeft deze regio intussen veranderd. Kijk wat er nu staat, en sla dan opnieuw op.")


def is_hub(request: HttpRequest) -> bool:
    """True iff the request is for the national hub: nowhere else are regions made."""
    region = getattr(request, "region", None)
    return region is not None and region.kind == Region.Kind.NATIONAL


def may_launch(user: Any) -> bool:
    """True iff somebody may make regions and change them."""
    return bool(user.has_perm(PERMISSION))


class WizardView(AdminPage):
    """A page of the wizard. Drafts hold people's addresses."""

    header_icon = "site"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 404 outside the hub, whoever asks."""
        if not is_hub(request):
            message = "regions are made in the national hub only"
            raise Http404(message)
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self) -> bool:
        """Whether somebody may make regions."""
        return may_launch(self.request.user)

    def trail(self) -> list[tuple[str, Any]]:
        """Return the way back to the overview."""
        return [(reverse("region_wizard:index"), _("Regio's beheren"))]

    @cached_property
    def base_domain(self) -> str:
        """What the addresses of regions end in: beside “landelijk.zelfregie.nl”, below “zelfregie.nl”."""
        hub = self.request.region
        first, _dot, rest = (primary_host(hub) or "").partition(".")
        return rest if first in (hub.slug, "www") else f"{first}.{rest}"

    @property
    def login(self) -> str:
        """The login name of who asks."""
        return self.request.user.get_username()


class DraftView(WizardView):
    """A page about one draft."""

    @cached_property
    def draft(self) -> RegionDraft:
        """The draft of the address."""
        return get_object_or_404(RegionDraft.objects.select_related("region"), pk=self.kwargs["pk"])

    def address(self, name: str, *args: Any) -> str:
        """Return the address of another page about this draft."""
        return reverse(f"region_wizard:{name}", args=[self.draft.pk, *args])

    def tell_changed(self, draft: RegionDraft) -> None:
        """Say that a colleague was faster."""
        messages.error(self.request, str(CHANGED) % {"who": draft.changed_by})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the draft and the list of steps."""
        found = [
            {
                "label": label,
                "url": self.address("step", step) if steps.reachable(self.draft, step) else "",
                "is_done": step in self.draft.data,
            }
            for step, label in STEP_LABELS.items()
        ]
        return super().get_context_data(draft=self.draft, steps=found, **kwargs)


def posted_version(request: HttpRequest) -> int:
    """Return the version of the draft that the coordinator saw; 0, which no draft has, when it is not told."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0
