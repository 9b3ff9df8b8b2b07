"""Groups in the directory across regions: only what the region's own site shows to everybody."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.text import Truncator

from zelfregie_core.domain.published import published
from zelfregie_core.plugins import Listing
from zelfregie_core.search import fold_words
from zelfregie_groups.domain.at_hand import groups_at_hand
from zelfregie_groups.domain.parts import parts_of
from zelfregie_groups.domain.recurrence import Rule, dayparts
from zelfregie_groups.models.group import Group

PREFIX = "groups:"
SUMMARY_WORDS = 30
#: So many groups are read at a time.
CHUNK = 500


def listing_key(pk: int) -> str:
    """Return the key of a group in the directory."""
    return f"{PREFIX}{pk}"


def group_ids(keys: Iterable[str]) -> list[int]:
    """Return the ids in keys of groups; what is no such key is left out."""
    numbers = [key.removeprefix(PREFIX) for key in keys if key.startswith(PREFIX)]
    # Longer than a database id is no id of ours; the database would refuse to compare it.
    return [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 19]


def directory_listings(keys: Sequence[str] | None) -> Iterator[Listing]:
    """Yield the published groups of the current region, in order of their ids, read in chunks. In a transaction.

    Without a published finder a group has no page, and nothing is yielded. The rows are locked until the transaction
    ends: who writes one of these groups at this moment comes before or after, and never in between.

    :param keys: when given, exactly these.
    """
    base = finder_path()
    if base is None:
        return
    known = None if keys is None else groups_at_hand(group_ids(keys))
    if known is not None:
        yield from (listing_of(group, base) for group in known if group.published)
        return
    groups = Group.objects.published().defer("host_email", "search_text").prefetch_related("themes", "schedules")
    groups = groups.select_for_update(of=("self",), no_key=True)
    if keys is not None:
        groups = groups.filter(pk__in=group_ids(keys))
    for group in groups.order_by("pk").iterator(chunk_size=CHUNK):
        yield listing_of(group, base)


def finder_path() -> str | None:
    """Return the path of the region's finder, below which its groups have their pages; None when there is none."""
    from zelfregie_groups.models.finder_page import GroupFinderPage  # noqa: PLC0415 -- its views import this module

    page = published(GroupFinderPage).first()
    parts = page.get_url_parts() if page else None
    return parts[2] if parts else None


def listing_of(group: Group, base: str | None = None) -> Listing:
    """Return a group as the directory lists it. No query when its themes and schedules are fetched and base is given.

    :param base: path of the finder; None: looked up.
    """
    base = (finder_path() or "/") if base is None else base
    themes = list(parts_of(group, "themes"))
    rules = [Rule.of(schedule) for schedule in parts_of(group, "schedules")]
    in_person = group.meets_in_person
    return Listing(
        key=listing_key(group.pk),
        title=group.name,
        path=f"{base}{group.slug}/",
        summary=Truncator(" ".join(group.description.split())).words(SUMMARY_WORDS),
        themes=tuple(theme.slug for theme in themes),
        words=tuple(_words(group, themes)),
        city=group.city if in_person else "",
        latitude=group.latitude if in_person and group.has_point else None,
        longitude=group.longitude if in_person and group.has_point else None,
        form=group.form,
        status=group.status,
        audience=tuple(group.audience),
        languages=tuple(group.languages),
        weekdays=_weekdays(rules),
        dayparts=dayparts(rules),
        accessible=in_person and bool(group.wheelchair),
        upcoming=tuple(group.upcoming),
        card={
            "location_name": group.location_name if in_person else "",
            "schedules": [rule.to_json() for rule in rules],
            "gender": group.gender,
            "age_from": group.age_from,
            "age_to": group.age_to,
            "cost": group.cost,
            "size": group.size,
            "joining": group.joining,
            "confirmed_on": group.confirmed_on.isoformat() if group.confirmed_on else None,
            "theme_names": {theme.slug: theme.name for theme in themes},
        },
    )


def _words(group: Group, themes: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """What a group can be found by. Not the host's name: that belongs on the group's own page, and nowhere else."""
    yield "A", group.name
    for theme in themes:
        yield "A", theme.name
        for synonym in theme.synonyms:
            # Of "geen energie meer" no single word counts: such a synonym is found as it is written, in one piece.
            yield "B", fold_words(synonym).replace(" ", "")
    if group.meets_in_person:
        yield "B", group.city
        yield "B", group.location_name
    yield "C", group.description


def _weekdays(rules: Iterable[Rule]) -> tuple[int, ...]:
    """ISO numbers of the days on which a group meets by its rules."""
    days: set[int] = set()
    for rule in rules:
        if rule.frequency == "once" and isinstance(rule.start_date, dt.date):
            days.add(rule.start_date.isoweekday())
        else:
            days.update(rule.weekdays)
    return tuple(sorted(days))
