"""The finder on other people's websites: a script, the small page that it shows, and where to copy the line."""

from functools import cache
from importlib.resources import files

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from zelfregie_groups.domain.addresses import finder_url
from zelfregie_groups.domain.finder import find_groups
from zelfregie_groups.domain.query import read_query
from zelfregie_groups.domain.settings import groups_settings
from zelfregie_groups.domain.widget import line_of_html

#: So many groups, and a link to the others: a widget is a door, not a second site.
GROUPS = 3
KEPT_SECONDS = 3600


@require_safe
def widget_script(request: HttpRequest) -> HttpResponse:
    """The script, at an address that never changes: it stands on websites that nobody here can edit."""
    return HttpResponse(
        _script(),
        content_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": f"public, max-age={KEPT_SECONDS}",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


@require_safe
@xframe_options_exempt
@csp_update({"frame-ancestors": ["*"]})
def widget(request: HttpRequest) -> HttpResponse:
    """The small finder. The only page of ours that may stand inside any website: it has nothing of its visitor.

    No cookie is set or read, so that who embeds it needs no banner, and nobody can act in a visitor's name.
    """
    base = finder_url(request)
    if base is None:
        raise Http404("this region has no finder")
    default = groups_settings(request).distance_km
    query = read_query(request.GET, default).changed(keys=())
    found = find_groups(query, request, limit=GROUPS, counts=False)
    kept = [(name, value) for name, value in query.pairs(default) if name not in {"thema", "plaats", "p", "q"}]
    context = {
        "query": query,
        "found": found,
        "kept": kept,
        "all_url": query.address(base, default),
        "more": max(found.total - len(found.cards), 0),
    }
    return render(request, "zelfregie_groups/widget/frame.html", context)


@require_safe
def widget_example(request: HttpRequest) -> HttpResponse:
    """Where people copy the line of HTML for their own website, and see what it gives."""
    base = finder_url(request)
    if base is None:
        raise Http404("this region has no finder")
    default = groups_settings(request).distance_km
    query = read_query(request.GET, default)
    query = query.changed(text="", keys=(), sort="")
    found = find_groups(query, request, limit=1, counts=False)
    address = request.build_absolute_uri(query.address(base, default))
    script = request.build_absolute_uri(reverse("groups:widget_script"))
    label = _("Zoek een groep over %(theme)s") % {"theme": found.theme.name} if found.theme else _("Zoek een groep")
    context = {
        "query": query,
        "found": found,
        "line": line_of_html(address, script, label),
        "widget_link": address,
        "widget_label": label,
    }
    return render(request, "zelfregie_groups/widget/example.html", context)


@cache
def _script() -> bytes:
    return files("zelfregie_groups").joinpath("static", "zelfregie_groups", "widget.js").read_bytes()
