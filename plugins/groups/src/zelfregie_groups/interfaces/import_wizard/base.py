"""What all pages of the import have in common: who may see them, and the way back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from zelfregie_core.interfaces.admin_pages import AdminPage
from zelfregie_groups.models import ImportRun, ImportSource

STEPS = (_("Lijst kiezen"), _("Kolommen"), _("Bekijken en verwerken"))
PERMISSIONS = ("zelfregie_groups.add_group", "zelfregie_groups.change_group")


def may_import(user: Any) -> bool:
    """Whether somebody may bring lists in: an import makes groups and changes them."""
    return bool(user.has_perms(PERMISSIONS))


class ImportView(AdminPage):
    """A page of the import. Lists hold hosts' addresses."""

    header_icon = "upload"

    def is_allowed(self) -> bool:
        return may_import(self.request.user)

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("groups_import:index"), _("Lijsten"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(steps=[{"label": label} for label in STEPS], **kwargs)


class SourceView(ImportView):
    """A page about one list."""

    @cached_property
    def source(self) -> ImportSource:
        return get_object_or_404(ImportSource, pk=self.kwargs["pk"])

    @property
    def source_url(self) -> str:
        return reverse("groups_import:source", args=[self.source.pk])

    def trail(self) -> list[tuple[str, Any]]:
        return [*super().trail(), (self.source_url, self.source.name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(source=self.source, **kwargs)


class RunView(ImportView):
    """A page about one import."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if may_import(request.user) and not ImportRun.objects.filter(pk=kwargs["pk"]).exists():
            # A newer version of the list took its place while somebody was looking at it.
            messages.warning(request, _("Deze versie is er niet meer: er is een nieuwere, of iemand gooide haar weg."))
            return redirect("groups_import:index")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def run(self) -> ImportRun:
        return get_object_or_404(ImportRun.objects.select_related("source", "started_by"), pk=self.kwargs["pk"])

    @property
    def run_url(self) -> str:
        return reverse("groups_import:run", args=[self.run.pk])

    def trail(self) -> list[tuple[str, Any]]:
        source = reverse("groups_import:source", args=[self.run.source_id])
        return [*super().trail(), (source, self.run.source.name)]

    def get_page_subtitle(self) -> str:
        return self.run.source.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(run=self.run, source=self.run.source, **kwargs)
