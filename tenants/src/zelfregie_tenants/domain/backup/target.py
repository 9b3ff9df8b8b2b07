"""Where a backup goes: which region, under which domains, and every reason why it may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from zelfregie_tenants.domain.backup.contents import Contents
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.models import Domain, Region, RegionDraft
from zelfregie_tenants.models.domain import validate_domain
from zelfregie_tenants.models.region import schema_name_for


@dataclass(frozen=True)
class Target:
    """Where a backup is restored to.

    :param region: that is replaced; None when there is none of this slug.
    :param is_moved: under another slug or on another installation than it was made: it opens again from `prepared`.
    """

    slug: str
    schema: str
    region: Region | None
    hosts: tuple[str, ...]
    is_moved: bool


def target_of(contents: Contents, path: object, slug: str, hosts: Sequence[str], replace: str | None) -> Target:
    """Return where the backup goes.

    Args:
        contents: of the backup.
        path: of the backup, for messages.
        slug: of the region that is to be.
        hosts: its domains; none: those that were saved.
        replace: the slug that may be overwritten.

    Raises:
        BackupProblem: it may not go there; the message says why and what to do.
    """
    try:
        schema = schema_name_for(slug)
    except ValueError as error:
        raise BackupProblem(str(error)) from error
    if replace is not None and replace != slug:
        message = (
            f"{path} would become {slug}, and --replace names {replace}: nothing was done. To put a backup of "
            f"{contents.slug} in the place of {replace}, say --as {replace} --replace {replace}."
        )
        raise BackupProblem(message)
    region = Region.objects.filter(slug=slug).first()
    if region is None and schema_exists(schema):
        message = f"The schema {schema} is there without a region. Find out whose it is, or choose another slug."
        raise BackupProblem(message)
    if region is not None:
        _refuse_busy(region, contents, replace)
    _refuse_drafts(slug, region)
    if contents.data["region"]["kind"] == Region.Kind.NATIONAL:
        hub = Region.objects.filter(kind=Region.Kind.NATIONAL).exclude(slug=slug).first()
        if hub is not None:
            message = f"{path} is a national hub, and there is one already: {hub.slug}."
            raise BackupProblem(message)
    if slug != contents.slug and not hosts:
        message = f"Give {slug} an address of its own: --domain HOST. Those of {contents.slug} stay with that region."
        raise BackupProblem(message)
    wanted = tuple(hosts) or tuple(contents.data["hosts"])
    _refuse_domains(slug, wanted)
    return Target(slug, schema, region, wanted, slug != contents.slug or not contents.is_from_here)


def _refuse_busy(region: Region, contents: Contents, replace: str | None) -> None:
    if replace is None:
        message = (
            f"There is a region {region.slug} already ({region.name}, {region.state}). Give --replace {region.slug} to "
            "put the backup in its place; what is there is backed up first. Or give another name: --as SLUG."
        )
        raise BackupProblem(message)
    if region.erasing_since is not None:
        message = f"{region.slug} is being erased. Finish that first, or give another name: --as SLUG."
        raise BackupProblem(message)
    if region.kind != contents.data["region"]["kind"]:
        message = (
            f"{region.slug} is of kind {region.kind}, and the backup is of kind {contents.data['region']['kind']}."
        )
        raise BackupProblem(message)


def _refuse_drafts(slug: str, region: Region | None) -> None:
    draft = RegionDraft.objects.filter(slug=slug).first()
    if draft is not None and (region is None or draft.region_id != region.pk):
        message = f"Someone is making a region {slug} in the wizard: remove that one first, or choose another slug."
        raise BackupProblem(message)


def _refuse_domains(slug: str, hosts: Sequence[str]) -> None:
    for host in hosts:
        try:
            validate_domain(host)
        except ValidationError as error:
            message = f"“{host}” is not a domain: write the bare name in lower case, such as regio.example.nl."
            raise BackupProblem(message) from error
    taken = Domain.objects.filter(domain__in=hosts).exclude(tenant__slug=slug).select_related("tenant").first()
    if taken is not None:
        message = (
            f"The domain {taken.domain} leads to {taken.tenant.slug} here. Give another one with --domain, or take it "
            "away from that region first."
        )
        raise BackupProblem(message)
