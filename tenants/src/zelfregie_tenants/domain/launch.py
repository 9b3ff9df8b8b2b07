"""Launching: making a site what its folder says, again and again, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone, translation
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context
from wagtail.models import Site

from zelfregie_core.domain.indicators import refresh_indicators
from zelfregie_core.domain.roles import sync_roles
from zelfregie_core.domain.themes import sync_themes
from zelfregie_core.plugins import ImportReport
from zelfregie_tenants.domain.applied import remember
from zelfregie_tenants.domain.apply_plugins import FilesPart
from zelfregie_tenants.domain.database_roles import make_role
from zelfregie_tenants.domain.directory.rebuild import rebuild_region
from zelfregie_tenants.domain.domains import region_url
from zelfregie_tenants.domain.launch_invitations import Invitation, invite_waiting, mark_invited
from zelfregie_tenants.domain.plan import applied_items, parts, plan_lines, plan_of, read_instance
from zelfregie_tenants.domain.plan_checks import instance_id, manifest_digest, refuse_conflicts
from zelfregie_tenants.domain.plan_decisions import NOTHING_DECIDED, Decisions
from zelfregie_tenants.domain.plan_items import Part, Plan
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.domain.schemas import create_schema, schema_exists
from zelfregie_tenants.domain.template import ensure_template
from zelfregie_tenants.manifest import Manifest
from zelfregie_tenants.models import AppliedItem, Region

Progress = Callable[[str], None]


class LaunchRefused(Exception):
    """The launch cannot be done now. The message says why and what to do."""


class PlanChanged(LaunchRefused):
    """Folder or site changed after somebody agreed to a plan. Nothing was written; look at the plan again."""


@dataclass(frozen=True)
class LaunchResult:
    """What a launch did: the plan it carried out, what the plugins said of their files, and who was invited."""

    region: Region
    url: str
    plan: Plan
    reports: dict[str, ImportReport]
    invitations: tuple[Invitation, ...]

    @property
    def row_problems(self) -> int:
        """How many rows of the folder's files could not be used."""
        return sum(len(report.problems) for report in self.reports.values())


def quiet(message: str) -> None:
    """Ignore a message about progress."""


def launch_region(
    folder: Path | Manifest,
    progress: Progress = quiet,
    *,
    adopt: bool = False,
    demo_passwords: Mapping[str, str] | None = None,
    invite: bool = True,
    decisions: Decisions = NOTHING_DECIDED,
    remove_domains: bool = False,
    also: Callable[[Region], None] | None = None,
) -> LaunchResult:
    """Make the site of this folder, or bring it up to date.

    Schema, content, people, plugins, files, domains and state go in by one transaction. Killed at any moment it leaves
    the region absent, or a draft that no visitor sees, or as it was; the next launch completes it. What was changed by
    hand on the site is overwritten only where `decisions` says so.

    Args:
        folder: an instance folder; or one that was read already, perhaps under another slug than it says itself.
        progress: is told what is being done.
        adopt: take over a region that was launched from another folder with the same slug.
        demo_passwords: role to known password, for new accounts; only for a demonstration (`[hosting] demo = true`).
        invite: send new people a link to choose their password; not done with `demo_passwords`.
        decisions: whose version counts where folder and site both changed; without one the site's stays.
        remove_domains: take away the domains that the folder does not name any more; otherwise they go on leading here.
        also: is called inside the launch's transaction and the region's schema, when everything else is written: what
            it does is there with the rest or not at all.

    Raises:
        ManifestError: with everything that is wrong with the folder, or that the platform has against it.
        DecisionRefused: a decision is about nothing that waits for one.
        PlanChanged: the launch would write something else than what was agreed to.
        LaunchRefused: a known password was given for a real region.
        RegionBusy: someone else is working on this region.
        PluginError: a plugin fails on one of the folder's files as a whole.
        TemplateProblem: the schema's template cannot be built here.
    """
    progress("Reading the folder")
    manifest = folder if isinstance(folder, Manifest) else read_instance(folder)
    if demo_passwords and not manifest.hosting.demo:
        message = (
            "A known password is only for demonstrations: set demo = true below [hosting], or leave the password out."
        )
        raise LaunchRefused(message)
    all_parts = parts(demo_passwords, remove_domains=remove_domains)
    with platform_rights():
        ensure_template(progress)
    with (
        schema_context(get_public_schema_name()),
        translation.override(manifest.region.languages[0]),
        region_lock(manifest.region.slug),
    ):
        refuse_conflicts(manifest, adopt=adopt)
        region = _draft(manifest)
        with transaction.atomic():
            plan, reports = _apply(region, manifest, progress, all_parts, decisions)
            if also is not None:
                with tenant_context(region):
                    also(region)
        invitations = _after(region, progress, invite=invite, known=bool(demo_passwords))
    return LaunchResult(region, region_url(region), plan, reports, tuple(invitations))


