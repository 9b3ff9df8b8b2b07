"""What was found, kept in `public`, and put together with what is found now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tenants.utils import tenant_context

from zelfregie_core.domain.readiness.running import Checked, Status, Verdict, current_checks, run_checks
from zelfregie_core.plugins import ReadinessCheck
from zelfregie_tenants.models import ReadinessResult, Region

#: The order of a page: what has to be done comes first, and of that what keeps the site closed.
_ORDER = {Status.BROKEN: 0, Status.WRONG: 0, Status.UNKNOWN: 1, Status.OK: 2}


@dataclass(frozen=True)
class Shown:
    """One finding as people see it.

    :param link: path in the region's admin, or empty.
    """

    status: Status
    message: str
    link: str = ""


@dataclass(frozen=True)
class Entry(Verdict):
    """One check of a region with its last outcome.

    :param checked_at: None when it was never done; the status is then unknown.
    :param override_reason: why the site was opened although this was wrong, by whom and when; empty: it was not.
    """

    findings: tuple[Shown, ...]
    checked_at: dt.datetime | None
    override_reason: str = ""
    overridden_by: str = ""
    overridden_at: dt.datetime | None = None


def check_region(region: Region) -> list[Entry]:
    """Do every check of a region now, also those of the network, keep the outcomes and return them, worst first.

    Raises:
        RuntimeError: inside a transaction.
    """
    with tenant_context(region), translation.override(region.default_language):
        results = run_checks(current_checks())
        store_results(region, results)
        return _entries(region, {result.key: result for result in results})


def look_at_region(region: Region) -> list[Entry]:
    """Do the checks that need nobody else now, and tell of the others what was found the last time. Keeps nothing."""
    with tenant_context(region):
        results = run_checks(found for found in current_checks() if not found.item.outside)
        return _entries(region, {result.key: result for result in results})


def store_results(region: Region, results: Sequence[Checked]) -> None:
    """Keep the outcomes of all checks of a region. Those of plugins that are off now are forgotten.

    What was written about an override stays; that somebody was told of a problem is forgotten once it is over.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = ReadinessResult.objects.filter(region_id=region.pk)
        rows.exclude(key__in=[result.key for result in results]).delete()
        ReadinessResult.objects.bulk_create(
            [
                ReadinessResult(
                    region_id=region.pk,
                    plugin=result.plugin,
                    key=result.key,
                    status=result.status.value,
                    blocking=result.check.blocking,
                    findings=[
                        {"status": finding.outcome.value, "message": str(finding.message), "link": finding.link}
                        for finding in result.findings
                    ],
                    checked_at=now,
                )
                for result in sorted(results, key=lambda result: result.key)
            ],
            update_conflicts=True,
            unique_fields=["region", "key"],
            update_fields=["plugin", "status", "blocking", "findings", "checked_at"],
        )
        rows.filter(status=Status.OK.value).update(reported_at=None)


def blockers(entries: Iterable[Entry]) -> list[Entry]:
    """Return what keeps the site closed."""
    return [entry for entry in entries if entry.blocks]


def _entries(region: Region, now: Mapping[str, Checked]) -> list[Entry]:
    """Put what was found now, and else what is kept, together with the checks. One query."""
    kept = {row.key: row for row in ReadinessResult.objects.filter(region_id=region.pk)}
    entries = [
        _entry(found.plugin, found.item, now.get(found.item.key), kept.get(found.item.key))
        for found in current_checks()
    ]
    return sorted(entries, key=lambda entry: (_ORDER[entry.status], not entry.check.blocking))


def _entry(plugin: str, check: ReadinessCheck, now: Checked | None, kept: ReadinessResult | None) -> Entry:
    override = (kept.override_reason, kept.overridden_by, kept.overridden_at) if kept else ("", "", None)
    if now is not None:
        findings = tuple(Shown(Status(each.outcome.value), str(each.message), each.link) for each in now.findings)
        return Entry(plugin, check, now.status, findings, timezone.now(), *override)
    if kept is not None:
        findings = tuple(Shown(Status(each["status"]), each["message"], each["link"]) for each in kept.findings)
        return Entry(plugin, check, Status(kept.status), findings, kept.checked_at, *override)
    never = Shown(Status.UNKNOWN, _("Dit is nog niet nagekeken."))
    return Entry(plugin, check, Status.UNKNOWN, (never,), None)
