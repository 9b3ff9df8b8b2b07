"""The six steps with questions: one thing per screen, saved after each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from zelfregie_tenants.domain.region_wizard import area, drafts, steps
from zelfregie_tenants.interfaces.region_wizard.base import STEP_LABELS, DraftView, WizardView, posted_version
from zelfregie_tenants.interfaces.region_wizard.brand_form import BrandForm
from zelfregie_tenants.interfaces.region_wizard.forms import (
    AreaForm,
    ModulesForm,
    NameForm,
    OrganisationForm,
)
from zelfregie_tenants.interfaces.region_wizard.people_form import PeopleForm

FORMS: dict[str, Any] = {
    steps.NAME: NameForm,
    steps.AREA: AreaForm,
    steps.ORGANISATION: OrganisationForm,
    steps.BRAND: BrandForm,
    steps.MODULES: ModulesForm,
    steps.PEOPLE: PeopleForm,
}
#: Buttons that try something out and save nothing.
TRYING = ("meer", "bekijk", "neem")


class NewView(WizardView):
    """Step 1 of a region of which there is no draft yet."""

    template_name = "zelfregie_tenants/region_wizard/naam.html"
    page_title = gettext_lazy("Nieuwe regio")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask."""
        return self._page(NameForm(draft=None, base=self.base_domain))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin the draft."""
        form = NameForm(request.POST, draft=None, base=self.base_domain)
        if not form.is_valid():
            return self._page(form)
        try:
            draft = drafts.create_draft(form.cleaned_data["slug"], form.answers(), self.login)
        except drafts.SlugTaken:
            return self._page(NameForm(request.POST, draft=None, base=self.base_domain))  # which says whose it is
        return redirect("region_wizard:step", draft.pk, _after(request, steps.NAME))

    def _page(self, form: NameForm) -> HttpResponse:
        labels = [{"label": label} for label in STEP_LABELS.values()]
        return self.page(form=form, step=steps.NAME, steps=labels, number=1, beside=self.base_domain)


class StepView(DraftView):
    """One step of a draft."""

    @cached_property
    def step(self) -> str:
        """The step of the address."""
        step = self.kwargs["step"]
        if step not in FORMS:
            message = f"there is no step {step}"
            raise Http404(message)
        return step

    @property
    def template_name(self) -> str:
        """The page of this step."""
        return f"zelfregie_tenants/region_wizard/{self.step}.html"

    def get_page_title(self) -> str:
        """Return what the region is called."""
        return str(self.draft)

    def get(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Ask; a step further than the answers go leads to the one that is due."""
        _known = self.step
        if self.draft.is_busy:
            return redirect(self.address("state"))
        if not steps.reachable(self.draft, step):
            return redirect(self.address("step", steps.missing_steps(self.draft)[0]))
        return self._page(self._form())

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Save the answers, unless a colleague was faster."""
        if not steps.reachable(self.draft, self.step):
            return redirect(self.address("step", steps.missing_steps(self.draft)[0]))
        if any(name in request.POST for name in TRYING):
            return self._try(request)
        form = self._form(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form)
        try:
            drafts.save_step(
                self.draft,
                step,
                form.answers(),
                version=posted_version(request),
                by=self.login,
                **form.columns(),
            )
        except drafts.DraftChanged as error:
            self.draft = error.draft
            self.tell_changed(error.draft)
            return redirect(self.address("state")) if error.draft.is_busy else self._page(form)
        except drafts.SlugTaken:
            return self._page(self._form(request.POST))  # which says whose it is
        if request.POST.get("go") == "later":
            messages.success(request, _("Bewaard. Ga verder wanneer je wilt."))
            return redirect("region_wizard:index")
        return redirect(self.address("step", _after(request, step)))

    def _try(self, request: HttpRequest) -> HttpResponse:
        """Show the answers as they are now, with another row, other colours, or the postcodes that follow."""
        data = request.POST.copy()
        field, _colon, colour = data.get("neem", "").partition(":")
        if field in ("primary", "accent"):
            data[field] = colour
        form = self._form(data)
        form.is_valid()
        if "meer" in data:
            return self._page(form, quiet=True)
        return self._page(form)

    def _form(self, *data: Any) -> Any:
        return FORMS[self.step](*data, draft=self.draft, base=self.base_domain)

    def _page(self, form: Any, **context: Any) -> HttpResponse:
        extra = getattr(self, f"_{self.step}_context", dict)
        number = steps.STEPS.index(self.step) + 1
        more = extra(form) if extra is not dict else {}
        return self.page(form=form, step=self.step, number=number, beside=self.base_domain, **more, **context)

    def _gebied_context(self, form: AreaForm) -> dict[str, Any]:
        chosen = set(form.chosen)
        provinces = [
            {
                "name": name,
                "municipalities": [
                    {"code": place.code, "name": place.name, "is_chosen": place.code in chosen} for place in places
                ],
                "count": sum(place.code in chosen for place in places),
            }
            for name, places in area.by_province()
        ]
        ranges = area.derived_ranges(chosen)
        own = form.cleaned_data.get("postcodes") if form.is_bound and form.is_valid() else None
        saved = [] if form.is_bound else self.draft.data.get(self.step, {}).get("postcodes", [])
        return {
            "provinces": provinces,
            "chosen_count": len(chosen),
            "ranges": area.ranges_text(ranges),
            "overlaps": area.overlaps(chosen, own or saved or ranges, besides=self.draft.region_id) if chosen else [],
        }

    def _merk_context(self, form: BrandForm) -> dict[str, Any]:
        return {
            "primary": form["primary"].value(),
            "accent": form["accent"].value(),
            "better": form.better(),
        }


def _after(request: HttpRequest, step: str) -> str:
    """Return the step that the button asks for: the next one, or back to the check from where it was changed."""
    return steps.CHECK if request.POST.get("go") == "check" else steps.next_step(step)
