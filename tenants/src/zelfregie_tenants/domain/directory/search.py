"""Searching the directory: what a text asks for, one statement, and a second one when nothing fits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils import timezone

from zelfregie_core.domain.themes import standard_themes
from zelfregie_core.models import Theme
from zelfregie_core.plugins import HERE, Correction, ListingHit, ListingQuery, ListingResults
from zelfregie_core.plugins import Listing as ListingData
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.search import Lexicon, Reading, clean_query, correct, fold_words, replaced
from zelfregie_tenants.domain.directory.scope import Scope
from zelfregie_tenants.domain.directory.statement import Found, run, run_chosen
from zelfregie_tenants.domain.directory.vocabulary import vocabulary
from zelfregie_tenants.domain.domains import address
from zelfregie_tenants.domain.plugins import is_plugin_enabled
from zelfregie_tenants.models import Region

MAX_TEXT = 200
NOTHING = ListingResults(0, ())
TUPLES = ("themes", "audience", "languages", "weekdays", "dayparts")
PLAIN = ("key", "title", "path", "summary", "city", "latitude", "longitude", "form", "status", "accessible", "card")


def search_listings(query: ListingQuery, current: Region) -> ListingResults:
    """Search for a region, or for the whole country from the hub.

    A region searches only for what it has switched on itself; the hub searches whatever is installed. One query, and
    one for the themes of the region; when nothing fits one more, to search again. (Asking a task for the words that are
    known, once an hour at most, writes the row of that task.)

    Args:
        query: see `ListingQuery`. Odd values narrow nothing, or find nothing, and never raise.
        current: the region that asks; its own listings are the ones with `is_own`.
    """
    is_hub = current.kind == Region.Kind.NATIONAL
    if query.plugin not in get_plugins().slugs() or not (is_hub or is_plugin_enabled(current, query.plugin)):
        return NOTHING
    searched = _slug(query, current, is_hub=is_hub)
    scope = Scope(current.pk, current.slug, searched, timezone.now(), None if is_hub else current.pk)
    if query.keys:
        return _results(run_chosen(query, scope.region or current.slug, scope))
    text = clean_query(query.text, MAX_TEXT)
    if not text:
        return _results(run(query, scope))
    if not fold_words(text):
        # Only punctuation or emoji: look for it as it stands in a name.
        return _results(run(query, scope, in_title=text))
    lexicon = _standard_lexicon() if is_hub else _own_lexicon()
    reading = lexicon.read(text)
    found = run(query, scope, reading)
    if found.fits:
        return _results(found, reading)
    return _search_again(query, scope, text, lexicon, found)


def _search_again(query: ListingQuery, scope: Scope, text: str, lexicon: Lexicon, first: Found) -> ListingResults:
    """Search for the words that were probably meant, or else for what fits a part of the words.

    Only when there is no listing that fits all the words and would be found with one filter less.
    """
    reading = lexicon.read(text)
    unknown = [word for word in reading.words if word not in first.known]
    corrections = _corrections(query, scope, unknown, lexicon)
    if corrections:
        reading = lexicon.read(replaced(text, corrections))
    elif len(reading.terms) < 2:
        return _results(first, reading, unknown=unknown)
    found = run(query, scope, reading, or_a_part=True)
    left = [word for word in unknown if word not in corrections]
    return _results(found, reading, corrections=corrections, unknown=left)


def _corrections(query: ListingQuery, scope: Scope, unknown: Sequence[str], lexicon: Lexicon) -> dict[str, str]:
    """What was probably meant by words that nobody uses: a theme's word before another one."""
    if not unknown:
        return {}
    known = vocabulary(query.plugin, scope.words_of)
    most = max(known.values(), default=0)
    known = {**known, **dict.fromkeys(lexicon.words, most + 1)}
    found = {word: correct(word, known) for word in unknown}
    return {word: meant for word, meant in found.items() if meant}


def _slug(query: ListingQuery, current: Region, *, is_hub: bool) -> str:
    """The region that is searched; empty for the whole country."""
    if query.region == HERE:
        return "" if is_hub else current.slug
    return clean_query(query.region)


def _own_lexicon() -> Lexicon:
    """The themes of the region that the connection is in. One query."""
    rows = Theme.objects.order_by("slug").values_list("slug", "name", "synonyms")
    return Lexicon((slug, [name, *synonyms]) for slug, name, synonyms in rows)


@cache
def _standard_lexicon() -> Lexicon:
    """The national list, which is a part of the product and the same everywhere."""
    return Lexicon((slug, [theme.name, *theme.synonyms]) for slug, theme in standard_themes().items())


def _results(
    found: Found,
    reading: Reading | None = None,
    *,
    corrections: dict[str, str] | None = None,
    unknown: Sequence[str] = (),
) -> ListingResults:
    counts: dict[str, dict[Any, int]] = {}
    for name, value, number in found.counts:
        counts.setdefault(name, {})[_value(name, value)] = number
    return ListingResults(
        total=found.total,
        hits=tuple(_hit(row) for row in found.hits),
        counts=counts,
        themes=reading.themes if reading else (),
        corrections=tuple(Correction(typed, meant) for typed, meant in (corrections or {}).items()),
        unknown=tuple(unknown),
        is_part=not found.fits and bool(found.hits or found.total),
    )


def _value(name: str, value: str) -> Any:
    if name in ("weekdays", "distance_km"):
        return int(value)
    return True if name in ("accessible", "has_room") else value


def _hit(row: dict[str, Any]) -> ListingHit:
    fields: dict[str, Any] = {name: row[name] for name in PLAIN}
    fields.update({name: tuple(row[name]) for name in TUPLES})
    listing = ListingData(**fields, upcoming=tuple(_moment(text) for text in row["upcoming"]))
    is_own = row["own"]
    return ListingHit(
        listing=listing,
        region=row["region"],
        region_name=row["region_name"],
        url=listing.path if is_own else f"{address(row['domain'])}{listing.path}",
        is_own=is_own,
        distance_km=row["distance"],
        next_at=_moment(row["next_at"]) if row["next_at"] else None,
    )


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
