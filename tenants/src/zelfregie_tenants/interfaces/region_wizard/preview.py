"""A page in the colours that are being tried out, drawn by the server with the site's own stylesheets."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from zelfregie_core.domain.brand import brand_css, brand_problems, shape_variant
from zelfregie_core.models.settings import validate_colour
from zelfregie_tenants.interfaces.region_wizard.base import DraftView
from zelfregie_tenants.interfaces.region_wizard.brand_form import BrandForm, better_colours


class ColourView(DraftView):
    """Answers about two colours of the address; about the draft's own where those are no colours."""

    def colours(self) -> tuple[str, str]:
        """Return the pair, each ``#rrggbb``."""
        start = BrandForm(draft=self.draft).initial
        found = []
        for name in ("primary", "accent"):
            colour = self.request.GET.get(name, "").lower()
            try:
                validate_colour(colour)
            except ValidationError:
                colour = start[name]
            found.append(colour)
        return found[0], found[1]


class PreviewView(ColourView):
    """The page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Draw it."""
        primary, accent = self.colours()
        context = {
            "draft": self.draft,
            "query": urlencode({"primary": primary, "accent": accent}),
            "variant": shape_variant(self.draft.site_name),
        }
        return render(request, "zelfregie_tenants/region_wizard/preview.html", context)


class PreviewStyleView(ColourView):
    """Its colours."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return them as the site does."""
        return HttpResponse(brand_css(*self.colours()), content_type="text/css; charset=utf-8")


class VerdictView(ColourView):
    """Whether people can read it: a piece of the page of the step, renewed while colours are chosen."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the piece."""
        primary, accent = self.colours()
        context = {
            "problems": brand_problems(primary, accent),
            "better": better_colours(primary, accent),
        }
        return render(request, "zelfregie_tenants/region_wizard/verdict.html", context)
