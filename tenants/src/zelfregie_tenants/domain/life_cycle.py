"""How a region goes from one state to another: which steps there are, and the log of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from zelfregie_core.domain.indicators import refresh_indicators
from zelfregie_tenants.domain.directory.rebuild import rebuild_region
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.models import Region, RegionEvent

DRAFT = str(Region.State.DRAFT)
PREPARED = str(Region.State.PREPARED)
LAUNCHED = str(Region.State.LAUNCHED)
SUSPENDED = str(Region.State.SUSPENDED)
ARCHIVED = str(Region.State.ARCHIVED)
SUSPEND = str(RegionEvent.Action.SUSPEND)
RESUME = str(RegionEvent.Action.RESUME)
ARCHIVE = str(RegionEvent.Action.ARCHIVE)
UNARCHIVE = str(RegionEvent.Action.UNARCHIVE)
ERASE_BEGUN = str(RegionEvent.Action.ERASE_BEGUN)


class StepRefused(Exception):
    """The region cannot take this step now. The message says why and what to do."""


@dataclass(frozen=True)
class Step:
    """From which states an operator may do this, and where it leads."""

    before: frozenset[str]
    after: Callable[[Region], str]


def _stays(state: str) -> Callable[[Region], str]:
    return lambda region: state


def _out_of_the_archive(region: Region) -> str:
    """Nothing opens by itself: a site that was online waits, closed, for `resume`."""
    return SUSPENDED if region.launched_at else PREPARED


#: Every step besides launching (draft to prepared) and going live (prepared to launched).
STEPS: Mapping[str, Step] = {
    SUSPEND: Step(frozenset({LAUNCHED}), _stays(SUSPENDED)),
    RESUME: Step(frozenset({SUSPENDED}), _stays(LAUNCHED)),
    ARCHIVE: Step(frozenset({PREPARED, LAUNCHED, SUSPENDED}), _stays(ARCHIVED)),
    UNARCHIVE: Step(frozenset({ARCHIVED}), _out_of_the_archive),
    ERASE_BEGUN: Step(frozenset(Region.State.values), _stays(ARCHIVED)),
}
#: What to do when a step cannot be taken from where the region stands.
REMEDIES: Mapping[str, str] = {
    DRAFT: "Its launch was cut short: launch it again, or erase it.",
    PREPARED: "It is not online yet.",
    LAUNCHED: "It is online.",
    SUSPENDED: "It is suspended: resume or archive it.",
    ARCHIVED: "It is archived: take it out with `zelfregie region unarchive` first.",
}


def suspend_region(slug: str, *, operator: str, message: str = "", reason: str = "") -> Region:
    """Close a site for a while: visitors read that it is closed, nothing of it is found, no mail and no tasks go out.

    Args:
        slug: of a region that is online.
        operator: the login name of who does it, for the log.
        message: what visitors read, besides the platform's own words.
        reason: for the log; no personal data.

    Raises:
        StepRefused, RegionBusy: with what to do.
    """
    return _take(SUSPEND, slug, operator, reason, message=message)


def resume_region(slug: str, *, operator: str, reason: str = "") -> Region:
    """Open a suspended site again, with what other regions see of it brought up to date.

    Raises:
        StepRefused, RegionBusy: with what to do.
    """
    return _take(RESUME, slug, operator, reason)


def archive_region(slug: str, *, operator: str, message: str = "", link: str = "", reason: str = "") -> Region:
    """Close a site for good, and keep its data: visitors read that it is gone, and where to look.

    Args:
        link: an address where visitors can go on.

    Raises:
        StepRefused, RegionBusy: with what to do.
    """
    return _take(ARCHIVE, slug, operator, reason, message=message, link=link)


def unarchive_region(slug: str, *, operator: str, reason: str = "") -> Region:
    """Take a site out of the archive. It does not open by itself: what was online is suspended now.

    Raises:
        StepRefused, RegionBusy: with what to do.
    """
    return _take(UNARCHIVE, slug, operator, reason)


def begin_erasing(slug: str, *, operator: str, reason: str = "") -> Region:
    """Close a site at once and mark it: from here on it can only be erased. The caller holds the region's lock.

    Raises:
        StepRefused: there is no such region.
    """
    with schema_context(get_public_schema_name()), transaction.atomic():
        region = _locked_row(slug)
        if region.erasing_since is None:
            before = region.state
            region.state, region.erasing_since = ARCHIVED, timezone.now()
            region.closed_message = region.closed_link = ""
            region.save()
            _log(region, ERASE_BEGUN, before, operator, reason)
    return region


def log_event(slug: str, action: str, *, operator: str, reason: str = "", before: str = "", after: str = "") -> None:
    """Write one line in the log of regions."""
    RegionEvent.objects.create(
        slug=slug, action=action, state_before=before, state_after=after, reason=reason[:300], operator=operator[:80]
    )


def _take(action: str, slug: str, operator: str, reason: str, *, message: str = "", link: str = "") -> Region:
    with schema_context(get_public_schema_name()), region_lock(slug), transaction.atomic():
        region = _locked_row(slug)
        step = STEPS[action]
        if region.erasing_since is not None:
            text = f"{slug} is being erased. Complete that: zelfregie region erase {slug}"
            raise StepRefused(text)
        if region.state not in step.before:
            text = f"{slug} is {region.state}, so it cannot be {_PAST[action]}. {REMEDIES[region.state]}"
            raise StepRefused(text)
        before, region.state = region.state, step.after(region)
        region.closed_message, region.closed_link = " ".join(message.split()), link
        _refuse_wrong_texts(region)
        region.save()
        _log(region, action, before, operator, reason)
        if region.state == LAUNCHED:
            # While it was closed the days went by: the next meetings, and what other regions find.
            with tenant_context(region):
                rebuild_region(region)
                refresh_indicators()
    return region


_PAST = {
    SUSPEND: "suspended",
    RESUME: "resumed",
    ARCHIVE: "archived",
    UNARCHIVE: "taken out of the archive",
}


def _locked_row(slug: str) -> Region:
    region = Region.objects.select_for_update().filter(slug=slug).first()
    if region is None:
        known = ", ".join(Region.objects.values_list("slug", flat=True)) or "none"
        text = f"There is no region “{slug}”. Regions: {known}."
        raise StepRefused(text)
    return region


def _refuse_wrong_texts(region: Region) -> None:
    try:
        for name in ("closed_message", "closed_link"):
            region._meta.get_field(name).clean(getattr(region, name), region)
    except ValidationError as error:
        what = "message" if name == "closed_message" else "link"
        text = f"The {what} for visitors cannot be used: {' '.join(error.messages)}"
        raise StepRefused(text) from error


def _log(region: Region, action: str, before: str, operator: str, reason: str) -> None:
    log_event(region.slug, action, operator=operator, reason=reason, before=before, after=region.state)
