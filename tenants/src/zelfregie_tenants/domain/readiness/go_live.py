"""Opening a region for visitors: once, when everything that must be in order is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tenants.utils import tenant_context
from wagtail.models import Site

from zelfregie_core.domain.indicators import refresh_indicators
from zelfregie_core.domain.readiness.running import Status
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.directory.rebuild import rebuild_region
from zelfregie_tenants.domain.readiness.results import Entry, blockers, check_region
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.models import ReadinessResult, Region, RegionEvent


class GoLiveRefused(Exception):
    """The region cannot be opened now. The message says why and what to do.

    :param entries: the checks that keep it closed; empty when it is for another reason.
    """

    def __init__(self, message: str, entries: Sequence[Entry] = ()) -> None:
        """Keep the checks."""
        super().__init__(message)
        self.entries = tuple(entries)


class BadOverride(Exception):
    """A check cannot be passed over in this way. The message names it and says why."""


@dataclass(frozen=True)
class Opened:
    """What was found when the region was opened.

    :param entries: all checks, worst first.
    :param overridden: keys of those that were wrong and were passed over.
    """

    entries: tuple[Entry, ...]
    overridden: tuple[str, ...]


def go_live(region: Region, *, operator: str, overrides: Mapping[str, str] | None = None) -> Opened:
    """Open a region for visitors, when no blocking check is wrong.

    The checks come first, without a lock; then state, directory and log change in one transaction, under the region's
    lock. Of two people who do this at once one opens the region, and the other is told so.

    Args:
        region: is prepared; its object is brought up to date.
        operator: who does it, for the log.
        overrides: key of a check to the reason why the region may be opened although it is wrong.

    Raises:
        BadOverride: an unknown key, a check that may not be overridden, or no reason.
        GoLiveRefused: it is not prepared, or something is not in order.
        RegionBusy: someone else is working on this region.
    """
    with translation.override(region.default_language):
        reasons = {key: " ".join(reason.split()) for key, reason in (overrides or {}).items()}
        _refuse_bad_overrides(reasons)
        _refuse_other_states(region)
        entries = check_region(region)
        if left := [entry for entry in blockers(entries) if entry.key not in reasons]:
            message = ngettext(
                "%(region)s kan nog niet open: %(number)d ding moet eerst in orde zijn.",
                "%(region)s kan nog niet open: %(number)d dingen moeten eerst in orde zijn.",
                len(left),
            ) % {"region": region.name, "number": len(left)}
            raise GoLiveRefused(message, left)
        used = {entry.key: reasons[entry.key] for entry in blockers(entries)}
        with region_lock(region.slug), transaction.atomic():
            _open(region, operator, used)
    with tenant_context(region):
        # Other processes may have kept which pages visitors see.
        Site.clear_site_root_paths_cache()
    return Opened(tuple(entries), tuple(used))


def _open(region: Region, operator: str, overrides: Mapping[str, str]) -> None:
    from zelfregie_tenants.tasks.readiness import tell_opened_task  # noqa: PLC0415 -- tasks ask this module

    now = timezone.now()
    region.refresh_from_db(from_queryset=Region.objects.select_for_update())
    _refuse_other_states(region)
    before = region.state
    region.state, region.launched_at = Region.State.LAUNCHED, now
    region.save(update_fields=["state", "launched_at"])
    results = ReadinessResult.objects.filter(region_id=region.pk)
    # Who opens it sees what is still to do; a mail about it would be news to nobody.
    results.filter(status__in=[Status.WRONG.value, Status.BROKEN.value]).update(reported_at=now)
    for key, reason in overrides.items():
        results.filter(key=key).update(override_reason=reason[:300], overridden_by=operator[:80], overridden_at=now)
        _log(region, RegionEvent.Action.OVERRIDE, before, operator, f"{key}: {reason}")
    _log(region, RegionEvent.Action.GO_LIVE, before, operator, "")
    with tenant_context(region):
        rebuild_region(region)
        refresh_indicators()
        tell_opened_task.enqueue()


def _log(region: Region, action: Any, before: str, operator: str, reason: str) -> None:
    RegionEvent.objects.create(
        slug=region.slug,
        action=action,
        state_before=before,
        state_after=region.state,
        reason=reason[:300],
        operator=operator[:80],
    )


def _refuse_bad_overrides(reasons: Mapping[str, str]) -> None:
    checks = {found.item.key: found.item for found in get_plugins().contributed("register_readiness_checks")}
    for key, reason in reasons.items():
        if key not in checks:
            known = ", ".join(
                sorted(key for key, check in checks.items() if check.blocking and check.may_be_overridden)
            )
            message = f"There is no readiness check “{key}”. These can be overridden: {known}."
            raise BadOverride(message)
        if not checks[key].blocking:
            message = f"“{key}” is advising: it keeps no region closed. Leave the override out."
            raise BadOverride(message)
        if not checks[key].may_be_overridden:
            message = f"“{key}” is about privacy and is never overridden. Put it right; the check says where."
            raise BadOverride(message)
        if not reason:
            message = f"Say why “{key}” may be passed over: --reason TEXT. It is kept, and shown to the region."
            raise BadOverride(message)


def _refuse_other_states(region: Region) -> None:
    sentences = {
        Region.State.DRAFT: _("%(region)s is nog niet klaargemaakt. Maak de lancering eerst af."),
        Region.State.LAUNCHED: _("%(region)s is al open."),
        Region.State.SUSPENDED: _("%(region)s is tijdelijk gesloten. Heropen de regio in plaats daarvan."),
        Region.State.ARCHIVED: _("%(region)s is gearchiveerd. Haal de regio eerst uit het archief."),
    }
    sentence = sentences.get(Region.State(region.state))
    if sentence:
        raise GoLiveRefused(sentence % {"region": region.name})
