"""Addresses of regions, and keeping Wagtail's Site in step with them."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django_tenants.utils import schema_context, tenant_context
from wagtail.models import Site

from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.models import Domain, Region

DEFAULT_PORTS = {"http": 80, "https": 443}


class DomainTaken(Exception):
    """Another region has this host name. The message names it."""


def primary_host(region: Region) -> str | None:
    """Return the region's own host name, or None when it has none yet."""
    return Domain.objects.filter(tenant_id=region.pk, is_primary=True).values_list("domain", flat=True).first()


def address(host: str) -> str:
    """Return the absolute address of a host, without a closing slash."""
    scheme, port = settings.ZELFREGIE_URL_SCHEME, settings.ZELFREGIE_URL_PORT
    return f"{scheme}://{host}" if DEFAULT_PORTS[scheme] == port else f"{scheme}://{host}:{port}"


def region_url(region: Region) -> str:
    """Return the absolute address of the region's home page, without a closing slash.

    Raises:
        Domain.DoesNotExist: the region has no domain.
    """
    host = primary_host(region)
    if host is None:
        message = f"{region.slug} has no domain."
        raise Domain.DoesNotExist(message)
    return address(host)


def current_address() -> str:
    """Return the address of the current region, without a closing slash; empty outside any region."""
    region = current_region()
    host = primary_host(region) if region else None
    return address(host) if host else ""


def hub_address(except_for: Region | None = None) -> str:
    """Return the address of the national hub, when it is online; else an empty string. One query."""
    hubs = Domain.objects.filter(
        is_primary=True, tenant__kind=Region.Kind.NATIONAL, tenant__state=Region.State.LAUNCHED
    ).exclude(tenant_id=except_for.pk if except_for else None)
    host = hubs.values_list("domain", flat=True).first()
    return address(host) if host else ""


def set_domains(region: Region, hosts: list[str]) -> bool:
    """Give the region exactly these host names; the first is primary. Wagtail's Site follows.

    Must run inside a transaction of the caller, or opens its own.

    Returns:
        True when something changed.

    Raises:
        DomainTaken: another region has one of them.
        ValidationError: one is not a host name.
        ValueError: the list is empty.
    """
    if not hosts:
        message = "A region needs at least one domain."
        raise ValueError(message)
    with transaction.atomic(), schema_context("public"):
        taken = Domain.objects.filter(domain__in=hosts).exclude(tenant_id=region.pk).select_related("tenant").first()
        if taken is not None:
            message = f"The domain {taken.domain} belongs to {taken.tenant.slug}."
            raise DomainTaken(message)
        before = list(Domain.objects.filter(tenant_id=region.pk).values_list("domain", "is_primary"))
        wanted = [(host, index == 0) for index, host in enumerate(hosts)]
        changed = sorted(before) != sorted(wanted)
        if changed:
            Domain.objects.filter(tenant_id=region.pk).exclude(domain__in=hosts).delete()
            Domain.objects.filter(tenant_id=region.pk).update(is_primary=False)
            for host, is_primary in reversed(wanted):
                row = Domain.objects.filter(tenant_id=region.pk, domain=host).first()
                row = row or Domain(tenant=region, domain=host)
                row.is_primary = is_primary
                row.full_clean(validate_constraints=False, exclude=["tenant"])
                row.save()
    return sync_site(region) or changed


def sync_site(region: Region) -> bool:
    """Make the region's Wagtail Site answer to its primary domain and port.

    Wagtail asks for a preview at the Site's host name. When that is not the region's own, the preview is looked for in
    another region, or nowhere.

    Returns:
        True when it had to be changed.
    """
    host = primary_host(region)
    if host is None:
        return False
    with tenant_context(region):
        site = Site.objects.filter(is_default_site=True).first()
        if site is None or (site.hostname, site.port) == (host, settings.ZELFREGIE_URL_PORT):
            return False
        site.hostname, site.port = host, settings.ZELFREGIE_URL_PORT
        site.save()
        return True


def sites_out_of_step() -> list[str]:
    """Return a sentence for every region whose Wagtail Site has another host name than its primary domain."""
    problems = []
    for region in Region.objects.exclude(state=Region.State.ARCHIVED):
        host = primary_host(region)
        with tenant_context(region):
            names = list(Site.objects.filter(is_default_site=True).values_list("hostname", flat=True))
        if names and names != [host]:
            problems.append(f"{region.slug}: its site answers to {names[0]} and its primary domain is {host}.")
    return problems
