"""Launching a draft in the background: the folder is baked and given to the one function that launches regions."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.blueprint import BakeRefused
from zelfregie_tenants.domain.launch import LaunchRefused, LaunchResult, PlanChanged, launch_region
from zelfregie_tenants.domain.plan_decisions import DecisionRefused
from zelfregie_tenants.domain.pooling import plain_connection
from zelfregie_tenants.domain.region_lock import RegionBusy
from zelfregie_tenants.domain.region_wizard.deciding import Agreement
from zelfregie_tenants.domain.region_wizard.folder import folder_of
from zelfregie_tenants.domain.region_wizard.kept import base_of
from zelfregie_tenants.domain.region_wizard.problems import explain
from zelfregie_tenants.domain.rights import platform_rights
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
    except PlanChanged:
        text = _("Op de site is intussen iets veranderd. Er is niets bijgewerkt. Bekijk het plan opnieuw.")
        _fail(draft, [{"step": "", "text": text}], was_there, State.EDITING)
    except (LaunchRefused, DecisionRefused, TemplateProblem) as error:
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


def _launch(draft: RegionDraft) -> LaunchResult:
    reached = {State.REQUESTED}

    def note(message: str) -> None:
        for words, state in REACHED.items():
            if message.startswith(words) and state not in reached:
                reached.add(state)
                _note(draft, state)

    with folder_of(draft) as folder:
        _note(draft, State.FOLDER)
        # A region that this draft made keeps being this draft's, also under another name.
        agreed = Agreement.of(draft.decisions)
        return launch_region(
            folder,
            note,
            adopt=draft.region_id is not None,
            decisions=agreed.decisions,
            remove_domains=agreed.remove_domains,
        )


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
        base=base_of(result.region),
        messages=[{"step": "", "text": text % {"email": email}} for email in not_sent],
        progress_at=timezone.now(),
    )


def _fail(draft: RegionDraft, messages: list[dict[str, str]], was_there: bool, state: Any = State.FAILED) -> None:
    """Keep what went wrong. A row that this launch made for the region stays this draft's own."""
    with platform_rights(), schema_context(get_public_schema_name()):
        region = None if was_there else Region.objects.filter(slug=draft.slug, state=Region.State.DRAFT).first()
        RegionDraft.objects.filter(pk=draft.pk).update(
            state=state,
            messages=messages,
            region=region or draft.region_id,
            progress_at=timezone.now(),
        )
