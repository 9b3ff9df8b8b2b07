"""What a launch of a folder would do, without doing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils import translation
from django_tenants.utils import tenant_context

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.apply_pages import PagesPart
from zelfregie_tenants.domain.apply_people import PeoplePart
from zelfregie_tenants.domain.apply_plugins import FilesPart, PluginsPart
from zelfregie_tenants.domain.apply_registry import DomainsPart, RegistryPart
from zelfregie_tenants.domain.apply_settings import SettingsPart
from zelfregie_tenants.domain.plan_checks import refuse_conflicts
from zelfregie_tenants.domain.plan_compare import compare
from zelfregie_tenants.domain.plan_decisions import NOTHING_DECIDED, Decisions, refuse_useless
from zelfregie_tenants.domain.plan_items import Current, Part, Plan, PlanItem, Wanted
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.manifest import Manifest, read_manifest
from zelfregie_tenants.models import AppliedItem, Region

Lines = list[tuple[Part, list[tuple[PlanItem, Wanted | None]]]]


def plan_region(
    folder: Path,
    *,
    adopt: bool = False,
    decisions: Decisions = NOTHING_DECIDED,
    remove_domains: bool = False,
) -> Plan:
    """Return what launching this folder would do now.

    Args:
        folder: an instance folder.
        adopt, decisions, remove_domains: as for `launch_region`.

    Raises:
        ManifestError: with everything that is wrong with the folder, or that the platform has against it.
        DecisionRefused: a decision is about nothing that waits for one.
    """
    manifest = read_instance(folder)
    refuse_conflicts(manifest, adopt=adopt)
    region = Region.objects.filter(slug=manifest.region.slug).first()
    is_new = region is None or not schema_exists(region.schema_name)
    of = parts(remove_domains=remove_domains)
    return plan_of(manifest, plan_lines(manifest, None if is_new else region, of, decisions), is_new=is_new)


def read_instance(folder: Path) -> Manifest:
    """Return the checked folder, for the plugins that are loaded here.

    Raises:
        ManifestError: with everything that is wrong with the folder.
    """
    return read_manifest(folder, plugins=get_plugins().slugs())


def plan_offline(manifest: Manifest) -> Plan:
    """Return what a first launch would make, without a database."""
    return plan_of(manifest, plan_lines(manifest, None, parts()), is_new=True)


def parts(passwords: Mapping[str, str] | None = None, *, remove_domains: bool = False) -> tuple[Part, ...]:
    """Return the parts of a region, in the order in which they are written."""
    return (
        RegistryPart(),
        PluginsPart(),
        SettingsPart(),
        PagesPart(),
        PeoplePart(passwords),
        FilesPart(),
        DomainsPart(removes=remove_domains),
    )


def plan_lines(
    manifest: Manifest, region: Region | None, of: Iterable[Part], decisions: Decisions = NOTHING_DECIDED
) -> Lines:
    """Compare folder and site, part by part.

    Args:
        manifest: the folder.
        region: with a schema; None when there is none yet, and everything is to be made.
        of: the parts to compare.
        decisions: what was decided about conflicts.

    Raises:
        DecisionRefused: a decision is about nothing that waits for one.
    """
    with translation.override(manifest.region.languages[0]):
        if region is None:
            refuse_useless(decisions, [])
            return [(part, compare(part, part.wanted(manifest), {}, {})) for part in of]
        with tenant_context(region):
            applied = applied_items(region)
            sides: list[tuple[Part, list[Wanted], Mapping[str, Current], Mapping[str, AppliedItem]]] = []
            for part in of:
                last = applied.get(part.kind, {})
                sides.append((part, part.wanted(manifest), part.current(region, last), last))
            if decisions != NOTHING_DECIDED:
                refuse_useless(decisions, [item for side in sides for item, _wanted in compare(*side)])
            return [(side[0], compare(*side, decisions)) for side in sides]


def plan_of(manifest: Manifest, lines: Lines, *, is_new: bool) -> Plan:
    """Return the plan that these lines make together."""
    return Plan(manifest.region.slug, is_new, tuple(item for _part, found in lines for item, _wanted in found))


def applied_items(region: Region) -> Mapping[str, Mapping[str, AppliedItem]]:
    """Return what was last applied, by kind and key."""
    found: dict[str, dict[str, AppliedItem]] = {}
    for item in AppliedItem.objects.filter(region_id=region.pk):
        found.setdefault(item.kind, {})[item.key] = item
    return found
