"""The last step: looking at everything, taking the folder along, launching, and following the launch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from zelfregie_core.domain.roles import ROLE_LABELS, Role
from zelfregie_core.places import municipalities
from zelfregie_tenants.blueprint import BakeRefused
from zelfregie_tenants.domain.domains import region_url
from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.domain.plan_decisions import DecisionRefused
from zelfregie_tenants.domain.plan_items import Plan
from zelfregie_tenants.domain.region_wizard import area, drafts, steps
from zelfregie_tenants.domain.region_wizard.deciding import NOTHING_NEW, agree, plan_mark
from zelfregie_tenants.domain.region_wizard.folder import folder_of, zip_of
from zelfregie_tenants.domain.region_wizard.modules import modules
from zelfregie_tenants.domain.region_wizard.opening import is_behind
from zelfregie_tenants.domain.region_wizard.problems import Explained, explain
from zelfregie_tenants.interfaces.region_wizard.base import STEP_LABELS, DraftView, posted_version
from zelfregie_tenants.interfaces.region_wizard.plan_page import plan_page
from zelfregie_tenants.manifest import ManifestError
from zelfregie_tenants.models import Domain, RegionDraft

State = RegionDraft.State
#: After so many seconds without a word, the launch may be asked for again.
SILENCE = 60
#: Where a region shows, in its own admin, what it needs before it opens.
READINESS_PAGE = "readiness:index"
#: How a launch goes, in its order: what is done, and what follows.
STAGES = (
    (State.REQUESTED, gettext_lazy("Aangevraagd"), gettext_lazy("We maken de map met teksten en instellingen.")),
    (State.FOLDER, gettext_lazy("Map gemaakt"), gettext_lazy("We maken een eigen plek in de database.")),
    (State.SCHEMA, gettext_lazy("Plek gemaakt"), gettext_lazy("We zetten de teksten, kleuren en mensen erop.")),
    (State.CONTENT, gettext_lazy("Inhoud staat erop"), gettext_lazy("We nodigen de mensen uit.")),
    (State.INVITED, gettext_lazy("Mensen uitgenodigd"), gettext_lazy("We ronden het af.")),
    (State.READY, gettext_lazy("Klaar om open te gaan"), ""),
)


class CheckView(DraftView):
    """Step 7: everything on one page, what a launch would do, and what is still in the way."""

    template_name = "zelfregie_tenants/region_wizard/controle.html"

    def get_page_title(self) -> str:
        """Return what the region is called."""
        return str(self.draft)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        if self.draft.is_busy:
            return redirect(self.address("state"))
        if missing := steps.missing_steps(self.draft):
            return redirect(self.address("step", missing[0]))
        try:
            with folder_of(self.draft) as folder:
                return self._show(plan_region(folder, adopt=self.draft.region_id is not None))
        except (ManifestError, BakeRefused) as error:
            return self._show(None, _explained(error))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the launch; where there is a site, of the plan that was on the page and of no other."""
        draft, version = self.draft, posted_version(request)
        if steps.missing_steps(draft):
            return redirect(self.address("step", steps.CHECK))
        agreement = None
        if draft.region_id and not draft.is_busy and draft.version == version:
            try:
                with folder_of(draft) as folder:
                    plan = plan_region(folder, adopt=True)
                    if is_behind(draft) or plan_mark(plan) != request.POST.get("plan"):
                        messages.warning(request, _("Het plan is intussen veranderd. Dit is het nieuwe plan."))
                        return self._show(plan)
                    agreement = agree(plan, folder, request.POST, adopt=True).stored()
            except (ManifestError, BakeRefused) as error:
                return self._show(None, _explained(error))
            except DecisionRefused:
                return redirect(self.address("step", steps.CHECK))
        try:
            drafts.request_launch(draft, version=version, by=self.login, agreement=agreement)
        except drafts.DraftChanged as error:
            self.tell_changed(error.draft)
            return redirect(self.address("step", steps.CHECK))
        return redirect(self.address("state"))

    @cached_property
    def _codes(self) -> list[str]:
        return self.draft.data[steps.AREA]["municipalities"]

    def _show(self, plan: Plan | None, problems: Sequence[Explained] = ()) -> HttpResponse:
        """Show everything; what was chosen about conflicts stays chosen where it is still asked."""
        draft = self.draft
        ranges = draft.data[steps.AREA]["postcodes"] or area.derived_ranges(self._codes)
        if plan is not None:  # nothing is in the way now: what went wrong the last time
            problems = [Explained(found["step"], found["text"], "") for found in draft.messages]
        shown = plan_page(plan, self.request.POST, lists=not draft.is_read) if plan else {}
        return self.page(
            step=steps.CHECK,
            number=len(steps.STEPS),
            answers=self._answers(ranges),
            problems=[(found, STEP_LABELS.get(found.step)) for found in problems],
            overlaps=area.overlaps(self._codes, ranges, besides=draft.region_id),
            behind=is_behind(draft),
            has_plan=plan is not None,
            **shown,
        )

    def _answers(self, ranges: Any) -> list[dict[str, Any]]:
        """Return every answer, by step, as label and text."""
        data, draft = self.draft.data, self.draft
        name, organisation, brand = data[steps.NAME], data[steps.ORGANISATION], data[steps.BRAND]
        on = set(data[steps.MODULES]["enabled"])
        own, drawn = _("eigen bestand"), _("geen") if draft.is_read else _("tekenen wij")
        places = [known.name for code in self._codes if (known := municipalities().get(code))]
        rows: dict[str, list[tuple[str, Any]]] = {
            steps.NAME: [
                (_("Naam"), name["name"]),
                (_("Korte naam"), draft.slug),
                (_("Webadres"), ", ".join([name["domain"], *name.get("redirects", [])])),
            ],
            steps.AREA: [(_("Gemeenten"), ", ".join(places)), (_("Postcodes"), area.ranges_text(ranges))],
            steps.ORGANISATION: [
                (_("Organisatie"), organisation["name"]),
                (_("E-mailadres"), organisation["email"]),
                (_("Telefoon"), organisation["phone"] or "–"),
                (_("Privacy"), f"{organisation['privacy_name']}, {organisation['privacy_email']}"),
                (_("Afzender van e-mail"), organisation["sender_email"]),
                (_("Tekst bij crisis"), organisation["crisis_text"] or _("de landelijke tekst")),
            ],
            steps.BRAND: [
                (_("Kleuren"), f"{brand['primary']}, {brand['accent']}"),
                (_("Logo"), own if draft.logo_suffix else drawn),
                (_("Icoon"), own if draft.favicon_suffix else drawn),
            ],
            steps.MODULES: [(module.label, _("aan") if module.slug in on else _("uit")) for module in modules()],
            steps.PEOPLE: [
                (f"{who['name']}, {ROLE_LABELS[Role(who['role'])]}", who["email"])
                for who in data[steps.PEOPLE]["people"]
            ],
        }
        return [
            {"label": STEP_LABELS[step], "url": self.address("step", step), "rows": found}
            for step, found in rows.items()
        ]


