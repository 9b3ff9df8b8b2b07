"""Upgrading the fleet: look, prepare, and bring every region to this release."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version

import psycopg
from django.db import connection
from django.utils import timezone
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.domain.database_roles import prepare_roles, regions_without_role, sentence_about_roles
from zelfregie_tenants.domain.domains import primary_host
from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.schemas import prepare_platform
from zelfregie_tenants.domain.template import ensure_template
from zelfregie_tenants.domain.upgrade.plan import FleetPlan, plan_fleet
from zelfregie_tenants.domain.upgrade.pool import upgrade_here, upgrade_in_processes
from zelfregie_tenants.domain.upgrade.preflight import Finding, look_ahead
from zelfregie_tenants.domain.upgrade.region import Job, Outcome, Upgrader
from zelfregie_tenants.models import Region, RegionUpgrade, UpgradeRun

#: Any number: only one process at a time upgrades the fleet.
LOCK = 7_303_017
#: Processes by default at most; more only make the server's disk the bottleneck.
MOST_JOBS = 8
#: Connections that are left to the web servers when the number of processes is chosen.
LEFT_FREE = 10

Progress = Callable[[str], None]
Watcher = Callable[[Outcome | None, int, int], None]


class UpgradeRefused(Exception):
    """Nothing was changed. The message says why and what to do."""


@dataclass
class Report:
    """What an upgrade did.

    Attributes:
        plan: what there was to do.
        findings: what was seen beforehand.
        outcomes: of the regions that were tried.
        stopped: whether it was interrupted, and regions are left.
    """

    plan: FleetPlan
    findings: list[Finding] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    stopped: bool = False

    @property
    def failed(self) -> list[Outcome]:
        """The regions that are not upgraded."""
        return [outcome for outcome in self.outcomes if outcome.cause]

    @property
    def is_complete(self) -> bool:
        """Whether every region is at this release now."""
        return not (self.failed or self.stopped or self.plan.refused)


def quiet(message: str) -> None:
    """Ignore a message about progress."""


def ignore(outcome: Outcome | None, done: int, total: int) -> None:
    """Ignore how far it is."""


def default_jobs() -> int:
    """Return how many regions to upgrade at the same time: as the processors and the free connections allow."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int - "
            "(SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend')"
        )
        free = cursor.fetchone()[0] - LEFT_FREE
    # Each has a connection to work with and one that holds the lock of the region.
    return max(1, min(os.cpu_count() or 1, MOST_JOBS, free // 2))


def upgrade_fleet(
    *,
    only: Collection[str] = (),
    jobs: int | None = None,
    progress: Progress = quiet,
    watch: Watcher = ignore,
    on_findings: Callable[[list[Finding]], None] = lambda findings: None,
) -> Report:
    """Bring the platform's tables, the template and the regions to this release.

    A region is upgraded whole or not at all; one that cannot be is left as it was and reported, and the others go on.
    Killed at any moment, the next call does what is left: what a region lacks is asked of the region itself.

    Args:
        only: slugs; all regions when empty.
        jobs: how many at the same time; 1 does everything in this process.
        progress: is told what is being done.
        watch: is told of every region that is finished, how many are, and how many there are to do.
        on_findings: is told what was seen beforehand, when there is something to do, and which regions have no role.

    Raises:
        UpgradeRefused: another upgrade is running, or something must be put right first.
        TemplateProblem: the template of this release cannot be built; no region was touched.
    """
    with schema_context(get_public_schema_name()), _alone():
        progress("Reading how far the regions are")
        plan = plan_fleet(only)
        report = Report(plan)
        if plan.platform or plan.behind:
            jobs = jobs or default_jobs()
            progress("Looking ahead")
            report.findings = look_ahead(plan, jobs)
            on_findings(report.findings)
            if blocking := [finding.message for finding in report.findings if finding.blocking]:
                raise UpgradeRefused("Nothing was changed. " + " ".join(blocking))
        if plan.platform:
            progress("Tables of the platform")
            prepare_platform()
        elif regions_without_role():  # after a move to another server, or when its user may make roles since
            prepare_roles()
            if sentence := sentence_about_roles():
                report.findings = [Finding(False, sentence)]
                on_findings(report.findings)
        progress("Template of this release")
        ensure_template(progress)
        if plan.behind:
            progress("Regions")
            _upgrade_regions(report, jobs or 1, watch)
        return report


def is_upgrading() -> bool:
    """True iff a process is upgrading the fleet now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND objid = %s "
            "AND objsubid = 1 AND database = "
            "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))",
            [LOCK],
        )
        return cursor.fetchone()[0]


def probe(slug: str) -> str:
    """Ask for a region's home page with the code of this release.

    Returns:
        what is wrong with the answer; empty when nothing is.
    """
    from django.test import Client  # noqa: PLC0415 -- slow import, for a canary only

    with schema_context(get_public_schema_name()):
        region = Region.objects.get(slug=slug)
        host = primary_host(region)
        # As a visitor over TLS would; a fault of a view becomes a page, as it would for the visitor.
        response = Client(raise_request_exception=False).get("/", SERVER_NAME=host, secure=True, follow=True)
    # A region that is not open answers 503 with its own page.
    if response.status_code == 200 or (not region.is_launched and response.status_code in {403, 404, 503}):
        return ""
    return f"The home page of {slug} answers {response.status_code}."


@contextmanager
def _alone() -> Iterator[None]:
    """Let one upgrade at a time work on the fleet: a lock of the database, gone with its processes."""
    with plain_connection() as session:
        row = session.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if not (row and row[0]):
            message = (
                "Another upgrade is running, or the last regions of one that was stopped are being finished. See "
                "`zelfregie upgrade --status`, and try again when it is done."
            )
            raise UpgradeRefused(message)
        try:
            yield
        finally:
            with suppress(psycopg.OperationalError):  # the server was restarted, and the lock is gone with it
                session.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _upgrade_regions(report: Report, jobs: int, watch: Watcher) -> None:
    todo = report.plan.behind
    upgrader = Upgrader()
    for kind in {planned.region.applied: planned.region.schema for planned in todo}.values():
        upgrader.make_ready(kind)  # before the processes start, so that all of them have it
    run = UpgradeRun.objects.create(release=version("zelfregie-tenants"), regions=len(todo), jobs=jobs)
    work = [Job(planned.region.pk, planned.slug, planned.region.schema, run.pk) for planned in todo]
    outcomes: Generator[Outcome | None, None, None]
    outcomes = upgrade_here(upgrader, work) if jobs == 1 else upgrade_in_processes(upgrader, work, min(jobs, len(work)))
    try:
        for outcome in outcomes:
            if outcome is not None:
                report.outcomes.append(outcome)
                if outcome.cause:
                    _report_failure(run, outcome)
            watch(outcome, len(report.outcomes), len(work))
    except KeyboardInterrupt:
        report.stopped = True
    finally:
        outcomes.close()
    _reconnect()
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])


def _reconnect() -> None:
    """Do not rely on a connection that was last used long ago: the server may have been restarted."""
    if not connection.in_atomic_block:
        connection.close()


def _report_failure(run: UpgradeRun, outcome: Outcome) -> None:
    _reconnect()
    RegionUpgrade.objects.create(
        run=run,
        region=Region.objects.get(slug=outcome.slug),
        outcome=RegionUpgrade.Outcome.FAILED,
        migrations=outcome.migrations,
        seconds=outcome.seconds,
        cause=outcome.cause,
    )
