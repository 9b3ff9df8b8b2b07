"""What the platform itself answers, outside any region."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from zelfregie_tenants.models import Domain, Region
from zelfregie_tenants.monitoring.probes import readiness


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say that the process answers. Callers of our own networks got their answer before (`monitoring.middleware`)."""
    return _plain("ok\n", 200)


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether the process can do its work, without what is wrong: this answer is for who asks from outside."""
    return _plain("ready\n", 200) if readiness().ready else _plain("not ready\n", 503)


@require_safe
def tls_ask(request: HttpRequest) -> HttpResponse:
    """Say whether the proxy may get a certificate for `?domain=`: only for an address at which a site answers.

    Without this anybody could point host names at the server and use up the certificate authority's limits.
    """
    domain = request.GET.get("domain", "").rstrip(".").lower()
    known = Domain.objects.filter(domain=domain).exclude(tenant__state=Region.State.DRAFT).exists()
    request.certificate_answer = "granted" if known else "refused"
    return _plain("yes\n", 200) if known else _plain("no\n", 404)


def no_region(request: HttpRequest) -> HttpResponse:
    """Say honestly that no site lives at this address."""
    return render_outside_region("zelfregie_core/no_region.html", {"host": request.get_host()}, 404)


def render_outside_region(template: str, context: dict[str, object], status: int) -> HttpResponse:
    """Render a page that must not ask the database anything: there may be no region to ask."""
    with translation.override("nl"):
        html = render_to_string(template, context)
    response = HttpResponse(html, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