class DownloadView(DraftView):
    """The instance folder as a zip: for a server of one's own, or to keep."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make it."""
        if missing := steps.missing_steps(self.draft):
            return redirect(self.address("step", missing[0]))
        try:
            with folder_of(self.draft) as folder:
                content = zip_of(folder)
        except BakeRefused:
            return redirect(self.address("step", steps.CHECK))  # which says what is wrong
        name = f'attachment; filename="{self.draft.slug}.zip"'
        return HttpResponse(content, content_type="application/zip", headers={"Content-Disposition": name})


class StateView(DraftView):
    """How far the launch is; afterwards what can be done with the region."""

    template_name = "zelfregie_tenants/region_wizard/state.html"

    def get_page_title(self) -> str:
        """Return what the region is called."""
        return str(self.draft)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        draft = self.draft
        if draft.state == State.EDITING:
            return redirect(self.address("step", draft.step))
        order = [state for state, _label, _next in STAGES]
        reached = order.index(draft.state) if draft.state in order else -1
        stages = [
            {"label": label, "is_done": number <= reached, "is_now": number == reached + 1 and draft.is_busy}
            for number, (_state, label, _next) in enumerate(STAGES)
        ]
        silent = draft.progress_at is None or (timezone.now() - draft.progress_at).total_seconds() > SILENCE
        return self.page(
            stages=stages,
            next=STAGES[reached][2] if draft.is_busy else "",
            may_resume=draft.state == State.FAILED or (draft.is_busy and silent),
            problems=[
                (message["text"], message["step"], STEP_LABELS.get(message["step"])) for message in draft.messages
            ],
            **self._site(),
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go on with a launch that failed or fell silent; send once more what could not be sent."""
        if self.draft.state == State.READY:
            again = NOTHING_NEW.stored()
            drafts.request_launch(self.draft, version=self.draft.version, by=self.login, agreement=again)
        else:
            drafts.resume_launch(self.draft, by=self.login)
        return redirect(self.address("state"))

    def _site(self) -> dict[str, str]:
        """Return the addresses of the site, when there is one."""
        if self.draft.region is None:
            return {}
        try:
            url = region_url(self.draft.region)
        except Domain.DoesNotExist:
            return {}
        found = {"site_url": f"{url}/", "admin_url": url + reverse("wagtailadmin_home")}
        with suppress(NoReverseMatch):
            found["readiness_url"] = url + reverse(READINESS_PAGE)
        return found


def _explained(error: ManifestError | BakeRefused) -> list[Explained]:
    """Return in words of a coordinator why there is no plan."""
    if isinstance(error, ManifestError):
        return explain(error.problems)
    return [Explained("", text, "") for text in error.problems]
