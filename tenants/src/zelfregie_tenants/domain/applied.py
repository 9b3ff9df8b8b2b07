"""Remembering what folder and site agreed on: the base of the next comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from zelfregie_tenants.domain.apply_plugins import FilesPart
from zelfregie_tenants.domain.plan_items import Action, Part, PlanItem, Wanted
from zelfregie_tenants.models import AppliedItem, Region

#: What a launch writes; of the rest it only remembers that it was compared.
WRITTEN = {Action.CREATE, Action.UPDATE}


def remember(
    region: Region,
    part: Part,
    lines: Sequence[tuple[PlanItem, Wanted | None]],
    references: Mapping[str, str],
    applied: Mapping[str, AppliedItem],
) -> None:
    """Keep what the folder says now, for everything about which nothing is left to decide.

    What was written, what is equal, and what only the site changed: of each the folder's own version is what the next
    launch compares with. A conflict keeps its old base, so that it stays one. What is gone on both sides is forgotten.

    Args:
        region: whose.
        part: of which these are the lines.
        lines: the plan that was carried out.
        references: what writing returned, by key.
        applied: what was remembered before, by key.
    """
    # A file with bad rows gets no digest, so that the next launch reads it again.
    bad = {name for name, report in part.reports.items() if report.problems} if isinstance(part, FilesPart) else set()
    now = timezone.now()
    rows = []
    settled = {Action.CREATE, Action.UPDATE, Action.KEEP, Action.DRIFT}
    for item, wanted in lines:
        if wanted is None or item.action not in settled:
            continue
        last = applied.get(wanted.key)
        content = None if wanted.fields is None else dict(wanted.fields)
        digest = "" if wanted.key in bad else wanted.digest
        reference = references.get(wanted.key, last.reference if last else "")
        if item.action in WRITTEN or last is None or (last.digest, last.content) != (digest, content):
            at = now if item.action in WRITTEN or last is None else last.applied_at
            row = AppliedItem(region=region, kind=part.kind, key=wanted.key, digest=digest, reference=reference)
            row.content, row.applied_at = content, at
            rows.append(row)
    AppliedItem.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["region", "kind", "key"],
        update_fields=["digest", "content", "reference", "applied_at"],
    )
    gone = set(applied) - {item.key for item, _wanted in lines}
    gone |= {item.key for item, _wanted in lines if item.action is Action.REMOVE}
    if gone:
        AppliedItem.objects.filter(region_id=region.pk, kind=part.kind, key__in=gone).delete()
