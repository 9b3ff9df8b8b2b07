"""Groups on paper: a list to print, and a booklet as PDF. Both take the parameters of the finder."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zelfregie_core.domain.throttle import Limit, allow
from zelfregie_core.models import Branding
from zelfregie_groups.domain.addresses import finder_url, first_time_url
from zelfregie_groups.domain.booklet import NoBooklet, cached_booklet, can_make_booklets, make_booklet
from zelfregie_groups.domain.paper import ARRANGEMENTS, BY_PLACE, BY_SEARCH, BY_THEME, Paper, gather
from zelfregie_groups.domain.query import read_query
from zelfregie_groups.domain.settings import groups_settings

MOST_ON_A_LIST = 200
MOST_IN_A_BOOKLET = 60
#: Making a booklet costs seconds; what was made within the hour does not count.
LIMITS = (
    Limit("groups:booklet", tries=10, seconds=600),
    Limit("groups:booklet:all", tries=60, seconds=600, shared=True),
)


@require_safe
def print_list(request: HttpRequest) -> HttpResponse:
    """A list of groups to print, with a QR code for each."""
    context = _context(request, MOST_ON_A_LIST)
    return render(request, "zelfregie_groups/print_list.html", context)


@require_safe
def booklet(request: HttpRequest) -> HttpResponse:
    """The same groups as a booklet, A5, as a PDF that screen readers can read."""
    if not can_make_booklets():
        return _no_booklet(request, 503, _("Op deze server kan nu geen boekje gemaakt worden."))
    context = _context(request, MOST_IN_A_BOOKLET)
    if not context["paper"].count:
        return _no_booklet(request, 404, _("Er is geen groep gevonden om in het boekje te zetten."))
    brand = Branding.load(request_or_site=request)
    html = render_to_string("zelfregie_groups/booklet/booklet.html", {**context, "brand": brand}, request=request)
    pdf = cached_booklet(html)
    if pdf is None:
        if not allow(request, *LIMITS):
            return _no_booklet(request, 429, _("Er zijn net veel boekjes gemaakt. Probeer het over tien minuten weer."))
        try:
            pdf = make_booklet(html, brand)
        except NoBooklet:
            return _no_booklet(request, 503, _("Er kan nu geen boekje gemaakt worden. Probeer het straks nog eens."))
    name = f"groepen-{slugify(brand.site_name) or 'zelfhulp'}-{localdate():%Y-%m-%d}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "X-Robots-Tag": "noindex"},
    )


def _context(request: HttpRequest, most: int) -> dict[str, Any]:
    default = groups_settings(request).distance_km
    query = read_query(request.GET, default)
    paper = gather(request, query, request.GET.get("indeling", ""), most=most)
    base = finder_url(request) or "/"
    return {
        "paper": paper,
        "query": paper.query,
        "most": most,
        "about": about(paper),
        "date": date_format(localdate(), "j F Y"),
        "finder_url": base,
        "site_address": request.build_absolute_uri("/").partition("://")[2].rstrip("/"),
        "back_url": paper.query.address(base, default),
        "list_url": _address("groups:print_list", query, default, paper.arrangement),
        "booklet_url": _address("groups:booklet", query, default, paper.arrangement) if can_make_booklets() else "",
        "too_many_for_booklet": max(paper.total, paper.count) > MOST_IN_A_BOOKLET,
        "most_in_booklet": MOST_IN_A_BOOKLET,
        "arrangements": [
            (label, _address("groups:print_list", query, default, name), name == paper.arrangement)
            for name, label in _labels(paper).items()
        ],
        "first_time_url": first_time_url(request),
    }


def about(paper: Paper) -> str:
    """Return in words which groups these are: "Rouw en verlies, tot 15 km van Heerlen"."""
    query, found = paper.query, paper.found
    if query.keys:
        return ""
    near = ""
    if found.location is not None:
        near = _("tot %(distance)s km van %(place)s") % {"distance": query.distance_km, "place": found.location.label}
    words = [found.theme.name if found.theme else "", f"“{query.text}”" if query.text else "", near]
    return ", ".join(word for word in words if word)


def _labels(paper: Paper) -> dict[str, str]:
    """The ways to arrange a list that say something for it."""
    labels = {BY_THEME: _("Per thema"), BY_PLACE: _("Per plaats")}
    if paper.found.is_near_a_place:
        labels[BY_SEARCH] = _("Dichtbij eerst")
    elif paper.query.keys:
        labels[BY_SEARCH] = _("Zoals je ze koos")
    return {name: labels[name] for name in ARRANGEMENTS if name in labels}


def _address(view: str, query: Any, default: int, arrangement: str) -> str:
    parameters = query.parameters(default)
    return f"{reverse(view)}?{'&'.join(part for part in (parameters, urlencode({'indeling': arrangement})) if part)}"


def _no_booklet(request: HttpRequest, status: int, reason: str) -> HttpResponse:
    """A calm page with the list to print, which always works."""
    parameters = request.GET.urlencode()
    list_url = reverse("groups:print_list") + (f"?{parameters}" if parameters else "")
    context = {"reason": reason, "list_url": list_url, "finder_url": finder_url(request) or "/", "found": status != 404}
    response = render(request, "zelfregie_groups/booklet/no_booklet.html", context, status=status)
    if status in (429, 503):
        response["Retry-After"] = "600"
    return response
