"""Writing listings of one region, in the transaction of whoever publishes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from zelfregie_core.plugins import Listing as ListingData
from zelfregie_core.search import sort_key
from zelfregie_tenants.domain.directory.vectors import ONLINE, THEME, storable, vectors_of
from zelfregie_tenants.models import Listing, Region

#: So many rows are written by one statement.
CHUNK = 500
TABLE = Listing._meta.db_table
#: Column to its type in `jsonb_to_recordset`; the words are handled apart.
COLUMNS = {
    "key": "text",
    "title": "text",
    "sort_title": "text",
    "path": "text",
    "summary": "text",
    "themes": "text[]",
    "city": "text",
    "latitude": "float8",
    "longitude": "float8",
    "form": "text",
    "status": "text",
    "audience": "text[]",
    "languages": "text[]",
    "weekdays": "int2[]",
    "dayparts": "text[]",
    "accessible": "bool",
    "upcoming": "timestamptz[]",
    "card": "jsonb",
    "head": "tsvector",
}
#: Columns that are not a plain field of a listing.
DERIVED = {"sort_title", "upcoming", "card", "head"}


@dataclass
class Mended:
    """What writing listings changed: added, changed and removed rows, and how many there are now."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    total: int = 0

    @property
    def differences(self) -> int:
        """How many rows were not as they should be."""
        return self.added + self.changed + self.removed


def store_listings(
    region: Region, plugin: str, listings: Iterable[ListingData], removed: Sequence[str] | None
) -> Mended:
    """Write listings of a region; rows that are already so stay untouched. Two statements per chunk of 500.

    Args:
        region: whose listings.
        plugin: slug of the plugin that publishes them.
        listings: read in chunks.
        removed: keys to take out; None: all of this plugin and region that are not in `listings`.

    Raises:
        ValueError: a listing cannot be kept: its message names the key and what is wrong.
    """
    mended = Mended()
    kept: list[str] = []
    with transaction.atomic(), connection.cursor() as cursor:
        for chunk in _chunks(listings):
            _write(cursor, region.pk, plugin, chunk, mended)
            kept += [listing.key for listing in chunk]
        mine = Listing.objects.filter(region_id=region.pk, plugin=plugin)
        if removed is None:
            cursor.execute(
                f"DELETE FROM {TABLE} WHERE region_id = %s AND plugin = %s AND NOT key = ANY(%s)",  # noqa: S608 -- our own table
                [region.pk, plugin, kept],
            )
            mended.removed = cursor.rowcount
            mended.total = len(set(kept))
        else:
            if removed:
                mended.removed = mine.filter(key__in=removed)._raw_delete(using=connection.alias)
            mended.total = mine.count()
    return mended


def _write(cursor: Any, region_id: int, plugin: str, listings: Sequence[ListingData], mended: Mended) -> None:
    """Insert or update rows by one statement. A key that comes twice counts once, as it came last."""
    rows = {listing.key: _json(listing) for listing in listings}
    names = ", ".join(COLUMNS)
    types = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    values = ", ".join(f"EXCLUDED.{name}" for name in (*COLUMNS, "vector"))
    current = ", ".join(f"{TABLE}.{name}" for name in (*COLUMNS, "vector"))
    updates = ", ".join(f"{name} = EXCLUDED.{name}" for name in (*COLUMNS, "vector", "changed_at"))
    cursor.execute(
        f"INSERT INTO {TABLE} (region_id, plugin, changed_at, {names}, vector) "  # noqa: S608 -- our own names
        f"SELECT %s, %s, %s, {names}, vector || strip(to_tsvector('dutch', text)) "
        f"FROM jsonb_to_recordset(%s) AS r ({types}, vector tsvector, text text) ORDER BY key "
        f"ON CONFLICT (region_id, plugin, key) DO UPDATE SET {updates} "
        f"WHERE ({current}) IS DISTINCT FROM ({values}) RETURNING xmax = 0",
        [region_id, plugin, timezone.now(), f"[{','.join(rows.values())}]"],
    )
    outcomes = [is_new for (is_new,) in cursor.fetchall()]
    mended.added += sum(outcomes)
    mended.changed += len(outcomes) - sum(outcomes)


def _json(listing: ListingData) -> str:
    """A listing as JSON for the database."""
    try:
        row = {
            **{name: getattr(listing, name) for name in COLUMNS if name not in DERIVED},
            "sort_title": sort_key(listing.title),
            "upcoming": [moment.isoformat() for moment in listing.upcoming],
            "card": dict(listing.card),
            **asdict(vectors_of(listing.words, _marks(listing))),
        }
        _refuse_too_long(row)
        text = json.dumps(row, allow_nan=False)
    except (TypeError, ValueError) as error:
        message = f"The listing {listing.key!r} cannot be kept: {error}"
        raise ValueError(message) from error
    # Written as JSON: NUL, or half of a surrogate pair.
    return json.dumps(_storable(row)) if "\\u0000" in text or "\\ud" in text else text


def _marks(listing: ListingData) -> Iterator[str]:
    yield from (THEME + slug for slug in listing.themes)
    if listing.form != "in_person":
        yield ONLINE


def _refuse_too_long(row: dict[str, Any]) -> None:
    for name in ("key", "title", "path", "city"):
        limit = Listing._meta.get_field(name).max_length
        if len(row[name]) > limit:
            message = f"its {name} has more than {limit} characters."
            raise ValueError(message)


def _storable(value: Any) -> Any:
    """The same without what PostgreSQL does not keep in a text: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value


def _chunks(listings: Iterable[ListingData]) -> Iterator[list[ListingData]]:
    chunk: list[ListingData] = []
    for listing in listings:
        chunk.append(listing)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
