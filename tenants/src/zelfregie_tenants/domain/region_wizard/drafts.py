"""Drafts of regions: making them, saving a step without overwriting a colleague's, and asking for the launch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from zelfregie_tenants.domain.region_wizard import steps
from zelfregie_tenants.models import Domain, Region, RegionDraft

State = RegionDraft.State


class DraftChanged(Exception):
    """Somebody else changed or launched this draft meanwhile; nothing was saved. `draft` is how it is now."""

    def __init__(self, draft: RegionDraft) -> None:
        self.draft = draft
        super().__init__(f"{draft.slug} was changed by {draft.changed_by}.")


class SlugTaken(Exception):
    """Another region or draft has this slug."""


def slug_owner(slug: str, draft: RegionDraft | None = None) -> Region | RegionDraft | None:
    """Return the region, or else the draft, that has this slug already; None when it is free for this draft."""
    region = Region.objects.filter(slug=slug).exclude(pk=draft.region_id if draft else None).first()
    return region or RegionDraft.objects.filter(slug=slug).exclude(pk=draft.pk if draft else None).first()


def domain_owner(domain: str, draft: RegionDraft | None = None) -> Region | RegionDraft | None:
    """Return the region, or else the draft, that has this host name already; None when it is free for this draft."""
    row = Domain.objects.filter(domain=domain).exclude(tenant_id=draft.region_id if draft else None)
    if found := row.select_related("tenant").first():
        return found.tenant
    # The answers are encrypted, so the database cannot search them. There are tens of drafts.
    others = RegionDraft.objects.exclude(pk=draft.pk if draft else None).only("slug", "data", "region")
    return next((other for other in others if other.data.get(steps.NAME, {}).get("domain") == domain), None)


def create_draft(slug: str, answers: Mapping[str, Any], by: str) -> RegionDraft:
    """Begin a draft with the answers of its first step.

    Args:
        slug: as checked by `slug_owner`.
        answers: of the first step.
        by: the login name of who begins it.

    Raises:
        SlugTaken: somebody was just before.
    """
    try:
        with transaction.atomic():
            return RegionDraft.objects.create(
                slug=slug,
                data={steps.NAME: dict(answers)},
                step=steps.next_step(steps.NAME),
                created_by=by,
                changed_by=by,
            )
    except IntegrityError as error:
        raise SlugTaken(slug) from error


def save_step(
    draft: RegionDraft, step: str, answers: Mapping[str, Any], *, version: int, by: str, **columns: Any
) -> RegionDraft:
    """Save the answers of one step.

    Args:
        draft: whose.
        step: which.
        answers: checked; they take the place of what the step had.
        version: of the draft as the coordinator saw it.
        by: login name.
        columns: other columns to set: the slug, the pictures.

    Returns:
        the draft as it is now.

    Raises:
        DraftChanged: it is not that version any more, or it is being launched.
        SlugTaken: the new slug was taken just now.
    """
    now = RegionDraft.objects.filter(pk=draft.pk, version=version).exclude(state__in=RegionDraft.BUSY).first()
    if now is None:
        raise DraftChanged(RegionDraft.objects.get(pk=draft.pk))
    furthest = max(now.step, steps.next_step(step), key=steps.STEPS.index)
    try:
        with transaction.atomic():
            # Asked again by the update itself: two colleagues may press the button at the same moment.
            saved = RegionDraft.objects.filter(pk=draft.pk, version=version, state=now.state).update(
                data={**now.data, step: dict(answers)},
                step=furthest,
                state=State.EDITING,
                messages=[],
                version=F("version") + 1,
                changed_by=by,
                changed_at=timezone.now(),
                **columns,
            )
    except IntegrityError as error:
        raise SlugTaken(draft.slug) from error
    found = RegionDraft.objects.get(pk=draft.pk)
    if not saved:
        raise DraftChanged(found)
    return found


def request_launch(draft: RegionDraft, *, version: int, by: str, agreement: Mapping[str, Any] | None = None) -> bool:
    """Ask for the launch of a draft, once: pressing twice asks once.

    Args:
        draft: all its steps have answers.
        version: of the draft as the coordinator saw it.
        by: login name.
        agreement: `Agreement.stored()`; None for a region that is not there yet.

    Returns:
        True when this call asked; False when it was being launched already.

    Raises:
        DraftChanged: a colleague changed it meanwhile.
    """
    waiting = RegionDraft.objects.filter(pk=draft.pk, version=version).exclude(state__in=RegionDraft.BUSY)
    if _request(waiting, draft, by, decisions=dict(agreement or {})):
        return True
    found = RegionDraft.objects.get(pk=draft.pk)
    if found.is_busy:
        return False
    raise DraftChanged(found)


def resume_launch(draft: RegionDraft, *, by: str) -> bool:
    """Ask again for a launch that failed or whose worker is gone; a launch that still runs is left alone by the lock.

    Returns:
        True when there was something to resume.
    """
    return _request(RegionDraft.objects.filter(pk=draft.pk, state__in=[*RegionDraft.BUSY, State.FAILED]), draft, by)


def delete_draft(draft: RegionDraft, *, version: int) -> None:
    """Throw a draft away of which there is no region, or that can be read from its region again.

    Raises:
        DraftChanged: it was changed or launched meanwhile.
    """
    rows = RegionDraft.objects.filter(pk=draft.pk, version=version).loose()
    if not rows.delete()[0]:
        raise DraftChanged(RegionDraft.objects.get(pk=draft.pk))


def _request(rows: Any, draft: RegionDraft, by: str, **columns: Any) -> bool:
    from zelfregie_tenants.domain.region_wizard.launching import launch_draft  # noqa: PLC0415 -- it asks this module

    now = timezone.now()
    with transaction.atomic():
        asked = rows.update(
            state=State.REQUESTED,
            messages=[],
            version=F("version") + 1,
            changed_by=by,
            changed_at=now,
            progress_at=now,
            **columns,
        )
        if asked:
            launch_draft.enqueue(draft.pk)
    return bool(asked)