def _draft(manifest: Manifest) -> Region:
    """Return the region's row; made first, in a transaction of its own, as a draft without schema or domain."""
    region = Region.objects.filter(slug=manifest.region.slug).first()
    if region is None:
        with transaction.atomic():
            region = Region.objects.create(
                slug=manifest.region.slug,
                name=manifest.region.name,
                kind=manifest.region.kind,
                instance_id=instance_id(manifest),
            )
            make_role(region)  # here, because the launch itself takes longer than others should wait
    return region


def _apply(
    region: Region, manifest: Manifest, progress: Progress, all_parts: tuple[Part, ...], decisions: Decisions
) -> tuple[Plan, dict[str, ImportReport]]:
    """Write everything that the plan says. Runs inside one transaction."""
    is_new, was_demo = not schema_exists(region.schema_name), region.is_demo
    if is_new:
        progress("Making the schema")
        create_schema(region, progress)
    lines = plan_lines(manifest, None if is_new else region, all_parts, decisions)
    plan = plan_of(manifest, lines, is_new=is_new)
    if unseen := decisions.unseen(plan):
        message = f"Meanwhile the plan changed: {', '.join(item.name for item in unseen)}. Nothing was written."
        raise PlanChanged(message)
    with tenant_context(region):
        if not is_new:  # a fresh schema has them from the template
            sync_themes()
            sync_roles()
        applied = applied_items(region)
        changes = {item.name for item in plan.changes}
        for part, found in lines:
            todo = [(item.action, wanted) for item, wanted in found if wanted and item.name in changes]
            references: Mapping[str, str] = {}
            if todo:
                progress(f"Writing {len(todo)} of kind {part.kind}")
                references = part.write(region, manifest, todo)
            remember(region, part, found, references, applied.get(part.kind, {}))
        if was_demo and not region.is_demo and region.is_launched:
            # An example that becomes a real site opens as every other: when it is ready for real visitors.
            region.state, region.launched_at = Region.State.PREPARED, None
        if region.state == Region.State.DRAFT:
            region.state = Region.State.PREPARED
        if region.state == Region.State.PREPARED and manifest.hosting.demo:
            # A demonstration says on every page that it is one; nothing has to be ready for real visitors.
            region.state, region.launched_at = Region.State.LAUNCHED, timezone.now()
        region.instance_id, region.manifest_digest = instance_id(manifest), manifest_digest(manifest)
        region.save()
        if plan.changes:
            rebuild_region(region)
            refresh_indicators()
    reports = {
        name: report for part in all_parts if isinstance(part, FilesPart) for name, report in part.reports.items()
    }
    return plan, reports


def _after(region: Region, progress: Progress, *, invite: bool, known: bool) -> list[Invitation]:
    """Do what may only happen once everything is committed, and can be done again when it was cut short."""
    with tenant_context(region):
        # Another process may have filled its cache with what was there before the commit.
        Site.clear_site_root_paths_cache()
        if known:
            made = AppliedItem.objects.filter(region_id=region.pk, kind="editor")
            mark_invited(region, list(made.values_list("key", flat=True)))
        if not invite or known:
            return []
        progress("Inviting people")
        return invite_waiting(region)
