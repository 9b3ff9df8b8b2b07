"""Drafts that nobody went on with: they hold names and addresses of people, so they do not stay."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.models import RegionDraft

#: So long after the last change a draft is thrown away; each change begins anew.
KEEP = dt.timedelta(days=90)
#: So long before, the overview says so.
WARN = dt.timedelta(days=14)


def gone_on(draft: RegionDraft) -> dt.datetime | None:
    """Return when a draft is thrown away; None for one that stays with its region."""
    return draft.changed_at + KEEP if draft.is_loose else None


def is_going(draft: RegionDraft, now: dt.datetime | None = None) -> bool:
    """True iff a draft is thrown away soon."""
    at = gone_on(draft)
    return at is not None and at - (now or timezone.now()) <= WARN


def throw_away_abandoned(now: dt.datetime | None = None) -> list[str]:
    """Throw away the drafts that nobody changed for a long time; return their short names."""
    with platform_rights(), schema_context(get_public_schema_name()):
        rows = RegionDraft.objects.loose().filter(changed_at__lt=(now or timezone.now()) - KEEP)
        # Asked again by the delete itself: somebody may go on with one at this moment.
        return [slug for pk, slug in list(rows.values_list("pk", "slug")) if rows.filter(pk=pk).delete()[0]]
