"""The directory across regions, for plugins: keeping it true, and searching it.

The platform keeps it; without a platform (core's own unit tests) nothing is kept and nothing is found.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins.listings import Listing, ListingQuery, ListingResults
from zelfregie_core.plugins.manager import get_plugins

#: So many listings are read and written at a time.
CHUNK = 500
HOOK = "directory_listings"


def search(query: ListingQuery, request: HttpRequest | None = None) -> ListingResults:
    """Search the directory. Finds only launched regions in which the plugin is on.

    :param query: see ``ListingQuery``.
    :param request: the current request, or None in a task or command.
    """
    answer = get_plugins().pm.hook.search_listings(query=query, request=request)
    return ListingResults(0, ()) if answer is None else answer


def listing_plugins() -> list[str]:
    """The slugs of the installed plugins that list something, sorted."""
    plugins = get_plugins()
    return [slug for slug in plugins.slugs() if plugins.implementation(HOOK, slug)]


def published_listings(plugin: str, keys: Sequence[str] | None = None) -> Iterator[Listing]:
    """Yield what a plugin publishes in the current region, as its ``directory_listings`` says.

    :param plugin: a slug; one without that hook yields nothing.
    :param keys: when given, exactly these.
    :raises PluginError: it yields something else than a ``Listing``, or a key that is not its own.
    """
    implementation = get_plugins().implementation(HOOK, plugin)
    answer: Iterable[Any] = implementation.function(keys) if implementation else ()  # type: ignore[assignment]
    for item in answer:
        if not isinstance(item, Listing):
            raise PluginError(plugin, f"{HOOK} yielded a {type(item).__name__}; yield a Listing.")
        if not item.key.startswith(f"{plugin}:"):
            raise PluginError(plugin, f"{HOOK} yielded the key {item.key!r}; begin it with {plugin}:.")
        yield item


def listings_changed(plugin: str, keys: Iterable[str]) -> None:
    """Write these listings of the current region to the directory again, in the same transaction.

    Asks the plugin for them with ``directory_listings``; one that it does not yield any more is taken out. Also where
    the plugin is off: the search does not find it there, and what is listed is true at once when it is switched on.

    :param plugin: a slug; one that lists nothing is left alone.
    """
    for chunk in _chunks(dict.fromkeys(keys)):
        found = list(published_listings(plugin, chunk))
        gone = sorted(set(chunk) - {listing.key for listing in found})
        get_plugins().pm.hook.store_listings(plugin=plugin, listings=found, removed=gone)


def rebuild_listings(plugin: str) -> int:
    """Make the directory equal to what the plugin publishes in the current region, and return how many that is.

    Reads and writes in chunks, in one transaction.
    """
    with transaction.atomic():
        listings = published_listings(plugin)
        return get_plugins().pm.hook.store_listings(plugin=plugin, listings=listings, removed=None) or 0


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for key in keys:
        chunk.append(key)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
