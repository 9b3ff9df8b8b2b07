"""What only the platform can say against a folder: names that are taken, settings that a plugin does not know."""

from __future__ import annotations

from collections.abc import Iterator

from zelfregie_core.domain.plugin_settings import settings_problems
from zelfregie_tenants.domain.apply_pages import page_specs
from zelfregie_tenants.domain.modules.needs import missing_needs
from zelfregie_tenants.domain.plan_items import digest_of
from zelfregie_tenants.manifest import Manifest, ManifestError, Problem
from zelfregie_tenants.models import Domain, Region

FILE = "region.toml"


def instance_id(manifest: Manifest) -> str:
    """Return what tells two folders with one slug apart: whose region it is, and what it is called.

    Not the place of the folder, which differs between the machines of one organisation.
    """
    words = (manifest.region.kind, manifest.region.name, manifest.organisation.name)
    return digest_of([" ".join(word.split()).casefold() for word in words])


def manifest_digest(manifest: Manifest) -> str:
    """Return a fingerprint of the folder's `region.toml`, byte for byte."""
    return digest_of((manifest.folder / FILE).read_text(encoding="utf-8-sig"))


def refuse_conflicts(manifest: Manifest, *, adopt: bool = False) -> None:
    """Raise when the platform cannot take this folder.

    Args:
        manifest: the folder, without faults of its own.
        adopt: take over a region with this slug that was launched from another folder.

    Raises:
        ManifestError: with every conflict.
    """
    problems = [
        *_registry_problems(manifest, adopt=adopt),
        *_plugin_problems(manifest),
        *_page_problems(manifest),
    ]
    if problems:
        raise ManifestError(problems)


def _registry_problems(manifest: Manifest, *, adopt: bool) -> Iterator[Problem]:
    slug = manifest.region.slug
    region = Region.objects.filter(slug=slug).first()
    if region is not None:
        if region.kind != manifest.region.kind:
            yield Problem(
                FILE,
                "region.kind",
                None,
                f'is "{manifest.region.kind}", and {slug} was launched as "{region.kind}".',
                "The kind of a region cannot change: choose another slug.",
            )
        elif region.instance_id not in {"", instance_id(manifest)} and not adopt:
            yield Problem(
                FILE,
                "region.slug",
                None,
                f'"{slug}" is already taken by {region.name}, launched from another folder.',
                "Choose another slug. Is it the same region under a new name? Then launch once with --adopt.",
            )
        if region.state == Region.State.ARCHIVED:
            yield Problem(
                FILE,
                "region.slug",
                None,
                f"{slug} is archived.",
                f"Choose another slug, or take it out of the archive: zelfregie region unarchive {slug}.",
            )
    taken = Domain.objects.filter(domain__in=manifest.region.domains).exclude(tenant__slug=slug)
    for domain in taken.select_related("tenant"):
        yield Problem(
            FILE,
            "region.domains",
            None,
            f'"{domain.domain}" already leads to {domain.tenant.name} ({domain.tenant.slug}).',
            "Choose another domain, or take it away from that region first.",
        )
    if manifest.region.kind == "national":
        hub = Region.objects.filter(kind=Region.Kind.NATIONAL).exclude(slug=slug).first()
        if hub is not None:
            yield Problem(
                FILE, "region.kind", None, f"there is a national hub already: {hub.slug}.", 'Use kind = "region".'
            )


def _plugin_problems(manifest: Manifest) -> Iterator[Problem]:
    for choice in manifest.plugins:
        for key, sentence in settings_problems(choice.slug, choice.settings).items():
            path = f"plugins.{choice.slug}.{key}" if key else f"plugins.{choice.slug}"
            yield Problem(FILE, path, None, sentence, "See the reference of the plugin's settings.")
        for need in missing_needs(choice.slug, manifest.enabled_plugins) if choice.enabled else ():
            remedy = (
                f"Write [plugins.{need.providers[0]}], or enabled" if need.providers else "Install it, or write enabled"
            )
            remedy += f" = false below [plugins.{choice.slug}]."
            yield Problem(FILE, f"plugins.{choice.slug}", None, need.sentence, remedy)


def _page_problems(manifest: Manifest) -> Iterator[Problem]:
    """Find two pages at one address; the reader saw only the folder's own."""
    paths = {page.slug: page.path for page in manifest.content}
    seen: set[tuple[str, str]] = set()
    for spec in page_specs(manifest):
        address = (spec.parent, spec.slug)
        if address in seen:
            yield Problem(
                paths.get(spec.slug, FILE),
                "slug",
                None,
                f'"{spec.slug}" is the address of a page that Zelfregie or a plugin makes itself.',
                "Choose another slug for this page.",
            )
        seen.add(address)
