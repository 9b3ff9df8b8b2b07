"""The task about the wizard's drafts. It runs in the hub: there they are made."""

from __future__ import annotations

import logging

from django_tasks import task

from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.domain.region_wizard.abandoned import throw_away_abandoned
from zelfregie_tenants.domain.text_keys import encrypt_platform
from zelfregie_tenants.models import Region

logger = logging.getLogger("zelfregie.wizard")


@task()
def throw_away_drafts_task() -> None:
    """Throw away the drafts of regions that nobody went on with, and encrypt the others with the first key."""
    region = current_region()
    if region is None or region.kind != Region.Kind.NATIONAL:
        return
    if gone := throw_away_abandoned():
        logger.info("Threw away drafts of regions that nobody went on with: %s.", ", ".join(gone))
    encrypt_platform()
