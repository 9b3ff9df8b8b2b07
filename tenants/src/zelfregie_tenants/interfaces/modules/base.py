"""What the pages of one's own region and those in the hub have in common: a list, and a switch that asks first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from zelfregie_core.interfaces.admin_pages import AdminPage
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.modules.describe import describe, is_of_use, label_of
from zelfregie_tenants.domain.modules.effects import count_effects
from zelfregie_tenants.domain.modules.needs import dependents, pulled_in
from zelfregie_tenants.domain.modules.starting import missing_starters
from zelfregie_tenants.domain.modules.switch import SwitchRefused, enabled_now, switch_off, switch_on
from zelfregie_tenants.domain.region_lock import RegionBusy
from zelfregie_tenants.models import Region

ON, OFF = "aan", "uit"


class ModulesView(AdminPage, ABC):
    """A page about the modules of one region."""

    header_icon = "cogs"
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Be found only where the page belongs."""
        if not self.is_here():
            message = "this page is not in this region"
            raise Http404(message)
        return super().dispatch(request, *args, **kwargs)

    def is_here(self) -> bool:
        """Whether the region of the request has this page."""
        return True

    @cached_property
    @abstractmethod
    def region(self) -> Region:
        """The region whose modules these are."""

    @abstractmethod
    def address(self, plugin: str = "") -> str:
        """Return the address of the list, or of the switch of a plugin."""

    def page(self, **context: Any) -> HttpResponse:
        """Answer with the page itself."""
        return super().page(region=self.region, list_url=self.address(), **context)


class ListView(ModulesView):
    """Every module that is on or of use here: what it adds, what it costs, whether it is on."""

    template_name = "zelfregie_tenants/modules/list.html"
    page_title = gettext_lazy("Modules")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show them; those that are on come first."""
        enabled = enabled_now(self.region)
        here = [slug for slug in get_plugins().slugs() if slug in enabled or is_of_use(slug, self.region.kind)]
        rows = [
            {"module": describe(slug), "is_on": slug in enabled, "url": self.address(slug)}
            for slug in sorted(here, key=lambda slug: (slug not in enabled, str(label_of(slug))))
        ]
        for row in rows:
            row["needs"] = [_named(need.providers) or need.name for need in row["module"].needs]
        return self.page(rows=rows)


class SwitchView(ModulesView):
    """What a switch does to this region, counted; and the button that does it."""

    template_name = "zelfregie_tenants/modules/switch.html"

    @cached_property
    def plugin(self) -> str:
        """The module of the address."""
        plugin: str = self.kwargs["plugin"]
        if plugin not in get_plugins().slugs():
            message = "no such module is installed"
            raise Http404(message)
        return plugin

    def get_page_title(self) -> str:
        """Return what is asked."""
        words = _("%(module)s uitzetten?") if self.is_on else _("%(module)s aanzetten?")
        return words % {"module": label_of(self.plugin)}

    def trail(self) -> list[tuple[str, Any]]:
        """Return the way back."""
        return [(self.address(), _("Modules"))]

    @cached_property
    def is_on(self) -> bool:
        """Whether it is on now."""
        return self.plugin in enabled_now(self.region)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Count, and ask."""
        enabled = enabled_now(self.region)
        first, open_needs = ([], []) if self.is_on else pulled_in(self.plugin, enabled)
        others = dependents(self.plugin, enabled) if self.is_on else []
        return self.page(
            module=describe(self.plugin),
            is_on=self.is_on,
            effects=count_effects(self.region, self.plugin),
            first=_named(first),
            drafts=[] if self.is_on else [page.title for page in missing_starters(self.region, [*first, self.plugin])],
            open_needs=[_named(need.providers) or need.name for need in open_needs],
            others=[(label_of(other), self.address(other)) for other in others],
            to=OFF if self.is_on else ON,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Switch to what the form said, whatever somebody else did meanwhile."""
        to = request.POST.get("to")
        if to not in {ON, OFF}:
            return redirect(self.address(self.plugin))
        try:
            self._switch(to, operator=request.user.get_username())
        except SwitchRefused as error:
            messages.error(request, _refusal(self.plugin, error))
            return redirect(self.address(self.plugin))
        except RegionBusy:
            messages.error(request, _("Iemand anders is nu met deze site bezig. Probeer het over een minuut opnieuw."))
            return redirect(self.address(self.plugin))
        return redirect(self.address())

    def _switch(self, to: str, *, operator: str) -> None:
        if to == OFF:
            switch_off(self.region, self.plugin, operator=operator)
            words = _("%(module)s staat uit. Alles wat erin staat is bewaard.")
            messages.success(self.request, words % {"module": label_of(self.plugin)})
            return
        switched = switch_on(self.region, self.plugin, operator=operator, with_needed=True)
        words = _("%(modules)s: aangezet.")
        messages.success(self.request, words % {"modules": _named(switched.plugins or [self.plugin])})
        if switched.drafts:
            words = _("Er staat een concept klaar van: %(pages)s. Bekijk het bij Pagina's en publiceer het.")
            messages.info(self.request, words % {"pages": ", ".join(switched.drafts)})


def _refusal(plugin: str, error: SwitchRefused) -> str:
    """Return why it cannot be, in an administrator's words."""
    if error.dependents:
        words = _("%(module)s kan niet uit: %(others)s heeft deze module nodig. Zet die eerst uit.")
        return words % {"module": label_of(plugin), "others": _named(error.dependents)}
    needed = ", ".join(_named(need.providers) or need.name for need in error.open_needs)
    return _("%(module)s kan niet aan zonder: %(needed)s.") % {"module": label_of(plugin), "needed": needed}


def _named(plugins: Any) -> str:
    """Return the names of modules as one text; several that would do are joined by a comma."""
    return ", ".join(capfirst(str(label_of(plugin))) for plugin in plugins)
