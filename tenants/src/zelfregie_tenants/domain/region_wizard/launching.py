"""Launching a draft in the background: the folder is baked and given to the one function that launches regions."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.blueprint import BakeRefused
from zelfregie_tenants.domain.launch import LaunchRefused, LaunchResult, launch_region
from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.domain.plan_items import Plan
from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.region_lock import RegionBusy
from zelfregie_tenants.domain.region_wizard.folder import make_folder
from zelfregie_tenants.domain.region_wizard.problems import explain
from zelfregie_tenants.domain.template import TemplateProblem
from zelfregie_tenants.manifest import ManifestError
from zelfregie_tenants.models import Region, RegionDraft

State = RegionDraft.State
#: What `launch_region` says when it begins something, and what is done by then.
REACHED = {"Writing": State.SCHEMA, "Inviting people": State.CONTENT}


@task()
def launch_draft(draft_id: int) -> None:
    """Launch a draft, or go on with a launch that was cut short. Does nothing when there is nothing to launch.

    Raises:
        RegionBusy: another launch works on this region; the queue tries again later, and finds it done.
    """
    draft = RegionDraft.objects.filter(pk=draft_id, state__in=[*RegionDraft.BUSY, State.FAILED]).first()
    if draft is None:
        return
    was_there = Region.objects.filter(slug=draft.slug).exists()
    try:
        result = _launch(draft)
    except RegionBusy:
        raise
    except ManifestError as error:
        _fail(draft, [{"step": found.step, "text": found.text} for found in explain(error.problems)], was_there)
    except BakeRefused as error:
        _fail(draft, [{"step": "", "text": text} for text in error.problems], was_there)
    except (LaunchRefused, TemplateProblem) as error:
        _fail(draft, [{"step": "", "text": str(error)}], was_there)
    except Exception:
        # The queue logs it and tries again; meanwhile the coordinator reads that it did not work.
        text = _(
            "Er ging bij ons iets mis. We proberen het vanzelf nog eens. Blijft het misgaan? Bel dan de beheerder."
        )
        _fail(draft, [{"step": "", "text": text}], was_there)
        raise
    else:
        _finish(draft, result)


def plan_draft(draft: RegionDraft) -> Plan:
    """Return what launching a draft would do now.

    Raises:
        BakeRefused: the answers make no folder.
        ManifestError: with everything that is wrong with the folder, or that the platform has against it.
    """
    with TemporaryDirectory(prefix="zelfregie-wizard-") as scratch, schema_context(get_public_schema_name()):
        return plan_region(make_folder(draft, Path(scratch)), adopt=draft.region_id is not None)


def _launch(draft: RegionDraft) -> LaunchResult:
    reached = {State.REQUESTED}

    def note(message: str) -> None:
        for words, state in REACHED.items():
            if message.startswith(words) and state not in reached:
                reached.add(state)
                _note(draft, state)

    with TemporaryDirectory(prefix="zelfregie-wizard-") as scratch:
        folder = make_folder(draft, Path(scratch))
        _note(draft, State.FOLDER)
        # A region that this draft made keeps being this draft's, also under another name.
        return launch_region(folder, note, adopt=draft.region_id is not None)


def _note(draft: RegionDraft, state: Any) -> None:
    """Say how far it is, at once: the launch itself is one transaction that nobody sees into."""
    with plain_connection() as session:
        session.execute(
            "UPDATE public.zelfregie_tenants_regiondraft SET state = %s, progress_at = %s"
            " WHERE id = %s AND state = ANY(%s)",
            [str(state), timezone.now(), draft.pk, [str(busy) for busy in (*RegionDraft.BUSY, State.FAILED)]],
        )


def _finish(draft: RegionDraft, result: LaunchResult) -> None:
    not_sent = [invitation.email for invitation in result.invitations if not invitation.sent]
    text = _("De uitnodiging aan %(email)s kon niet worden verstuurd. Kies “Stuur opnieuw”.")
    RegionDraft.objects.filter(pk=draft.pk).update(
        state=State.READY,
        region=result.region,
        messages=[{"step": "", "text": text % {"email": email}} for email in not_sent],
        progress_at=timezone.now(),
    )


def _fail(draft: RegionDraft, messages: list[dict[str, str]], was_there: bool) -> None:
    """Keep what went wrong. A row that this launch made for the region stays this draft's own."""
    with schema_context(get_public_schema_name()):
        region = None if was_there else Region.objects.filter(slug=draft.slug, state=Region.State.DRAFT).first()
        RegionDraft.objects.filter(pk=draft.pk).update(
            state=State.FAILED,
            messages=messages,
            region=region or draft.region_id,
            progress_at=timezone.now(),
        )
