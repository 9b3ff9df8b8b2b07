"""The outermost middleware: a number for each request, its figures, and what the machine room asks."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from zelfregie_tenants.logs import REQUESTS, request_id
from zelfregie_tenants.monitoring.callers import is_ours, networks
from zelfregie_tenants.monitoring.groups import view_group
from zelfregie_tenants.monitoring.probes import readiness

logger = logging.getLogger(REQUESTS)

#: Any other word that somebody sends as a method counts as one.
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
#: What a proxy may have numbered a request with; anything else is replaced.
ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class MonitoringMiddleware:
    """Numbers and measures requests, and answers /healthz, /readyz and /metrics to callers of our own networks.

    Those three come before everything else: no database, no redirect to HTTPS, whatever host is named. Callers from
    outside go on, and find at a host without a region whether it is alive and ready, and nothing else.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the rest of the chain. Networks that are none are refused now, not at the first request."""
        self.get_response = get_response
        networks(tuple(settings.ZELFREGIE_MONITOR_NETWORKS))
        self.answers = {"/healthz": healthz, "/readyz": readyz}
        self.metrics = None
        if settings.ZELFREGIE_METRICS:
            from zelfregie_tenants.monitoring import metrics  # noqa: PLC0415 -- where it is off it is not even loaded

            self.metrics = metrics
            self.answers["/metrics"] = metrics.answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer what is asked of the machine, or the request, with its number in the answer."""
        answer = self.answers.get(request.path_info)
        if answer is not None and request.method in {"GET", "HEAD"} and is_ours(request):
            return answer(request)
        token = request_id.set(_number(request))
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            self._note(request, response, time.perf_counter() - started)
            response.headers["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)

    def _note(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        if self.metrics is None and not settings.ZELFREGIE_LOG_REQUESTS:
            return
        method = request.method if request.method in METHODS else "other"
        group, cached = view_group(request), getattr(request, "page_cache", "off")
        if self.metrics is not None:
            self.metrics.note_request(method, response.status_code, group, cached, seconds)
            if asked := getattr(request, "certificate_answer", ""):
                self.metrics.note_certificate(asked)
        if settings.ZELFREGIE_LOG_REQUESTS:
            figures = {"method": method, "group": group, "status": response.status_code, "ms": round(seconds * 1000)}
            logger.info("%(method)s %(group)s %(status)s %(ms)s ms", figures, extra={"request": request})


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers requests; asks nothing of anything else."""
    return plain("ok\n", 200)


def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether this process can do its work, and what is wrong."""
    found = readiness()
    answer = {"ready": found.ready, "checks": {check.name: check.as_dict() for check in found.checks}}
    response = JsonResponse(answer, status=200 if found.ready else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def plain(text: str, status: int) -> HttpResponse:
    """Return a line of text that nobody keeps."""
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _number(request: HttpRequest) -> str:
    """Return what our own proxy numbered the request with, or a number of our own."""
    given = request.headers.get("X-Request-ID", "") if settings.ZELFREGIE_TRUSTED_PROXIES else ""
    return given if ID.fullmatch(given) else uuid4().hex
