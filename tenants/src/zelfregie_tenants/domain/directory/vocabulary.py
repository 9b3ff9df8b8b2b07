"""The words that listings are found by, for correcting spelling mistakes; kept in the cache of who searches.

Counting them takes seconds with many listings, so a task does it and no visitor waits for it: a search uses the list
that there is, an old one as well, and goes without when there is none yet. A launch and a rebuild of the directory ask
for it before anybody searches.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.core.cache import cache
from django.db import connection
from django_tasks import task
from django_tenants.utils import tenant_context

from zelfregie_tenants.models import Listing, PluginActivation, Region

#: Seconds. A new word is found at once all the same; only mistakes in it are not put right before this.
FRESH = 3600
#: Seconds that an old list is used when nobody makes a new one.
KEPT = 30 * 24 * 3600
#: Seconds before a list is asked for again when the task did not come to it.
ASK_AGAIN = 600
#: More words would take long to read and to compare; those that are used most are kept.
MOST = 20_000


def vocabulary(plugin: str, region_id: int | None) -> dict[str, int]:
    """Return the words of the listings of one region, or of the whole country, with how many listings use each.

    Never counts them itself: asks a task to when the list is missing or old. Empty until that has run.

    Args:
        plugin: whose listings; a slug.
        region_id: None for the whole country.
    """
    key = _key(plugin, region_id)
    kept = cache.get(key)
    is_old = kept is None or time.time() - kept[0] > FRESH
    if is_old and _ask(plugin, region_id):
        kept = cache.get(key)  # there already where tasks run at once
    return kept[1] if kept else {}


def renew_vocabulary(region: Region, plugins: Iterable[str]) -> None:
    """Let a task make the lists of a region, and of the hub that searches it, now that its listings are others.

    After the transaction that wrote them. The hub's list is long: it is not asked for again while it is being made.

    Args:
        region: whose listings were written.
        plugins: slugs of the plugins whose listings were written.
    """
    hubs = Region.objects.filter(kind=Region.Kind.NATIONAL, state=Region.State.LAUNCHED).exclude(pk=region.pk)
    slugs = list(plugins)
    for searching in (region, *hubs):
        region_id = None if searching.kind == Region.Kind.NATIONAL else searching.pk
        with tenant_context(searching):
            for plugin in slugs:
                # An answer that is under way may have been counted before the region's own change.
                _ask(plugin, region_id, again=searching == region)


def _ask(plugin: str, region_id: int | None, *, again: bool = False) -> bool:
    """Let a task make a list, for the region of the connection; False when it was asked for a moment ago."""
    asked = f"{_key(plugin, region_id)}.asked"
    if not cache.add(asked, True, ASK_AGAIN) and not again:
        return False
    try:
        refresh_vocabulary.enqueue(plugin, region_id)
    except Exception:
        cache.delete(asked)
        raise
    return True


@task()
def refresh_vocabulary(plugin: str, region_id: int | None) -> None:
    """Count the words and keep them, in the cache of the region that asked."""
    key = _key(plugin, region_id)
    cache.set(key, (time.time(), count_words(plugin, region_id)), KEPT)
    cache.delete(f"{key}.asked")


def _key(plugin: str, region_id: int | None) -> str:
    return f"directory.vocabulary.{plugin}.{region_id or 'all'}"


def count_words(plugin: str, region_id: int | None) -> dict[str, int]:
    """Count anew. Only words of names, places and descriptions: their parts, stems and themes have no weight."""
    listing, region, switch = (model._meta.db_table for model in (Listing, Region, PluginActivation))
    sql = (
        f"SELECT l.vector FROM {listing} l JOIN {region} r ON r.id = l.region_id AND r.state = 'launched' "  # noqa: S608 -- our own names
        f"JOIN {switch} a ON a.region_id = r.id AND a.plugin = l.plugin AND a.enabled WHERE l.plugin = "
    )
    with connection.cursor() as cursor:
        # ts_stat takes a query as a text, so the values are put in by the database itself.
        cursor.execute(
            "SELECT word, ndoc FROM ts_stat(%s || quote_literal(%s) || %s, 'abc') "
            'WHERE length(word) >= 4 ORDER BY ndoc DESC, word COLLATE "C" LIMIT %s',
            [sql, plugin, f" AND l.region_id = {int(region_id)}" if region_id is not None else "", MOST],
        )
        return dict(cursor.fetchall())
