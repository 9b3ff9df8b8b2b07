"""Figures in the format of Prometheus: few, and none of them about a person, a page or a named region (ADR 21).

One process per instance of the web server: each has its own address and answers for itself. What is the same wherever
it is asked, the queue, regions and backups, is read from the database, and the same from every instance.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.monitoring.platform_figures import Figures, read_figures

logger = logging.getLogger("zelfregie.platform")

#: So long is what was read from the database good for who asks again.
KEPT_SECONDS = 10.0
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
GCCollector(registry=registry)
REQUESTS = Counter(
    "zelfregie_requests", "Requests that were answered.", ("method", "status", "group"), registry=registry
)
SECONDS = Histogram(
    "zelfregie_request_seconds", "How long answers took.", ("group",), buckets=BUCKETS, registry=registry
)
PAGE_CACHE = Counter(
    "zelfregie_page_cache", "Requests by whether a kept page answered them: hit, miss or off.", ("result",),
    registry=registry,
)  # fmt: skip
CERTIFICATES = Counter(
    "zelfregie_certificate_asks", "Questions of the proxy whether it may get a certificate.", ("answer",),
    registry=registry,
)  # fmt: skip
for _answer in ("granted", "refused"):
    CERTIFICATES.labels(_answer)
for _result in ("hit", "miss", "off"):
    PAGE_CACHE.labels(_result)


class PlatformCollector(Collector):
    """What the database knows of the platform as a whole, read at most once in ten seconds."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._lock = threading.Lock()
        self._read_at = 0.0
        self._figures: Figures | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; when the database does not answer only that."""
        figures = self._read()
        yield GaugeMetricFamily("zelfregie_database_up", "Whether the database answered.", float(figures is not None))
        if figures is not None:
            yield from families(figures)

    def describe(self) -> list[Metric]:
        """Nothing: the registry need not read the database to learn the names."""
        return []

    def _read(self) -> Figures | None:
        with self._lock:
            if time.monotonic() - self._read_at > KEPT_SECONDS:
                try:
                    with platform_rights():
                        self._figures = read_figures()
                except DatabaseError:
                    logger.exception("The figures of the platform cannot be read.")
                    self._figures = None
                self._read_at = time.monotonic()
            return self._figures


def families(figures: Figures) -> Iterator[Metric]:
    """Yield what Prometheus gets of the platform."""
    regions = GaugeMetricFamily("zelfregie_regions", "Regions by state.", labels=["state"])
    for state, count in figures.regions.items():
        regions.add_metric([state], count)
    tasks = GaugeMetricFamily("zelfregie_tasks", "Tasks by state; failed ones are kept 30 days.", labels=["state"])
    for state, count in figures.tasks.items():
        tasks.add_metric([state], count)
    yield regions
    yield tasks
    for name, text, value in (
        ("zelfregie_task_wait_seconds", "How long the oldest task that is ready has waited.", figures.task_wait),
        ("zelfregie_workers", "Workers that are alive, on all machines.", figures.workers),
        ("zelfregie_backup_age_seconds", "Age of the last backup of the open region whose last is the oldest; "
         "backups of the whole server are not known here.", figures.backup_age),
        ("zelfregie_regions_without_backup", "Open regions of which no backup was ever made.", figures.no_backup),
    ):  # fmt: skip
        yield GaugeMetricFamily(name, text, value)


registry.register(PlatformCollector())


def note_request(method: str, status: int, group: str, cached: str, seconds: float) -> None:
    """Count one request. All arguments but the last have few values; see `groups.py`."""
    REQUESTS.labels(method, f"{status // 100}xx", group).inc()
    SECONDS.labels(group).observe(seconds)
    PAGE_CACHE.labels(cached).inc()


def note_certificate(answer: str) -> None:
    """Count one question of the proxy: `granted` or `refused`."""
    CERTIFICATES.labels(answer).inc()


def answer(request: HttpRequest) -> HttpResponse:
    """Return all figures, in the format that the caller asks for."""
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=kind, headers={"Cache-Control": "no-store"})
