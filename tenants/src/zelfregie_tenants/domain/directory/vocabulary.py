"""The words that listings are found by, for correcting spelling mistakes; kept in the cache of who searches."""

from __future__ import annotations

from django.core.cache import cache
from django.db import connection

from zelfregie_tenants.models import Listing, PluginActivation, Region

#: Seconds. A new word is found at once all the same; only mistakes in it are not put right before this.
KEPT = 3600
#: More words would take long to compare; those that are used most are kept.
MOST = 50_000


def vocabulary(plugin: str, region_id: int | None) -> dict[str, int]:
    """Return the words of the listings of one region, or of the whole country, with how many listings use each.

    One query, or none while the cache has them. The cache is the one of the region that searches.

    Args:
        plugin: whose listings; a slug.
        region_id: None for the whole country.
    """
    key = f"directory.vocabulary.{plugin}.{region_id or 'all'}"
    words = cache.get(key)
    if words is None:
        words = count_words(plugin, region_id)
        cache.set(key, words, KEPT)
    return words


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
