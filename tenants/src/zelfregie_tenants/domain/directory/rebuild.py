"""Making the directory equal to what regions publish: at a launch, when a plugin is switched on, and by command."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django_tenants.utils import tenant_context

from zelfregie_core.domain.directory import listing_plugins, published_listings
from zelfregie_core.plugins.calls import log_failure
from zelfregie_tenants.domain.directory.store import Mended, store_listings
from zelfregie_tenants.domain.directory.vocabulary import renew_vocabulary
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.models import Listing, Region


@dataclass
class Rebuilt:
    """What a rebuild of one region did.

    :param mended: plugin to what was not as it should be.
    :param gone: rows of plugins that are not installed any more, or list nothing any more; they were removed.
    :param failed: plugins that raised an error; their rows are as they were.
    """

    region: str
    mended: dict[str, Mended] = field(default_factory=dict)
    gone: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many listings the region has in the directory now, of the plugins that answered."""
        return sum(found.total for found in self.mended.values())

    @property
    def differences(self) -> int:
        """How many rows were not as they should be."""
        return self.gone + sum(found.differences for found in self.mended.values())


def rebuild_region(region: Region, plugins: Iterable[str] | None = None) -> Rebuilt:
    """Make the directory equal to what a region publishes, in one transaction. Again: nothing changes.

    Once that is committed, a task makes the list of words that mistakes are put right with.

    A plugin that fails is logged and its rows stay. Also for plugins that are off: the search does not find those.

    Args:
        region: with a schema.
        plugins: slugs; None: all that are installed, and then rows of others are removed.
    """
    rebuilt = Rebuilt(region.slug)
    with transaction.atomic(), tenant_context(region):
        listing = listing_plugins()
        for plugin in listing if plugins is None else [slug for slug in plugins if slug in listing]:
            try:
                with transaction.atomic():
                    rebuilt.mended[plugin] = store_listings(region, plugin, published_listings(plugin), None)
            except Exception as error:
                if settings.ZELFREGIE_RAISE_PLUGIN_ERRORS:
                    raise
                log_failure(plugin, "hook directory_listings", error)
                rebuilt.failed.append(plugin)
        if plugins is None:
            rebuilt.gone, _by_model = Listing.objects.filter(region=region).exclude(plugin__in=listing).delete()

        def renew() -> None:
            renew_vocabulary(region, rebuilt.mended)

        # A search that puts no mistakes right for an hour is no reason to fail.
        transaction.on_commit(renew, robust=True)
    return rebuilt


def rebuild_directory(regions: Iterable[Region], progress: Callable[[Rebuilt], None]) -> int:
    """Rebuild region after region, each in a transaction of its own, and return how many differences were mended.

    Args:
        regions: those without a schema are passed over.
        progress: is told of each region when it is done.
    """
    differences = 0
    for region in regions:
        if schema_exists(region.schema_name):
            rebuilt = rebuild_region(region)
            differences += rebuilt.differences
            progress(rebuilt)
    return differences
